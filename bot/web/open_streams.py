"""How many streams somebody has open at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from starlette.websockets import WebSocket

from bot.errors import TooManyRequests


@contextlib.contextmanager
def counted(
    websocket: WebSocket, whose: str, most: int, limit: str, retry_after: int
) -> Iterator[None]:
    """Counts somebody's stream while it lasts, in the state of the app that serves it.

    Raises TooManyRequests, under the name ``limit`` and with the seconds to wait, for one too many.
    """
    streams: dict[str, int] = websocket.app.state.streams
    if streams.get(whose, 0) >= most:
        raise TooManyRequests(limit, retry_after)
    streams[whose] = streams.get(whose, 0) + 1
    try:
        yield
    finally:
        streams[whose] -= 1
        if not streams[whose]:
            del streams[whose]
