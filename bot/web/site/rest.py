"""Rasa's REST contract, for whoever holds a seller's token.

``POST {"sender", "message"}`` answers ``[{"recipient_id", "text", "buttons"}]``. ``sender``
selects among the token's own conversations. ``message_id`` is ours and optional: with it a
resend gets the same answer again.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import BadInput
from bot.services.ports import IncomingMessage
from bot.support.conversations import Message
from bot.web.authorization import seller_of
from bot.web.reading import read_json

LONGEST_NAME = 128
BUTTON_PREFIX = "btn_"


async def rest_webhook(request: Request) -> Response:
    """Answers one message of a seller."""
    seller = seller_of(request)
    body = await read_json(request)
    label = _name(body, "sender", "default")
    client_id = _name(body, "message_id", secrets.token_hex(12))
    text = body.get("message")
    if not isinstance(text, str):
        raise BadInput("message is no text")
    conversations = request.app.state.application.conversations
    conversation = await conversations.open(seller, label)
    button = text if text.startswith(BUTTON_PREFIX) and " " not in text else None
    incoming = IncomingMessage("" if button else text, client_id, button)
    exchange = await conversations.exchange(conversation, incoming)
    return JSONResponse([_rasa_message(label, message) for message in exchange.replies])


def _name(body: dict[str, Any], key: str, default: str) -> str:
    value = body.get(key, default)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise BadInput(f"{key} is no short text")
    return value


def _rasa_message(recipient: str, message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {"recipient_id": recipient, "text": message.text}
    if message.buttons:
        found["buttons"] = [{"title": b.title, "payload": b.token} for b in message.buttons]
    found["metadata"] = {"number": message.number, "response": message.response}
    return found
