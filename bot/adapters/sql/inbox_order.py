"""How the queue is sorted, and where its next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.adapters.sql.tables import conversations
from bot.errors import BadInput
from bot.services.desk_ports import InboxQuery
from bot.support.triage import FLOORS, HIGHEST_SCORE, LEVELS, WAITING_RULES


class Order:
    """One order of the queue, from a place on.

    Scores rise while people wait: all pages are sorted as of the moment of the first one, which
    the cursor carries, so that nothing is shown twice or left out.
    """

    def __init__(self, sort: str, as_of: datetime, place: list[Any] | None) -> None:
        self.as_of = as_of
        self.score = _score(as_of)
        self._sort = sort
        self._place = place
        table = conversations.c
        self._since = sa.func.coalesce(table.waiting_since, table.created_at)

    @property
    def columns(self) -> list[sa.sql.ColumnElement]:
        """Returns what to order by; the id makes every place a place of one case."""
        table = conversations.c
        if self._sort == "recent":
            return [table.updated_at.desc(), table.id]
        if self._sort == "waiting":
            return [self._since, table.id]
        return [self.score.desc(), self._since, table.id]

    @property
    def after(self) -> list[sa.sql.ColumnElement]:
        """Returns the conditions that a case comes after the cursor's; none on the first page."""
        if self._place is None:
            return []
        score, moment, last = self._place
        table = conversations.c
        if self._sort == "recent":
            same = sa.and_(table.updated_at == moment, table.id > last)
            return [sa.or_(table.updated_at < moment, same)]
        later = sa.or_(self._since > moment, sa.and_(self._since == moment, table.id > last))
        if self._sort == "waiting":
            return [later]
        return [sa.or_(self.score < score, sa.and_(self.score == score, later))]

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Returns the cursor of the page that begins after a row."""
        moment = (
            row["updated_at"]
            if self._sort == "recent"
            else row["waiting_since"] or row["created_at"]
        )
        place = [
            self._sort, self.as_of.isoformat(), row["score"], moment.isoformat(), row["id"]
        ]  # fmt: skip
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    def is_level(self, level: str) -> sa.sql.ColumnElement:
        """Returns the condition that a case has this level of urgency."""
        floor, top = _span(level)
        return self.score.between(floor, top)


def order_by(query: InboxQuery, now: datetime) -> Order:
    """Returns the order that is asked for; raises BadInput for a cursor that is none of it."""
    if query.cursor is None:
        return Order(query.sort, now, None)
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        sort, as_of, score, moment, last = json.loads(base64.urlsafe_b64decode(padded.encode()))
        first, begins = datetime.fromisoformat(as_of), datetime.fromisoformat(moment)
        order = Order(query.sort, first, [int(score), begins, str(last)])
        aware = first.tzinfo is not None and begins.tzinfo is not None
        sound = first.year > 2000 and 0 <= int(score) <= HIGHEST_SCORE
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput("cursor is none") from error
    if sort != query.sort or not aware or not sound:
        raise BadInput("cursor is of another order")
    return order


def _score(now: datetime) -> sa.sql.ColumnElement:
    """Returns ``bot.support.triage.urgency``'s score as the database works it out."""
    table = conversations.c
    waits = [
        (table.waiting_since <= now - rule.waited, rule.points)
        for rule in reversed(WAITING_RULES)
        if rule.waited is not None
    ]
    score = sa.func.coalesce(table.urgency_score, 0) + sa.case(*waits, else_=0)
    score = sa.case((score > HIGHEST_SCORE, HIGHEST_SCORE), else_=score)
    given = []
    for level in LEVELS:
        floor, top = _span(level)
        within = sa.case((score < floor, floor), (score > top, top), else_=score)
        given.append((table.prioritised == level, within))
    return sa.case(*given, else_=score)


def _span(level: str) -> tuple[int, int]:
    """Returns the least and the highest score of a level."""
    place = LEVELS.index(level)
    return FLOORS[level], FLOORS[LEVELS[place - 1]] - 1 if place else HIGHEST_SCORE
