"""Limits of how often a caller may do a thing, counted over all replicas in Redis."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from typing import Any

import redis
from limits.aio.storage import Storage
from redis.asyncio import BlockingConnectionPool, Redis

from bot.adapters.rate_limits import WindowRateLimits
from bot.errors import SettingsError

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 0.3
"""How long a caller waits for Redis at most, once in REST_SECONDS."""
REST_SECONDS = 2.0
"""How long nobody asks a Redis that failed, until one caller tries again."""
MOST_CONNECTIONS = 32

_INCREASE = """\
local count = redis.call("INCRBY", KEYS[1], ARGV[2])
if redis.call("TTL", KEYS[1]) < 0 then redis.call("EXPIRE", KEYS[1], ARGV[1]) end
return count
"""


class RedisCounts(Storage):  # type: ignore[misc]
    """Keeps counters for the library ``limits``.

    Its own asynchronous storage needs another client of Redis than the one that came with Rasa,
    and newer versions of it do not install beside Rasa.
    """

    STORAGE_SCHEME = None

    def __init__(self, url: str) -> None:
        super().__init__(url)
        try:
            pool = BlockingConnectionPool.from_url(
                url,
                max_connections=MOST_CONNECTIONS,
                timeout=LONGEST_SECONDS,
                socket_connect_timeout=LONGEST_SECONDS,
                socket_timeout=LONGEST_SECONDS,
                client_name="assistant-limits",
            )
        except ValueError as error:
            raise SettingsError("ASSISTANT_REDIS_URL is no URL of a Redis") from error
        self._redis: Any = Redis(connection_pool=pool)

    async def incr(
        self, key: str, expiry: int, elastic_expiry: bool = False, amount: int = 1
    ) -> int:
        """Counts, and returns the count; the window begins with its first call."""
        return int(await self._redis.eval(_INCREASE, 1, key, expiry, amount))

    async def get(self, key: str) -> int:
        """Returns a count."""
        return int(await self._redis.get(key) or 0)

    async def get_expiry(self, key: str) -> int:
        """Returns when a count's window ends, in seconds since 1970."""
        return math.ceil(time.time() + max(int(await self._redis.pttl(key)), 0) / 1000)

    async def check(self) -> bool:
        """Tells whether Redis answers."""
        return bool(await self._redis.ping())

    async def reset(self) -> None:
        """Is not offered: other things may live in that Redis."""
        raise NotImplementedError

    async def clear(self, key: str) -> int:
        """Forgets a count."""
        return int(await self._redis.delete(key))


class RedisRateLimits:
    """Counts callers over all replicas, and here alone for as long as Redis is away.

    Both are counted all the time, so that nobody gets a fresh allowance when Redis is lost.
    Raises SettingsError for a rate or a URL that cannot be read.
    """

    def __init__(self, rates: Mapping[str, str], url: str) -> None:
        self._here = WindowRateLimits(rates)
        self._everywhere = WindowRateLimits(rates, RedisCounts(url))
        self._asks_again_at = 0.0
        self._works = True

    async def hit(self, limit: str, caller: str, cost: int = 1) -> None:
        """Counts one call, or what is worth ``cost`` calls, under the limit of that name.

        Raises TooManyRequests when the caller has reached it, here or over all replicas.
        """
        await self._here.hit(limit, caller, cost)
        now = time.monotonic()
        if now < self._asks_again_at:
            return
        if not self._works:  # one tries; the others do not wait with it
            self._asks_again_at = now + REST_SECONDS
        try:
            counted = self._everywhere.hit(limit, caller, cost)
            await asyncio.wait_for(counted, LONGEST_SECONDS)
        except (redis.RedisError, OSError, asyncio.TimeoutError) as error:
            self._rest(error)
        else:
            self._go_on()

    def _rest(self, error: Exception) -> None:
        self._asks_again_at = time.monotonic() + REST_SECONDS
        if self._works:
            self._works = False
            logger.warning("limits are counted in this process alone: %r", error)

    def _go_on(self) -> None:
        self._asks_again_at = 0.0
        if not self._works:
            self._works = True
            logger.info("limits are counted over all replicas again")
