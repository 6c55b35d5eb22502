"""Staff accounts: what may be an account, a password and a session, and what changes end one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import AccountRefused
from bot.support.staff import Role, Staff

DEMO_PASSWORD = "demo-only-password"
DEMO_STAFF = (
    Staff("nora", "Nora", Role.AGENT),
    Staff("sam", "Sam", Role.AGENT),
    Staff("ines", "Inès", Role.SUPERVISOR),
    Staff("admin", "Camille", Role.ADMIN),
)
"""Who may sign in with DEMO_PASSWORD, in demo mode only."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_NAME = 40
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last there."""

_ID = re.compile(r"[a-z][a-z0-9._-]{1,31}", re.ASCII)
_TAKEN = frozenset({"me", "none", "bot", "system", "seller"})  # words of filters and of the log


@dataclass(frozen=True)
class Account:
    """One person's account; a demo account opens nothing outside demo mode."""

    staff: Staff
    created_at: datetime
    demo: bool = False
    signed_in_at: datetime | None = None


@dataclass(frozen=True)
class AccountChange:
    """What is to become of an account; None leaves as it is."""

    role: Role | None = None
    disabled: bool | None = None
    password_hash: str | None = None


@dataclass(frozen=True)
class StaffSession:
    """One signed-in browser; ``key`` is the SHA-256 of its token, which is stored nowhere."""

    key: str
    staff: Staff
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    demo: bool = False

    def has_ended(self, now: datetime, idle: timedelta) -> bool:
        """Tells whether its time is over, or nobody was there for too long."""
        return now >= self.ends_at or now - self.seen_at >= idle


def folded_id(text: str) -> str:
    """Returns an account's id as somebody may type it: case and surrounding blanks are nothing."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_staff(staff: Staff) -> None:
    """Raises AccountRefused for an id or a name nobody can have."""
    if not _ID.fullmatch(staff.id) or staff.id in _TAKEN:
        raise AccountRefused(
            "an id has 2 to 32 of a-z 0-9 . _ - and begins with a letter", "account_id"
        )
    if not staff.name.strip() or len(staff.name) > LONGEST_NAME or not staff.name.isprintable():
        raise AccountRefused(f"a name has 1 to {LONGEST_NAME} visible characters", "account_name")


def check_password(password: str, staff_id: str, *, demo: bool) -> str:
    """Returns the password as it is hashed (NFKC); raises AccountRefused for a weak one."""
    normal = normal_password(password)
    if len(normal) < SHORTEST_PASSWORD or len(set(normal)) < SHORTEST_PASSWORD // 3:
        raise AccountRefused(
            f"a password has {SHORTEST_PASSWORD} characters or more", "password_weak"
        )
    if len(normal) > LONGEST_PASSWORD:
        raise AccountRefused(
            f"a password has {LONGEST_PASSWORD} characters at the most", "password_weak"
        )
    guessed = len(normal.lower().replace(staff_id, "")) < SHORTEST_PASSWORD // 2
    if guessed or (normal == DEMO_PASSWORD and not demo):
        raise AccountRefused("this password is easy to guess", "password_weak")
    return normal


def normal_password(password: str) -> str:
    """Returns a password the same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def changed(account: Account, change: AccountChange, admins: Iterable[Account]) -> Account:
    """Returns the account after a change.

    ``admins`` are all accounts with that role. Raises AccountRefused when nobody would be left
    who may manage accounts; outside demo mode demo accounts manage nothing.
    """
    staff = account.staff
    after = replace(
        staff,
        role=staff.role if change.role is None else change.role,
        disabled=staff.disabled if change.disabled is None else change.disabled,
    )
    others = (a for a in admins if a.staff.id != staff.id and (account.demo or not a.demo))
    if _is_admin(staff) and not _is_admin(after) and not any(_is_admin(a.staff) for a in others):
        raise AccountRefused("the last admin stays one", "last_admin")
    return replace(account, staff=after)


def _is_admin(staff: Staff) -> bool:
    return staff.role is Role.ADMIN and not staff.disabled
