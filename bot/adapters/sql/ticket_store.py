"""Tickets of other systems as conversations in the queue, each once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.conversation_store import find_conversation, insert_conversation
from bot.adapters.sql.event_log import record
from bot.adapters.sql.handoff_store import open_escalation
from bot.adapters.sql.rows import conversation_of, lock_conversation, message_values
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.adapters.sql.tables import conversations, messages
from bot.services.triage_ports import NewTicket, Opened
from bot.support.conversations import Author, ConversationState, Escalation, Message
from bot.support.desk import Source
from bot.support.events import ActorKind, Event, EventKind

_CLIENT_ID = "ticket"
"""The client id of a ticket's message: what makes its conversation be opened only once."""


class TicketStore(SqlStore):
    """Opens conversations for tickets."""

    def open_ticket(self, ticket: NewTicket, now: datetime) -> Opened:
        """Puts a ticket into the queue as a conversation of its seller, once per label.

        The ticket is the seller's message there, and a human is asked for, in one transaction.
        """
        with self._writing() as connection:
            insert_conversation(connection, ticket.seller_id, ticket.label, now)
            found = find_conversation(connection, ticket.seller_id, ticket.label)
            assert found is not None  # it was there, or has just been inserted
            row = lock_conversation(connection, found["id"])
            created = _insert_message(connection, row["id"], row["next_number"], ticket, now)
            if created:
                if row["next_number"] == 1:
                    _record_opening(connection, row["id"], ticket, now)
                open_escalation(connection, _escalation_of(row["id"], ticket), now)
            row = lock_conversation(connection, row["id"])
        return Opened(conversation_of(row), created)


def _insert_message(
    connection: Connection, conversation_id: str, number: int, ticket: NewTicket, now: datetime
) -> bool:
    message = Message(
        conversation_id=conversation_id,
        number=number,
        author=Author.SELLER,
        text=ticket.text,
        created_at=now,
        client_id=_CLIENT_ID,
        understanding=ticket.understanding,
        model=ticket.model,
    )
    values = message_values(message)
    if not insert_unless_present(connection, messages, values, "conversation_id", "client_id"):
        return False
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(next_number=number + 1, source=Source.TICKET.value, updated_at=now)
    )
    return True


def _record_opening(
    connection: Connection, conversation_id: str, ticket: NewTicket, now: datetime
) -> None:
    after = {"state": ConversationState.BOT.value, "source": Source.TICKET.value, "number": 1}
    record(
        connection,
        Event(
            EventKind.CONVERSATION_OPENED, now, ActorKind.SELLER, ticket.seller_id,
            conversation_id, after=after,
        ),
    )  # fmt: skip


def _escalation_of(conversation_id: str, ticket: NewTicket) -> Escalation:
    return Escalation(
        conversation_id,
        ticket.reason,
        ticket.asked_at,
        ticket.order_number,
        order=ticket.order,
        facts=ticket.facts,
    )
