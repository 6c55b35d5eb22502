"""News reaches whoever listens, from any thread, and nobody else."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from bot.adapters.live_hub import LiveHub
from bot.services.site_ports import Hub, Listener

LONG = 30.0


async def returned_early(listener: Listener) -> bool:
    """Tells whether a wait ended because of news."""
    before = time.monotonic()
    await listener.wait(LONG)
    return time.monotonic() - before < LONG / 2


def test_it_is_a_hub() -> None:
    hub: Hub = LiveHub()  # mypy checks the signatures
    hub.publish("nobody listens")


def test_news_wakes_every_listener_of_that_conversation() -> None:
    async def scenario() -> None:
        hub = LiveHub()
        async with (
            hub.listening("a") as one,
            hub.listening("a") as two,
            hub.listening("b") as other,
        ):
            hub.publish("a")
            assert await returned_early(one) and await returned_early(two)
            await other.wait(0.05)
            assert not other._news.is_set()

    asyncio.run(scenario())


def test_news_between_two_waits_is_not_lost_and_is_told_once() -> None:
    async def scenario() -> None:
        hub = LiveHub()
        async with hub.listening("a") as listener:
            for _ in range(100):
                hub.publish("a")
            assert await returned_early(listener)
            waiting = asyncio.create_task(listener.wait(LONG))
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done
            hub.publish("a")
            await asyncio.wait_for(waiting, LONG / 2)

    asyncio.run(scenario())


def test_any_thread_may_tell() -> None:
    async def scenario() -> None:
        hub = LiveHub()
        async with hub.listening("a") as listener:
            threading.Timer(0.1, hub.publish, ["a"]).start()
            assert await returned_early(listener)

    asyncio.run(scenario())


def test_who_left_is_forgotten() -> None:
    async def scenario() -> Any:
        hub = LiveHub()
        async with hub.listening("a"):
            pass
        return hub

    hub = asyncio.run(scenario())
    hub.publish("a")
    assert hub._listeners == {}


def test_a_listener_whose_loop_has_ended_disturbs_nobody() -> None:
    hub = LiveHub()

    async def listen() -> None:
        await hub.listening("a").__aenter__()

    asyncio.run(listen())
    hub.publish("a")
