"""Taking back what was just done, where nothing of it has reached anybody yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.case_store import separated
from bot.adapters.sql.claim_store import begin_claim, queued
from bot.adapters.sql.desk_rows import (
    BOT,
    HUMAN,
    RESOLVED,
    WAITING,
    change,
    locked,
    open_last_escalation,
)
from bot.adapters.sql.event_log import event_of
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import events
from bot.errors import CannotUndo
from bot.support.desk import UNDO_TIME, UNDOABLE, Change
from bot.support.events import ActorKind, Event, EventKind
from bot.support.staff import Staff


class UndoStore(SqlStore):
    """Takes changes back within UNDO_TIME, if they are the last thing that happened."""

    def undo(self, staff: Staff, event_id: int, now: datetime, until: datetime) -> Change:
        """Takes a change of this person back; a claim given back then lasts until ``until``.

        Raises CannotUndo: not of that kind, too late, somebody else's, or something happened.
        """
        with self._writing() as connection:
            event = _event(connection, event_id)
            if event is None or event.conversation_id is None:
                raise CannotUndo("no such event")
            row = locked(connection, event.conversation_id)
            _check(connection, event, row, staff, now)
            kind = EventKind.CONVERSATION_UNDONE
            if event.kind is EventKind.CONVERSATION_SNOOZED:
                values: dict[str, Any] = {"snoozed_until": None}
                _, changed = change(
                    connection, row, kind, staff, now, values, moves=False, undone=event_id
                )
                return changed
            row, changed = change(
                connection, row, kind, staff, now, _as_before(event, row, now),
                undone=event_id,
            )  # fmt: skip
            if row["state"] in (WAITING, HUMAN):
                open_last_escalation(connection, row["id"])
            if row["state"] == HUMAN:
                begin_claim(connection, row, now, until)
            return changed


def _event(connection: Connection, event_id: int) -> Event | None:
    row = (
        connection.execute(sa.select(events).where(events.c.id == event_id))
        .mappings()
        .one_or_none()
    )
    return None if row is None else event_of(row)


def _check(
    connection: Connection, event: Event, row: Mapping[str, Any], staff: Staff, now: datetime
) -> None:
    """Raises CannotUndo with what stands in the way."""
    if event.kind not in UNDOABLE:
        raise CannotUndo(f"{event.kind.value} cannot be taken back")
    if event.actor_kind is not ActorKind.STAFF or event.actor_id != staff.id:
        raise CannotUndo("somebody else did it")
    if now > event.at + UNDO_TIME:
        raise CannotUndo("too late")
    newest = connection.execute(
        sa.select(sa.func.max(events.c.id)).where(events.c.conversation_id == row["id"])
    ).scalar_one()
    moved = row["epoch"] != event.after["epoch"] or row["next_number"] - 1 != event.after["number"]
    if newest != event.id or moved:
        raise CannotUndo("something happened since")


def _as_before(event: Event, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Returns the columns that put a conversation back to what it was before the event."""
    single = {"merged_into": None, "outcome": None, "resolved_at": None}
    state, holder = event.before["state"], event.before.get("holder")
    if state == HUMAN and holder is not None:
        return {
            **queued(row, now),
            **single,
            "state": HUMAN,
            "holder": holder,
            "holder_name": event.before.get("holder_name", holder),
            "awaiting_since": now,
        }
    if state == RESOLVED:  # a resolved duplicate was merged
        return {**separated(row, RESOLVED, now), "resolved_at": now,
                "outcome": event.before.get("outcome")}  # fmt: skip
    return separated(row, state if state in (BOT, WAITING) else BOT, now)
