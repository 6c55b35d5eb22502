"""Who on the staff may sign in, who is signed in, and who may change that."""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from bot.errors import AccountRefused, NotSignedIn, SignInRefused
from bot.services.account_ports import AccountStore, PasswordHasher
from bot.services.ports import Clock
from bot.support.accounts import (
    LONGEST_PASSWORD,
    SEEN_EVERY,
    Account,
    AccountChange,
    StaffSession,
    check_password,
    check_staff,
    folded_id,
    normal_password,
)
from bot.support.staff import Role, Staff

NEWS = "staff"
"""The hub's topic of accounts: whose session may have ended."""


class Accounts:
    """Signs staff in and out and changes accounts; every method blocks.

    A session ends after ``idle`` without a call, after ``longest`` in any case, and at once when
    its account is disabled or gets another role or password. ``demo`` says that demo accounts
    count. ``by`` is who changes an account, None for the command line. Every method raises
    StorageError.
    """

    def __init__(
        self,
        store: AccountStore,
        hasher: PasswordHasher,
        clock: Clock,
        *,
        idle: timedelta,
        longest: timedelta,
        demo: bool,
        told: Callable[[str], None],
    ) -> None:
        self._store = store
        self._hasher = hasher
        self._clock = clock
        self._idle = idle
        self.longest = longest
        self._demo = demo
        self._told = told

    @functools.cached_property
    def _decoy(self) -> str:
        """A hash nobody has the password of: unknown names take as long as known ones."""
        return self._hasher.hash(secrets.token_urlsafe(32))

    def sign_in(self, name: str, password: str) -> tuple[str, StaffSession]:
        """Returns a new session's token, and the session.

        Raises SignInRefused, the same for an unknown id, a wrong password, a disabled account
        and a demo account outside demo mode; all of them take one check of a hash.
        """
        decoy, now = self._decoy, self._clock.now()
        staff_id = folded_id(name)
        account = self._store.account(staff_id)
        stored = self._store.password_hash(staff_id) if account else None
        normal = normal_password(password[: LONGEST_PASSWORD + 1])
        right = self._hasher.matches(stored or decoy, normal)
        if account is None or stored is None or not right or not self._counts(account):
            self._store.record_refusal(account.staff.id if account else None, now)
            raise SignInRefused("signing in was refused")
        token = secrets.token_urlsafe(32)
        session = StaffSession(
            key_of(token), account.staff, now, now, now + self.longest, account.demo
        )
        rehashed = self._hasher.hash(normal) if self._hasher.is_outdated(stored) else None
        if not self._store.begin_session(session, stored, rehashed, self._idle):
            raise SignInRefused("the account has just been changed")
        return token, session

    def session(self, token: str, *, there: bool = True) -> StaffSession:
        """Returns the session of a token; raises NotSignedIn when there is none, or no more.

        ``there`` says that a person is: pages that read again by themselves keep nothing alive.
        """
        session = self._store.session(key_of(token))
        now = self._clock.now()
        if session is None or session.staff.disabled or session.has_ended(now, self._idle):
            raise NotSignedIn("no session, or one that has ended")
        if session.demo and not self._demo:
            raise NotSignedIn("a demo account outside demo mode")
        if there and now - session.seen_at >= SEEN_EVERY:
            self._store.touch_session(session.key, now)
        return session

    def is_alive(self, session: StaffSession) -> bool:
        """Tells whether a session goes on, without counting it as somebody's being there."""
        found = self._store.session(session.key)
        return (
            found is not None
            and found.staff == session.staff
            and not found.has_ended(self._clock.now(), self._idle)
        )

    def sign_out(self, session: StaffSession) -> None:
        """Ends a session."""
        self._store.end_session(session, self._clock.now())
        self._told(NEWS)

    def accounts(self) -> list[Account]:
        """Returns all accounts, by id."""
        return self._store.accounts()

    def staff(self, staff_id: str) -> Staff | None:
        """Returns somebody on the staff, disabled or not; None when nobody has that id."""
        account = self._store.account(staff_id)
        if account is None or (account.demo and not self._demo):
            return None
        return account.staff

    def colleagues(self) -> list[Staff]:
        """Returns who may hold a conversation now, by id."""
        return [account.staff for account in self._store.accounts() if self._counts(account)]

    def add(
        self, staff: Staff, password: str, *, by: Staff | None = None, demo: bool = False
    ) -> Account:
        """Adds an account; raises AccountRefused for an id, name or password nobody can have."""
        check_staff(staff)
        normal = check_password(password, staff.id, demo=demo)
        now = self._clock.now()
        account = Account(staff, now, demo=demo)
        if not self._store.add_account(account, self._hasher.hash(normal), by, now):
            raise AccountRefused(f"there is an account {staff.id} already", "account_taken")
        return account

    def change_role(self, staff_id: str, role: Role, *, by: Staff | None = None) -> Account:
        """Gives an account another role; raises UnknownAccount or AccountRefused."""
        return self._change(staff_id, AccountChange(role=role), by)

    def disable(self, staff_id: str, *, by: Staff | None = None) -> Account:
        """Shuts an account; raises UnknownAccount or AccountRefused."""
        return self._change(staff_id, AccountChange(disabled=True), by)

    def enable(self, staff_id: str, *, by: Staff | None = None) -> Account:
        """Opens an account again; raises UnknownAccount."""
        return self._change(staff_id, AccountChange(disabled=False), by)

    def change_password(self, staff_id: str, password: str, *, by: Staff | None = None) -> Account:
        """Gives an account another password; raises UnknownAccount or AccountRefused."""
        normal = check_password(password, staff_id, demo=False)
        return self._change(staff_id, AccountChange(password_hash=self._hasher.hash(normal)), by)

    def _change(self, staff_id: str, change: AccountChange, by: Staff | None) -> Account:
        if by is not None and by.id == staff_id and change.password_hash is None:
            raise AccountRefused("nobody changes their own rights", "own_account")
        account = self._store.change_account(staff_id, change, by, self._clock.now())
        self._told(NEWS)
        return account

    def _counts(self, account: Account) -> bool:
        return not account.staff.disabled and (self._demo or not account.demo)


def key_of(token: str) -> str:
    """Returns what is stored of a session's token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token_of(token: str) -> str:
    """Returns the CSRF token of a session's token: nobody can have the one without the other."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
