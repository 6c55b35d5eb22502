"""Rows of conversations and messages, and what they mean."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.tables import buttons, conversations, messages
from bot.errors import StorageError
from bot.language.searching import searchable
from bot.support.conversations import (
    BUTTON_LIFE,
    Author,
    Button,
    Conversation,
    ConversationState,
    Message,
    MessageStatus,
    Reply,
)


def conversation_of(row: Mapping[str, Any]) -> Conversation:
    """Returns the conversation a row of the table describes."""
    return Conversation(
        id=row["id"],
        seller_id=row["seller_id"],
        label=row["label"],
        state=ConversationState(row["state"]),
        epoch=row["epoch"],
        fence=row["fence"],
        created_at=row["created_at"],
    )


def lock_conversation(connection: Connection, conversation_id: str) -> Mapping[str, Any]:
    """Returns a conversation's row, kept from other writers until the transaction ends.

    On SQLite the transaction itself already keeps them away. Raises StorageError when there is
    no such conversation.
    """
    statement = sa.select(conversations).where(conversations.c.id == conversation_id)
    row: Mapping[str, Any] | None = (
        connection.execute(statement.with_for_update()).mappings().one_or_none()
    )
    if row is None:
        raise StorageError("there is no such conversation")
    return row


def read_messages(
    connection: Connection,
    conversation_id: str,
    *conditions: sa.sql.ColumnElement,
    limit: int | None = None,
) -> list[Message]:
    """Returns messages of one conversation with their buttons, in order."""
    statement = (
        sa.select(messages)
        .where(messages.c.conversation_id == conversation_id, *conditions)
        .order_by(messages.c.number)
        .limit(limit)
    )
    found = [message_of(row) for row in connection.execute(statement).mappings()]
    return _with_buttons(connection, conversation_id, found)


def new_reply(
    conversation_id: str,
    number: int,
    reply: Reply,
    now: datetime,
    author: Author = Author.BOT,
    reply_to: int | None = None,
) -> Message:
    """Returns the message that a reply becomes, its buttons with fresh tokens."""
    return Message(
        conversation_id=conversation_id,
        number=number,
        author=author,
        text=reply.text,
        created_at=now,
        reply_to=reply_to,
        response=reply.response,
        response_version=reply.version,
        values=reply.values,
        buttons=tuple(
            replace(button, token=_new_token(), expires_at=now + BUTTON_LIFE)
            for button in reply.buttons
        ),
    )


def message_values(message: Message) -> dict[str, Any]:
    """Returns the column values of a message; its buttons have a table of their own."""
    return {
        "conversation_id": message.conversation_id,
        "number": message.number,
        "author": message.author.value,
        "client_id": message.client_id,
        "text": message.text,
        "intent": message.intent,
        "entities": dict(message.entities),
        "status": message.status.value,
        "reply_to": message.reply_to,
        "response": message.response,
        "response_version": message.response_version,
        "values": dict(message.values),
        "understanding": dict(message.understanding),
        "topic": topic_of(message.understanding),
        "model": message.model,
        "created_at": message.created_at,
        "agent_id": message.agent_id,
        "agent_name": message.agent_name,
        "request_id": message.request_id,
        "search_text": searchable(message.text),
    }


def insert_buttons(connection: Connection, offering: Iterable[Message]) -> None:
    """Stores the buttons of stored messages."""
    offered = [
        {
            "token": button.token,
            "conversation_id": message.conversation_id,
            "message_number": message.number,
            "position": position,
            "title": button.title,
            "intent": button.intent,
            "entities": dict(button.entities),
            "expires_at": button.expires_at,
        }
        for message in offering
        for position, button in enumerate(message.buttons)
    ]
    if offered:
        connection.execute(sa.insert(buttons), offered)


def mark_done(connection: Connection, answered: Sequence[Message], **values: Any) -> None:
    """Marks messages of one conversation done, writing further column values with it."""
    if not answered:
        return
    if "understanding" in values:
        values["topic"] = topic_of(values["understanding"])
    connection.execute(
        sa.update(messages)
        .where(
            messages.c.conversation_id == answered[0].conversation_id,
            messages.c.number.in_([message.number for message in answered]),
        )
        .values(status=MessageStatus.DONE.value, **values)
    )


def topic_of(understanding: Mapping[str, Any]) -> str | None:
    """Returns the intent a message was understood as, None before it was read."""
    intent = understanding.get("intent") or {}
    name: str | None = intent.get("name")
    return name


def _new_token() -> str:
    return "btn_" + secrets.token_urlsafe(16)


def message_of(row: Mapping[str, Any]) -> Message:
    """Returns the message of a row, without its buttons."""
    return Message(
        conversation_id=row["conversation_id"],
        number=row["number"],
        author=Author(row["author"]),
        text=row["text"],
        created_at=row["created_at"],
        status=MessageStatus(row["status"]),
        client_id=row["client_id"],
        intent=row["intent"],
        entities=row["entities"],
        reply_to=row["reply_to"],
        response=row["response"],
        response_version=row["response_version"],
        values=row["values"],
        understanding=row["understanding"],
        model=row["model"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        request_id=row["request_id"],
    )


def _with_buttons(
    connection: Connection, conversation_id: str, found: Sequence[Message]
) -> list[Message]:
    """Returns the messages with the buttons offered in them, read in one query."""
    numbers = [message.number for message in found if message.response is not None]
    if not numbers:
        return list(found)
    statement = (
        sa.select(buttons)
        .where(
            buttons.c.conversation_id == conversation_id,
            buttons.c.message_number.in_(numbers),
        )
        .order_by(buttons.c.message_number, buttons.c.position)
    )
    offered: dict[int, list[Button]] = {}
    for row in connection.execute(statement).mappings():
        button = Button(
            row["title"],
            row["intent"],
            row["entities"],
            row["token"],
            used=row["used_at"] is not None,
            expires_at=row["expires_at"],
        )
        offered.setdefault(row["message_number"], []).append(button)
    return [replace(each, buttons=tuple(offered.get(each.number, ()))) for each in found]
