"""Reads figures from events and messages, by the documented queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.adapters.sql.figure_queries import QUERIES
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.types import UtcDateTime

_PARAMETERS = {
    "first_day": sa.Date(),
    "last_day": sa.Date(),
    "until": UtcDateTime(),
    "settled_before": UtcDateTime(),
}


class SqlFigureStore(SqlStore):
    """Counts conversations, messages, events and thumbs."""

    def figure_rows(
        self,
        name: str,
        first_day: date,
        last_day: date,
        until: datetime,
        settled_before: datetime,
    ) -> list[Mapping[str, Any]]:
        """Returns the rows of one figure from the first day to the last, before ``until``.

        What began after ``settled_before`` is not judged yet. Days come as text, "2026-03-29".
        Raises StorageError when the database does not answer.
        """
        statement = sa.text(QUERIES[name])
        given = (first_day, last_day, until, settled_before)
        used = [
            sa.bindparam(key, value, type_=kind)
            for (key, kind), value in zip(_PARAMETERS.items(), given)
            if f":{key}" in QUERIES[name]
        ]
        with self._reading() as connection:
            rows = connection.execute(statement.bindparams(*used)).mappings()
            return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    """Returns a day as text: SQLite knows no dates, and hands over what is stored."""
    return value.isoformat() if isinstance(value, date) else value
