"""Staff accounts and sessions in SQL; every change is one transaction with its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.account_tables import staff_accounts, staff_sessions
from bot.adapters.sql.event_log import record
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.errors import UnknownAccount
from bot.support.accounts import Account, AccountChange, StaffSession, changed
from bot.support.events import ActorKind, Event, EventKind
from bot.support.staff import Role, Staff


class SqlAccountStore(SqlStore):
    """Keeps accounts and sessions."""

    def account(self, staff_id: str) -> Account | None:
        """Returns one account."""
        statement = sa.select(staff_accounts).where(staff_accounts.c.id == staff_id)
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else _account_of(row)

    def accounts(self) -> list[Account]:
        """Returns all accounts, by id."""
        statement = sa.select(staff_accounts).order_by(staff_accounts.c.id)
        with self._reading() as connection:
            return [_account_of(row) for row in connection.execute(statement).mappings()]

    def password_hash(self, staff_id: str) -> str | None:
        """Returns the stored hash of an account's password."""
        statement = sa.select(staff_accounts.c.password_hash).where(staff_accounts.c.id == staff_id)
        with self._reading() as connection:
            found: str | None = connection.execute(statement).scalar_one_or_none()
        return found

    def add_account(
        self, account: Account, password_hash: str, by: Staff | None, now: datetime
    ) -> bool:
        """Adds an account; False when the id is taken."""
        staff = account.staff
        values = {
            "id": staff.id,
            "name": staff.name,
            "role": staff.role.value,
            "password_hash": password_hash,
            "disabled": staff.disabled,
            "demo": account.demo,
            "created_at": now,
        }
        with self._writing() as connection:
            if not insert_unless_present(connection, staff_accounts, values, "id"):
                return False
            after = {"role": staff.role.value, "disabled": staff.disabled, "demo": account.demo}
            _record(connection, EventKind.ACCOUNT_CREATED, by, staff.id, now, after=after)
        return True

    def change_account(
        self, staff_id: str, change: AccountChange, by: Staff | None, now: datetime
    ) -> Account:
        """Changes an account and ends its sessions; returns it as it is then.

        Raises UnknownAccount, and AccountRefused by ``bot.support.accounts.changed``.
        """
        with self._writing() as connection:
            # Admins are locked too: two who demote each other at once must not both succeed.
            concerned = sa.or_(
                staff_accounts.c.id == staff_id, staff_accounts.c.role == Role.ADMIN.value
            )
            locked = sa.select(staff_accounts).where(concerned).order_by(staff_accounts.c.id)
            rows = connection.execute(locked.with_for_update()).mappings().all()
            accounts = {row["id"]: _account_of(row) for row in rows}
            if staff_id not in accounts:
                raise UnknownAccount(f"there is no account {staff_id}")
            before = accounts[staff_id]
            after = changed(before, change, accounts.values())
            values: dict[str, Any] = {
                "role": after.staff.role.value,
                "disabled": after.staff.disabled,
            }
            if change.password_hash is not None:
                values["password_hash"] = change.password_hash
            connection.execute(
                sa.update(staff_accounts).where(staff_accounts.c.id == staff_id).values(values)
            )
            connection.execute(
                sa.delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id)
            )
            was, became = _difference(before.staff, after.staff, change)
            _record(connection, EventKind.ACCOUNT_CHANGED, by, staff_id, now, was, became)
        return after

    def begin_session(
        self, session: StaffSession, verified_hash: str, rehashed: str | None, idle: timedelta
    ) -> bool:
        """Begins a session and forgets ended ones; keeps the password's better hash, if any.

        False when the account was disabled or got another password since ``verified_hash``.
        """
        now = session.started_at
        with self._writing() as connection:
            confirmed = connection.execute(
                sa.update(staff_accounts)
                .where(
                    staff_accounts.c.id == session.staff.id,
                    staff_accounts.c.password_hash == verified_hash,
                    staff_accounts.c.disabled == sa.false(),
                )
                .values(signed_in_at=now, password_hash=rehashed or verified_hash)
            )
            if confirmed.rowcount != 1:
                return False
            connection.execute(
                sa.delete(staff_sessions).where(
                    sa.or_(staff_sessions.c.ends_at <= now, staff_sessions.c.seen_at <= now - idle)
                )
            )
            connection.execute(
                sa.insert(staff_sessions).values(
                    key=session.key,
                    staff_id=session.staff.id,
                    started_at=now,
                    seen_at=session.seen_at,
                    ends_at=session.ends_at,
                )
            )
            _record(connection, EventKind.SIGNED_IN, session.staff, session.staff.id, now)
        return True

    def session(self, key: str) -> StaffSession | None:
        """Returns a session with its account as it is now."""
        statement = (
            sa.select(
                staff_accounts,
                staff_sessions.c.key,
                staff_sessions.c.started_at,
                staff_sessions.c.seen_at,
                staff_sessions.c.ends_at,
            )
            .join(staff_accounts, staff_accounts.c.id == staff_sessions.c.staff_id)
            .where(staff_sessions.c.key == key)
        )
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            return None
        account = _account_of(row)
        return StaffSession(
            row["key"], account.staff, row["started_at"], row["seen_at"], row["ends_at"],
            account.demo,
        )  # fmt: skip

    def touch_session(self, key: str, now: datetime) -> None:
        """Keeps that somebody was there."""
        with self._writing() as connection:
            connection.execute(
                sa.update(staff_sessions).where(staff_sessions.c.key == key).values(seen_at=now)
            )

    def end_session(self, session: StaffSession, now: datetime) -> None:
        """Ends one session, if it has not ended."""
        with self._writing() as connection:
            ended = connection.execute(
                sa.delete(staff_sessions).where(staff_sessions.c.key == session.key)
            )
            if ended.rowcount:
                _record(connection, EventKind.SIGNED_OUT, session.staff, session.staff.id, now)

    def record_refusal(self, staff_id: str | None, now: datetime) -> None:
        """Keeps that signing in was refused; None when nobody has that name."""
        with self._writing() as connection:
            _record(connection, EventKind.SIGN_IN_REFUSED, None, staff_id, now)


def _difference(
    before: Staff, after: Staff, change: AccountChange
) -> tuple[dict[str, Any], dict[str, Any]]:
    was: dict[str, Any] = {}
    became: dict[str, Any] = {}
    if change.role is not None:
        was["role"], became["role"] = before.role.value, after.role.value
    if change.disabled is not None:
        was["disabled"], became["disabled"] = before.disabled, after.disabled
    if change.password_hash is not None:
        was["password"], became["password"] = "old", "new"
    return was, became


def _record(
    connection: Connection,
    kind: EventKind,
    by: Staff | None,
    target: str | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    actor = ActorKind.SYSTEM if by is None else ActorKind.STAFF
    actor_id = by.id if by else None
    event = Event(kind, now, actor, actor_id, target=target, before=before or {}, after=after or {})
    record(connection, event)


def _account_of(row: Mapping[str, Any]) -> Account:
    staff = Staff(row["id"], row["name"], Role(row["role"]), row["disabled"])
    return Account(staff, row["created_at"], row["demo"], row["signed_in_at"])
