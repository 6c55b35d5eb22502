"""How much is done at once, and who waits for that: so that being busy never means being lost."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator

from bot.errors import Overloaded

LONGEST_RETRY = 30
"""The most seconds after which somebody refused is asked to come back."""
_WEIGHT = 0.1  # of the newest in the moving average


class Gate:
    """Lets so many in at once; others wait in line, the first to come the first to go in.

    ``most_waiting`` is how long the line may be, and ``patience`` how many seconds somebody waits
    in it; without them the line is open to all. For one event loop.
    """

    def __init__(
        self, at_once: int, most_waiting: float = math.inf, patience: float | None = None
    ) -> None:
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._patience = patience
        self._line: deque[asyncio.Future[None]] = deque()
        self._mean_seconds = 0.05
        self.inside = 0

    @property
    def waiting(self) -> int:
        """Returns how many wait in line."""
        return len(self._line)

    @property
    def retry_after(self) -> int:
        """Returns in how many seconds those who wait now will be through, as things go."""
        seconds = self.waiting * self._mean_seconds / self._at_once
        return max(1, min(LONGEST_RETRY, math.ceil(1 + seconds)))

    @contextlib.asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Holds a place inside while the context lasts; raises Overloaded when there is none."""
        await self._enter()
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            self._mean_seconds += _WEIGHT * (took - self._mean_seconds)
            self._leave()

    async def _enter(self) -> None:
        if self.inside < self._at_once and not self._line:
            self.inside += 1
            return
        if self.waiting >= self._most_waiting:
            raise Overloaded(self.retry_after)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            await asyncio.wait_for(asyncio.shield(place), self._patience)
        except (asyncio.TimeoutError, TimeoutError) as error:
            self._give_up(place)
            raise Overloaded(self.retry_after) from error
        except asyncio.CancelledError:
            self._give_up(place)
            raise

    def _give_up(self, place: asyncio.Future[None]) -> None:
        """Leaves the line; a place that was given in the same moment goes to the next one."""
        if place.done():
            self._leave()
        else:
            self._line.remove(place)

    def _leave(self) -> None:
        if self._line:
            self._line.popleft().set_result(None)  # the place inside passes on
        else:
            self.inside -= 1
