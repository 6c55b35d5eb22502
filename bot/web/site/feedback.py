"""Thumbs on answers, and the rating of a conversation."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Application
from bot.errors import AccessDenied, BadInput
from bot.services.site_ports import Identity
from bot.support.feedback import MAX_COMMENT, MAX_STARS, MIN_STARS, ThumbValue
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.reading import read_json
from bot.web.site.access import own_conversation


async def give_thumb(request: Request, identity: Identity) -> Response:
    """Stores a thumb on an answer, or takes it back."""
    application: Application = request.app.state.application
    conversation = await own_conversation(request, identity)
    body = await read_json(request)
    fields.only(body, "value")
    value = _thumb_value(body)
    number = request.path_params["number"]
    if number > fields.LARGEST_NUMBER:
        raise AccessDenied("no such message")
    await in_thread(request, partial(application.feedback.thumb, conversation.id, number, value))
    return JSONResponse({"number": number, "thumb": value.value if value else None})


async def rate_conversation(request: Request, identity: Identity) -> Response:
    """Stores the seller's rating of a conversation."""
    application: Application = request.app.state.application
    conversation = await own_conversation(request, identity)
    body = await read_json(request)
    fields.only(body, "stars", "comment")
    stars, comment = _stars(body), _comment(body)
    call = partial(application.feedback.rate, conversation.id, stars, comment)
    await in_thread(request, call)
    return JSONResponse({"stars": stars})


def _thumb_value(body: dict[str, Any]) -> ThumbValue | None:
    if "value" not in body:
        raise BadInput("value is missing")
    if body["value"] is None:
        return None
    try:
        return ThumbValue(body["value"])
    except ValueError as error:
        raise BadInput("value is neither up nor down") from error


def _stars(body: dict[str, Any]) -> int:
    return fields.whole_number(body, "stars", MIN_STARS, MAX_STARS)


def _comment(body: dict[str, Any]) -> str:
    comment = body.get("comment")
    if comment is None:
        return ""
    if not isinstance(comment, str):
        raise BadInput("comment is no text")
    if len(comment) > MAX_COMMENT:
        raise BadInput("comment is too long", "comment_too_long")
    return comment
