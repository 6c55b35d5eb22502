"""Messages to be reviewed, found where they are, and what was decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.event_log import record
from bot.adapters.sql.learning_tables import phrase_reviews
from bot.adapters.sql.review_queries import (
    REASONS,
    corrected_intent,
    open_items,
    text_of_turn,
)
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.adapters.sql.tables import conversations, messages
from bot.support.events import ActorKind, Event, EventKind
from bot.support.models import Reading
from bot.support.review import (
    Decision,
    ExportState,
    Review,
    ReviewCounts,
    ReviewItem,
    ReviewReason,
    ranking_of,
)


class SqlReviewStore(SqlStore):
    """Finds what is to be reviewed and keeps decisions; implements the port ReviewStore."""

    def review_items(self, since: datetime, limit: int) -> list[ReviewItem]:
        """Returns messages without a decision, the most telling first, then the newest."""
        found = open_items(since)
        value = sum(found.c[reason.value] * weight for reason, weight in REASONS.items())
        statement = (
            _item_columns(found)
            .order_by(value.desc(), messages.c.created_at.desc(), found.c.conversation_id)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
            return [_item_of(connection, row) for row in rows]

    def review_item(self, conversation_id: str, number: int, since: datetime) -> ReviewItem | None:
        """Returns one message that waits for a decision, None when it does not."""
        found = open_items(since)
        statement = _item_columns(found).where(
            found.c.conversation_id == conversation_id, found.c.number == number
        )
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            return None if row is None else _item_of(connection, row)

    def seller_name(self, seller_id: str) -> str | None:
        """Returns a seller's own name, as a conversation of theirs has it."""
        named = sa.select(conversations.c.seller_name).where(
            conversations.c.seller_id == seller_id, conversations.c.seller_name.is_not(None)
        )
        with self._reading() as connection:
            name: str | None = connection.execute(named.limit(1)).scalar_one_or_none()
            return name

    def put_review(self, review: Review) -> Review | None:
        """Stores a decision; returns None when somebody decided about that message before."""
        values = {
            "conversation_id": review.conversation_id,
            "message_number": review.message_number,
            "text": review.text,
            "decision": review.decision.value,
            "proposed": review.proposed,
            "intent": review.intent,
            "kind": review.kind,
            "reasons": [reason.value for reason in review.reasons],
            "staff_id": review.staff_id,
            "at": review.at,
            "export": review.export.value,
            "note": review.note,
        }
        unique = ("conversation_id", "message_number")
        with self._writing() as connection:
            if not insert_unless_present(connection, phrase_reviews, values, *unique):
                return None
            decided = {"decision": review.decision.value, "intent": review.intent}
            proposed = {"intent": review.proposed}
            _record(connection, EventKind.PHRASE_REVIEWED, review, review.at, proposed, decided)
            return _review_at(connection, review.conversation_id, review.message_number)

    def review_of(self, conversation_id: str, number: int) -> Review | None:
        """Returns the decision about a message."""
        with self._reading() as connection:
            return _review_at(connection, conversation_id, number)

    def remove_review(self, review_id: int, staff_id: str, now: datetime) -> Review | None:
        """Takes back a decision of one's own that was not exported yet; returns it, or None."""
        mine = (
            sa.select(phrase_reviews)
            .where(
                phrase_reviews.c.id == review_id,
                phrase_reviews.c.staff_id == staff_id,
                phrase_reviews.c.export != ExportState.EXPORTED.value,
            )
            .with_for_update()
        )
        with self._writing() as connection:
            row = connection.execute(mine).mappings().one_or_none()
            if row is None:
                return None
            connection.execute(sa.delete(phrase_reviews).where(phrase_reviews.c.id == review_id))
            review = _review_of(row)
            decided = {"decision": review.decision.value, "intent": review.intent}
            _record(connection, EventKind.PHRASE_REVIEW_UNDONE, review, now, decided, {})
            return review

    def reviews(self, *states: ExportState) -> list[Review]:
        """Returns decisions in the order they were made."""
        statement = (
            sa.select(phrase_reviews)
            .where(phrase_reviews.c.export.in_([state.value for state in states]))
            .order_by(phrase_reviews.c.id)
        )
        with self._reading() as connection:
            return [_review_of(row) for row in connection.execute(statement).mappings()]

    def mark_exported(self, outcomes: Mapping[int, tuple[ExportState, str]], now: datetime) -> None:
        """Says what became of reviews by id: exported (where to) or refused (why)."""
        with self._writing() as connection:
            for review_id, (state, note) in outcomes.items():
                chosen = phrase_reviews.c.id == review_id
                row = connection.execute(sa.select(phrase_reviews).where(chosen)).mappings().one()
                connection.execute(
                    sa.update(phrase_reviews)
                    .where(chosen)
                    .values(export=state.value, note=note, exported_at=now)
                )
                event = Event(
                    EventKind.PHRASE_EXPORTED, now, ActorKind.SYSTEM, None,
                    row["conversation_id"], f"{row['conversation_id']}:{row['message_number']}",
                    {"export": row["export"]}, {"export": state.value},
                )  # fmt: skip
                record(connection, event)

    def review_counts(self, since: datetime) -> ReviewCounts:
        """Returns how many messages wait and what became of the others."""
        by_state = sa.select(phrase_reviews.c.export, sa.func.count()).group_by(
            phrase_reviews.c.export
        )
        waiting = sa.select(sa.func.count()).select_from(open_items(since))
        with self._reading() as connection:
            counts = {ExportState(state): count for state, count in connection.execute(by_state)}
            return ReviewCounts(
                waiting=connection.execute(waiting).scalar_one(),
                to_export=counts.get(ExportState.WAITING, 0),
                exported=counts.get(ExportState.EXPORTED, 0),
                refused=counts.get(ExportState.REFUSED, 0),
                skipped=counts.get(ExportState.NEVER, 0),
            )


