"""What sellers think of answers and of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.store import SqlStore, insert_or_update
from bot.adapters.sql.tables import ratings, thumbs
from bot.support.feedback import Rating, Thumb, ThumbValue


class FeedbackStore(SqlStore):
    """Keeps thumbs, one an answer, and ratings, one a conversation."""

    def put_thumb(self, thumb: Thumb, now: datetime) -> None:
        """Stores what a seller thinks of one answer, in place of what they thought before."""
        values = {
            "conversation_id": thumb.conversation_id,
            "message_number": thumb.message_number,
            "value": thumb.value.value,
            "response": thumb.response,
            "response_version": thumb.response_version,
            "given_at": now,
        }
        with self._writing() as connection:
            insert_or_update(connection, thumbs, values, "conversation_id", "message_number")

    def remove_thumb(self, conversation_id: str, message_number: int) -> None:
        """Takes a thumb back, if there is one."""
        with self._writing() as connection:
            connection.execute(
                sa.delete(thumbs).where(
                    thumbs.c.conversation_id == conversation_id,
                    thumbs.c.message_number == message_number,
                )
            )

    def put_rating(self, rating: Rating, now: datetime) -> None:
        """Stores what a seller thinks of a conversation, in place of what they thought before."""
        values = {
            "conversation_id": rating.conversation_id,
            "stars": rating.stars,
            "comment": rating.comment,
            "response": rating.response,
            "response_version": rating.response_version,
            "given_at": now,
        }
        with self._writing() as connection:
            insert_or_update(connection, ratings, values, "conversation_id")


def read_thumbs(
    connection: Connection, conversation_id: str, numbers: Sequence[int]
) -> dict[int, ThumbValue]:
    """Returns the thumbs of some messages, by number."""
    if not numbers:
        return {}
    statement = sa.select(thumbs.c.message_number, thumbs.c.value).where(
        thumbs.c.conversation_id == conversation_id, thumbs.c.message_number.in_(numbers)
    )
    return {number: ThumbValue(value) for number, value in connection.execute(statement)}
