"""Two replicas behind nginx, over PostgreSQL and Redis: a seller on one, an agent on the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import redis
import requests
import sqlalchemy as sa

from bot.adapters.demo_orders import demo_orders
from bot.adapters.redis_link import CHANNEL
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.tables import events, jobs
from bot.support.accounts import DEMO_PASSWORD
from bot.support.conversations import Author, ConversationState, Message, Reply
from bot.support.events import EventKind
from bot.support.staff import Role, Staff
from cluster.agent_client import AgentClient
from cluster.chaos import prepare
from cluster.population import tokens_of_demo
from cluster.seller_client import SellerClient
from cluster.whole import Cluster
from tests.waiting import until

pytestmark = [pytest.mark.model, pytest.mark.timeout(400)]

LONG = 90.0
CHANCE = random.Random(7)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start_stores()
        prepare(made)
        assert made.marketplace is not None
        made.marketplace.orders.save(*demo_orders(datetime.now(timezone.utc)))
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def store(cluster: Cluster) -> SqlConversationStore:
    return SqlConversationStore(create_engine(cluster.database_url))


class Words:
    """Hears what the replicas tell each other about conversations."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url)
        self._channel = self._client.pubsub()
        self._channel.subscribe(CHANNEL)
        self.told: list[tuple[str, ...]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def _hear(self) -> None:
        while not self._ended.is_set():
            message = self._channel.get_message(timeout=0.2)
            if message and message["type"] == "message":
                self.told += [tuple(word) for word in json.loads(message["data"])["words"]]

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._channel.close()
        self._client.close()


class Frames:
    """Collects the frames of one WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []

    async def until(self, **wanted: Any) -> None:
        """Returns once a frame with these parts has come, from now on."""

        async def come() -> None:
            while True:
                frame = json.loads((await self.socket.receive()).data)
                self.got.append(frame)
                if wanted.items() <= frame.items():
                    return

        await asyncio.wait_for(come(), LONG)


@contextlib.asynccontextmanager
async def window(base: str, staff: str) -> AsyncIterator[Frames]:
    """Opens an agent's window at one replica, as the browser does."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of a bare address
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        signed_in = {"id": staff, "password": DEMO_PASSWORD}
        async with session.post(f"{base}/api/console/v1/login", json=signed_in) as answer:
            assert answer.status == 200
        stream = f"{base}/api/console/v1/stream"
        async with session.ws_connect(stream, headers={"Origin": base}) as socket:
            frames = Frames(socket)
            await frames.until(type="ready")
            yield frames


@contextlib.asynccontextmanager
async def seller_stream(base: str, seller: str, conversation: str) -> AsyncIterator[Frames]:
    token = tokens_of_demo().issue(seller, timedelta(minutes=10))
    path = f"{base}/api/site/v1/conversations/{conversation}/stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(path) as socket:
        await socket.send_json({"type": "hello", "token": token, "after": 0})
        frames = Frames(socket)
        await frames.until(type="ready")
        yield frames


@contextlib.asynccontextmanager
async def seller_at(base: str, seller: str = "") -> AsyncIterator[SellerClient]:
    """A seller's widget at one replica, or behind nginx."""
    name = seller or f"seller-{uuid.uuid4().hex[:8]}"
    client = SellerClient(base, name, tokens_of_demo(), CHANCE, sockets=True)
    await client.open()
    try:
        yield client
        assert client.transcript.problems == []
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def agent_at(base: str, staff: str) -> AsyncIterator[AgentClient]:
    client = AgentClient(base, staff, CHANCE)
    await client.sign_in()
    try:
        yield client
    finally:
        await client.close()


async def asks_for_human(seller: SellerClient) -> str:
    await seller.write("je veux parler à un humain")
    assert await seller.until(lambda: seller.state == "waiting", LONG)
    return seller.transcript.conversation


async def reads(seller: SellerClient, text: str) -> None:
    shown = seller.transcript.shown
    assert await seller.until(lambda: any(m["text"] == text for m in shown.values()), LONG)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 300))


def listening(cluster: Cluster) -> int:
    """Returns how many listen to what replicas tell each other."""
    try:
        with redis.Redis.from_url(cluster.redis.url) as client:
            return int(client.pubsub_numsub(CHANNEL)[0][1])
    except redis.RedisError:
        return 0


