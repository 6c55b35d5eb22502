"""The days figures are counted by are the days of Paris, and old SQLite can count seconds too."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.engine import reading
from bot.adapters.sql.functions import unixepoch
from bot.adapters.sql.tables import calendar
from bot.support.figures import FIRST_DAY, LAST_DAY

PARIS = ZoneInfo("Europe/Paris")


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(timezone.utc)


def test_every_day_is_there_from_midnight_to_midnight_in_paris(engine: Engine) -> None:
    with reading(engine) as connection:
        rows = connection.execute(sa.select(calendar).order_by(calendar.c.day)).all()
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    assert [tuple(row) for row in rows] == [
        (day, midnight(day), midnight(day + timedelta(days=1))) for day in days
    ]
    lengths = {row.ends_at - row.starts_at for row in rows}
    assert lengths == {timedelta(hours=hours) for hours in (23, 24, 25)}


@pytest.mark.parametrize(
    "moment", ["2026-03-29 01:00:00.000000", "2026-10-25 00:59:59.999000", "1999-12-31 23:59:59.500000"]
)  # fmt: skip
def test_what_old_sqlite_is_given_counts_like_sqlite(moment: str) -> None:
    builtin = "SELECT CAST(strftime('%s', ?) AS INTEGER)"  # the same, in every version
    [expected] = sqlite3.connect(":memory:").execute(builtin, (moment,)).fetchone()
    assert unixepoch(moment) == expected
    assert unixepoch(None) is None
