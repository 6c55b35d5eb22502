"""News of conversations within this process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator


class LiveListener:
    """Waits for news on its own event loop; news that comes meanwhile is one piece of news."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Returns at once when there was news since the last call, at the latest after a time."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(seconds, 0))
        self._news.clear()

    def tell(self) -> None:
        """Lets the listener go on; any thread may call it."""
        with contextlib.suppress(RuntimeError):  # its loop has ended: nobody waits there
            self._loop.call_soon_threadsafe(self._news.set)


class LiveHub:
    """Tells the listeners in this process; replicas need one that reaches the others too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, set[LiveListener]] = {}

    def publish(self, conversation_id: str) -> None:
        """Tells all listeners of a conversation; never blocks, and any thread may call it."""
        with self._lock:
            told = list(self._listeners.get(conversation_id, ()))
        for listener in told:
            listener.tell()

    @contextlib.asynccontextmanager
    async def listening(self, conversation_id: str) -> AsyncIterator[LiveListener]:
        """Registers a listener for as long as the context lasts."""
        listener = LiveListener()
        with self._lock:
            self._listeners.setdefault(conversation_id, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                left = self._listeners[conversation_id]
                left.discard(listener)
                if not left:
                    del self._listeners[conversation_id]
