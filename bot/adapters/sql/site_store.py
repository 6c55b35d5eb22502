"""Conversations as their clients see them: replayed from a cursor, and listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.feedback_store import FeedbackStore, read_thumbs
from bot.adapters.sql.rows import conversation_of, read_messages
from bot.adapters.sql.tables import buttons, conversations, messages, ratings
from bot.adapters.sql.types import UtcDateTime
from bot.services.site_ports import Overview, Replay
from bot.support.conversations import Author, Message


class SqlSiteStore(FeedbackStore):
    """Reads conversations for the site API, and keeps thumbs and ratings."""

    def replay(self, conversation_id: str, after: int, limit: int, now: datetime) -> Replay | None:
        """Returns what a client with the cursor ``after`` lacks; None without a conversation."""
        statement = sa.select(conversations).where(conversations.c.id == conversation_id)
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            if row is None:
                return None
            found = read_messages(
                connection, conversation_id, messages.c.number > after, limit=limit
            )
            overtaking = any(message.author is Author.SELLER for message in found)
            changed = _offers_until(connection, conversation_id, after) if overtaking else []
            return Replay(
                conversation=conversation_of(row),
                messages=found,
                changed=changed,
                # Where each statement sees the newest, messages may be newer than their count.
                last_number=max([row["next_number"] - 1, *_numbers(found)]),
                last_seller_number=_last_of_seller(connection, conversation_id, None),
                answering=row["lease_until"] is not None and row["lease_until"] > now,
                thumbs=read_thumbs(connection, conversation_id, _numbers([*changed, *found])),
            )

    def conversations_of(self, seller_id: str, limit: int) -> list[Overview]:
        """Returns a seller's conversations, the one with the newest message first."""
        with self._reading() as connection:
            return _overviews(connection, conversations.c.seller_id == seller_id, limit)

    def overview(self, conversation_id: str) -> Overview | None:
        """Returns one conversation as the list shows it."""
        with self._reading() as connection:
            found = _overviews(connection, conversations.c.id == conversation_id, 1)
        return found[0] if found else None

    def has_button(self, conversation_id: str, token: str) -> bool:
        """Tells whether a button was ever offered in this conversation."""
        statement = sa.select(buttons.c.token).where(
            buttons.c.token == token, buttons.c.conversation_id == conversation_id
        )
        with self._reading() as connection:
            return connection.execute(statement).first() is not None

    def newest_messages(self, conversation_id: str, limit: int) -> list[Message]:
        """Returns the newest messages, in order."""
        statement = sa.select(conversations.c.next_number).where(
            conversations.c.id == conversation_id
        )
        with self._reading() as connection:
            next_number = connection.execute(statement).scalar_one_or_none() or 0
            recent = messages.c.number >= next_number - limit
            return read_messages(connection, conversation_id, recent)


def _overviews(
    connection: Connection, condition: sa.sql.ColumnElement, limit: int
) -> list[Overview]:
    newest = sa.and_(
        messages.c.conversation_id == conversations.c.id,
        messages.c.number == conversations.c.next_number - 1,
    )
    talked_at = sa.func.coalesce(
        messages.c.created_at, conversations.c.created_at, type_=UtcDateTime
    )
    statement = (
        sa.select(
            conversations,
            sa.func.coalesce(messages.c.text, "").label("preview"),
            talked_at.label("talked_at"),
            ratings.c.stars,
        )
        .outerjoin(messages, newest)
        .outerjoin(ratings, ratings.c.conversation_id == conversations.c.id)
        .where(condition)
        .order_by(talked_at.desc(), conversations.c.created_at.desc(), conversations.c.id)
        .limit(limit)
    )
    return [
        Overview(
            conversation=conversation_of(row),
            updated_at=row["talked_at"],
            last_number=row["next_number"] - 1,
            preview=row["preview"],
            rated=row["stars"] is not None,
        )
        for row in connection.execute(statement).mappings()
    ]


def _last_of_seller(connection: Connection, conversation_id: str, until: int | None) -> int:
    """Returns the number of the seller's newest message, or of the newest up to ``until``."""
    conditions = [
        messages.c.conversation_id == conversation_id,
        messages.c.author == Author.SELLER.value,
    ]
    if until is not None:
        conditions.append(messages.c.number <= until)
    statement = sa.select(messages.c.number).where(*conditions)
    newest = statement.order_by(messages.c.number.desc()).limit(1)
    number: int | None = connection.execute(newest).scalar_one_or_none()
    return number or 0


def _offers_until(connection: Connection, conversation_id: str, number: int) -> list[Message]:
    """Returns the messages whose buttons were open when ``number`` was the newest message."""
    since = _last_of_seller(connection, conversation_id, number)
    between = sa.and_(messages.c.number > since, messages.c.number <= number)
    found = read_messages(connection, conversation_id, between)
    return [message for message in found if message.buttons]


def _numbers(found: Sequence[Message]) -> list[int]:
    return [message.number for message in found]
