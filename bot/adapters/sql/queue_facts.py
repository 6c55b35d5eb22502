"""What the queue sorts by, kept in the conversation's row when a human is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.tables import messages
from bot.support.cases import LOOK_BACK, topic_of
from bot.support.conversations import Author, Escalation, EscalationReason
from bot.support.desk import CaseTopic
from bot.support.triage import MONEY_TOPICS, Urgency, UrgencyFacts, urgency


def queue_facts(
    connection: Connection, escalation: Escalation, topic: CaseTopic | None = None
) -> dict[str, Any]:
    """Returns the columns of a conversation in which a human is asked for now.

    ``topic`` is found in what was understood of the seller's messages, if it is not given.
    """
    topic = topic or _topic(connection, escalation.conversation_id)
    values: dict[str, Any] = {
        "waiting_since": escalation.asked_at,
        "reason": escalation.reason.value,
        "order_number": escalation.order_number,
        "order_then": None if escalation.order is None else dict(escalation.order),
        "topic": topic.intent if topic else None,
        "topic_confidence": topic.confidence if topic else None,
        "urgency_facts": dict(escalation.facts),
        "prioritised": None,
    }
    return {**values, "urgency_score": score_of(values)}


def urgency_of(row: Mapping[str, Any], now: datetime) -> Urgency:
    """Returns how urgent a conversation is at a moment, with the reasons."""
    since = row["waiting_since"]
    waiting = max(now - since, timedelta()) if since else timedelta()
    return urgency(_facts(row, row["prioritised"], waiting))


def score_of(row: Mapping[str, Any]) -> int:
    """Returns the score of the rules alone: without the wait and what staff decided."""
    return urgency(_facts(row, None, timedelta())).score


def _facts(row: Mapping[str, Any], prioritised: str | None, waiting: timedelta) -> UrgencyFacts:
    reason = EscalationReason(row["reason"]) if row["reason"] else None
    known = dict(row["urgency_facts"] or {})
    known["money_at_stake"] = known.get("money_at_stake") or row["topic"] in MONEY_TOPICS
    known["abuse"] = known.get("abuse") or reason is EscalationReason.ABUSE
    return UrgencyFacts(
        reason=reason, topic=row["topic"], prioritised=prioritised, waiting=waiting, **known
    )


def _topic(connection: Connection, conversation_id: str) -> CaseTopic | None:
    statement = (
        sa.select(messages.c.understanding)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.SELLER.value,
        )
        .order_by(messages.c.number.desc())
        .limit(LOOK_BACK)
    )
    return topic_of(list(connection.execute(statement).scalars()))
