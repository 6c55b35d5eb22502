"""Removes what is past its period, a little at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.erasing import erase_conversations
from bot.adapters.sql.event_log import record
from bot.adapters.sql.event_maintenance import remove_events
from bot.adapters.sql.learning_tables import phrase_reviews, shadow_differences
from bot.adapters.sql.privacy_tables import erasures
from bot.adapters.sql.slack_tables import slack_deliveries, slack_outbox
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import (
    IS_OPEN,
    JOB_DONE,
    NOBODY,
    conversations,
    escalations,
    jobs,
    messages,
    thumbs,
)
from bot.services.privacy_ports import Periods
from bot.support.conversations import ConversationState
from bot.support.desk import Source
from bot.support.events import ActorKind, Event, EventKind

_ENDED = [ConversationState.BOT.value, ConversationState.RESOLVED.value]
"""States in which nobody waits for anybody."""


class ExpiryStore(SqlStore):
    """Removes things by age."""

    def expire(self, periods: Periods, now: datetime, limit: int) -> Mapping[str, int]:
        """Removes at most ``limit`` things of each kind that are past their period; counts rows.

        Each kind has a transaction of its own, so that none keeps others waiting for long.
        """
        counts: Counter[str] = Counter()
        is_ticket = conversations.c.source == Source.TICKET.value
        kinds: list[tuple[timedelta | None, Any]] = [
            (periods.conversations, lambda c, at: _conversations(c, at, sa.not_(is_ticket), limit)),
            (periods.tickets, lambda c, at: _conversations(c, at, is_ticket, limit)),
            (periods.reviews, lambda c, at: _reviews(c, at, limit)),
            (periods.deliveries, lambda c, at: _deliveries(c, at, limit)),
            (periods.conversations, lambda c, at: _jobs(c, at, limit)),
            (periods.audit, lambda c, at: _figures(c, at, limit)),
            (periods.audit, lambda c, at: Counter(events=remove_events(c, at, limit))),
        ]
        for period, remove in kinds:
            if period is not None:
                with self._writing() as connection:
                    removed = +Counter(remove(connection, now - period))
                    if removed:
                        _record(connection, removed, now)
                counts.update(removed)
        return counts


def _record(connection: Connection, removed: Mapping[str, int], now: datetime) -> None:
    record(connection, Event(EventKind.PRIVACY_EXPIRED, now, ActorKind.SYSTEM, after=dict(removed)))


def _conversations(connection: Connection, before: datetime, kind: Any, limit: int) -> Counter[str]:
    """Erases conversations nothing has happened in; none that waits, is held, or was put away."""
    asked = sa.exists().where(IS_OPEN, escalations.c.conversation_id == conversations.c.id)
    chosen = (
        sa.select(conversations)
        .where(
            kind,
            conversations.c.seller_id != NOBODY,
            conversations.c.updated_at < before,
            conversations.c.state.in_(_ENDED),
            conversations.c.snoozed_until.is_(None),
            conversations.c.lease_until.is_(None),
            ~asked,
        )
        .order_by(conversations.c.updated_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=conversations)
    )
    return erase_conversations(connection, connection.execute(chosen).mappings().all())


def _reviews(connection: Connection, before: datetime, limit: int) -> Counter[str]:
    return _oldest(connection, phrase_reviews, phrase_reviews.c.at, before, limit) + _oldest(
        connection, shadow_differences, shadow_differences.c.at, before, limit
    )


def _deliveries(connection: Connection, before: datetime, limit: int) -> Counter[str]:
    return _oldest(
        connection, slack_deliveries, slack_deliveries.c.done_at, before, limit
    ) + _oldest(connection, slack_outbox, slack_outbox.c.done_at, before, limit)


def _jobs(connection: Connection, before: datetime, limit: int) -> Counter[str]:
    done = jobs.c.state == JOB_DONE
    return _oldest(connection, jobs, jobs.c.updated_at, before, limit, done)


def _figures(connection: Connection, before: datetime, limit: int) -> Counter[str]:
    """Removes what was left of erased conversations for figures, and old erasures."""
    chosen = (
        sa.select(conversations.c.id)
        .where(conversations.c.seller_id == NOBODY, conversations.c.updated_at < before)
        .order_by(conversations.c.updated_at)
        .limit(limit)
    )
    ids = list(connection.execute(chosen).scalars())
    counts = _oldest(connection, erasures, erasures.c.swept_at, before, limit)
    if ids:
        for table in (thumbs, messages):
            of_those = sa.delete(table).where(table.c.conversation_id.in_(ids))
            counts[table.name] += connection.execute(of_those).rowcount
        gone = sa.delete(conversations).where(conversations.c.id.in_(ids))
        counts[conversations.name] += connection.execute(gone).rowcount
    return counts


def _oldest(
    connection: Connection,
    table: sa.Table,
    moment: sa.Column,
    before: datetime,
    limit: int,
    *conditions: Any,
) -> Counter[str]:
    (key,) = table.primary_key.columns
    old = sa.select(key).where(moment < before, *conditions).order_by(moment).limit(limit)
    ids = list(connection.execute(old).scalars())
    if ids:
        connection.execute(sa.delete(table).where(key.in_(ids)))
    return Counter({table.name: len(ids)})
