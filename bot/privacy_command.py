"""`python -m bot privacy …`: all that is kept of a seller, handed out or erased."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.errors import PrivacyRefused
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.services.privacy import Privacy

EPILOG = """\
  python -m bot privacy export lea > lea.json     all that is kept of a seller, as JSON
  python -m bot privacy erase lea --dry-run       how many rows of which tables would go
  python -m bot privacy erase lea                 asks, then erases; --yes does not ask
  python -m bot privacy forget-staff paul         takes the name off a disabled account

An erasure that was cut off is gone on with by the same command, or by a running server. Some
minutes later the server sweeps up what was under way, and deletes the cards in Slack. What it does
to each table, and what stays: docs/privacy.md.
"""


def add_privacy_command(parser: argparse.ArgumentParser) -> None:
    """Gives the parser of `privacy` its own commands, each with ``run``."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], None], says: str, whose: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=says, description=says)
        sub.set_defaults(run=run)
        sub.add_argument("id", metavar=whose.upper(), help=f"the {whose}'s id")
        return sub

    command("export", _export, "Print all that is kept of a seller, as JSON.", "seller")
    erase = command("erase", _erase, "Erase a seller from every table.", "seller")
    erase.add_argument("--dry-run", action="store_true", help="only say what would be done")
    erase.add_argument("--yes", action="store_true", help="do not ask first")
    erase.add_argument("--by", help="the account that it is done for, for the audit log")
    command("forget-staff", _forget_staff, "Take the name off a disabled account.", "account")


def open_privacy() -> Privacy:
    """Returns privacy over the database of the settings."""
    from bot.adapters.clock import SystemClock
    from bot.adapters.fault_points import fault_point
    from bot.adapters.sql.conversation_store import SqlConversationStore
    from bot.adapters.sql.engine import create_engine
    from bot.bootstrap_privacy import privacy

    settings = read_settings()
    engine = create_engine(settings.database_url)
    jobs, reached = SqlConversationStore(engine), fault_point(settings.fault_point)
    return privacy(settings, engine, SystemClock(), jobs, reached)


def _export(options: argparse.Namespace) -> None:
    json.dump(open_privacy().export(options.id), sys.stdout, ensure_ascii=False, indent=2)
    print()


def _erase(options: argparse.Namespace) -> None:
    privacy = open_privacy()
    held = privacy.holdings(options.id)
    if options.dry_run:
        print(f"Kept of this seller: {_told(held)}. Nothing was changed.")
        return
    if not options.yes and not _confirmed(held):
        raise PrivacyRefused("nothing was erased")
    erasure = privacy.erase(options.id, options.by)
    print(f"Erasure {erasure.id} is done: {_told(erasure.counts)}.")
    print("A running server sweeps up and cleans Slack from five minutes after its beginning on.")
    for place in erasure.exported:
        print(f"A phrase of theirs is training data, masked, at {place}: take it out if it tells.")


def _forget_staff(options: argparse.Namespace) -> None:
    open_privacy().forget_staff(options.id)
    print(f"{options.id} has no name and no password any more; the id stays for the audit log.")


def _confirmed(held: Mapping[str, int]) -> bool:
    if not sys.stdin.isatty():
        raise PrivacyRefused("nobody can be asked: say --yes")
    print(f"To be erased for good: {_told(held)}.")
    return input("Type `erase` to go on: ").strip() == "erase"


def _told(counts: Mapping[str, int]) -> str:
    told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts) if counts[name])
    return told or "nothing"
