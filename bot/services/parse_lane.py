"""The model's time for what is not a turn: one text at a time, and never more than a share."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import AssistantBusy, AssistantUnavailable
from bot.services.ports import Assistant

LONGEST_REST = 0.5
SECONDS_A_TEXT = 0.05
"""What one text is taken to cost when somebody is told when to come back."""


class ParseLane:
    """Reads texts with the model beside sellers' turns.

    Whoever waits is served in turn, one text each, so that a batch of a hundred does not keep a
    single ticket waiting. After every text the lane rests as long as the text took: sellers'
    turns find the model free at least half of the time, more when it is slow because of them.
    ``waiting`` is for how many texts room is kept now.
    """

    def __init__(
        self, assistant: Assistant, *, most_waiting: int = 300, seconds: float = 20.0
    ) -> None:
        self._assistant = assistant
        self._most_waiting = most_waiting
        self._seconds = seconds
        self.waiting = 0
        self._lock = asyncio.Lock()

    @contextlib.contextmanager
    def admitted(self, count: int) -> Iterator[None]:
        """Keeps room for so many texts; raises AssistantBusy when there is none."""
        if self.waiting + count > self._most_waiting:
            raise AssistantBusy(math.ceil(1 + self.waiting * SECONDS_A_TEXT))
        self.waiting += count
        try:
            yield
        finally:
            self.waiting -= count

    async def parse(self, text: str) -> Mapping[str, Any]:
        """Returns what the model understands of a text.

        Raises AssistantUnavailable when there is no model or it does not answer in time.
        """
        async with self._lock:
            began = time.monotonic()
            try:
                return await asyncio.wait_for(self._assistant.parse(text), self._seconds)
            except (asyncio.TimeoutError, TimeoutError) as error:
                raise AssistantUnavailable("the model did not read a text in time") from error
            finally:
                await asyncio.sleep(min(time.monotonic() - began, LONGEST_REST))


def parse_now(assistant: Assistant, text: str, seconds: float = 15.0) -> Mapping[str, Any]:
    """Returns what the model understands; for threads, as the assistant has its own loop.

    Raises AssistantUnavailable when there is no model or it does not answer in time.
    """

    async def parse() -> Mapping[str, Any]:
        return await asyncio.wait_for(assistant.parse(text), seconds)

    try:
        return asyncio.run(parse())
    except (asyncio.TimeoutError, TimeoutError) as error:
        raise AssistantUnavailable("the model did not read a text in time") from error
