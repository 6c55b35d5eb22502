"""The one way to change the log of events afterwards: for a seller's erasure, and for retention.

A trigger refuses every change unless a permit stands in ``event_permits``. The permit is put and
taken away in the same transaction, so that no other one ever sees it; even with it an event's id,
moment, kind and kind of actor stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.privacy_tables import event_permits
from bot.adapters.sql.tables import events
from bot.support.events import ActorKind, EventKind

_COUNTED = frozenset(
    {
        "state", "epoch", "number", "reason", "topic", "topic_confidence", "urgency_score", "open",
        "outcome", "undone", "seconds", "choice", "version", "prioritised", "source", "decision",
        "export",
    }
)  # fmt: skip
"""What of an event is a state, a label or a number; figures are counted from these."""

NAMES_NOBODY = frozenset({EventKind.SUGGESTION_USED.value})
"""Kinds whose target is an answer, not a message of somebody's."""


@contextmanager
def permitted(connection: Connection, kind: Literal["rewrite", "remove"]) -> Iterator[None]:
    """Lets this transaction rewrite or remove events, as long as the block lasts."""
    connection.execute(sa.insert(event_permits).values(kind=kind))
    yield
    connection.execute(sa.delete(event_permits).where(event_permits.c.kind == kind))


def forget_who(connection: Connection, now_called: Mapping[str, str]) -> int:
    """Makes the events of conversations nobody's; returns how many.

    ``now_called`` gives each conversation the id that stands for it from now on. Kept are moments,
    kinds, staff ids, and what figures are counted from.
    """
    statement = sa.select(events).where(events.c.conversation_id.in_(list(now_called)))
    rows = connection.execute(statement).mappings().all()
    if not rows:
        return 0
    with permitted(connection, "rewrite"):
        for row in rows:
            values = _nobodys(row, now_called[row["conversation_id"]])
            connection.execute(sa.update(events).where(events.c.id == row["id"]).values(values))
    return len(rows)


def remove_events(connection: Connection, before: datetime, limit: int) -> int:
    """Removes the oldest events from before a moment, at most ``limit``; returns how many."""
    old = sa.select(events.c.id).where(events.c.at < before).order_by(events.c.at).limit(limit)
    ids: Sequence[int] = connection.execute(old).scalars().all()
    if ids:
        with permitted(connection, "remove"):
            connection.execute(sa.delete(events).where(events.c.id.in_(ids)))
    return len(ids)


def _nobodys(row: Mapping[str, Any], called: str) -> dict[str, Any]:
    by_seller = row["actor_kind"] == ActorKind.SELLER.value
    return {
        "conversation_id": called,
        "actor_id": None if by_seller else row["actor_id"],
        "target": row["target"] if row["kind"] in NAMES_NOBODY else None,
        "before": _counted(row["before"]),
        "after": _counted(row["after"]),
    }


def _counted(said: Mapping[str, Any]) -> dict[str, Any]:
    plain = (str, int, float, bool, type(None))
    return {k: v for k, v in said.items() if k in _COUNTED and isinstance(v, plain)}
