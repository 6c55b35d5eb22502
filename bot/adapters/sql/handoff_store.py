"""Requests for a human: opened and withdrawn in the transaction of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.desk_rows import NOBODY_WAITS, close_escalation, update_row
from bot.adapters.sql.event_log import record
from bot.adapters.sql.queue_facts import queue_facts
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import IS_OPEN, conversations, escalations
from bot.language.searching import searchable
from bot.support.conversations import ConversationState, Escalation, EscalationReason
from bot.support.events import ActorKind, Event, EventKind


class HandoffStore(SqlStore):
    """Keeps requests for a human."""

    def escalations(self, conversation_id: str | None = None) -> list[Escalation]:
        """Returns open requests for a human, oldest first.

        A request stays open while an agent holds the conversation and closes at hand-back.
        """
        statement = sa.select(escalations).where(IS_OPEN)
        if conversation_id is not None:
            statement = statement.where(escalations.c.conversation_id == conversation_id)
        statement = statement.order_by(escalations.c.asked_at, escalations.c.id)
        with self._reading() as connection:
            return [_escalation_of(row) for row in connection.execute(statement).mappings()]


def open_escalation(connection: Connection, escalation: Escalation, now: datetime) -> None:
    """Stores a request for a human unless one is open, in a conversation the bot holds.

    What the queue sorts by is written with it. An event says so, with the reason.
    """
    conversation_id = escalation.conversation_id
    is_open = sa.select(escalations.c.id).where(
        IS_OPEN, escalations.c.conversation_id == conversation_id
    )
    if connection.execute(is_open).first() is not None:
        return
    row = _row(connection, conversation_id)
    facts = queue_facts(connection, escalation)
    connection.execute(
        sa.insert(escalations).values(
            conversation_id=conversation_id,
            reason=escalation.reason.value,
            order_number=escalation.order_number,
            asked_at=escalation.asked_at,
            order_then=facts["order_then"],
            urgency_facts=facts["urgency_facts"],
            topic=facts["topic"],
            topic_confidence=facts["topic_confidence"],
        )
    )
    search_text = searchable(row["seller_id"], row["seller_name"], escalation.order_number)
    values = {**facts, "state": ConversationState.WAITING.value, "search_text": search_text}
    update_row(connection, conversation_id, {**values, "updated_at": now})
    after = {
        "state": ConversationState.WAITING.value,
        "reason": escalation.reason.value,
        "topic": facts["topic"],
        "topic_confidence": facts["topic_confidence"],
        "urgency_score": facts["urgency_score"],
        "open": escalation.team_open,
    }
    _record(connection, row, EventKind.CONVERSATION_ESCALATED, ActorKind.BOT, after, now)


def withdraw_escalation(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Closes the open request for a human, if there is one: the bot goes on alone."""
    row = _row(connection, conversation_id)
    if row["state"] != ConversationState.WAITING.value:
        return
    close_escalation(connection, conversation_id, now)
    after = {"state": ConversationState.BOT.value}
    values = {**NOBODY_WAITS, **after, "prioritised": None, "updated_at": now}
    update_row(connection, conversation_id, values)
    _record(connection, row, EventKind.CONVERSATION_WITHDRAWN, ActorKind.SELLER, after, now)


def _row(connection: Connection, conversation_id: str) -> Mapping[str, Any]:
    """Returns the row of a conversation that this transaction has written to already."""
    statement = sa.select(conversations).where(conversations.c.id == conversation_id)
    row: Mapping[str, Any] = connection.execute(statement).mappings().one()
    return row


def _record(
    connection: Connection,
    row: Mapping[str, Any],
    kind: EventKind,
    actor: ActorKind,
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    actor_id = row["seller_id"] if actor is ActorKind.SELLER else None
    said = {"epoch": row["epoch"], **{k: v for k, v in after.items() if v is not None}}
    record(
        connection,
        Event(kind, now, actor, actor_id, row["id"], before={"state": row["state"]}, after=said),
    )


def _escalation_of(row: Mapping[str, Any]) -> Escalation:
    return Escalation(
        conversation_id=row["conversation_id"],
        reason=EscalationReason(row["reason"]),
        asked_at=row["asked_at"],
        order_number=row["order_number"],
        open=row["closed_at"] is None,
        order=row["order_then"],
        facts=row["urgency_facts"] or {},
    )
