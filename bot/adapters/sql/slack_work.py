"""What Slack delivered and what is to be called there: each lane strictly in its order.

A row is claimed only when it is the first open one of its lane, so that two workers never have two
rows of one lane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.slack_tables import (
    CALL_OPEN,
    DELIVERY_OPEN,
    slack_deliveries,
    slack_outbox,
    slack_threads,
)
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.support.slack import OutboxCall, Place, SlackCall, SlackDelivery, SlackThread

CLAIM_LIFE = timedelta(seconds=60)
"""How long a worker has a row to itself; a call takes less, with what is looked up before."""


class SlackWork(SqlStore):
    """Keeps deliveries and calls."""

    def receive(self, delivery: SlackDelivery, now: datetime) -> bool:
        """Keeps a delivery; False when one of that key is there."""
        values = {
            "key": delivery.key,
            "family": delivery.family,
            "lane": delivery.lane,
            "payload": dict(delivery.payload),
            "received_at": now,
            "run_at": now,
            "attempts": 0,
        }
        with self._writing() as connection:
            return insert_unless_present(connection, slack_deliveries, values, "key")

    def claim_delivery(self, now: datetime) -> SlackDelivery | None:
        """Claims the oldest delivery that is due, the first of its lane."""
        row = self._claim(slack_deliveries, DELIVERY_OPEN, now, sa.true(), {})
        if row is None:
            return None
        return SlackDelivery(
            row["key"], row["family"], row["payload"], row["lane"], row["attempts"]
        )

    def finish_delivery(self, key: str, calls: Sequence[SlackCall], now: datetime) -> None:
        """Marks a delivery done and puts the calls that follow from it, in one transaction."""
        with self._writing() as connection:
            insert_calls(connection, calls, now)
            self._settle(connection, slack_deliveries, slack_deliveries.c.key == key, done_at=now)

    def retry_delivery(self, key: str, at: datetime) -> None:
        """Puts a delivery off."""
        table = slack_deliveries.c
        with self._writing() as connection:
            self._settle(
                connection, slack_deliveries, table.key == key,
                run_at=at, attempts=table.attempts + 1,
            )  # fmt: skip

    def put_calls(self, calls: Sequence[SlackCall], now: datetime) -> None:
        """Keeps calls, each unless one of its key is there."""
        with self._writing() as connection:
            insert_calls(connection, calls, now)

    def claim_call(self, now: datetime, holds: Mapping[str, datetime]) -> OutboxCall | None:
        """Claims the first due call of a lane; from now on it may have been made."""
        held = [method for method, until in holds.items() if until > now]
        tried = {"tried_at": sa.func.coalesce(slack_outbox.c.tried_at, _moment(now))}
        free = slack_outbox.c.method.not_in(held)
        row = self._claim(slack_outbox, CALL_OPEN, now, free, tried)
        if row is None:
            return None
        expires = row["expires_at"]
        call = SlackCall(
            row["method"],
            row["arguments"],
            row["key"],
            row["lane"],
            None if expires is None else expires - row["put_at"],
            Place(row["place"]),
            row["conversation_id"],
        )
        return OutboxCall(row["id"], call, row["attempts"], row["tried_at"], row["put_at"])

    def finish_call(self, call: OutboxCall, ts: str | None, now: datetime) -> None:
        """Marks a call made; that of a card opens its thread."""
        with self._writing() as connection:
            self._settle(connection, slack_outbox, slack_outbox.c.id == call.id, done_at=now)
            if call.call.place is Place.CARD and ts is not None:
                connection.execute(
                    sa.update(slack_threads)
                    .where(slack_threads.c.conversation_id == call.call.conversation_id)
                    .values(ts=ts)
                )

    def fail_call(self, call: OutboxCall, code: str, now: datetime) -> None:
        """Marks a call given up."""
        with self._writing() as connection:
            self._settle(
                connection, slack_outbox, slack_outbox.c.id == call.id, done_at=now, refused=code
            )

    def retry_call(self, call: OutboxCall, at: datetime, *, untried: bool) -> None:
        """Puts a call off; ``untried`` says that it certainly was not made."""
        values: dict[str, Any] = {"run_at": at, "attempts": slack_outbox.c.attempts + 1}
        if untried:
            values["tried_at"] = call.tried_at  # as it was before this worker marked it
        with self._writing() as connection:
            self._settle(connection, slack_outbox, slack_outbox.c.id == call.id, **values)

    def release_claims(self) -> None:
        """Lets go of all rows: for a process that is the only one, and has just begun."""
        with self._writing() as connection:
            for table in (slack_deliveries, slack_outbox):
                connection.execute(
                    sa.update(table)
                    .where(table.c.done_at.is_(None), table.c.claimed_until.is_not(None))
                    .values(claimed_until=None)
                )

    def thread(self, conversation_id: str) -> SlackThread | None:
        """Returns where a conversation's card is."""
        with self._reading() as connection:
            return read_thread(connection, slack_threads.c.conversation_id == conversation_id)

    def _claim(
        self,
        table: sa.Table,
        still_open: Any,
        now: datetime,
        condition: Any,
        values: Mapping[str, Any],
    ) -> Mapping[str, Any] | None:
        """Claims the first row that is due and the first open one of its lane."""
        free = sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)
        before = table.alias("before")
        first = sa.not_(
            sa.exists().where(
                before.c.lane == table.c.lane, before.c.done_at.is_(None), before.c.id < table.c.id
            )
        )
        due = sa.and_(still_open, table.c.run_at <= now, free, first, condition)
        statement = sa.select(table).where(due).order_by(table.c.run_at, table.c.id).limit(1)
        with self._reading() as connection:  # an idle worker must not hold up writers
            if connection.execute(statement).first() is None:
                return None
        with self._writing() as connection:
            locked = statement.with_for_update(skip_locked=True, of=table)
            row: Mapping[str, Any] | None = connection.execute(locked).mappings().first()
            if row is None:
                return None
            connection.execute(
                sa.update(table)
                .where(table.c.id == row["id"])
                .values(claimed_until=now + CLAIM_LIFE, **values)
            )
            return row

    @staticmethod
    def _settle(connection: Connection, table: sa.Table, which: Any, **values: Any) -> None:
        """Ends the claim on an open row."""
        connection.execute(
            sa.update(table)
            .where(which, table.c.done_at.is_(None))
            .values(claimed_until=None, **values)
        )


def insert_calls(connection: Connection, calls: Sequence[SlackCall], now: datetime) -> None:
    """Keeps calls, each unless one of its key is there."""
    for call in calls:
        values = {
            "key": call.key,
            "lane": call.lane or call.key,
            "method": call.method,
            "arguments": dict(call.arguments),
            "place": call.place.value,
            "conversation_id": call.conversation_id,
            "put_at": now,
            "run_at": now,
            "expires_at": now + call.lasts if call.lasts is not None else None,
            "attempts": 0,
        }
        insert_unless_present(connection, slack_outbox, values, "key")


def read_thread(connection: Connection, condition: Any) -> SlackThread | None:
    """Returns the thread that fits."""
    row = connection.execute(sa.select(slack_threads).where(condition)).mappings().first()
    if row is None:
        return None
    return SlackThread(
        row["conversation_id"], row["channel"], row["ts"], row["mirrored"], row["noted"],
        row["event"], row["card"],
    )  # fmt: skip


def _moment(now: datetime) -> Any:
    return sa.literal(now, slack_outbox.c.tried_at.type)
