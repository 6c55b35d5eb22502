"""What a conversation has left behind, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.effect_store import effect_of
from bot.adapters.sql.feedback_store import read_thumbs
from bot.adapters.sql.rows import read_messages
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import conversations, effects, events, messages
from bot.services.case_file_ports import Traces, Tried
from bot.support.conversations import Author, Message
from bot.support.events import EventKind

MOST_TOLD = 60
MOST_SAID = 8


class CaseFileStore(SqlStore):
    """Reads what conversations have left behind."""

    def traces(self, conversation_id: str) -> Traces | None:
        """Returns what a conversation has left behind; None when there is no such one."""
        tracker = sa.select(conversations.c.tracker).where(conversations.c.id == conversation_id)
        with self._reading() as connection:
            row = connection.execute(tracker).one_or_none()
            if row is None:
                return None
            told = _newest(
                connection, conversation_id, Author.BOT, messages.c.response.is_not(None),
                limit=MOST_TOLD,
            )  # fmt: skip
            numbers = [message.number for message in told]
            return Traces(
                tracker=row.tracker,
                told=told,
                said=_newest(connection, conversation_id, Author.SELLER, limit=MOST_SAID),
                tried=_tried(connection, conversation_id),
                thumbs=read_thumbs(connection, conversation_id, numbers),
                suggestions_used=_suggestions_used(connection, conversation_id),
            )


def _newest(
    connection: Connection,
    conversation_id: str,
    author: Author,
    *conditions: sa.sql.ColumnElement,
    limit: int,
) -> Sequence[Message]:
    """Returns the newest messages of one author, oldest first."""
    numbers = (
        sa.select(messages.c.number)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == author.value,
            *conditions,
        )
        .order_by(messages.c.number.desc())
        .limit(limit)
    )
    found = list(connection.execute(numbers).scalars())
    return read_messages(connection, conversation_id, messages.c.number.in_(found)) if found else ()


def _tried(connection: Connection, conversation_id: str) -> Sequence[Tried]:
    statement = (
        sa.select(effects)
        .where(effects.c.conversation_id == conversation_id)
        .order_by(effects.c.created_at, effects.c.key)
    )
    rows = connection.execute(statement).mappings()
    return [Tried(effect_of(row), row["updated_at"]) for row in rows]


def _suggestions_used(connection: Connection, conversation_id: str) -> frozenset[str]:
    statement = sa.select(events.c.target).where(
        events.c.conversation_id == conversation_id,
        events.c.kind == EventKind.SUGGESTION_USED.value,
    )
    return frozenset(target for target in connection.execute(statement).scalars() if target)
