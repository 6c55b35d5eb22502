"""Messages: sent once however often they are resent, and replayed from a cursor."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Application
from bot.errors import AccessDenied, BadInput
from bot.services.intake import kept_text
from bot.services.ports import IncomingMessage
from bot.services.site_ports import Identity
from bot.support.conversations import MAX_MESSAGE_LENGTH
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.reading import read_json
from bot.web.site.access import own_conversation
from bot.web.site.presentation import (
    is_typing,
    present_message,
    present_messages,
    present_progress,
)

LARGEST_PAGE = 200
LONGEST_TOKEN = 64


async def read_messages(request: Request, identity: Identity) -> Response:
    """Answers with the messages after a cursor, and where the conversation stands."""
    application: Application = request.app.state.application
    conversation = await own_conversation(request, identity)
    after = fields.number_in_query(request, "after", 0, fields.LARGEST_NUMBER, 0)
    limit = fields.number_in_query(request, "limit", LARGEST_PAGE, LARGEST_PAGE, 1)
    now = application.clock.now()
    call = partial(application.site.replay, conversation.id, after, limit, now)
    replay = await in_thread(request, call)
    assert replay is not None  # its owner has just been checked
    return JSONResponse(
        {
            "messages": present_messages(application, replay, replay.messages),
            "updates": present_messages(application, replay, replay.changed),
            "conversation": present_progress(replay.conversation, replay.last_number),
            "typing": is_typing(replay),
        }
    )


async def send_message(request: Request, identity: Identity) -> Response:
    """Stores a message and answers at once; what answers it comes by stream or by reading."""
    application: Application = request.app.state.application
    conversation = await own_conversation(request, identity)
    await application.limits.hit("messages", identity.seller_id)
    incoming = read_incoming(await read_json(request))
    if incoming.button is not None:
        call = partial(application.site.has_button, conversation.id, incoming.button)
        if not await in_thread(request, call):
            raise AccessDenied("no such button in this conversation")
    accepted = await application.conversations.receive(conversation, incoming)
    stored = present_message(application, accepted.message, accepted.message.number)
    return JSONResponse({"message": stored}, 202)


def read_incoming(body: dict[str, Any]) -> IncomingMessage:
    """Returns the message of a body: a typed text, or a button; raises BadInput."""
    fields.only(body, "client_id", "text", "button")
    client_id = fields.client_id(body)
    text, button = body.get("text"), body.get("button")
    if (text is None) == (button is None):
        raise BadInput("either text or button")
    if button is not None:
        if not isinstance(button, str) or not 0 < len(button) <= LONGEST_TOKEN:
            raise BadInput("button is no token")
        return IncomingMessage("", client_id, button)
    if not isinstance(text, str):
        raise BadInput("text is no text")
    if len(text) > MAX_MESSAGE_LENGTH:
        raise BadInput("text is too long", "text_too_long")
    if not kept_text(text):
        raise BadInput("text is empty", "text_empty")
    return IncomingMessage(text, client_id)
