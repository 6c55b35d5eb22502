"""One extension through everything that can go wrong at once: one request, one true receipt.

A client that loses its connections, the replica that works for it killed right after the
marketplace acted, the request sent again by another, and a marketplace that then lets every try
run into its time limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable

import pytest
import sqlalchemy as sa

from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.tables import conversations
from cluster.evidence import Evidence, read_marketplace, read_store
from cluster.faults import Fault, Mode
from cluster.population import tokens_of_demo
from cluster.seller_client import SellerClient
from cluster.sellers import Sellers
from cluster.verdict import findings
from cluster.whole import Cluster

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]
UNKNOWN, RECEIPT = "extension_outcome_unknown", "extension_receipt"


def worker_of(cluster: Cluster, conversation: str) -> int:
    """The process that has the turn of a conversation, by its lease; 0 when none has."""
    engine = create_engine(cluster.database_url)
    statement = sa.select(conversations.c.lease_owner).where(conversations.c.id == conversation)
    try:
        with reading(engine) as connection:
            owner = connection.execute(statement).scalar_one()
    finally:
        engine.dispose()
    return int(owner.partition("-")[0]) if owner else 0


async def until(done: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(done):
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def talking(cluster: Cluster, seller: str) -> AsyncIterator[SellerClient]:
    client = SellerClient(cluster.url, seller, tokens_of_demo(), random.Random(7), sockets=True)
    await client.open()
    try:
        yield client
    finally:
        await client.close()


async def cut_while(client: SellerClient, sending: asyncio.Task[object]) -> None:
    """Cuts all connections again and again until what is being sent was accepted."""
    for _ in range(4):
        await client.cut()
        await asyncio.sleep(0.15)
    await sending


async def story(cluster: Cluster) -> tuple[SellerClient, str]:
    market = cluster.marketplace
    assert market is not None
    seller = await Sellers(market.orders, random.Random(7)).new()
    number = seller.orders[0]
    async with talking(cluster, seller.id) as client:
        asked = await client.write(f"prolonge {number} de 4 jours, panne d'internet")
        await client.answer_to(asked, 60)
        assert client.last["response"] == "extension_confirm"
        market.be_faulty(Fault(Mode.HANG_AFTER_ACTING, seconds=8))
        button = client.last["buttons"][0]["token"]
        await cut_while(client, asyncio.create_task(client.press(button)))
        await until(lambda: len(market.orders.requests_of(number)) == 1)

        # It acted and does not answer: who asked is killed, another one asks again, in vain.
        pid = worker_of(cluster, client.transcript.conversation)
        (worker,) = [replica for replica in cluster.replicas if replica.pid == pid]
        worker.kill()
        market.be_faulty(Fault(Mode.HANG_AFTER_ACTING, times=3, seconds=8))
        worker.start(wait=False)
        await client.send_again(client.transcript.sent[-1])
        assert await client.until(lambda: client.last.get("response") == UNKNOWN, 90)
        await client.cut()
        assert await client.until(lambda: client.last.get("response") == RECEIPT, 90)
        await client.send_again(client.transcript.sent[-1])
        await client.catch_up()
    await asyncio.to_thread(worker.wait_until_ready)
    return client, number


def test_one_request_and_one_true_receipt(cluster: Cluster) -> None:
    assert cluster.marketplace is not None
    client, number = asyncio.run(story(cluster))
    (request,) = cluster.marketplace.orders.requests_of(number)
    assert (request.days, request.reason) == (4, "panne d'internet")
    shown = [client.transcript.shown[n].get("response") for n in sorted(client.transcript.shown)]
    assert shown == [None, "extension_confirm", None, UNKNOWN, RECEIPT]
    name = client.transcript.conversation
    stored = {name: read_store(cluster.database_url)[name]}
    requests = [
        made
        for made in read_marketplace(cluster.marketplace.database_url)
        if made.key and made.key.startswith(name)
    ]
    assert findings(Evidence(stored, requests, [client.transcript])) == []