def said(store: SqlConversationStore, conversation: str) -> list[Message]:
    return store.messages_after(conversation, 0, 1_000)


def test_seller_and_agent_talk_over_two_replicas(
    cluster: Cluster, store: SqlConversationStore
) -> None:
    one, other = (replica.url for replica in cluster.replicas)
    until(lambda: listening(cluster) == 2, LONG)
    words = Words(cluster.redis.url)

    async def scenario() -> None:
        async with (
            seller_at(one) as seller,
            agent_at(other, "nora") as agent,
            window(other, "nora") as nora,
        ):
            conversation = await asks_for_human(seller)
            await nora.until(type="queue")
            await nora.socket.send_json({"type": "viewing", "id": conversation})
            epoch = await agent.claim(conversation)
            assert epoch is not None
            async with (
                seller_stream(one, seller.transcript.seller, conversation) as stream,
                window(one, "sam") as colleague,
            ):
                await nora.socket.send_json({"type": "viewing", "id": conversation})
                await colleague.until(type="viewers", id=conversation)
                await nora.socket.send_json({"type": "typing", "id": conversation})
                await stream.until(type="typing", on=True, author="agent")
            for number in range(5):  # a question and its answer, five times
                await seller.write(f"question {number}")
                await nora.until(type="conversation", id=conversation)
                assert await agent.reply(conversation, f"réponse {number}", epoch)
                await reads(seller, f"réponse {number}")
            assert await agent.hand_back(conversation, epoch)
            assert await seller.until(lambda: seller.state == "bot", LONG)
            before = seller.cursor  # the bot's word that it is back stands last already
            await seller.write("comment annuler une commande ?")
            assert await seller.until(
                lambda: seller.cursor >= before + 2 and seller.last["author"] == "bot", LONG
            )
            stored = [(m.number, m.text) for m in said(store, conversation)]
            assert await seller.until(lambda: seller.cursor >= len(stored), LONG)
            shown = [(n, m["text"]) for n, m in sorted(seller.transcript.shown.items())]
            assert shown == stored
            assert ("news", conversation) in words.told

    run(scenario)
    words.close()
    assert {word[0] for word in words.told} >= {"news", "looks", "types", "stopped"}


def test_a_dialogue_goes_on_at_the_other_replica(
    cluster: Cluster, store: SqlConversationStore
) -> None:
    """What the assistant remembers is where both find it, also behind nginx."""
    one, other = (replica.url for replica in cluster.replicas)

    async def scenario() -> None:
        async with seller_at(one, "lea") as seller:
            sent = await seller.write("prolonge FO21B8A4C9")
            assert await seller.answer_to(sent, LONG) is not None
            for base, text in (
                (other, "4 jours"),
                (cluster.url, "panne d'internet"),
                (other, "oui"),
            ):
                seller._base = base + "/api/site/v1"
                sent = await seller.write(text)
                assert await seller.answer_to(sent, LONG) is not None
            conversation = seller.transcript.conversation
        answers = [m.response for m in said(store, conversation) if m.author is Author.BOT]
        assert answers[-1] == "extension_receipt", answers

    run(scenario)
    assert cluster.marketplace is not None
    [request] = cluster.marketplace.orders.requests_of("FO21B8A4C9")
    assert (request.days, request.reason) == (4, "panne d'internet")


def test_one_of_two_claims_wins(cluster: Cluster, store: SqlConversationStore) -> None:
    one, other = (replica.url for replica in cluster.replicas)

    async def scenario() -> None:
        async with contextlib.AsyncExitStack() as stack:
            sellers = [await stack.enter_async_context(seller_at(cluster.url)) for _ in range(8)]
            nora = await stack.enter_async_context(agent_at(one, "nora"))
            sam = await stack.enter_async_context(agent_at(other, "sam"))
            waiting = [await asks_for_human(seller) for seller in sellers]
            for conversation in waiting:
                epochs = await asyncio.gather(nora.claim(conversation), sam.claim(conversation))
                assert sum(epoch is not None for epoch in epochs) == 1
            for conversation in waiting:
                told = [m.response for m in said(store, conversation)]
                assert told.count("handoff_claimed") == 1

    run(scenario)


