"""The way into the site API: limits and identity for every call, and refusals said kindly."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Application
from bot.errors import AssistantError
from bot.services.site_ports import Identity
from bot.support.conversations import MAX_MESSAGE_LENGTH, Conversation
from bot.support.feedback import MAX_COMMENT
from bot.web.authorization import identity_of
from bot.web.connections import address_of, logged_call, logged_error
from bot.web.observed import note_refusal, request_id_of
from bot.web.refusals import SENTENCES, code_of_status, refusal_headers, refusal_of

logger = logging.getLogger(__name__)

_LIMITS = {"text_too_long": MAX_MESSAGE_LENGTH, "comment_too_long": MAX_COMMENT}

Handler = Callable[[Request, Identity], Awaitable[Response]]


def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Returns an endpoint that counts the caller, verifies the token, and only then handles.

    So many calls are handled at once; others wait a moment and are then refused.
    """

    async def endpoint(request: Request) -> Response:
        limits = request.app.state.application.limits
        await limits.hit("address", address_of(request))
        identity = identity_of(request)
        await limits.hit("seller", identity.seller_id)
        async with request.app.state.application.site_gate.entered():
            return await handler(request, identity)

    return endpoint


def by_method(**handlers: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Returns one guarded endpoint for several methods: ``by_method(GET=…, POST=…)``."""

    async def chosen(request: Request, identity: Identity) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request, identity)

    return guarded(chosen)


async def own_conversation(request: Request, identity: Identity) -> Conversation:
    """Returns the conversation the path names; raises AccessDenied unless it is the caller's."""
    application: Application = request.app.state.application
    conversation_id = request.path_params["conversation"]
    return await application.conversations.own(identity.seller_id, conversation_id)


async def on_refusal(request: Request, error: Exception) -> Response:
    """Says kindly why a call was refused; the cause goes to the log only."""
    assert isinstance(error, AssistantError)
    status, code = refusal_of(error)
    logger.info("%s: %d %s", logged_call(request), status, logged_error(error))
    note_refusal(request, code)
    return problem(request, status, code, refusal_headers(error, status))


async def on_http_problem(request: Request, error: Exception) -> Response:
    """Says the same for a path or a method that is not there."""
    assert isinstance(error, HTTPException)
    code = code_of_status(error.status_code)
    return problem(request, error.status_code, code, dict(error.headers or {}))


async def on_failure(request: Request, error: Exception) -> Response:
    """Says that something of ours is broken; the server logs what."""
    return problem(request, 500, "internal", {})


def problem(request: Request, status: int, code: str, headers: dict[str, str]) -> Response:
    """Returns ``{"error": {"code", "message", "request_id"}}`` with the code's sentence."""
    said = SENTENCES.get(code, SENTENCES["unreadable"]).format(limit=_LIMITS.get(code, ""))
    error = {"code": code, "message": said, "request_id": request_id_of(request)}
    return JSONResponse({"error": error}, status, headers)
