"""What figures are counted over: periods of whole days in Paris; counts, shares, durations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")

SETTLING = timedelta(hours=72)
"""How long a conversation, or its resolution, is left alone before it is judged."""

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2039, 12, 31)
"""The days that the table ``calendar`` knows."""

LONGEST_DAYS = 366
SMALL = 10
"""Below this many a share is said as "3 of 7", never in per cent."""


@dataclass(frozen=True)
class Period:
    """Some days in Paris, the first and the last counted.

    Raises BadInput for days that are not in order, too many, or not in the calendar.
    """

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise BadInput("the last day is before the first", "period_backwards")
        if self.days > LONGEST_DAYS:
            raise BadInput("too many days", "period_too_long")
        if self.first_day < FIRST_DAY or self.last_day > LAST_DAY:
            raise BadInput("days that are not in the calendar", "period_unknown")

    @property
    def days(self) -> int:
        """Returns how many days there are."""
        return (self.last_day - self.first_day).days + 1

    @property
    def before(self) -> Period | None:
        """Returns as many days just before; None where the calendar does not go back so far."""
        last = self.first_day - timedelta(days=1)
        first = last - timedelta(days=self.days - 1)
        return Period(first, last) if first >= FIRST_DAY else None

    def each_day(self) -> list[date]:
        """Returns the days in order."""
        return [self.first_day + timedelta(days=n) for n in range(self.days)]


def today(now: datetime) -> date:
    """Returns the day it is in Paris."""
    return now.astimezone(PARIS).date()


def last_days(days: int, now: datetime) -> Period:
    """Returns the last days, today counted."""
    end = today(now)
    return Period(end - timedelta(days=days - 1), end)


def until(period: Period, counted: Period, now: datetime) -> datetime:
    """Returns the moment from which on nothing is counted any more, in UTC.

    ``counted`` is the period itself or the one before it. Where the period ends today, both stop
    at the same time of day: else a whole day would be compared with a morning.
    """
    over = period.last_day < today(now)
    if counted == period:
        return _beginning(period.last_day + timedelta(days=1)) if over else now
    if over:
        return _beginning(counted.last_day + timedelta(days=1))
    end = counted.last_day - (period.last_day - today(now))
    return datetime.combine(end, now.astimezone(PARIS).time(), PARIS).astimezone(timezone.utc)


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(0), PARIS).astimezone(timezone.utc)


@dataclass(frozen=True)
class Share:
    """``n`` of ``of``; a share of nothing is no number."""

    n: int
    of: int

    @property
    def part(self) -> float | None:
        """Returns the share between 0 and 1, None of nothing."""
        return self.n / self.of if self.of else None


@dataclass(frozen=True)
class Durations:
    """How long something took, ``n`` times: median and 90th percentile in whole seconds.

    Both are durations that occurred (nearest rank): half, and nine in ten, took no longer.
    """

    n: int = 0
    median: int | None = None
    p90: int | None = None


class Counts:
    """Counted rows of one figure: added up by any of their columns."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = rows

    def by(self, *columns: str) -> Counter[Any]:
        """Returns the sums by a column's value, or by a tuple of several columns' values."""
        sums: Counter[Any] = Counter()
        for row in self._rows:
            values = tuple(row[column] for column in columns)
            sums[values[0] if len(values) == 1 else values] += row["n"]
        return sums

    @property
    def total(self) -> int:
        """Returns the sum of all rows."""
        return sum(row["n"] for row in self._rows)


class DurationsBy:
    """Durations of one figure: of all, and by what they are broken down by."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._found = {
            (row["breakdown"], row["name"]): Durations(row["n"], row["median"], row["p90"])
            for row in rows
        }

    def of(self, breakdown: str, name: str) -> Durations:
        """Returns the durations of one part; n is 0 where there are none."""
        return self._found.get((breakdown, name), Durations())

    @property
    def all(self) -> Durations:
        """Returns the durations taken together."""
        return self.of("all", "all")
