"""docs/figures.md holds the queries the page runs, and they run as they stand there."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.engine import reading, writing
from bot.adapters.sql.figure_queries import QUERIES
from bot.adapters.sql.figure_store import SqlFigureStore
from tests.figures import histories
from tests.figures.test_queries import random_history

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "figures.md"
WRITTEN = dict(
    re.findall(r"<!-- query: (\w+) -->\n```sql\n(.*?)\n```", DOCUMENT.read_text(), re.DOTALL)
)
NOW = datetime(2026, 11, 16, 12, 30, tzinfo=timezone.utc)
FIRST, LAST = date(2026, 10, 20), date(2026, 11, 16)


def test_the_document_holds_every_query_as_it_is_run() -> None:
    assert list(WRITTEN) == list(QUERIES)
    for name, query in QUERIES.items():
        assert WRITTEN[name] == query, f"paste this into {DOCUMENT}:\n{query}"


@pytest.mark.parametrize("name", list(QUERIES))
def test_a_query_pasted_with_its_values_says_what_the_page_says(name: str, engine: Engine) -> None:
    with writing(engine) as connection:
        histories.write(connection, random_history(120))
    settled_before = NOW - timedelta(hours=72)
    pasted = WRITTEN[name]
    zone = "+00" if engine.dialect.name == "postgresql" else ""
    values = {
        "first_day": str(FIRST),
        "last_day": str(LAST),
        "until": f"{NOW:%Y-%m-%d %H:%M:%S.%f}{zone}",
        "settled_before": f"{settled_before:%Y-%m-%d %H:%M:%S.%f}{zone}",
    }
    for key, value in values.items():
        pasted = pasted.replace(f":{key}", f"'{value}'")
    with reading(engine) as connection:
        cursor = connection.exec_driver_sql(pasted)
        rows = [{k: str(v) for k, v in row.items()} for row in cursor.mappings()]
    shown = SqlFigureStore(engine).figure_rows(name, FIRST, LAST, NOW, settled_before)
    assert rows, "nothing was counted"
    assert rows == [{k: str(v) for k, v in row.items()} for row in shown]
