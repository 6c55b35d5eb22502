"""Requests for a human, and who holds a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import IS_OPEN, conversations, escalations
from bot.support.conversations import ConversationState, Escalation, EscalationReason

_HUMAN = ConversationState.HUMAN.value


class HandoffStore(SqlStore):
    """Keeps requests for a human and gives conversations to agents and back."""

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

    def claim(self, conversation_id: str, agent_id: str, now: datetime) -> bool:
        """Gives the conversation to an agent by compare-and-set: state human, epoch + 1.

        Returns False when an agent holds it already.
        """
        with self._writing() as connection:
            claimed = connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id, conversations.c.state != _HUMAN)
                .values(
                    state=_HUMAN,
                    holder=agent_id,
                    epoch=conversations.c.epoch + 1,
                    updated_at=now,
                )
            )
            return bool(claimed.rowcount == 1)

    def hand_back(self, conversation_id: str, agent_id: str, now: datetime) -> bool:
        """Gives the conversation back to the bot: state bot, epoch + 1; only its holder can."""
        with self._writing() as connection:
            returned = connection.execute(
                sa.update(conversations)
                .where(
                    conversations.c.id == conversation_id,
                    conversations.c.state == _HUMAN,
                    conversations.c.holder == agent_id,
                )
                .values(
                    state=ConversationState.BOT.value,
                    holder=None,
                    epoch=conversations.c.epoch + 1,
                    updated_at=now,
                )
            )
            if returned.rowcount != 1:
                return False
            _close_escalation(connection, conversation_id, now)
            return True


def open_escalation(connection: Connection, escalation: Escalation, now: datetime) -> None:
    """Stores a request for a human unless one is open, in a conversation the bot holds."""
    conversation_id = escalation.conversation_id
    is_open = sa.select(escalations.c.id).where(
        IS_OPEN, escalations.c.conversation_id == conversation_id
    )
    if connection.execute(is_open).first() is None:
        connection.execute(
            sa.insert(escalations).values(
                conversation_id=conversation_id,
                reason=escalation.reason.value,
                order_number=escalation.order_number,
                asked_at=escalation.asked_at,
            )
        )
    _change_state(
        connection, conversation_id, ConversationState.BOT, ConversationState.WAITING, now
    )


def withdraw_escalation(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Closes the open request for a human, if there is one: the bot goes on alone."""
    _close_escalation(connection, conversation_id, now)
    _change_state(
        connection, conversation_id, ConversationState.WAITING, ConversationState.BOT, now
    )


def _close_escalation(connection: Connection, conversation_id: str, now: datetime) -> None:
    connection.execute(
        sa.update(escalations)
        .where(IS_OPEN, escalations.c.conversation_id == conversation_id)
        .values(closed_at=now)
    )


def _change_state(
    connection: Connection,
    conversation_id: str,
    before: ConversationState,
    after: ConversationState,
    now: datetime,
) -> None:
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.state == before.value)
        .values(state=after.value, updated_at=now)
    )


def _escalation_of(row: Mapping[str, Any]) -> Escalation:
    return Escalation(
        conversation_id=row["conversation_id"],
        reason=EscalationReason(row["reason"]),
        asked_at=row["asked_at"],
        order_number=row["order_number"],
        open=row["closed_at"] is None,
    )
