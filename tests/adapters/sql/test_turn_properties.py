"""What holds after any sequence of messages, turns, crashes, claims and hand-backs."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import ClassVar
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine
from bot.errors import AlreadyClaimed, ConversationMoved, NotHolder
from bot.services.ports import IncomingMessage, TurnCommit, TurnStart
from bot.support.conversations import Author, Message, MessageStatus, Reply
from tests.databases import Databases

from .conftest import staff

TOLD = Reply("Nora vous répond.", "handoff_claimed", 1)
OWNERS = st.sampled_from(["one", "two"])
AGENTS = st.sampled_from(["agent-1", "agent-2"])


@pytest.fixture(autouse=True, scope="module")
def given_databases(databases: Databases) -> None:
    Turns.databases = databases


class Turns(RuleBasedStateMachine):
    """Two owners and two agents at one conversation."""

    engine_name = "sqlite"
    databases: ClassVar[Databases]

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.engine = create_engine(
            self.around.enter_context(self.databases.migrated(self.engine_name))
        )
        self.store = SqlConversationStore(self.engine, lease_seconds=60)
        self.desk = SqlDeskStore(self.engine)
        self.now = datetime(2026, 3, 2, tzinfo=timezone.utc)
        self.id = self.store.open_conversation("seller-1", "site", self.now).id
        self.running: list[tuple[str, TurnStart]] = []  # crashed and late ones included
        self.fences: list[int] = []
        self.answered: list[int] = []
        self.holder: str | None = None

    def teardown(self) -> None:
        self.engine.dispose()
        self.around.close()

    def stored(self) -> list[Message]:
        return self.store.messages_after(self.id, 0, limit=1_000)

    def begun(self, owner: str, start: TurnStart | None) -> None:
        if start is not None:
            self.running.append((owner, start))
            self.fences.append(start.conversation.fence)

    @rule(owner=OWNERS)
    def say(self, owner: str) -> None:
        message = IncomingMessage("bonjour", uuid4().hex)
        self.begun(owner, self.store.accept(self.id, message, owner, self.now).turn)

    @rule(owner=OWNERS)
    def begin(self, owner: str) -> None:
        self.begun(owner, self.store.begin_turn(self.id, owner, self.now))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), replies=st.integers(0, 2))
    def commit(self, data: st.DataObject, replies: int) -> None:
        owner, start = data.draw(st.sampled_from(self.running))
        reply = Reply("Bonjour !", "greet", 1)
        commit = TurnCommit(start, (reply,) * replies, "{}", {}, "m1")
        try:
            self.store.commit_turn(commit, owner, self.now)
        except ConversationMoved:
            return
        assert start.conversation.fence == self.fences[-1], "a late owner committed"
        assert self.holder is None, "the bot spoke while an agent held the conversation"
        self.answered += [message.number for message in start.messages]

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def abandon(self, data: st.DataObject) -> None:
        owner, start = data.draw(st.sampled_from(self.running))
        self.store.abandon_turn(start, owner, self.now)

    @rule(agent=AGENTS)
    def claim(self, agent: str) -> None:
        try:
            self.desk.claim(staff(agent), self.id, self.now, TOLD, self.now)
        except AlreadyClaimed:
            assert self.holder not in (None, agent)
        self.holder = self.holder or agent

    @rule(agent=AGENTS)
    def hand_back(self, agent: str) -> None:
        try:
            self.desk.hand_back(staff(agent), self.id, self.now, TOLD)
        except NotHolder:
            assert self.holder != agent
            return
        assert self.holder == agent
        self.holder = None

    @rule(seconds=st.sampled_from([1, 59, 61]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def numbers_have_no_gap(self) -> None:
        numbers = [message.number for message in self.stored()]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_lease_has_a_higher_fence(self) -> None:
        assert self.fences == sorted(set(self.fences))

    @invariant()
    def a_message_is_answered_once_and_then_done(self) -> None:
        assert len(self.answered) == len(set(self.answered))
        stored = {message.number: message for message in self.stored()}
        assert all(stored[each].status is MessageStatus.DONE for each in self.answered)

    @invariant()
    def the_bot_answers_only_what_it_committed(self) -> None:
        said = [each for each in self.stored() if each.author is Author.BOT]
        spoken = {each.reply_to for each in said if each.response != TOLD.response}
        assert spoken <= set(self.answered)

    @invariant()
    def no_message_is_lost(self) -> None:
        """What is still received is found again once every lease has run out."""
        waiting = any(each.status is MessageStatus.RECEIVED for each in self.stored())
        found = self.store.waiting_conversations(self.now + timedelta(seconds=61))
        assert bool(found) == waiting


TestTurns = Turns.TestCase
TestTurns.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


class TurnsOnPostgres(Turns):
    """The same on the other engine."""

    engine_name = "postgresql"


TestTurnsOnPostgres = TurnsOnPostgres.TestCase
TestTurnsOnPostgres.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
