"""Callers are counted over all replicas, and in each by itself while there is no Redis."""

from __future__ import annotations

import asyncio
import socket
from uuid import uuid4

import pytest

from bot.adapters import redis_counts
from bot.adapters.redis_counts import RedisRateLimits
from bot.errors import SettingsError, TooManyRequests
from bot.services.site_ports import RateLimits
from cluster.redis_server import RedisServer

LONG = 5.0
"""Seconds that Redis is waited for where it answers, which may be slow on a busy machine."""
RATES = {"messages": "4/hour", "calls": "100/hour"}


async def allowed(limits: RateLimits, caller: str, calls: int) -> int:
    """Calls so often, and returns how many were let through."""
    let_through = 0
    for _ in range(calls):
        try:
            await limits.hit("messages", caller)
        except TooManyRequests:
            continue
        let_through += 1
    return let_through


def test_two_replicas_count_together(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_counts, "LONGEST_SECONDS", LONG)

    async def scenario() -> None:
        one, other = (RedisRateLimits(RATES, redis_server.url) for _ in range(2))
        caller = uuid4().hex
        assert await allowed(one, caller, 3) == 3
        assert await allowed(other, caller, 3) == 1
        with pytest.raises(TooManyRequests) as refused:
            await other.hit("messages", caller)
        assert 3_500 < refused.value.retry_after <= 3_601
        await other.hit("messages", uuid4().hex)  # each for themselves

    asyncio.run(scenario())


def test_without_redis_each_goes_on_counting_where_it_was(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_counts, "LONGEST_SECONDS", LONG)
    monkeypatch.setattr(redis_counts, "REST_SECONDS", 0.2)

    async def scenario() -> None:
        one, other = (RedisRateLimits(RATES, redis_server.url) for _ in range(2))
        caller = uuid4().hex
        assert await allowed(one, caller, 2) == 2
        redis_server.kill()
        assert await allowed(one, caller, 9) == 2
        assert await allowed(other, caller, 9) == 4  # it has seen nothing of that caller
        redis_server.start()
        while not (one._works and other._works):  # what Redis held is lost, and nobody refused
            await asyncio.sleep(0.05)
            for limits in (one, other):
                await limits.hit("calls", uuid4().hex)
        new = uuid4().hex
        assert await allowed(one, new, 2) + await allowed(other, new, 9) == 4

    asyncio.run(asyncio.wait_for(scenario(), 60))


def test_many_at_once_pass_a_redis_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> list[object]:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            limits = RedisRateLimits(RATES, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
            calls = [limits.hit("messages", str(number)) for number in range(200)]
            return list(await asyncio.gather(*calls, return_exceptions=True))

    assert asyncio.run(asyncio.wait_for(scenario(), 60)) == [None] * 200


def test_what_is_no_url_of_a_redis_is_a_setting_to_correct() -> None:
    with pytest.raises(SettingsError):
        RedisRateLimits(RATES, "nowhere")
    with pytest.raises(SettingsError):
        RedisRateLimits({"calls": "often"}, "redis://127.0.0.1:1/0")
