"""One conversation served by two replicas over one database: each message once, and in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.content_yaml import load_content
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine
from bot.services.conversations import Conversations
from bot.services.gate import Gate
from bot.services.live_content import LiveContent
from bot.services.ports import Accepted, IncomingMessage, Turn, TurnResult
from bot.services.turn_scope import TurnScopes
from bot.services.turns import Turns
from bot.support.conversations import Author, Message, MessageStatus, Reply
from bot.support.responses import Content

DATA = Path(__file__).resolve().parents[2] / "data"
LEASE = 30


class Remembering:
    """Answers with what it was asked, and remembers in its tracker all that was asked before."""

    model = "m1"

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.free = asyncio.Event()
        self.free.set()

    async def respond(self, turn: Turn) -> TurnResult:
        self.turns.append(turn)
        await self.free.wait()
        past = json.loads(turn.tracker or "[]")
        tracker = json.dumps([*past, turn.text])
        return TurnResult((Reply(f"lu : {turn.text}", "answer", 1),), tracker, {}, self.model)


class Replica:
    """What one process has."""

    def __init__(self, url: str, name: str, clock: MovableClock, content: Content) -> None:
        self.engine = create_engine(url)
        self.store = SqlConversationStore(self.engine, LEASE)
        self.assistant = Remembering()
        self.threads = ThreadPoolExecutor(4)
        common: dict[str, Any] = {
            "owner": name, "threads": self.threads, "told": lambda topic: None, "turn_seconds": 20
        }  # fmt: skip
        live = LiveContent(content)
        turns = Turns(
            self.store, self.assistant, live, TurnScopes(), clock,  # type: ignore[arg-type]
            gate=Gate(4), burst_seconds=1.0, **common,
        )  # fmt: skip
        self.conversations = Conversations(
            self.store, turns, live, clock, most_waiting=100, patience=30, **common
        )

    def stop(self) -> None:
        self.threads.shutdown()
        self.engine.dispose()


class Rig:
    """Two replicas, and a seller's conversation."""

    def __init__(self, url: str, content: Content) -> None:
        self.clock = MovableClock()
        self.one = Replica(url, "one", self.clock, content)
        self.other = Replica(url, "other", self.clock, content)
        self.store = self.one.store
        self.conversation = self.store.open_conversation("lea", "site", self.clock.now())
        self._count = 0

    async def say(self, at: Replica, text: str) -> Accepted:
        self._count += 1
        incoming = IncomingMessage(text, f"client-{self._count}")
        return await at.conversations.receive(self.conversation, incoming)

    async def settled(self) -> None:
        """Returns once nothing waits and nothing runs, whoever runs it."""
        while any(m.status is MessageStatus.RECEIVED for m in self.said()):
            for replica in (self.one, self.other):
                await replica.conversations.drain()
                await replica.conversations.recover()
            await asyncio.sleep(0.01)

    def said(self) -> list[Message]:
        return self.store.messages_after(self.conversation.id, 0, 1_000)

    def texts(self) -> list[str]:
        return [message.text for message in self.said()]

    def tracker(self) -> list[str]:
        with self.one.engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT tracker FROM conversations").one()
        remembered: list[str] = json.loads(row[0])
        return remembered


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(DATA, "https://example.com/{article}")


@pytest.fixture
def run(
    database_url: str, content: Content
) -> Iterator[Callable[[Callable[[Rig], Coroutine[Any, Any, None]]], None]]:
    """Returns what runs a scenario over two replicas."""
    rigs = []

    def running(scenario: Callable[[Rig], Coroutine[Any, Any, None]]) -> None:
        async def begun() -> None:
            rigs.append(Rig(database_url, content))
            await scenario(rigs[-1])

        asyncio.run(asyncio.wait_for(begun(), 60))

    yield running
    for rig in rigs:
        rig.one.stop()
        rig.other.stop()


