"""`python -m bot agents …`: accounts of the staff, from the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import AccountRefused, UnknownAccount
from bot.settings import Settings, read_settings
from bot.support.accounts import DEMO_PASSWORD, DEMO_STAFF, SHORTEST_PASSWORD, Account
from bot.support.staff import Role, Staff

if TYPE_CHECKING:
    from bot.services.accounts import Accounts

EPILOG = f"""\
An account signs in at /console with its id and its password.
  agent        takes conversations, answers sellers, reviews what was understood
  supervisor   also overrides somebody's claim and approves answers
  admin        also manages accounts and models, and reads the audit log

First steps:
  python -m bot migrate                             once, for the tables
  python -m bot agents add marie --name "Marie" --role admin
  python -m bot agents list

The password is asked for, twice; it has {SHORTEST_PASSWORD} characters or more and is never an
argument, where other people on this machine could read it. A script writes it on one line into
the command's input:
  generate-password | python -m bot agents add paul --name "Paul"

Disabling somebody, and giving a role or a password, ends their sessions at once. Every change is
kept in the audit log. Demo accounts (nora, sam, ines, admin) work in demo mode only.
"""


def add_agents_command(parser: argparse.ArgumentParser) -> None:
    """Gives the parser of `agents` its own commands, each with ``run``."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], None], says: str, who: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=says, description=says)
        sub.set_defaults(run=run)
        if who:
            sub.add_argument("id", help="what they sign in with, for example marie")
        return sub

    roles = [role.value for role in Role]
    add = command("add", _add, "Add an account; its password is asked for.")
    add.add_argument("--name", help="what colleagues and sellers read; by default the id")
    add.add_argument("--role", choices=roles, default=Role.AGENT.value, help="default: agent")
    command("list", _list, "List all accounts, with roles and who is disabled.", who=False)
    role = command("role", _role, "Give somebody another role; their sessions end.")
    role.add_argument("role", choices=roles)
    command("password", _password, "Give somebody another password; their sessions end.")
    slack = command("slack", _slack, "Say who somebody is in Slack; `-` for nobody any more.")
    slack.add_argument("user", help="their member ID in Slack, for example U0123ABCD")
    command("disable", _disable, "Shut an account; its sessions end at once.")
    command("enable", _enable, "Open a disabled account again.")


def seed_staff(existing: Accounts) -> int:
    """Adds the demo accounts that are missing; returns how many."""
    present = {account.staff.id for account in existing.accounts()}
    missing = [staff for staff in DEMO_STAFF if staff.id not in present]
    for staff in missing:
        existing.add(staff, DEMO_PASSWORD, demo=True)
    return len(missing)


def open_accounts(settings: Settings) -> Accounts:
    """Returns the accounts in the database of the settings."""
    from bot.adapters.clock import SystemClock
    from bot.adapters.sql.engine import create_engine
    from bot.bootstrap import accounts

    return accounts(settings, create_engine(settings.database_url), SystemClock())


def _accounts() -> Accounts:
    return open_accounts(read_settings())


def _add(options: argparse.Namespace) -> None:
    staff = Staff(options.id, options.name or options.id, Role(options.role))
    added = _accounts().add(staff, _asked_password())
    print(f"Added. {_line(added)}")


def _list(options: argparse.Namespace) -> None:
    found = _accounts().accounts()
    for account in found:
        print(_line(account))
    if not found:
        print("There are no accounts yet: python -m bot agents add ID --role admin")


def _role(options: argparse.Namespace) -> None:
    print(f"Changed. {_line(_accounts().change_role(options.id, Role(options.role)))}")


def _password(options: argparse.Namespace) -> None:
    print(f"Changed. {_line(_accounts().change_password(options.id, _asked_password()))}")


def _slack(options: argparse.Namespace) -> None:
    from bot.adapters.sql.engine import create_engine
    from bot.adapters.sql.slack_store import SqlSlackStore

    if _accounts().staff(options.id) is None:
        raise UnknownAccount(f"there is no account {options.id}")
    store = SqlSlackStore(create_engine(read_settings().database_url))
    for user in [user for user, one in store.slack_users().items() if one == options.id]:
        store.map_user(user, None)
    if options.user == "-":
        print(f"{options.id} is nobody in Slack any more.")
        return
    store.map_user(options.user, options.id)
    print(f"{options.id} is {options.user} in Slack.")


def _disable(options: argparse.Namespace) -> None:
    print(f"Disabled. {_line(_accounts().disable(options.id))}")


def _enable(options: argparse.Namespace) -> None:
    print(f"Enabled. {_line(_accounts().enable(options.id))}")


def _line(account: Account) -> str:
    staff = account.staff
    seen = account.signed_in_at
    marks = ["disabled"] * staff.disabled + ["demo"] * account.demo
    last = f"signed in {seen:%Y-%m-%d %H:%M} UTC" if seen else "never signed in"
    return f"{staff.id:<16} {staff.role.value:<11} {', '.join([staff.name, *marks])} ({last})"


def _asked_password() -> str:
    """Returns a password typed twice, or the one line of an input that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise AccountRefused("the two passwords differ", "password_differs")
    return first
