"""The ConversationStore over SQL: SQLite for one machine, PostgreSQL for more."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.effect_store import EffectStore
from bot.adapters.sql.handoff_store import HandoffStore
from bot.adapters.sql.job_store import JobStore
from bot.adapters.sql.rows import (
    conversation_of,
    insert_buttons,
    lock_conversation,
    message_values,
    new_reply,
    read_messages,
)
from bot.adapters.sql.site_store import SqlSiteStore
from bot.adapters.sql.store import insert_unless_present
from bot.adapters.sql.tables import IS_NOTICE, conversations, messages
from bot.adapters.sql.turn_commit import TurnCommitStore
from bot.language.searching import searchable
from bot.support.conversations import Author, Conversation, ConversationState, Message, Reply


class SqlConversationStore(TurnCommitStore, EffectStore, JobStore, HandoffStore, SqlSiteStore):
    """Keeps conversations, messages, effects, escalations, jobs and feedback in one database.

    ``SqlConversationStore(engine, lease_seconds=60)``; a turn that takes longer than the lease
    may be begun again by another owner. Each method is one transaction. Every method raises
    StorageError when the database does not answer or refuses.
    """

    def open_conversation(
        self, seller_id: str, label: str, now: datetime, name: str | None = None
    ) -> Conversation:
        """Returns the seller's conversation of that label, made if there is none.

        ``name`` is what the seller is called, for staff; it is kept when it is given.
        """
        with self._reading() as connection:
            found = find_conversation(connection, seller_id, label)
        if found is None or (name is not None and name != found["seller_name"]):
            with self._writing() as connection:
                insert_conversation(connection, seller_id, label, now)
                if name is not None:
                    _name(connection, seller_id, label, name)
                found = find_conversation(connection, seller_id, label)
        assert found is not None  # it was there, or has just been inserted
        return conversation_of(found)

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Returns a conversation by its id."""
        statement = sa.select(conversations).where(conversations.c.id == conversation_id)
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else conversation_of(row)

    def messages_after(self, conversation_id: str, number: int, limit: int = 200) -> list[Message]:
        """Returns messages with a higher number, in order."""
        with self._reading() as connection:
            return read_messages(
                connection, conversation_id, messages.c.number > number, limit=limit
            )

    def replies_to(self, conversation_id: str, number: int) -> list[Message]:
        """Returns the bot's messages that answer the seller's message ``number``.

        What answers a burst answers its last message.
        """
        with self._reading() as connection:
            return read_messages(
                connection,
                conversation_id,
                messages.c.number > number,  # spares reading the conversation from its start
                messages.c.reply_to == number,
                messages.c.author == Author.BOT.value,
            )

    def add_notice(
        self,
        conversation_id: str,
        key: str,
        reply: Reply,
        now: datetime,
        *,
        only_bot: bool = False,
    ) -> Message | None:
        """Adds a bot message nobody asked for, once per ``key``.

        Returns None when it was already added. While an agent holds the conversation it is
        stored with the author ``system``, or with ``only_bot`` not at all.
        """
        with self._writing() as connection:
            row = lock_conversation(connection, conversation_id)
            may_speak = ConversationState(row["state"]).bot_may_speak
            if only_bot and not may_speak:
                return None
            author = Author.BOT if may_speak else Author.SYSTEM
            notice = new_reply(conversation_id, row["next_number"], reply, now, author)
            values = {**message_values(notice), "notice_key": key}
            if not insert_unless_present(connection, messages, values, "notice_key"):
                return None
            insert_buttons(connection, [notice])
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(next_number=notice.number + 1, updated_at=now)
            )
            return notice

    def take_notices(self, conversation_id: str) -> list[Message]:
        """Returns notices not yet handed to a pulling client, and marks them handed over."""
        pending = sa.and_(
            messages.c.conversation_id == conversation_id,
            IS_NOTICE,
            messages.c.handed_over == sa.false(),
        )
        with self._reading() as connection:  # most pulls find nothing and need not write
            if connection.execute(sa.select(messages.c.number).where(pending)).first() is None:
                return []
        with self._writing() as connection:
            lock_conversation(connection, conversation_id)
            notices = read_messages(connection, conversation_id, pending)
            connection.execute(sa.update(messages).where(pending).values(handed_over=True))
        return notices


def find_conversation(
    connection: Connection, seller_id: str, label: str
) -> Mapping[str, Any] | None:
    """Returns the row of the seller's conversation of that label, if there is one."""
    statement = sa.select(conversations).where(
        conversations.c.seller_id == seller_id, conversations.c.label == label
    )
    row: Mapping[str, Any] | None = connection.execute(statement).mappings().one_or_none()
    return row


def insert_conversation(connection: Connection, seller_id: str, label: str, now: datetime) -> None:
    """Makes the seller's conversation of that label unless there is one."""
    values = {
        "id": "c_" + secrets.token_urlsafe(16),
        "seller_id": seller_id,
        "label": label,
        "state": ConversationState.BOT.value,
        "epoch": 0,
        "next_number": 1,
        "fence": 0,
        "created_at": now,
        "updated_at": now,
        "search_text": searchable(seller_id),
    }
    insert_unless_present(connection, conversations, values, "seller_id", "label")


def _name(connection: Connection, seller_id: str, label: str, name: str) -> None:
    """Writes what the seller is called; orders spoken of are in the searched text too."""
    row = find_conversation(connection, seller_id, label)
    assert row is not None  # it has just been inserted, or was there
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == row["id"])
        .values(seller_name=name, search_text=searchable(seller_id, name, row["order_number"]))
    )
