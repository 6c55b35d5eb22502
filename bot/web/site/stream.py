"""News as they happen, over a WebSocket: what is stored, in order, and who is typing.

A frame only ever carries what the store already holds: a client that loses its connection comes
back with its cursor and misses nothing. The token is verified when the stream begins and its
expiry is watched for as long as it lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.bootstrap import Application
from bot.errors import (
    AccessDenied,
    AssistantError,
    AuthenticationError,
    BadInput,
    Overloaded,
    StorageError,
    TooManyRequests,
)
from bot.services.presence import seller_typing_topic
from bot.services.site_ports import Identity, Listener, Replay
from bot.support.conversations import Conversation, ConversationState
from bot.web import fields
from bot.web.connections import address_of, in_thread, is_own_origin
from bot.web.observed import note_refusal
from bot.web.open_streams import counted
from bot.web.reading import parse_json
from bot.web.refusals import refusal_of
from bot.web.site.presentation import is_typing, present_messages

logger = logging.getLogger(__name__)

HELLO_SECONDS = 5
RENEW_SECONDS = 30
"""How long before a token ends the client is asked for the next."""
HEARTBEAT_SECONDS = 15
"""The longest silence: news that got lost between processes is found after it at the latest."""
MOST_STREAMS = 12
"""How many streams one seller may have open in this process: tabs and devices."""
PAGE = 200
LARGEST_FRAME = 8 * 1024

UNREADABLE, UNAUTHENTICATED, FORBIDDEN, NOT_YOURS = 4400, 4401, 4403, 4404
TOO_SLOW, TOO_MANY, TRY_AGAIN, BROKEN = 4408, 4429, 1013, 1011
_CLOSES: dict[type[AssistantError], int] = {
    AuthenticationError: UNAUTHENTICATED,
    AccessDenied: NOT_YOURS,
    TooManyRequests: TOO_MANY,
    BadInput: UNREADABLE,
    StorageError: TRY_AGAIN,
    Overloaded: TRY_AGAIN,
}


async def stream(websocket: WebSocket) -> None:
    """Serves one stream until either side ends it, with a close code that says why."""
    if not _origin_is_allowed(websocket):
        await websocket.close(FORBIDDEN)
        return
    await websocket.accept()
    try:
        await _serve(websocket)
        return
    except WebSocketDisconnect:
        return
    except asyncio.TimeoutError:
        code = TOO_SLOW
    except AssistantError as error:
        code = next((code for kind, code in _CLOSES.items() if isinstance(error, kind)), BROKEN)
        logger.info("stream closed with %d: %r", code, error)
        note_refusal(websocket, refusal_of(error)[1])
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may be gone already
        await websocket.close(code)


async def _serve(websocket: WebSocket) -> None:
    application: Application = websocket.app.state.application
    await application.limits.hit("address", address_of(websocket))
    hello = await asyncio.wait_for(_frame(websocket), HELLO_SECONDS)
    if hello is None:
        return
    if hello.get("type") != "hello":
        raise BadInput("the first frame is no hello")
    identity = _identify(application, hello)
    await application.limits.hit("seller", identity.seller_id)
    conversation_id = websocket.path_params["conversation"]
    conversation = await application.conversations.own(identity.seller_id, conversation_id)
    if sum(websocket.app.state.streams.values()) >= application.settings.most_streams:
        raise Overloaded(HEARTBEAT_SECONDS)
    with counted(websocket, identity.seller_id, MOST_STREAMS, "streams", HEARTBEAT_SECONDS):
        await Stream(websocket, application, identity, conversation, _cursor(hello)).run()


class Stream:
    """One client's stream of one conversation, from its cursor on."""

    def __init__(
        self,
        websocket: WebSocket,
        application: Application,
        identity: Identity,
        conversation: Conversation,
        cursor: int,
    ) -> None:
        self._websocket = websocket
        self._application = application
        self._identity = identity
        self._conversation_id = conversation.id
        self._cursor = cursor
        self._state: ConversationState | None = None
        self._typing: dict[str, Any] | None = None
        self._quiet = True
        self._renewal_asked = False

    async def run(self) -> None:
        """Sends news and reads frames until one of both ends; raises what ended it."""
        async with self._application.hub.listening(self._conversation_id) as news:
            await self._send(type="ready")
            working = [
                asyncio.create_task(self._send_news(news)),
                asyncio.create_task(self._read_frames()),
            ]
            try:
                done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in working:
                    task.cancel()
                await asyncio.gather(*working, return_exceptions=True)
            for task in done:
                task.result()

    async def _send_news(self, news: Listener) -> None:
        application = self._application
        while True:
            await self._watch_token()
            read = partial(
                application.site.replay,
                self._conversation_id, self._cursor, PAGE, application.clock.now(),
            )  # fmt: skip
            replay = await in_thread(self._websocket, read)
            if replay is None:
                raise AccessDenied("the conversation is gone")
            self._quiet = True
            await self._show(replay)
            if self._quiet:
                await self._send(type="ping")  # so that clients notice a dead connection
            if len(replay.messages) < PAGE:
                await news.wait(self._seconds_of_silence())

    async def _show(self, replay: Replay) -> None:
        """Sends what is new; typing ends before the answer shows and begins after the question."""
        typing = self._who_types(replay)
        if self._typing is not None and typing != self._typing:
            await self._send(type="typing", on=False, **self._typing)
            self._typing = None
        for changed in present_messages(self._application, replay, replay.changed):
            await self._send(type="update", message=changed)
        for message in present_messages(self._application, replay, replay.messages):
            await self._send(type="message", message=message)
            self._cursor = message["number"]
        if replay.conversation.state is not self._state:
            self._state = replay.conversation.state
            await self._send(type="state", state=self._state.value)
        if typing is not None and self._typing is None:
            self._typing = typing
            await self._send(type="typing", on=True, **typing)

    def _who_types(self, replay: Replay) -> dict[str, Any] | None:
        """Returns who is writing an answer, as the frame says it; nobody is None."""
        if is_typing(replay):
            return {"author": "bot"}
        found = self._application.desk.presence.typing(self._conversation_id)
        if found is None or replay.conversation.state is not ConversationState.HUMAN:
            return None
        return {"author": "agent", "agent_name": found[0].name}

    async def _watch_token(self) -> None:
        """Asks for the next token in time; raises AuthenticationError when this one has ended."""
        left = self._seconds_left()
        if left <= 0:
            raise AuthenticationError("the token has expired")
        if left <= RENEW_SECONDS and not self._renewal_asked:
            self._renewal_asked = True
            await self._send(type="renew")

    def _seconds_left(self) -> float:
        return (self._identity.expires_at - self._application.clock.now()).total_seconds()

    def _seconds_of_silence(self) -> float:
        left = self._seconds_left()
        due = left if self._renewal_asked else left - RENEW_SECONDS
        typing = self._application.desk.presence.typing(self._conversation_id)
        ends = typing[1] if typing else HEARTBEAT_SECONDS  # nobody says that an agent stopped
        return min(HEARTBEAT_SECONDS, ends, max(due, 0)) + 0.01

    async def _read_frames(self) -> None:
        limits = self._application.limits
        while True:
            frame = await _frame(self._websocket)
            if frame is None:
                return
            await limits.hit("seller", self._identity.seller_id)
            if frame.get("type") == "token":
                self._renew(_identify(self._application, frame))
            elif frame.get("type") == "typing":
                self._application.desk.presence.seller_types(self._conversation_id)
                self._application.hub.publish(seller_typing_topic(self._conversation_id))

    def _renew(self, identity: Identity) -> None:
        if identity.seller_id != self._identity.seller_id:
            raise AuthenticationError("the new token names somebody else")
        self._identity = identity
        self._renewal_asked = False

    async def _send(self, **frame: Any) -> None:
        self._quiet = False
        await self._websocket.send_json(frame)


async def _frame(websocket: WebSocket) -> dict[str, Any] | None:
    """Returns the next frame, None when the client has gone; raises BadInput."""
    received = await websocket.receive()
    if received["type"] == "websocket.disconnect":
        return None
    text = received.get("text")
    if text is None or len(text) > LARGEST_FRAME:
        raise BadInput("no small text frame")
    return parse_json(text)


def _identify(application: Application, frame: dict[str, Any]) -> Identity:
    token = frame.get("token")
    if not isinstance(token, str):
        raise AuthenticationError("no token")
    return application.tokens.identify(token)


def _cursor(hello: dict[str, Any]) -> int:
    after = hello.get("after", 0)
    if not isinstance(after, int) or isinstance(after, bool):
        raise BadInput("after is no number")
    if not 0 <= after <= fields.LARGEST_NUMBER:
        raise BadInput("after is out of range")
    return after


def _origin_is_allowed(websocket: WebSocket) -> bool:
    """Tells whether the page is ours or on the list; what is no browser names no origin."""
    origin = websocket.headers.get("origin")
    if origin is None or origin in websocket.app.state.origins:
        return True
    return is_own_origin(websocket, origin)