def test_what_is_due_is_done_once(cluster: Cluster, store: SqlConversationStore) -> None:
    desk, now = SqlDeskStore(store._engine), datetime.now(timezone.utc)
    told = Reply("Nora vous répond.", "handoff_claimed", 1, {"name": "Nora"})
    ids = [store.open_conversation(f"waits-{n}", "site", now).id for n in range(40)]
    for conversation in ids:
        hour_ago, due = now - timedelta(hours=1), now - timedelta(minutes=50)
        desk.claim(Staff("nora", "Nora", Role.AGENT), conversation, hour_ago, told, due)

    def all_expired() -> bool:
        states = [store.conversation(one) for one in ids]
        return all(each and each.state is ConversationState.WAITING for each in states)

    until(all_expired, LONG)
    expired = sa.select(sa.func.count()).where(
        events.c.kind == EventKind.CONVERSATION_CLAIM_EXPIRED.value,
        events.c.conversation_id.in_(ids),
    )
    due_jobs = sa.select(jobs.c.attempts).where(
        jobs.c.kind == "expire_claim", jobs.c.state != "waiting"
    )

    def attempts() -> list[int]:
        with reading(store._engine) as connection:
            return list(connection.execute(due_jobs).scalars())

    until(lambda: len(attempts()) >= len(ids), LONG)  # a job ends after what it did shows
    assert set(attempts()) == {0}
    with reading(store._engine) as connection:
        assert connection.execute(expired).scalar_one() == len(ids)
    for conversation in ids:
        assert [m.response for m in said(store, conversation)].count("handoff_claim_expired") == 1


def test_guesses_are_counted_over_both_replicas(cluster: Cluster) -> None:
    replicas = [replica.url for replica in cluster.replicas]

    def guess(replica: str, account: str) -> int:
        address, body = f"{replica}/api/console/v1/login", {"id": account, "password": "a guess"}
        return requests.post(address, json=body, timeout=30).status_code

    for replica in replicas:  # the first call to Redis may take too long to be counted there
        guess(replica, "somebody else")
    guessed = [guess(replicas[number % 2], "nobody") for number in range(8)]
    assert guessed == [401] * 6 + [429] * 2


def test_without_redis_everything_arrives_and_with_it_pushes_come_back(
    cluster: Cluster, store: SqlConversationStore
) -> None:
    one, other = (replica.url for replica in cluster.replicas)

    async def scenario() -> None:
        async with (
            seller_at(one) as seller,
            agent_at(other, "nora") as agent,
            window(other, "nora") as nora,
        ):
            conversation = await asks_for_human(seller)
            epoch = await agent.claim(conversation)
            assert epoch is not None
            cluster.redis.kill()
            await nora.socket.send_json({"type": "viewing", "id": conversation})
            for number in range(3):
                await seller.write(f"sans Redis {number}")
                await nora.until(type="conversation", id=conversation)
                assert await agent.reply(conversation, f"réponse sans {number}", epoch)
                await reads(seller, f"réponse sans {number}")
            cluster.redis.start()
            await asyncio.to_thread(until, lambda: listening(cluster) == 2, LONG)
            words = Words(cluster.redis.url)
            await asyncio.to_thread(until, lambda: listening(cluster) == 3, LONG)
            await seller.write("avec Redis")
            assert await agent.reply(conversation, "réponse avec", epoch)
            await reads(seller, "réponse avec")
            await asyncio.to_thread(until, lambda: ("news", conversation) in words.told, LONG)
            words.close()
            assert seller.errors == {} and agent.errors == {}  # nothing had to be sent again
            stored = [(m.number, m.text) for m in said(store, conversation)]
            shown = [(n, m["text"]) for n, m in sorted(seller.transcript.shown.items())]
            assert shown == stored

    run(scenario)


def test_the_logs_say_that_redis_went_and_came(cluster: Cluster) -> None:
    for replica in cluster.replicas:
        log = Path(replica.log).read_text("utf-8")
        assert "no more listening through Redis" in log
        assert "Traceback" not in log
