"""Signing in: the same for everybody who may not, and sessions that end when they should."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import argon2
import pytest

from bot.adapters.argon2_passwords import Argon2Passwords
from bot.adapters.clock import MovableClock
from bot.adapters.sql.account_store import SqlAccountStore
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.migrate import upgrade
from bot.errors import AccountRefused, NotSignedIn, SignInRefused
from bot.services.accounts import NEWS, Accounts, csrf_token_of
from bot.support.accounts import DEMO_PASSWORD, SEEN_EVERY
from bot.support.events import EventKind
from bot.support.staff import Role, Staff

PASSWORD = "un mot de passe assez long"
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BETTER = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)


class CountingPasswords(Argon2Passwords):
    """The real ones, with quick parameters; counts what takes time."""

    def __init__(self, hasher: argon2.PasswordHasher = QUICK) -> None:
        super().__init__(hasher)
        self.checked: list[str] = []

    def matches(self, stored: str, password: str) -> bool:
        self.checked.append(stored)
        return super().matches(stored, password)


class Office:
    """Accounts over a real database, with a clock to move."""

    def __init__(self, folder: Path) -> None:
        self.engine = create_engine(f"sqlite:///{folder / 'bot.db'}")
        upgrade(self.engine)
        self.clock = MovableClock()
        self.passwords = CountingPasswords()
        self.told: list[str] = []
        self.accounts = self.opened()
        self.accounts.add(Staff("paul", "Paul", Role.AGENT), PASSWORD)

    def opened(self, *, demo: bool = False, passwords: Argon2Passwords | None = None) -> Accounts:
        return Accounts(
            SqlAccountStore(self.engine),
            passwords or self.passwords,
            self.clock,
            idle=IDLE,
            longest=LONGEST,
            demo=demo,
            told=self.told.append,
        )

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in EventLog(self.engine).events()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.engine.dispose()


def test_the_right_password_opens_a_session(office: Office) -> None:
    token, session = office.accounts.sign_in(" Paul ", PASSWORD)
    assert session.staff == Staff("paul", "Paul", Role.AGENT)
    assert office.accounts.session(token) == session
    assert session.key == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(session)
    with pytest.raises(NotSignedIn):
        office.accounts.session(session.key)  # what is stored opens nothing


def test_a_password_is_the_same_however_its_letters_are_composed(office: Office) -> None:
    office.accounts.change_password("paul", "été à la plage 2026")
    office.accounts.sign_in("paul", "e\u0301te\u0301 a\u0300 la plage 2026")


def test_who_may_not_sign_in_is_told_the_same_and_takes_the_same_work(office: Office) -> None:
    office.opened(demo=True).add(Staff("nora", "Nora", Role.ADMIN), DEMO_PASSWORD, demo=True)
    office.accounts.add(Staff("shut", "Shut", Role.AGENT), PASSWORD)
    office.accounts.disable("shut")
    attempts = {
        "an unknown name": ("nobody", PASSWORD),
        "a wrong password": ("paul", PASSWORD + "!"),
        "no password": ("paul", ""),
        "a disabled account": ("shut", PASSWORD),
        "a demo account": ("nora", DEMO_PASSWORD),
        "a very long password": ("paul", PASSWORD + "x" * 10_000),
    }
    said = set()
    for kind, (name, password) in attempts.items():
        office.passwords.checked.clear()
        with pytest.raises(SignInRefused) as refused:
            office.accounts.sign_in(name, password)
        said.add(str(refused.value))
        assert len(office.passwords.checked) == 1, kind
        [used] = office.passwords.checked
        parameters = argon2.extract_parameters(used)
        assert parameters == argon2.extract_parameters(QUICK.hash("x")), kind
    assert len(said) == 1
    assert office.kinds().count(EventKind.SIGN_IN_REFUSED) == len(attempts)


def test_a_demo_account_opens_nothing_outside_demo_mode(office: Office) -> None:
    demo = office.opened(demo=True)
    demo.add(Staff("nora", "Nora", Role.ADMIN), DEMO_PASSWORD, demo=True)
    token, _ = demo.sign_in("nora", DEMO_PASSWORD)
    assert demo.session(token).staff.id == "nora"
    with pytest.raises(NotSignedIn):
        office.accounts.session(token)  # the same database, no longer in demo mode
    assert [staff.id for staff in office.accounts.colleagues()] == ["paul"]
    with pytest.raises(AccountRefused):
        office.accounts.add(Staff("lea", "Léa", Role.AGENT), DEMO_PASSWORD)


def test_a_session_ends_when_nobody_is_there(office: Office) -> None:
    token, session = office.accounts.sign_in("paul", PASSWORD)
    for _ in range(3):
        office.clock.move(IDLE - timedelta(minutes=1))
        office.accounts.session(token)
    office.clock.move(IDLE)
    assert not office.accounts.is_alive(session)
    with pytest.raises(NotSignedIn):
        office.accounts.session(token)


def test_asking_whether_it_is_alive_does_not_keep_it_alive(office: Office) -> None:
    _, session = office.accounts.sign_in("paul", PASSWORD)
    for _ in range(4):
        office.clock.move(IDLE / 4)
        office.accounts.is_alive(session)
    assert not office.accounts.is_alive(session)


def test_a_session_ends_in_any_case(office: Office) -> None:
    token, _ = office.accounts.sign_in("paul", PASSWORD)
    for _ in range(11):
        office.clock.move(timedelta(hours=1))
        office.accounts.session(token)
    office.clock.move(timedelta(hours=1))
    with pytest.raises(NotSignedIn):
        office.accounts.session(token)


def test_being_there_is_written_once_a_minute(office: Office) -> None:
    token, session = office.accounts.sign_in("paul", PASSWORD)
    office.clock.move(SEEN_EVERY / 2)
    assert office.accounts.session(token).seen_at == session.seen_at
    office.clock.move(SEEN_EVERY)
    office.accounts.session(token)
    assert office.accounts.session(token).seen_at > session.seen_at


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.disable("paul"),
        lambda accounts: accounts.change_role("paul", Role.SUPERVISOR),
        lambda accounts: accounts.change_password("paul", "un autre mot de passe"),
    ],
)
def test_a_change_ends_all_sessions_at_once_and_says_so(
    office: Office, change: Callable[[Accounts], object]
) -> None:
    token, session = office.accounts.sign_in("paul", PASSWORD)
    change(office.accounts)
    assert office.told == [NEWS]
    assert not office.accounts.is_alive(session)
    with pytest.raises(NotSignedIn):
        office.accounts.session(token)


def test_signing_out_ends_one_session(office: Office) -> None:
    token, session = office.accounts.sign_in("paul", PASSWORD)
    other, _ = office.accounts.sign_in("paul", PASSWORD)
    office.accounts.sign_out(session)
    with pytest.raises(NotSignedIn):
        office.accounts.session(token)
    office.accounts.session(other)


def test_a_hash_of_weaker_parameters_is_made_anew(office: Office) -> None:
    store = SqlAccountStore(office.engine)
    before = store.password_hash("paul")
    stronger = office.opened(passwords=CountingPasswords(BETTER))
    stronger.sign_in("paul", PASSWORD)
    after = store.password_hash("paul")
    assert before and after and after != before
    assert argon2.extract_parameters(after) == argon2.extract_parameters(BETTER.hash("x"))
    stronger.sign_in("paul", PASSWORD)
    assert store.password_hash("paul") == after  # once is enough


def test_nobody_changes_their_own_rights(office: Office) -> None:
    marie = office.accounts.add(Staff("marie", "Marie", Role.ADMIN), PASSWORD).staff
    for change in (
        lambda: office.accounts.disable("marie", by=marie),
        lambda: office.accounts.change_role("marie", Role.AGENT, by=marie),
    ):
        with pytest.raises(AccountRefused):
            change()
    office.accounts.disable("paul", by=marie)


@pytest.mark.parametrize(
    "staff_id", ["", "a", "Paul", "me", "none", "p@ul", "1paul", "x" * 33, "pà"]
)
def test_ids_nobody_can_have(office: Office, staff_id: str) -> None:
    with pytest.raises(AccountRefused):
        office.accounts.add(Staff(staff_id, "Name", Role.AGENT), PASSWORD)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 41])
def test_names_nobody_can_have(office: Office, name: str) -> None:
    with pytest.raises(AccountRefused):
        office.accounts.add(Staff("marie", name, Role.AGENT), PASSWORD)


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "mariemariemarie", "x y" * 100, DEMO_PASSWORD]
)
def test_passwords_nobody_can_have(office: Office, password: str) -> None:
    with pytest.raises(AccountRefused) as refused:
        office.accounts.add(Staff("marie", "Marie", Role.AGENT), password)
    assert refused.value.code == "password_weak"


def test_a_csrf_token_belongs_to_one_session() -> None:
    assert csrf_token_of("one") != csrf_token_of("other")
    assert csrf_token_of("one") == csrf_token_of("one")
