"""What staff write: messages to the seller under the claim's fence, notes in a table apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.desk_rows import change, held, locked, update_row
from bot.adapters.sql.event_log import record
from bot.adapters.sql.rows import message_values, read_messages
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import messages, notes
from bot.support.conversations import Author, Message
from bot.support.desk import Holder, Note, SuggestionUse
from bot.support.events import ActorKind, Event, EventKind
from bot.support.staff import Staff


class DeskWords(SqlStore):
    """Stores what staff write."""

    def reply(
        self,
        staff: Staff,
        conversation_id: str,
        text: str,
        client_id: str,
        now: datetime,
        suggestion: SuggestionUse | None = None,
        *,
        epoch: int | None = None,
    ) -> Message:
        """Stores the holder's message to the seller, once per ``client_id``.

        Sent again it is the same message, also when the claim is over by then.
        """
        key = f"agent:{conversation_id}:{staff.id}:{client_id}"
        with self._writing() as connection:
            locked(connection, conversation_id)
            known = read_messages(connection, conversation_id, messages.c.notice_key == key)
            if known:
                return known[0]
            row = held(connection, staff, conversation_id, epoch)
            message = Message(
                conversation_id=conversation_id,
                number=row["next_number"],
                author=Author.AGENT,
                text=text,
                created_at=now,
                agent_id=staff.id,
                agent_name=staff.name,
            )
            values = {**message_values(message), "notice_key": key}
            connection.execute(sa.insert(messages).values(values))
            written = {"next_number": message.number + 1, "awaiting_since": None}
            update_row(connection, conversation_id, written)
            kind = EventKind.CONVERSATION_REPLIED
            change(connection, {**row, **written}, kind, staff, now, {}, moves=False)
            if suggestion is not None:
                _record_use(connection, staff, conversation_id, message.number, suggestion, now)
            return message

    def note(
        self, staff: Staff, conversation_id: str, text: str, client_id: str, now: datetime
    ) -> Note:
        """Stores an internal note, once per ``client_id``; anybody on the staff may."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            same = sa.select(notes).where(
                notes.c.conversation_id == conversation_id,
                notes.c.staff_id == staff.id,
                notes.c.client_id == client_id,
            )
            known = connection.execute(same).mappings().one_or_none()
            if known is not None:
                return note_of(known)
            connection.execute(
                sa.insert(notes).values(
                    conversation_id=conversation_id,
                    staff_id=staff.id,
                    staff_name=staff.name,
                    text=text,
                    client_id=client_id,
                    created_at=now,
                )
            )
            change(connection, row, EventKind.CONVERSATION_NOTED, staff, now, {}, moves=False)
            return note_of(connection.execute(same).mappings().one())

    def use_suggestion(
        self,
        staff: Staff,
        conversation_id: str,
        message_number: int | None,
        use: SuggestionUse,
        now: datetime,
    ) -> None:
        """Records what somebody made of a suggestion; anybody on the staff may."""
        with self._writing() as connection:
            locked(connection, conversation_id)
            _record_use(connection, staff, conversation_id, message_number, use, now)


def note_of(row: Mapping[str, Any]) -> Note:
    """Returns the note a row describes."""
    author = Holder(row["staff_id"], row["staff_name"])
    return Note(row["id"], row["conversation_id"], author, row["text"], row["created_at"])


def _record_use(
    connection: Connection,
    staff: Staff,
    conversation_id: str,
    number: int | None,
    use: SuggestionUse,
    now: datetime,
) -> None:
    after = {"choice": use.choice.value, "version": use.version, "number": number}
    record(
        connection,
        Event(
            EventKind.SUGGESTION_USED, now, ActorKind.STAFF, staff.id, conversation_id,
            target=use.response, after=after,
        ),
    )  # fmt: skip
