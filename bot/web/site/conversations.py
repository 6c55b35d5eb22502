"""A seller's conversations: listed, begun, and downloaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.bootstrap import Application
from bot.services.site_ports import Identity
from bot.services.transcripts import transcript_of
from bot.support.conversations import Message
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.reading import read_json
from bot.web.site.access import own_conversation
from bot.web.site.presentation import present_overview

MOST_LISTED = 50
_PAGE = 200


async def list_conversations(request: Request, identity: Identity) -> Response:
    """Answers with the seller's conversations, newest first."""
    application: Application = request.app.state.application
    call = application.site.conversations_of
    found = await in_thread(request, call, identity.seller_id, MOST_LISTED)
    return JSONResponse({"conversations": [present_overview(overview) for overview in found]})


async def begin_conversation(request: Request, identity: Identity) -> Response:
    """Begins a conversation, or finds the one begun with the same client id."""
    application: Application = request.app.state.application
    await application.limits.hit("messages", identity.seller_id)
    body = await read_json(request)
    fields.only(body, "client_id")
    label = f"site:{fields.client_id(body)}"
    begun = await application.conversations.open(identity.seller_id, label, identity.name)
    overview = await in_thread(request, application.site.overview, begun.id)
    assert overview is not None  # it has just been opened
    return JSONResponse(present_overview(overview), 201)


async def transcript(request: Request, identity: Identity) -> Response:
    """Answers with the whole conversation as plain text, to be kept as a file."""
    application: Application = request.app.state.application
    conversation = await own_conversation(request, identity)
    read = partial(_all_messages, application.store.messages_after, conversation.id)
    text = transcript_of(application.content, conversation, await in_thread(request, read))
    name = f"conversation-{conversation.created_at:%Y-%m-%d}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, headers=headers)


def _all_messages(
    messages_after: Callable[..., list[Message]], conversation_id: str
) -> list[Message]:
    found: list[Message] = []
    while True:
        page: list[Any] = messages_after(conversation_id, found[-1].number if found else 0, _PAGE)
        found += page
        if len(page) < _PAGE:
            return found
