"""The ports of staff accounts: where they are kept, and how passwords are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.support.accounts import Account, AccountChange, StaffSession
from bot.support.staff import Staff


class PasswordHasher(Protocol):
    """Turns passwords into what may be stored; slow on purpose."""

    def hash(self, password: str) -> str:
        """Returns the salted hash of a password."""
        ...

    def matches(self, stored: str, password: str) -> bool:
        """Tells whether a stored hash is one of this password."""
        ...

    def is_outdated(self, stored: str) -> bool:
        """Tells whether a hash was made with weaker parameters than today's."""
        ...


class AccountStore(Protocol):
    """Keeps accounts and sessions; every change is one transaction with its event.

    Every method raises StorageError when the database does not answer or refuses. ``by`` is who
    does it, None for the command line.
    """

    def account(self, staff_id: str) -> Account | None:
        """Returns one account."""
        ...

    def accounts(self) -> list[Account]:
        """Returns all accounts, by id."""
        ...

    def password_hash(self, staff_id: str) -> str | None:
        """Returns the stored hash of an account's password."""
        ...

    def add_account(
        self, account: Account, password_hash: str, by: Staff | None, now: datetime
    ) -> bool:
        """Adds an account; False when the id is taken."""
        ...

    def change_account(
        self, staff_id: str, change: AccountChange, by: Staff | None, now: datetime
    ) -> Account:
        """Changes an account and ends its sessions; returns it as it is then.

        Raises UnknownAccount, and AccountRefused by ``bot.support.accounts.changed``.
        """
        ...

    def begin_session(
        self, session: StaffSession, verified_hash: str, rehashed: str | None, idle: timedelta
    ) -> bool:
        """Begins a session and forgets ended ones; keeps the password's better hash, if any.

        False when the account was disabled or got another password since ``verified_hash``.
        """
        ...

    def session(self, key: str) -> StaffSession | None:
        """Returns a session with its account as it is now."""
        ...

    def touch_session(self, key: str, now: datetime) -> None:
        """Keeps that somebody was there."""
        ...

    def end_session(self, session: StaffSession, now: datetime) -> None:
        """Ends one session, if it has not ended."""
        ...

    def record_refusal(self, staff_id: str | None, now: datetime) -> None:
        """Keeps that signing in was refused; None when nobody has that name."""
        ...