def _item_columns(found: sa.sql.Subquery) -> sa.sql.Select:
    this = sa.and_(
        messages.c.conversation_id == found.c.conversation_id,
        messages.c.number == found.c.number,
    )
    whose = conversations.c.id == found.c.conversation_id
    return (
        sa.select(messages, conversations.c.seller_id, *(found.c[r.value] for r in ReviewReason))
        .select_from(found)
        .join(messages, this)
        .join(conversations, whose)
    )


def _item_of(connection: Connection, row: Mapping[str, Any]) -> ReviewItem:
    conversation_id, number = row["conversation_id"], row["number"]
    ranking = ranking_of(row["understanding"])
    reasons = tuple(reason for reason in ReviewReason if row[reason.value])
    if ReviewReason.CORRECTED in reasons:
        intent = corrected_intent(connection, conversation_id)
        if intent is not None:  # what somebody on the staff said goes before what a model says
            others = (score for score in ranking if score.intent != intent)
            ranking = (Reading(intent, 1.0), *others)
    answer = (
        sa.select(messages.c.response)
        .where(messages.c.conversation_id == conversation_id, messages.c.reply_to == number)
        .order_by(messages.c.number)
        .limit(1)
    )
    return ReviewItem(
        conversation_id=conversation_id,
        message_number=number,
        seller_id=row["seller_id"],
        text=text_of_turn(connection, row),
        created_at=row["created_at"],
        reasons=reasons,
        ranking=ranking,
        kind=str(row["understanding"].get("kind") or ""),
        response=connection.execute(answer).scalar_one_or_none(),
        model=row["model"],
    )


def _review_at(connection: Connection, conversation_id: str, number: int) -> Review | None:
    statement = sa.select(phrase_reviews).where(
        phrase_reviews.c.conversation_id == conversation_id,
        phrase_reviews.c.message_number == number,
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _review_of(row)


def _review_of(row: Mapping[str, Any]) -> Review:
    return Review(
        conversation_id=row["conversation_id"],
        message_number=row["message_number"],
        text=row["text"],
        decision=Decision(row["decision"]),
        proposed=row["proposed"],
        intent=row["intent"],
        kind=row["kind"],
        reasons=tuple(ReviewReason(reason) for reason in row["reasons"]),
        staff_id=row["staff_id"],
        at=row["at"],
        export=ExportState(row["export"]),
        note=row["note"],
        id=row["id"],
    )


def _record(
    connection: Connection,
    kind: EventKind,
    review: Review,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    target = f"{review.conversation_id}:{review.message_number}"
    staff, whose = review.staff_id, review.conversation_id
    record(connection, Event(kind, now, ActorKind.STAFF, staff, whose, target, before, after))
