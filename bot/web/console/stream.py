"""Live news for one window of the console, over a WebSocket.

A frame says only *that* something changed, and the page reads again: nothing of a conversation
travels here. The session is looked at before each frame, so that a stream ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.bootstrap import Application
from bot.errors import AssistantError, BadInput, NotSignedIn, StorageError, TooManyRequests
from bot.services.accounts import NEWS as STAFF
from bot.services.desk import QUEUE
from bot.services.presence import seller_typing_topic
from bot.services.site_ports import Listener
from bot.services.slack_health import WARNINGS
from bot.support.accounts import StaffSession
from bot.support.desk import Holder
from bot.web.connections import in_thread, is_own_origin
from bot.web.console.access import session_of
from bot.web.console.presentation import person
from bot.web.open_streams import counted
from bot.web.reading import parse_json

logger = logging.getLogger(__name__)

PRESENCE = "presence"
"""The hub's topic of who looks at what."""
HEARTBEAT_SECONDS = 15
"""The longest silence; news that got lost between processes is found after it at the latest."""
MOST_STREAMS = 20
"""How many windows one person may have open in this process."""
LARGEST_FRAME = 4 * 1024
LONGEST_ID = 64

UNREADABLE, SIGNED_OUT, FORBIDDEN = 4400, 4401, 4403
TOO_MANY, TRY_AGAIN, BROKEN = 4429, 1013, 1011
_CLOSES: dict[type[AssistantError], int] = {
    NotSignedIn: SIGNED_OUT,
    TooManyRequests: TOO_MANY,
    BadInput: UNREADABLE,
    StorageError: TRY_AGAIN,
}


def stream_api(application: Application) -> list[WebSocketRoute]:
    """Returns the route of the stream; everybody on the staff may listen."""
    return [WebSocketRoute("/stream", stream)]


async def stream(websocket: WebSocket) -> None:
    """Serves one window until either side ends it, with a close code that says why."""
    origin = websocket.headers.get("origin")
    if origin is None or not is_own_origin(websocket, origin):
        await websocket.close(FORBIDDEN)
        return
    await websocket.accept()
    try:
        session = await session_of(websocket)
        with counted(websocket, session.staff.id, MOST_STREAMS, "windows", HEARTBEAT_SECONDS):
            await _Window(websocket, session).run()
        return
    except WebSocketDisconnect:
        return
    except AssistantError as error:
        code = next((code for kind, code in _CLOSES.items() if isinstance(error, kind)), BROKEN)
        logger.info("console stream closed with %d: %r", code, error)
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may be gone already
        await websocket.close(code)


class _Window:
    """One window's stream: the queue's news, those of the conversation looked at, and presence."""

    def __init__(self, websocket: WebSocket, session: StaffSession) -> None:
        self._websocket = websocket
        self._session = session
        self._application: Application = websocket.app.state.application
        self._presence = self._application.desk.presence
        self._name = secrets.token_hex(8)
        self._looked_at: str | None = None
        self._watch: asyncio.Task[None] | None = None
        self._shown: dict[str, tuple[Holder, ...]] = {}
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Serves until the client goes; raises what ended it otherwise."""
        hub = self._application.hub
        # All are listening before the page is told to read: nothing falls in between.
        async with (
            hub.listening(QUEUE) as queue,
            hub.listening(STAFF) as staff,
            hub.listening(PRESENCE) as presence,
            hub.listening(WARNINGS) as warnings,
        ):
            await self._send(type="ready")
            tasks = [
                asyncio.create_task(self._tell(queue, type="queue")),
                asyncio.create_task(self._tell(staff, type="ping")),  # looks at the session
                asyncio.create_task(self._tell(warnings, type="warnings")),
                asyncio.create_task(self._tell_viewers(presence)),
                asyncio.create_task(self._listen()),
            ]
            try:
                done, _ = await asyncio.wait(
                    [*tasks, self._failed], return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                tasks += [self._watch] if self._watch else []
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._look_at(None)
            for ended in done:
                ended.result()

    async def _tell(self, news: Listener, **frame: Any) -> None:
        """Sends a frame at each news; also without, since waiting makes cases more urgent."""
        while True:
            await news.wait(HEARTBEAT_SECONDS)
            await self._send(**frame)

    async def _watch_over(self, one: str) -> None:
        watching = [
            asyncio.create_task(self._tell_of(one)),
            asyncio.create_task(self._tell_typing(one)),
        ]
        try:
            await asyncio.gather(*watching)
        finally:
            for task in watching:
                task.cancel()

    async def _tell_typing(self, one: str) -> None:
        async with self._application.hub.listening(seller_typing_topic(one)) as news:
            while True:
                if self._presence.is_seller_typing(one):
                    await self._send(type="typing", id=one, author="seller")
                await news.wait(HEARTBEAT_SECONDS)

    async def _tell_of(self, one: str) -> None:
        async with self._application.hub.listening(one) as news:
            await self._tell(news, type="conversation", id=one)

    async def _tell_viewers(self, news: Listener) -> None:
        while True:
            now = self._presence.everywhere()
            for one in sorted(now.keys() | self._shown.keys()):
                if now.get(one, ()) != self._shown.get(one, ()):
                    viewers = [person(viewer) for viewer in now.get(one, ())]
                    await self._send(type="viewers", id=one, viewers=viewers)
            self._shown = now
            await news.wait(HEARTBEAT_SECONDS)

    async def _listen(self) -> None:
        """Hears what the window looks at and that somebody types, until it is closed."""
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                return
            await self._application.limits.hit("staff", self._session.staff.id)
            text = received.get("text")
            if text is None or len(text) > LARGEST_FRAME:
                raise BadInput("no small text frame")
            await self._hear(parse_json(text))

    async def _hear(self, frame: dict[str, Any]) -> None:
        kind, one = frame.get("type"), frame.get("id")
        if one is not None and not (isinstance(one, str) and 0 < len(one) <= LONGEST_ID):
            raise BadInput("id is none")
        if kind == "viewing":
            self._view(one)
        elif kind == "typing" and one is not None:
            await self._check_session()
            await in_thread(
                self._websocket, self._application.desk.typing, self._session.staff, one
            )
        else:
            raise BadInput("no such frame")

    def _view(self, one: str | None) -> None:
        self._look_at(one)
        if one == self._looked_at:
            return
        if self._watch is not None:
            self._watch.cancel()
        self._looked_at, self._watch = one, None
        if one is not None:
            self._watch = asyncio.create_task(self._watch_over(one))
            self._watch.add_done_callback(self._watch_ended)

    def _watch_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._failed.done():
            self._failed.set_exception(error)

    def _look_at(self, one: str | None) -> None:
        if self._presence.look(self._name, self._session.staff, one):
            self._application.hub.publish(PRESENCE)

    async def _send(self, **frame: Any) -> None:
        await self._check_session()
        await self._websocket.send_json(frame)

    async def _check_session(self) -> None:
        is_alive = self._application.accounts.is_alive
        if not await in_thread(self._websocket, is_alive, self._session):
            raise NotSignedIn("the session has ended")
