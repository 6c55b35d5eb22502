"""What the database says of itself, and what waits there for everybody together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.slack_tables import slack_outbox, slack_warnings
from bot.adapters.sql.store import SqlStore, insert_or_update
from bot.adapters.sql.tables import (
    IS_OPEN,
    IS_RECEIVED,
    IS_WAITING,
    conversations,
    effects,
    escalations,
    jobs,
    messages,
)
from bot.adapters.sql.types import UtcDateTime
from bot.adapters.sql.watch_tables import heartbeats
from bot.services.watch_ports import Backlog, JobsDue
from bot.support.conversations import ConversationState, EffectState

FORGOTTEN_AFTER = timedelta(hours=1)
"""How long the last sign of life of a process that is gone stays."""

_UNSETTLED = (EffectState.PROPOSED, EffectState.SENT, EffectState.UNKNOWN)


class SqlWatchStore(SqlStore):
    """Implements the port WatchStore."""

    def beat(self, owner: str, now: datetime) -> datetime:
        """Writes that a process is alive, and returns what time the database thinks it is."""
        with self._writing() as connection:
            insert_or_update(connection, heartbeats, {"owner": owner, "at": now}, "owner")
            connection.execute(sa.delete(heartbeats).where(heartbeats.c.at < now - FORGOTTEN_AFTER))
            if connection.dialect.name == "sqlite":
                return datetime.now(timezone.utc)  # the same machine's clock
            said = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        moment: datetime = said.astimezone(timezone.utc)
        return moment

    def alive_since(self, moment: datetime) -> int:
        """Returns how many processes have written since."""
        statement = sa.select(sa.func.count()).where(heartbeats.c.at >= moment)
        with self._reading() as connection:
            return int(connection.execute(statement).scalar_one())

    def backlog(self, now: datetime) -> Backlog:
        """Returns what waits."""
        with self._reading() as connection:
            received, first = _waiting(connection, messages, messages.c.created_at, IS_RECEIVED)
            handoffs, oldest = _handoffs(connection)
            calls, put_at = _waiting(
                connection, slack_outbox, slack_outbox.c.put_at, slack_outbox.c.done_at.is_(None)
            )
            warnings = sa.select(sa.func.count()).select_from(slack_warnings)
            return Backlog(
                messages_waiting=received,
                oldest_message=first,
                handoffs_waiting=handoffs,
                oldest_handoff=oldest,
                jobs=_due(connection, now),
                slack_waiting=calls,
                oldest_slack=put_at,
                slack_warnings=int(connection.execute(warnings).scalar_one()),
                effects=_unsettled(connection),
            )


def count_errors(engine: Engine, failed: Callable[[str], None]) -> None:
    """Calls ``failed`` with the class of each error of the database.

    A row that is there already is an answer like another and not counted.
    """

    def told(context: Any) -> None:
        error = context.sqlalchemy_exception or context.original_exception
        if not isinstance(error, sa.exc.IntegrityError):
            failed(type(error).__name__)

    sa.event.listen(engine, "handle_error", told)


def _first(column: Any) -> Any:
    return sa.type_coerce(sa.func.min(column), UtcDateTime)


def _waiting(
    connection: Connection, table: sa.Table, since: Any, condition: Any
) -> tuple[int, datetime | None]:
    statement = sa.select(sa.func.count(), _first(since)).select_from(table).where(condition)
    count, first = connection.execute(statement).one()
    return int(count), first


def _handoffs(connection: Connection) -> tuple[int, datetime | None]:
    """Returns how many sellers wait for a human whom nobody has claimed, and since when."""
    statement = (
        sa.select(sa.func.count(), _first(escalations.c.asked_at))
        .select_from(escalations)
        .join(conversations, conversations.c.id == escalations.c.conversation_id)
        .where(IS_OPEN, conversations.c.state == ConversationState.WAITING.value)
    )
    count, first = connection.execute(statement).one()
    return int(count), first


def _due(connection: Connection, now: datetime) -> tuple[JobsDue, ...]:
    statement = (
        sa.select(jobs.c.kind, sa.func.count(), _first(jobs.c.run_at))
        .where(IS_WAITING, jobs.c.run_at <= now)
        .group_by(jobs.c.kind)
        .order_by(jobs.c.kind)
    )
    return tuple(JobsDue(*row) for row in connection.execute(statement))


def _unsettled(connection: Connection) -> dict[str, int]:
    states = [state.value for state in _UNSETTLED]
    statement = (
        sa.select(effects.c.state, sa.func.count())
        .where(effects.c.state.in_(states))
        .group_by(effects.c.state)
    )
    found = dict.fromkeys(states, 0)
    found.update({state: int(count) for state, count in connection.execute(statement)})
    return found
