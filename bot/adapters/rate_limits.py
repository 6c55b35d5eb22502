"""Limits of how often a caller may do a thing, counted by the library ``limits``."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import limits
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter

from bot.errors import SettingsError, TooManyRequests


class WindowRateLimits:
    """Counts calls in fixed windows.

    ``rates`` maps a limit's name to rates such as ``30/minute;400/hour``. ``storage`` keeps the
    counts, by default this process's memory. Raises SettingsError for a rate that cannot be read.
    """

    def __init__(self, rates: Mapping[str, str], storage: Storage | None = None) -> None:
        self._storage = storage or MemoryStorage()  # the limiter holds it weakly
        self._limiter = FixedWindowRateLimiter(self._storage)
        try:
            self._rates = {name: limits.parse_many(rate) for name, rate in rates.items()}
        except ValueError as error:
            raise SettingsError(f"a rate limit cannot be read: {error}") from error

    async def hit(self, limit: str, caller: str, cost: int = 1) -> None:
        """Counts one call, or what is worth ``cost`` calls, under the limit of that name.

        Raises TooManyRequests when the caller has reached it.
        """
        for rate in self._rates[limit]:
            if not await self._limiter.hit(rate, limit, caller, cost=cost):
                ends_at, _ = await self._limiter.get_window_stats(rate, limit, caller)
                raise TooManyRequests(limit, max(1, math.ceil(ends_at - time.time())))
