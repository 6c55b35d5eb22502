"""Every request has an id, is counted, and leaves one line in the log."""

from __future__ import annotations

import inspect
import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.bootstrap import Application
from bot.support.request_ids import read_request_id, under_request_id
from bot.web.connections import logged_call, logged_path

logger = logging.getLogger(__name__)

HEADER = "x-request-id"
UNKNOWN = "(unknown)"
"""Stands in the log for an address where there is nothing."""
_REFUSED = frozenset({429, 503})
_SURFACES = (
    ("/api/site/", "site"),
    ("/webhooks/rest/", "rest"),
    ("/webhooks/marketplace", "marketplace"),
    ("/console", "console"),
    ("/api/triage", "triage"),
    ("/slack/", "slack"),
    ("/static/", "static"),
    ("/healthz", "health"),
    ("/readyz", "health"),
    ("/metrics", "health"),
)
_QUIET = frozenset({"static", "health"})
"""Surfaces whose requests are logged at the level DEBUG: they say nothing."""


def note_refusal(connection: HTTPConnection, code: str) -> None:
    """Leaves the code of a refusal for whoever counts it."""
    connection.state.refusal = code


def request_id_of(connection: HTTPConnection) -> str:
    """Returns the request's id, "" outside of what is observed."""
    found: str = getattr(connection.state, "request_id", "")
    return found


def surface_of(path: str) -> str:
    """Returns the part of the application that a path belongs to."""
    return next((name for prefix, name in _SURFACES if path.startswith(prefix)), "other")


class Observed:
    """Gives requests of an ASGI app their id, counts them, and logs them.

    Nothing of an address is logged but the path of what was found there, its variables by their
    names: the rest is what somebody typed, and may be a secret.
    """

    def __init__(self, app: ASGIApp, application: Application) -> None:
        self._app = app
        self._watch = application.watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        with under_request_id(read_request_id(Headers(scope=scope).get(HEADER))) as request_id:
            scope.setdefault("state", {})["request_id"] = request_id
            await self._observe(scope, receive, send, request_id)

    async def _observe(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status, surface = time.monotonic(), 500, surface_of(scope["path"])

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        streams = 1 if scope["type"] == "websocket" else 0
        self._watch.streams[surface] += streams
        try:
            await self._app(scope, receive, noting)
        except Exception:
            logger.exception("%s failed", logged_call(HTTPConnection(scope)))
            raise
        finally:
            self._watch.streams[surface] -= streams
            self._note(scope, surface, status, time.monotonic() - began)

    def _note(self, scope: Scope, surface: str, status: int, seconds: float) -> None:
        refusal = scope["state"].get("refusal")
        if refusal is not None and (status in _REFUSED or scope["type"] == "websocket"):
            self._watch.meters.refused(surface, refusal)
        if scope["type"] == "http":
            self._watch.meters.request_ended(surface, status, seconds)
        fields = {
            "method": scope.get("method", "stream"),
            # What is mounted is no endpoint of ours: the path below it may be anything.
            "path": logged_path(scope) if inspect.isroutine(scope.get("endpoint")) else UNKNOWN,
            "status": status,
            "ms": round(seconds * 1000, 1),
            **({"refusal": refusal} if refusal else {}),
        }
        level = logging.DEBUG if surface in _QUIET else logging.INFO
        line = "%(method)s %(path)s: %(status)s in %(ms)s ms"
        logger.log(level, line, fields, extra={"fields": fields})
