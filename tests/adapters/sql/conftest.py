"""A migrated database and a conversation in it.

Every test runs on SQLite and on PostgreSQL, each time in a database of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine
from bot.services.ports import Accepted, Committed, IncomingMessage, TurnCommit, TurnStart
from bot.support.conversations import Button, ConversationState, Effect, EffectState, Reply
from bot.support.desk import Change, Claim
from bot.support.staff import Role, Staff

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def staff(name: str, role: Role = Role.AGENT) -> Staff:
    return Staff(name, name.capitalize(), role)


class Chat:
    """One conversation, with the seller, one owner of turns and a clock that stands still."""

    def __init__(self, store: SqlConversationStore, seller_id: str = "seller-1") -> None:
        self.store = store
        self.desk = SqlDeskStore(store._engine)
        self.now = START
        self.seller_id = seller_id
        self.id = store.open_conversation(seller_id, "site", self.now).id

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def say(self, text: str, owner: str = "one", client_id: str | None = None) -> Accepted:
        message = IncomingMessage(text, client_id or uuid4().hex)
        return self.store.accept(self.id, message, owner, self.now)

    def press(self, token: str, owner: str = "one", client_id: str | None = None) -> Accepted:
        message = IncomingMessage("ignored", client_id or uuid4().hex, button=token)
        return self.store.accept(self.id, message, owner, self.now)

    def turn(self, text: str = "bonjour", owner: str = "one") -> TurnStart:
        """Says something and returns the turn that it starts."""
        started = self.say(text, owner).turn
        assert started is not None
        return started

    def answer(
        self, start: TurnStart, *replies: Reply, owner: str = "one", **leaves: Any
    ) -> Committed:
        """Commits a turn with these replies."""
        left = {"tracker": "{}", "understanding": {}, "model": "m1", **leaves}
        return self.store.commit_turn(
            TurnCommit(start=start, replies=replies, **left), owner, self.now
        )

    def offer(self, *titles: str) -> list[str]:
        """Runs a whole turn that offers buttons, and returns their tokens."""
        offered = tuple(Button(title, "affirm", {"days": 2}) for title in titles)
        reply = Reply("Vous confirmez ?", "ask_confirm", 1, buttons=offered)
        [message] = self.answer(self.turn("prolongez ma commande"), reply).messages
        return [button.token for button in message.buttons]

    def claim(self, agent: str = "agent-1", desk: SqlDeskStore | None = None) -> Claim:
        """Lets somebody on the staff take the conversation; they have ten minutes."""
        until = self.now + timedelta(minutes=10)
        told = Reply("Nora vous répond.", "handoff_claimed", 1, {"name": "Nora"})
        return (desk or self.desk).claim(staff(agent), self.id, self.now, told, until)

    def hand_back(self, agent: str = "agent-1") -> Change:
        told = Reply("De nouveau le bot.", "handoff_handed_back", 1, {"name": "Nora"})
        return self.desk.hand_back(staff(agent), self.id, self.now, told)

    def state(self) -> ConversationState:
        return self.store.conversation(self.id).state

    def events(self) -> list[str]:
        """Returns the kinds of what happened, in order."""
        return [each.kind.value for each in self.desk.timeline(self.id, 0, 1).events]

    def effect(self, state: EffectState, outcome: Any = None, key: str = "k1") -> Effect:
        request = {"number": "FO21B8A4C9", "days": 2}
        return Effect(key, self.id, 1, "request_extension", self.seller_id, request, state, outcome)

    def texts(self) -> list[tuple[int, str, str]]:
        """Returns number, author and text of all messages."""
        found = self.store.messages_after(self.id, 0)
        return [(each.number, each.author.value, each.text) for each in found]


def run_together(work: Callable[[int], Any], workers: int) -> Sequence[Any]:
    """Runs ``work(0)`` to ``work(workers - 1)`` at once, and returns what they returned."""
    start = threading.Barrier(workers)

    def run(number: int) -> Any:
        start.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def other_engine(engine: Engine, database_url: str) -> Iterator[Engine]:
    """An engine on the same database, as another process would have."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlConversationStore:
    return SqlConversationStore(engine, lease_seconds=60)


@pytest.fixture
def other_store(other_engine: Engine) -> SqlConversationStore:
    return SqlConversationStore(other_engine, lease_seconds=60)


@pytest.fixture
def chat(store: SqlConversationStore) -> Chat:
    return Chat(store)


@pytest.fixture
def other_chat(store: SqlConversationStore) -> Chat:
    """A conversation of another seller."""
    return Chat(store, "seller-2")


@pytest.fixture
def together() -> Callable[[Callable[[int], Any], int], Sequence[Any]]:
    """Returns what runs one function many times at once."""
    return run_together
