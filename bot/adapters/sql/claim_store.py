"""Who holds a conversation: claims by compare-and-set, given back, handed on, ended by time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot.adapters.sql.desk_rows import (
    BOT,
    FREE,
    HUMAN,
    NOBODY_WAITS,
    RESOLVED,
    WAITING,
    change,
    close_escalation,
    held,
    holder_of,
    leave_to_staff,
    locked,
    tell,
)
from bot.adapters.sql.job_store import insert_job
from bot.adapters.sql.store import SqlStore
from bot.errors import AlreadyClaimed, NotHolder, NotPossible
from bot.support.conversations import Job, Reply
from bot.support.desk import Change, Claim, Holder
from bot.support.events import EventKind
from bot.support.staff import Role, Staff


class ClaimStore(SqlStore):
    """Gives conversations to staff, on to others, back to the queue and to the bot."""

    def claim(
        self, staff: Staff, conversation_id: str, now: datetime, told: Reply, until: datetime
    ) -> Claim:
        """Gives the conversation to somebody by compare-and-set: state human, epoch + 1.

        From here on no message of the bot reaches the seller: a turn that began before commits
        nothing any more, and what it was to answer is left to staff.
        """
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            holder = holder_of(row)
            if row["state"] == HUMAN and holder is not None:
                if holder.id != staff.id:
                    raise AlreadyClaimed(holder)
                return Claim(conversation_id, holder, row["epoch"])
            if row["merged_into"] is not None:
                raise NotPossible("merged")
            if row["state"] == RESOLVED:
                row = _reopened(connection, row, staff, now)
            kind = EventKind.CONVERSATION_CLAIMED
            row, _ = change(connection, row, kind, staff, now, taken_by(staff, row, now))
            begin_claim(connection, row, now, until)
            tell(connection, row, f"claimed:{conversation_id}:{row['epoch']}", told, now)
            return Claim(conversation_id, Holder(staff.id, staff.name), row["epoch"])

    def release(
        self, staff: Staff, conversation_id: str, now: datetime, *, epoch: int | None = None
    ) -> Change:
        """Gives the holder's claim back to the queue, with the wait it has had so far."""
        with self._writing() as connection:
            row = held(connection, staff, conversation_id, epoch)
            kind = EventKind.CONVERSATION_RELEASED
            _, changed = change(connection, row, kind, staff, now, queued(row, now))
            return changed

    def hand_back(
        self,
        staff: Staff,
        conversation_id: str,
        now: datetime,
        told: Reply,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Gives the conversation from its holder back to the bot, which says so."""
        with self._writing() as connection:
            row = held(connection, staff, conversation_id, epoch)
            values = {**FREE, **NOBODY_WAITS, "state": BOT, "prioritised": None}
            kind = EventKind.CONVERSATION_HANDED_BACK
            row, changed = change(connection, row, kind, staff, now, values)
            close_escalation(connection, conversation_id, now)
            tell(connection, row, f"handed_back:{conversation_id}:{row['epoch']}", told, now)
            return changed

    def reassign(
        self, staff: Staff, conversation_id: str, to: Staff, now: datetime, until: datetime
    ) -> Change:
        """Gives the claim to somebody else: the holder may, and a supervisor over any claim."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            if row["state"] != HUMAN:
                raise NotHolder()
            if row["holder"] != staff.id and not staff.role.includes(Role.SUPERVISOR):
                raise NotHolder(holder_of(row))
            if row["holder"] == to.id:
                raise NotPossible("same_holder")
            kind = EventKind.CONVERSATION_REASSIGNED
            row, changed = change(connection, row, kind, staff, now, taken_by(to, row, now))
            begin_claim(connection, row, now, until)
            return changed

    def expire_claim(
        self, conversation_id: str, epoch: int, now: datetime, limit: timedelta, told: Reply
    ) -> datetime | None:
        """Ends a claim under which the seller has waited for ``limit``; see the port."""
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            if row["state"] != HUMAN or row["epoch"] != epoch:
                return None
            since: datetime = row["snoozed_until"] or row["awaiting_since"] or now
            if since + limit > now:
                return since + limit
            kind = EventKind.CONVERSATION_CLAIM_EXPIRED
            row, _ = change(connection, row, kind, None, now, queued(row, now))
            tell(connection, row, f"expired:{conversation_id}:{epoch}", told, now)
            return None


def taken_by(staff: Staff, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Returns the columns of a conversation that somebody takes now: the seller waits for them."""
    return {
        "state": HUMAN,
        "holder": staff.id,
        "holder_name": staff.name,
        "awaiting_since": now,
        "snoozed_until": None,
    }


def queued(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Returns the columns of a conversation that goes back to the queue."""
    since = row["waiting_since"] or now
    return {**FREE, "state": WAITING, "waiting_since": since, "snoozed_until": None}


def begin_claim(
    connection: Connection, row: Mapping[str, Any], now: datetime, until: datetime
) -> None:
    """Leaves what is unanswered to the new holder, and looks after the claim later."""
    leave_to_staff(connection, row["id"])
    payload = {"conversation_id": row["id"], "epoch": row["epoch"]}
    key = f"claim:{row['id']}:{row['epoch']}"
    insert_job(connection, Job(key, "expire_claim", until, payload), now)


def _reopened(
    connection: Connection, row: Mapping[str, Any], staff: Staff, now: datetime
) -> Mapping[str, Any]:
    """Opens a resolved conversation again before it is claimed."""
    kind, values = EventKind.CONVERSATION_REOPENED, reopening(row, now)
    seconds = seconds_since_resolved(row, now)
    new, _ = change(connection, row, kind, staff, now, values, seconds=seconds)
    return new


def reopening(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Returns the columns of a resolved conversation that is put back into the queue."""
    return {**queued(row, now), "resolved_at": None, "outcome": None, "merged_into": None}


def seconds_since_resolved(row: Mapping[str, Any], now: datetime) -> int | None:
    """Returns how long ago a conversation was resolved, in whole seconds."""
    if row["resolved_at"] is None:
        return None
    return int((now - row["resolved_at"]).total_seconds())
