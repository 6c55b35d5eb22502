"""The log of events: appended in the transaction of what happened, and read back in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import events
from bot.support.events import ActorKind, Event, EventKind


def record(connection: Connection, event: Event) -> int:
    """Appends one event within the caller's transaction; returns its id."""
    inserted = connection.execute(
        sa.insert(events).values(
            kind=event.kind.value,
            at=event.at,
            actor_kind=event.actor_kind.value,
            actor_id=event.actor_id,
            conversation_id=event.conversation_id,
            target=event.target,
            before=dict(event.before),
            after=dict(event.after),
        )
    )
    return int(inserted.inserted_primary_key[0])


class EventLog(SqlStore):
    """Appends events that belong to no other transaction, and reads the log."""

    def append_event(self, event: Event) -> None:
        """Appends one event."""
        with self._writing() as connection:
            record(connection, event)

    def events(
        self,
        *,
        conversation_id: str | None = None,
        kinds: tuple[EventKind, ...] = (),
        actor_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: int | None = None,
        limit: int = 200,
    ) -> list[Event]:
        """Returns the newest events that fit, the newest first; ``before_id`` pages on.

        ``since`` is part of the time asked for, ``until`` no longer.
        """
        statement = sa.select(events).order_by(events.c.id.desc()).limit(limit)
        if conversation_id is not None:
            statement = statement.where(events.c.conversation_id == conversation_id)
        if kinds:
            statement = statement.where(events.c.kind.in_([kind.value for kind in kinds]))
        if actor_id is not None:
            statement = statement.where(events.c.actor_id == actor_id)
        if since is not None:
            statement = statement.where(events.c.at >= since)
        if until is not None:
            statement = statement.where(events.c.at < until)
        if before_id is not None:
            statement = statement.where(events.c.id < before_id)
        with self._reading() as connection:
            return [event_of(row) for row in connection.execute(statement).mappings()]


def event_of(row: Mapping[str, Any]) -> Event:
    """Returns the event of a row."""
    return Event(
        kind=EventKind(row["kind"]),
        at=row["at"],
        actor_kind=ActorKind(row["actor_kind"]),
        actor_id=row["actor_id"],
        conversation_id=row["conversation_id"],
        target=row["target"],
        before=row["before"],
        after=row["after"],
        id=row["id"],
    )
