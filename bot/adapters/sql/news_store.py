"""What came into conversations lately: messages and events, each by what names it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import events, messages
from bot.support.conversations import Author


class SqlNewsStore(SqlStore):
    """Finds news that no replica told."""

    def changes_since(self, moment: datetime) -> list[tuple[str, str]]:
        """Returns what came into conversations: their ids, each with what names the change.

        Both queries are answered by an index.
        """
        authors = [author.value for author in Author]
        said = sa.select(messages.c.conversation_id, messages.c.number).where(
            messages.c.author.in_(authors), messages.c.created_at > moment
        )
        happened = sa.select(events.c.conversation_id, events.c.id).where(
            events.c.conversation_id.is_not(None), events.c.at > moment
        )
        with self._reading() as connection:
            found = [(one, f"message:{number}") for one, number in connection.execute(said)]
            found += [(one, f"event:{number}") for one, number in connection.execute(happened)]
        return found
