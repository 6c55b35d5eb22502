"""The queue as staff see it: filtered, searched, paged without gaps or repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.desk_rows import HUMAN, RESOLVED, WAITING, holder_of
from bot.adapters.sql.desk_words import note_of
from bot.adapters.sql.event_log import event_of
from bot.adapters.sql.feedback_store import read_thumbs
from bot.adapters.sql.inbox_order import Order, order_by
from bot.adapters.sql.queue_facts import urgency_of
from bot.adapters.sql.rows import conversation_of, message_of, read_messages
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import NOBODY, conversations, events, messages, notes
from bot.language.phrasing import PARIS
from bot.language.searching import pieces
from bot.services.desk_ports import Case, InboxCounts, InboxPage, InboxQuery, Timeline
from bot.support.conversations import Author, EscalationReason, Message
from bot.support.desk import CaseTopic, Outcome, Source

_IS_SOMEBODYS = conversations.c.seller_id != NOBODY  # what was erased is no case


class InboxStore(SqlStore):
    """Reads cases."""

    def cases(self, query: InboxQuery, now: datetime) -> InboxPage:
        """Returns a page of cases; raises BadInput for a cursor that is none."""
        order = order_by(query, now)
        conditions = _conditions(query, order)
        with self._reading() as connection:
            rows = (
                connection.execute(
                    sa.select(conversations, order.score.label("score"))
                    .where(*conditions, *order.after)
                    .order_by(*order.columns)
                    .limit(query.limit + 1)
                )
                .mappings()
                .all()
            )
            shown = rows[: query.limit]
            count = sa.select(sa.func.count()).select_from(conversations).where(*conditions)
            return InboxPage(
                cases=_cases(connection, shown, now),
                next_cursor=order.cursor(shown[-1]) if len(rows) > query.limit else None,
                total=connection.execute(count).scalar_one(),
                counts=_counts(connection, query.asked_by, now),
            )

    def case(self, conversation_id: str, now: datetime) -> Case | None:
        """Returns one case, whatever its state."""
        with self._reading() as connection:
            one = sa.and_(conversations.c.id == conversation_id, _IS_SOMEBODYS)
            found = _cases(connection, _rows(connection, one), now)
        return found[0] if found else None

    def duplicates_of(self, conversation_id: str, now: datetime) -> list[Case]:
        """Returns the conversations merged into this one."""
        merged = conversations.c.merged_into == conversation_id
        with self._reading() as connection:
            return list(_cases(connection, _rows(connection, merged), now))

    def timeline(self, conversation_id: str, after: int, limit: int) -> Timeline:
        """Returns what was said and done: messages after a number, all notes and events."""
        with self._reading() as connection:
            said = read_messages(
                connection, conversation_id, messages.c.number > after, limit=limit
            )
            noted = sa.select(notes).where(notes.c.conversation_id == conversation_id)
            done = sa.select(events).where(events.c.conversation_id == conversation_id)
            thumbs = read_thumbs(connection, conversation_id, [m.number for m in said])
            return Timeline(
                messages=said,
                notes=[
                    note_of(row)
                    for row in connection.execute(noted.order_by(notes.c.id)).mappings()
                ],
                events=[
                    event_of(row)
                    for row in connection.execute(done.order_by(events.c.id)).mappings()
                ],
                thumbs={number: value.value for number, value in thumbs.items()},
            )

    def place_in_queue(self, conversation_id: str | None) -> int:
        """Returns how many wait at least as long: 1 is next. None: whoever would come now."""
        waiting = sa.select(sa.func.count()).where(conversations.c.state == WAITING)
        if conversation_id is not None:
            mine = (
                sa.select(conversations.c.waiting_since)
                .where(conversations.c.id == conversation_id)
                .scalar_subquery()
            )
            waiting = waiting.where(
                conversations.c.id != conversation_id,
                sa.or_(mine.is_(None), conversations.c.waiting_since < mine),
            )
        with self._reading() as connection:
            return int(connection.execute(waiting).scalar_one()) + 1


def _rows(connection: Connection, condition: sa.sql.ColumnElement) -> Sequence[Mapping[str, Any]]:
    statement = sa.select(conversations).where(condition).order_by(conversations.c.created_at)
    return list(connection.execute(statement).mappings())


def _conditions(query: InboxQuery, order: Order) -> list[sa.sql.ColumnElement]:
    """Returns what a case must meet, apart from the place in the pages."""
    table, now = conversations.c, order.as_of
    states = [state.value for state in query.states] or [WAITING, HUMAN]
    asleep = sa.and_(table.snoozed_until.is_not(None), table.snoozed_until > now)
    found = [
        table.state.in_(states),
        _IS_SOMEBODYS,
        asleep if query.snoozed else sa.not_(asleep),
    ]
    if query.topic is not None:
        found.append(table.topic == query.topic)
    if query.reason is not None:
        found.append(table.reason == query.reason.value)
    if query.holder is not None:
        nobody = query.holder == "none"
        found.append(table.holder.is_(None) if nobody else table.holder == query.holder)
    if query.urgency is not None:
        found.append(order.is_level(query.urgency))
    found += [_says(piece) for piece in pieces(query.text)]
    return found


def _says(piece: str) -> sa.sql.ColumnElement:
    """Returns the condition that a piece of text stands in a conversation or names it."""
    said = sa.exists().where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.search_text.contains(piece, autoescape=True),
    )
    return sa.or_(
        conversations.c.search_text.contains(piece, autoescape=True), said.correlate(conversations)
    )


def _counts(connection: Connection, staff_id: str, now: datetime) -> InboxCounts:
    table = conversations.c
    asleep = sa.and_(table.snoozed_until.is_not(None), table.snoozed_until > now)

    def how_many(*conditions: sa.sql.ColumnElement) -> sa.sql.ColumnElement:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    waiting, mine, human, snoozed = connection.execute(
        sa.select(
            how_many(table.state == WAITING, sa.not_(asleep)),
            how_many(table.state == HUMAN, table.holder == staff_id, sa.not_(asleep)),
            how_many(table.state == HUMAN, sa.not_(asleep)),
            how_many(asleep),
        ).where(table.state.in_([WAITING, HUMAN]))
    ).one()
    today = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    resolved = sa.select(sa.func.count()).where(table.state == RESOLVED, table.resolved_at >= today)
    return InboxCounts(
        int(waiting), int(mine), int(human), int(snoozed),
        int(connection.execute(resolved).scalar_one()),
    )  # fmt: skip


def _cases(
    connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime
) -> tuple[Case, ...]:
    last = _last_messages(connection, rows)
    return tuple(_case(row, last.get(row["id"]), now) for row in rows)


def _last_messages(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, Message]:
    """Returns what a person said last in each conversation, without buttons, in one query.

    What the bot says of the hand-off is the same everywhere and would hide it.
    """
    said = messages.alias()
    newest = (
        sa.select(said.c.number)
        .where(
            said.c.conversation_id == conversations.c.id,
            said.c.author.in_((Author.SELLER.value, Author.AGENT.value)),
        )
        .order_by(said.c.number.desc())
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )
    statement = (
        sa.select(messages)
        .join(conversations, messages.c.conversation_id == conversations.c.id)
        .where(conversations.c.id.in_([row["id"] for row in rows]), messages.c.number == newest)
    )
    found = connection.execute(statement).mappings()
    return {row["conversation_id"]: message_of(row) for row in found}


def _case(row: Mapping[str, Any], last: Message | None, now: datetime) -> Case:
    topic = None
    if row["topic"]:
        topic = CaseTopic(row["topic"], row["topic_confidence"] or 0.0)
    return Case(
        conversation=conversation_of(row),
        seller_name=row["seller_name"],
        source=Source(row["source"]),
        topic=topic,
        urgency=urgency_of(row, now),
        prioritised=row["prioritised"],
        order_number=row["order_number"],
        order=row["order_then"],
        reason=EscalationReason(row["reason"]) if row["reason"] else None,
        waiting_since=row["waiting_since"] if row["state"] in (WAITING, HUMAN) else None,
        holder=holder_of(row),
        last_message=last,
        snoozed_until=row["snoozed_until"],
        merged_into=row["merged_into"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        resolved_at=row["resolved_at"],
    )
