"""Who waits for the answer to a message, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import AssistantUnavailable

LOOK_AGAIN = 0.5
"""Seconds after which the table is asked: another process may have answered."""


class AwaitedAnswers:
    """Lets requests wait until their message is answered, by this process or another."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], list[asyncio.Future[None]]] = {}

    async def wait(
        self,
        conversation_id: str,
        number: int,
        is_done: Callable[[], Awaitable[bool]],
        seconds: float,
    ) -> None:
        """Returns once the message is answered; ``is_done`` asks the table.

        Raises AssistantUnavailable when its turn failed or the time is over.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        waiting = self._waiting.setdefault((conversation_id, number), [])
        waiting.append(future)
        deadline = loop.time() + seconds
        try:
            while not future.done():
                await asyncio.wait([future], timeout=LOOK_AGAIN)
                if not future.done() and await is_done():
                    return
                if loop.time() > deadline:
                    raise AssistantUnavailable("the answer is late; the message is kept")
            future.result()
        finally:
            waiting.remove(future)
            if not waiting:
                self._waiting.pop((conversation_id, number), None)

    def tell(self, conversation_id: str, number: int, error: Exception | None) -> None:
        """Tells those who wait for a message that it is answered, or why it is not yet."""
        for future in self._waiting.get((conversation_id, number), ()):
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                late = AssistantUnavailable("the message is kept and will be answered")
                late.__cause__ = error
                future.set_exception(late)
