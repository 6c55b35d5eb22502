"""Which messages are worth a review: four ways to find them, each message once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.learning_tables import phrase_reviews
from bot.adapters.sql.tables import IS_UNSURE, escalations, events, messages, thumbs
from bot.support.conversations import Author
from bot.support.events import EventKind
from bot.support.feedback import ThumbValue
from bot.support.review import ReviewReason

REASONS = {
    ReviewReason.CORRECTED: 8,
    ReviewReason.THUMBS_DOWN: 4,
    ReviewReason.ESCALATED: 2,
    ReviewReason.LOW_CONFIDENCE: 1,
}
"""What each reason weighs when the most telling messages come first."""

_FRAGMENTS = 6
_CERTAIN = 1.0
"""Only a button, or a text without a word, is understood with this confidence: no model read it."""


def open_items(since: datetime) -> sa.sql.Subquery:
    """Returns conversation, number and a 0 or 1 for each reason, of messages without a decision.

    Only messages written after ``since``: older ones tell little of today's sellers.
    """
    found = sa.union_all(
        _low_confidence(since), _thumbs_down(since), _escalated(since), _corrected(since)
    ).subquery()
    decided = sa.exists().where(
        phrase_reviews.c.conversation_id == found.c.conversation_id,
        phrase_reviews.c.message_number == found.c.number,
    )
    reasons = [sa.func.max(found.c[reason.value]).label(reason.value) for reason in ReviewReason]
    return (
        sa.select(found.c.conversation_id, found.c.number, *reasons)
        .where(found.c.number.is_not(None), ~decided)
        .group_by(found.c.conversation_id, found.c.number)
        .subquery()
    )


def corrected_intent(connection: Connection, conversation_id: str) -> str | None:
    """Returns the topic that staff gave a conversation last."""
    statement = (
        sa.select(events.c.after)
        .where(_is_correction(), events.c.conversation_id == conversation_id)
        .order_by(events.c.id.desc())
        .limit(1)
    )
    after = connection.execute(statement).scalar_one_or_none() or {}
    intent = after.get("topic")
    return str(intent) if intent else None


def text_of_turn(connection: Connection, row: Mapping[str, Any]) -> str:
    """Returns a message's text with the fragments before it that were read together with it."""
    number = row["number"]
    statement = (
        sa.select(messages.c.number, messages.c.text, messages.c.understanding)
        .where(
            messages.c.conversation_id == row["conversation_id"],
            messages.c.number.between(number - _FRAGMENTS, number - 1),
            messages.c.author == Author.SELLER.value,
            messages.c.intent.is_(None),
        )
        .order_by(messages.c.number.desc())
    )
    texts = [row["text"]]
    for place, (before, text, understanding) in enumerate(connection.execute(statement), 1):
        if before != number - place or understanding:
            break
        texts.insert(0, text)
    return "\n".join(texts)


def _flags(*set_: ReviewReason) -> list[Any]:
    return [sa.literal_column(str(int(r in set_))).label(r.value) for r in ReviewReason]


def _low_confidence(since: datetime) -> sa.sql.Select:
    return sa.select(
        messages.c.conversation_id, messages.c.number, *_flags(ReviewReason.LOW_CONFIDENCE)
    ).where(IS_UNSURE, messages.c.created_at >= since)


def _thumbs_down(since: datetime) -> sa.sql.Select:
    answer, asked = messages.alias("answer"), messages.alias("asked")
    return (
        sa.select(asked.c.conversation_id, asked.c.number, *_flags(ReviewReason.THUMBS_DOWN))
        .select_from(thumbs)
        .join(
            answer,
            sa.and_(
                answer.c.conversation_id == thumbs.c.conversation_id,
                answer.c.number == thumbs.c.message_number,
            ),
        )
        .join(
            asked,
            sa.and_(
                asked.c.conversation_id == answer.c.conversation_id,
                asked.c.number == answer.c.reply_to,
            ),
        )
        .where(
            thumbs.c.value == ThumbValue.DOWN.value,
            thumbs.c.given_at >= since,
            *_was_read(asked),
        )
    )


def _escalated(since: datetime) -> sa.sql.Select:
    number = _last_question(escalations.c.conversation_id, escalations.c.asked_at)
    reasons = _flags(ReviewReason.ESCALATED)
    return sa.select(escalations.c.conversation_id, number, *reasons).where(
        escalations.c.asked_at >= since
    )


def _corrected(since: datetime) -> sa.sql.Select:
    number = _last_question(events.c.conversation_id, events.c.at)
    reasons = _flags(ReviewReason.CORRECTED)
    return sa.select(events.c.conversation_id, number, *reasons).where(
        _is_correction(), events.c.at >= since
    )


def _is_correction() -> Any:
    return events.c.kind == EventKind.TOPIC_CORRECTED.value


def _last_question(conversation_id: Any, moment: Any) -> Any:
    """Returns the number of what was asked last before a moment, "I want a human" aside."""
    asked = messages.alias("asked")
    return (
        sa.select(sa.func.max(asked.c.number))
        .where(
            asked.c.conversation_id == conversation_id,
            asked.c.created_at <= moment,
            asked.c.understanding["intent"]["name"].as_string() != "request_human",
            *_was_read(asked),
        )
        .scalar_subquery()
        .label("number")
    )


def _was_read(asked: Any) -> list[Any]:
    """Tells messages that a seller typed and a model read."""
    return [
        asked.c.author == Author.SELLER.value,
        asked.c.intent.is_(None),
        asked.c.understanding["intent"]["confidence"].as_float() < _CERTAIN,
    ]