def test_what_comes_to_the_other_replica_meanwhile_is_answered_by_who_runs_the_turn(
    run: Any,
) -> None:
    async def scenario(rig: Rig) -> None:
        rig.one.assistant.free.clear()
        await rig.say(rig.one, "où en est FO1 ?")
        while not rig.one.assistant.turns:
            await asyncio.sleep(0.01)
        assert (await rig.say(rig.other, "et FO2 ?")).turn is None
        assert await rig.other.conversations.recover() == 0
        rig.one.assistant.free.set()
        await rig.one.conversations.drain()  # nobody has to look at the table for it
        assert rig.texts() == [
            "où en est FO1 ?", "et FO2 ?", "lu : où en est FO1 ?", "lu : et FO2 ?"
        ]  # fmt: skip
        assert rig.other.assistant.turns == []

    run(scenario)


def test_fragments_that_come_to_two_replicas_are_read_together(run: Any) -> None:
    async def scenario(rig: Rig) -> None:
        await rig.say(rig.one, "bonjour")
        await rig.say(rig.other, "mon client répond plus")
        await rig.settled()
        assert rig.texts()[2:] == ["lu : bonjour\nmon client répond plus"]
        assert [m.reply_to for m in rig.said() if m.author is Author.BOT] == [2]

    run(scenario)


def test_a_replica_goes_on_from_what_the_other_one_remembered(run: Any) -> None:
    async def scenario(rig: Rig) -> None:
        texts = [f"question {number} ?" for number in range(6)]
        for number, text in enumerate(texts):
            replica = (rig.one, rig.other)[number % 2]
            await rig.say(replica, text)
            await replica.conversations.drain()
            remembered = json.loads(replica.assistant.turns[-1].tracker or "[]")
            assert remembered == texts[:number]
        assert rig.tracker() == texts

    run(scenario)


def test_messages_to_both_at_once_are_each_answered_once_and_in_order(run: Any) -> None:
    async def scenario(rig: Rig) -> None:
        said = [
            rig.say((rig.one, rig.other)[number % 2], f"question {number} ?")
            for number in range(40)
        ]
        await asyncio.gather(*said)
        await rig.settled()
        messages = rig.said()
        assert [m.number for m in messages] == list(range(1, len(messages) + 1))
        asked = [m.text for m in messages if m.author is Author.SELLER]
        read = [line for turn in rig.tracker() for line in turn.split("\n")]
        assert sorted(asked) == sorted(f"question {number} ?" for number in range(40))
        assert read == asked
        answered = [m.reply_to or 0 for m in messages if m.author is Author.BOT]
        assert answered == sorted(set(answered)) and len(answered) == len(rig.tracker())

    run(scenario)


def test_the_turn_of_a_replica_that_died_is_taken_over_when_its_lease_ends(run: Any) -> None:
    async def scenario(rig: Rig) -> None:
        incoming = IncomingMessage("où en est FO1 ?", "client-0")
        lost = rig.store.accept(rig.conversation.id, incoming, "dead", rig.clock.now()).turn
        assert lost is not None
        assert (await rig.say(rig.other, "allô ?")).turn is None
        assert await rig.other.conversations.recover() == 0
        rig.clock.move(timedelta(seconds=LEASE))
        assert await rig.other.conversations.recover() == 1
        await rig.other.conversations.drain()
        assert rig.texts() == [
            "où en est FO1 ?", "allô ?", "lu : où en est FO1 ?", "lu : allô ?"
        ]  # fmt: skip

    run(scenario)


def test_two_replicas_that_recover_at_once_begin_one_turn(run: Any) -> None:
    async def scenario(rig: Rig) -> None:
        incoming = IncomingMessage("où en est FO1 ?", "client-0")
        rig.store.accept(rig.conversation.id, incoming, "dead", rig.clock.now())
        rig.clock.move(timedelta(seconds=LEASE))
        begun = await asyncio.gather(
            *(replica.conversations.recover() for replica in (rig.one, rig.other) * 3)
        )
        assert sum(begun) == 1
        await rig.settled()
        assert rig.texts() == ["où en est FO1 ?", "lu : où en est FO1 ?"]

    run(scenario)
