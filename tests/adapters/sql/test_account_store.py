"""Accounts and sessions: one change at a time, sessions that end, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.account_store import SqlAccountStore
from bot.adapters.sql.account_tables import staff_sessions
from bot.adapters.sql.engine import reading
from bot.adapters.sql.event_log import EventLog
from bot.errors import AccountRefused, UnknownAccount
from bot.support.accounts import Account, AccountChange, StaffSession
from bot.support.staff import Role, Staff

from .conftest import START

IDLE = timedelta(hours=2)
MARIE = Staff("marie", "Marie", Role.ADMIN)
PAUL = Staff("paul", "Paul", Role.AGENT)


@pytest.fixture
def store(engine: Engine) -> SqlAccountStore:
    made = SqlAccountStore(engine)
    for staff in (MARIE, PAUL):
        assert made.add_account(Account(staff, START), f"hash-{staff.id}", None, START)
    return made


def session_of(staff: Staff, key: str = "k1", started: Any = START) -> StaffSession:
    return StaffSession(key, staff, started, started, started + timedelta(hours=12))


def begin(store: SqlAccountStore, staff: Staff, key: str = "k1", started: Any = START) -> bool:
    session = session_of(staff, key, started)
    return store.begin_session(session, f"hash-{staff.id}", None, IDLE)


def test_an_id_is_taken_once(store: SqlAccountStore) -> None:
    other = Account(Staff("paul", "Another", Role.ADMIN), START)
    assert not store.add_account(other, "hash", None, START)
    assert store.account("paul") == Account(PAUL, START)
    assert store.password_hash("paul") == "hash-paul"
    assert store.account("nobody") is None and store.password_hash("nobody") is None


@pytest.mark.parametrize(
    "change",
    [
        AccountChange(role=Role.SUPERVISOR),
        AccountChange(disabled=True),
        AccountChange(password_hash="new"),
    ],
)
def test_every_change_ends_the_accounts_sessions_and_nobody_elses(
    store: SqlAccountStore, change: AccountChange
) -> None:
    assert begin(store, PAUL, "p1") and begin(store, PAUL, "p2") and begin(store, MARIE, "m1")
    store.change_account("paul", change, MARIE, START)
    assert store.session("p1") is None and store.session("p2") is None
    assert store.session("m1") == session_of(MARIE, "m1")


def test_a_change_that_is_refused_changes_nothing(store: SqlAccountStore) -> None:
    begin(store, MARIE)
    with pytest.raises(AccountRefused) as refused:
        store.change_account("marie", AccountChange(disabled=True), None, START)
    assert refused.value.code == "last_admin"
    assert store.session("k1") is not None
    with pytest.raises(UnknownAccount):
        store.change_account("nobody", AccountChange(disabled=True), None, START)
    assert len(store_events(store)) == 3  # two added, one signed in


def test_two_admins_who_shut_each_other_do_not_both_succeed(
    store: SqlAccountStore, other_engine: Engine, together: Callable[..., Any]
) -> None:
    store.change_account("paul", AccountChange(role=Role.ADMIN), None, START)
    stores, people = (store, SqlAccountStore(other_engine)), (MARIE, PAUL)

    def shut(number: int) -> bool:
        try:
            change = AccountChange(disabled=True)
            stores[number].change_account(people[1 - number].id, change, people[number], START)
        except AccountRefused:
            return False
        return True

    assert sorted(together(shut, 2)) == [False, True]
    assert sum(not account.staff.disabled for account in store.accounts()) == 1


def test_no_session_begins_with_what_has_just_changed(store: SqlAccountStore) -> None:
    store.change_account("paul", AccountChange(password_hash="new"), None, START)
    assert not begin(store, PAUL)  # the old password was checked before the change
    assert store.begin_session(session_of(PAUL), "new", None, IDLE)
    store.change_account("paul", AccountChange(disabled=True), None, START)
    assert not store.begin_session(session_of(PAUL, "k2"), "new", None, IDLE)


def test_a_better_hash_of_the_same_password_is_kept(store: SqlAccountStore) -> None:
    assert store.begin_session(session_of(PAUL), "hash-paul", "better", IDLE)
    assert store.password_hash("paul") == "better"
    account = store.account("paul")
    assert account is not None and account.signed_in_at == START


def test_ended_sessions_are_forgotten_when_somebody_signs_in(store: SqlAccountStore) -> None:
    begin(store, PAUL, "old")
    begin(store, PAUL, "kept", START + timedelta(hours=1))
    begin(store, MARIE, "new", START + IDLE)
    assert [store.session(key) is not None for key in ("old", "kept", "new")] == [False, True, True]


def test_being_there_counts(store: SqlAccountStore) -> None:
    begin(store, PAUL)
    store.touch_session("k1", START + timedelta(minutes=5))
    session = store.session("k1")
    assert session is not None and session.seen_at == START + timedelta(minutes=5)


def test_everything_is_written_down_and_nothing_secret(store: SqlAccountStore) -> None:
    begin(store, PAUL)
    store.end_session(session_of(PAUL), START)
    store.end_session(session_of(PAUL), START)  # had ended
    store.record_refusal("paul", START)
    store.record_refusal(None, START)
    store.change_account("paul", AccountChange(role=Role.SUPERVISOR), MARIE, START)
    store.change_account("paul", AccountChange(password_hash="new-hash"), None, START)
    told = [(e.kind.value, e.actor_id, e.target, e.before, e.after) for e in store_events(store)]
    assert told == [
        ("account.created", None, "marie", {}, {"role": "admin", "disabled": False, "demo": False}),
        ("account.created", None, "paul", {}, {"role": "agent", "disabled": False, "demo": False}),
        ("session.signed_in", "paul", "paul", {}, {}),
        ("session.signed_out", "paul", "paul", {}, {}),
        ("session.refused", None, "paul", {}, {}),
        ("session.refused", None, None, {}, {}),
        ("account.changed", "marie", "paul", {"role": "agent"}, {"role": "supervisor"}),
        ("account.changed", None, "paul", {"password": "old"}, {"password": "new"}),
    ]


def test_only_the_hash_of_a_token_is_stored(engine: Engine, store: SqlAccountStore) -> None:
    begin(store, PAUL, "a" * 64)
    with reading(engine) as connection:
        [row] = connection.execute(sa.select(staff_sessions)).mappings().all()
    assert set(row) == {"key", "staff_id", "started_at", "seen_at", "ends_at"}


def store_events(store: SqlAccountStore) -> list[Any]:
    return EventLog(store._engine).events()[::-1]
