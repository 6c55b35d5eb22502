"""What a marketplace can do wrong, before or after it acted: an ASGI layer around the server.

``POST /faults`` with ``{"mode", "times", "methods", "seconds"}`` says what becomes of the next
requests, ``GET`` what is left of that; it belongs to this rig and is no part of the marketplace's
API.
"""

from __future__ import annotations

import asyncio
import enum
import json
import os
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

PATH = "/faults"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Mode(str, enum.Enum):
    """Says what becomes of a request."""

    PASS = "pass"
    SLOW = "slow"  # answers after a time
    FAIL = "fail"  # 500, and nothing was done
    UNAVAILABLE = "unavailable"  # 503, and nothing was done
    HANG = "hang"  # neither acts nor answers in time
    FAIL_AFTER_ACTING = "fail_after_acting"  # acts and answers 500
    HANG_AFTER_ACTING = "hang_after_acting"  # acts and does not answer in time
    DIE_AFTER_ACTING = "die_after_acting"  # acts, and is gone before it answers


@dataclass(frozen=True)
class Fault:
    """A mode for the next ``times`` requests of some methods; ``seconds`` is how long it waits."""

    mode: Mode
    times: int = 1
    methods: tuple[str, ...] = ("POST",)
    seconds: float = 8.0

    def to_json(self) -> dict[str, Any]:
        """Returns it as the body that sets it."""
        return {**asdict(self), "mode": self.mode.value, "methods": list(self.methods)}


class Faulty:
    """Does to each request what was asked for, and otherwise lets it pass."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._fault = Fault(Mode.PASS, times=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection of the ASGI server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == PATH and scope["method"] == "GET":
            await _answer(send, 200, json.dumps(self._fault.to_json()).encode())
        elif scope["path"] == PATH:
            await self._be_told(receive, send)
        else:
            await self._serve(self._next(scope["method"]), scope, receive, send)

    def _next(self, method: str) -> Mode:
        fault = self._fault
        if fault.times <= 0 or method not in fault.methods:
            return Mode.PASS
        self._fault = Fault(fault.mode, fault.times - 1, fault.methods, fault.seconds)
        return fault.mode

    async def _serve(self, mode: Mode, scope: Scope, receive: Receive, send: Send) -> None:
        if mode in (Mode.FAIL, Mode.UNAVAILABLE, Mode.HANG):
            if mode is Mode.HANG:
                await asyncio.sleep(self._fault.seconds)
            await _answer(send, 500 if mode is Mode.FAIL else 503)
        elif mode in (Mode.PASS, Mode.SLOW):
            if mode is Mode.SLOW:
                await asyncio.sleep(self._fault.seconds)
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _nowhere)
            if mode is Mode.DIE_AFTER_ACTING:
                os.kill(os.getpid(), signal.SIGKILL)
            if mode is Mode.HANG_AFTER_ACTING:
                await asyncio.sleep(self._fault.seconds)
            await _answer(send, 500)

    async def _be_told(self, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            piece = await receive()
            body += piece.get("body", b"")
            more = piece.get("more_body", False)
        told = json.loads(body)
        self._fault = Fault(
            Mode(told["mode"]), told["times"], tuple(told["methods"]), told["seconds"]
        )
        await _answer(send, 204)


async def _nowhere(message: MutableMapping[str, Any]) -> None:
    """Takes an answer that never arrives."""


async def _answer(send: Send, status: int, body: bytes = b"") -> None:
    headers = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
