"""What becomes of a case: resolved and opened again, put away, merged, ranked, named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.claim_store import queued, reopening, seconds_since_resolved
from bot.adapters.sql.desk_rows import (
    BOT,
    FREE,
    HUMAN,
    RESOLVED,
    WAITING,
    change,
    close_escalation,
    held,
    holder_of,
    leave_to_staff,
    locked,
    open_last_escalation,
)
from bot.adapters.sql.job_store import insert_job
from bot.adapters.sql.queue_facts import score_of
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import conversations, events
from bot.errors import NotHolder, NotPossible
from bot.support.conversations import Job
from bot.support.desk import Change, Outcome
from bot.support.events import EventKind
from bot.support.staff import Staff


class CaseStore(SqlStore):
    """Changes cases; who may is said at each method."""

    def resolve(
        self,
        staff: Staff,
        conversation_id: str,
        outcome: Outcome,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Ends the conversation, held by this person, with an outcome."""
        with self._writing() as connection:
            row = held(connection, staff, conversation_id, epoch)
            return _end(connection, row, EventKind.CONVERSATION_RESOLVED, staff, now,
                        {"outcome": outcome.value})  # fmt: skip

    def reopen(self, staff: Staff, conversation_id: str, now: datetime) -> Change:
        """Puts a resolved conversation back into the queue; anybody on the staff may."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            if row["state"] != RESOLVED:
                raise NotPossible("not_resolved")
            seconds = seconds_since_resolved(row, now)
            kind, values = EventKind.CONVERSATION_REOPENED, reopening(row, now)
            _, changed = change(connection, row, kind, staff, now, values, seconds=seconds)
            open_last_escalation(connection, conversation_id)
            return changed

    def snooze(
        self,
        staff: Staff,
        conversation_id: str,
        until: datetime,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Puts a conversation away until a moment; its holder keeps it, and only they may."""
        with self._writing() as connection:
            row = held(connection, staff, conversation_id, epoch)
            values = {"snoozed_until": until}
            kind = EventKind.CONVERSATION_SNOOZED
            _, changed = change(connection, row, kind, staff, now, values, moves=False)
            payload = {"conversation_id": conversation_id}
            key = f"wake:{conversation_id}:{changed.event_id}"
            insert_job(connection, Job(key, "wake_case", until, payload), now)
            return changed

    def wake(self, staff: Staff | None, conversation_id: str, now: datetime) -> Change | None:
        """Takes a conversation out of its snooze; None when it was not put away, or not yet due.

        Anybody on the staff may; without ``staff`` the time has come by itself.
        """
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            until = row["snoozed_until"]
            if until is None or (staff is None and until > now):
                return None
            return woken(connection, row, staff, now)

    def merge(self, staff: Staff, conversation_id: str, into: str, now: datetime) -> Change:
        """Ends a conversation as a duplicate of another of the same seller.

        Anybody on the staff may, unless somebody else holds the duplicate.
        """
        with self._writing() as connection:
            # Always in the same order, so that two merges cannot wait for each other.
            rows = {one: locked(connection, one) for one in sorted({conversation_id, into})}
            row, target = rows[conversation_id], rows[into]
            _check_merge(row, target, staff)
            if connection.execute(_merged_into(conversation_id)).first() is not None:
                raise NotPossible("has_duplicates")
            values = {"outcome": Outcome.DUPLICATE.value, "merged_into": into}
            return _end(connection, row, EventKind.CONVERSATION_MERGED, staff, now, values)

    def separate(self, staff: Staff, conversation_id: str, now: datetime) -> Change:
        """Takes a duplicate out again: into the queue if it was there or held, else to the bot."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            if row["merged_into"] is None:
                raise NotPossible("not_merged")
            before = _before_merge(connection, conversation_id)
            kind = EventKind.CONVERSATION_SEPARATED
            _, changed = change(connection, row, kind, staff, now, separated(row, before, now))
            if before in (WAITING, HUMAN):
                open_last_escalation(connection, conversation_id)
            return changed

    def prioritise(
        self, staff: Staff, conversation_id: str, level: str | None, now: datetime
    ) -> Change:
        """Sets the urgency staff give, over the rules; anybody on the staff may."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            values = {"prioritised": level}
            kind = EventKind.CONVERSATION_PRIORITISED
            _, changed = change(connection, row, kind, staff, now, values, moves=False)
            return changed

    def correct_topic(
        self, staff: Staff, conversation_id: str, intent: str, now: datetime
    ) -> Change:
        """Sets what the conversation is about; anybody on the staff may."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            values = {"topic": intent, "topic_confidence": 1.0}
            values["urgency_score"] = score_of({**row, **values})
            kind = EventKind.TOPIC_CORRECTED
            _, changed = change(
                connection, row, kind, staff, now, values, moves=False,
                confidence_before=row["topic_confidence"],
            )  # fmt: skip
            return changed


def woken(
    connection: Connection, row: Mapping[str, Any], staff: Staff | None, now: datetime
) -> Change:
    """Takes a locked conversation out of its snooze; its holder is waited for again."""
    awaiting = now if row["state"] == HUMAN else None
    values = {"snoozed_until": None, "awaiting_since": awaiting}
    kind = EventKind.CONVERSATION_WOKEN
    _, changed = change(connection, row, kind, staff, now, values, moves=False)
    return changed


def separated(row: Mapping[str, Any], before: str, now: datetime) -> dict[str, Any]:
    """Returns the columns of a duplicate that stands for itself again."""
    single = {"merged_into": None, "outcome": None, "resolved_at": None}
    if before in (WAITING, HUMAN):
        return {**queued(row, now), **single}
    return {**FREE, **single, "state": before}


def _end(
    connection: Connection,
    row: Mapping[str, Any],
    kind: EventKind,
    staff: Staff,
    now: datetime,
    values: Mapping[str, Any],
) -> Change:
    """Ends a locked conversation; how long the seller waited stays, in case it is undone."""
    ended = {**FREE, "snoozed_until": None, "state": RESOLVED, "resolved_at": now, **values}
    _, changed = change(connection, row, kind, staff, now, ended)
    close_escalation(connection, row["id"], now)
    leave_to_staff(connection, row["id"])
    return changed


def _check_merge(row: Mapping[str, Any], target: Mapping[str, Any], staff: Staff) -> None:
    if row["id"] == target["id"]:
        raise NotPossible("same_conversation")
    if row["seller_id"] != target["seller_id"]:
        raise NotPossible("another_seller")
    if row["merged_into"] is not None or target["merged_into"] is not None:
        raise NotPossible("merged")
    if row["state"] == HUMAN and row["holder"] != staff.id:
        raise NotHolder(holder_of(row))


def _merged_into(conversation_id: str) -> sa.sql.Select:
    return sa.select(conversations.c.id).where(conversations.c.merged_into == conversation_id)


def _before_merge(connection: Connection, conversation_id: str) -> str:
    """Returns the state a duplicate had before it was merged last."""
    statement = (
        sa.select(events.c.before)
        .where(
            events.c.conversation_id == conversation_id,
            events.c.kind == EventKind.CONVERSATION_MERGED.value,
        )
        .order_by(events.c.id.desc())
        .limit(1)
    )
    before = connection.execute(statement).scalar_one_or_none() or {}
    return str(before.get("state", BOT))
