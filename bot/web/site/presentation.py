"""How conversations and messages look to clients: plain JSON, text as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.bootstrap import Application
from bot.services.site_ports import Overview, Replay
from bot.support.conversations import Author, Conversation, Message
from bot.support.feedback import ThumbValue
from bot.web.moments import moment

LONGEST_PREVIEW = 120


def present_message(
    application: Application,
    message: Message,
    last_seller_number: int,
    thumb: ThumbValue | None = None,
) -> dict[str, Any]:
    """Returns a message; buttons are inert once the seller has written after it."""
    overtaken = last_seller_number > message.number
    now = application.clock.now()
    return {
        "number": message.number,
        "author": message.author.value,
        "agent_name": message.agent_name,
        "text": message.text,
        "created_at": moment(message.created_at),
        "client_id": message.client_id,
        "buttons": [
            {
                "title": button.title,
                "token": button.token,
                "state": button.state(overtaken=overtaken, now=now).value,
            }
            for button in message.buttons
        ],
        "response": message.response,
        "answer": application.feedback.is_answer(message),
        "thumb": thumb.value if thumb else None,
    }


def present_messages(
    application: Application, replay: Replay, messages: Iterable[Message]
) -> list[dict[str, Any]]:
    """Returns messages of a replay, either the new ones or those that changed."""
    # A database may show a message that came after it counted: the newest of both decides.
    sellers = [m.number for m in replay.messages if m.author is Author.SELLER]
    last = max([replay.last_seller_number, *sellers])
    return [present_message(application, m, last, replay.thumbs.get(m.number)) for m in messages]


def present_progress(conversation: Conversation, last_number: int) -> dict[str, Any]:
    """Returns where a conversation stands."""
    return {
        "id": conversation.id,
        "state": conversation.state.value,
        "last_number": last_number,
    }


def is_typing(replay: Replay) -> bool:
    """Tells whether an answer of the bot is on its way."""
    return replay.answering and replay.conversation.state.bot_may_speak


def present_overview(overview: Overview) -> dict[str, Any]:
    """Returns one line of the list of conversations."""
    return {
        **present_progress(overview.conversation, overview.last_number),
        "created_at": moment(overview.conversation.created_at),
        "updated_at": moment(overview.updated_at),
        "preview": overview.preview[:LONGEST_PREVIEW],
        "rated": overview.rated,
    }
