"""Periods are whole days in Paris; the one before is compared fairly."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from bot.errors import BadInput
from bot.support.figures import Counts, DurationsBy, Period, Share, last_days, until


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[misc]


def test_the_last_days_end_today_in_paris() -> None:
    late = at(2026, 6, 30, 22, 30)  # half past midnight in Paris
    assert last_days(7, late) == Period(date(2026, 6, 25), date(2026, 7, 1))


def test_the_period_before_has_as_many_days() -> None:
    assert Period(date(2026, 3, 1), date(2026, 3, 7)).before == Period(
        date(2026, 2, 22), date(2026, 2, 28)
    )
    assert Period(date(2025, 1, 2), date(2025, 1, 3)).before is None


def test_both_stop_at_the_same_time_of_day_where_today_is_counted() -> None:
    now = at(2026, 10, 26, 9, 0)  # ten o'clock, the day after the clocks went back
    period = last_days(7, now)
    assert until(period, period, now) == now
    assert period.before is not None
    assert until(period, period.before, now) == at(2026, 10, 19, 8, 0)  # ten o'clock there too


def test_the_present_stops_now_even_in_the_hour_that_comes_twice() -> None:
    for now in (at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30)):
        period = last_days(7, now)
        assert until(period, period, now) == now


def test_periods_that_are_over_are_counted_whole() -> None:
    now = at(2026, 11, 24, 12)
    period = Period(date(2026, 3, 29), date(2026, 3, 29))
    assert until(period, period, now) == at(2026, 3, 29, 22)
    assert period.before is not None
    assert until(period, period.before, now) == at(2026, 3, 28, 23)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "period_backwards"),
        (date(2025, 1, 1), date(2026, 3, 1), "period_too_long"),
        (date(2024, 12, 31), date(2025, 1, 1), "period_unknown"),
        (date(2039, 12, 31), date(2040, 1, 1), "period_unknown"),
    ],
)
def test_periods_that_cannot_be_counted_are_refused(first: date, last: date, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        Period(first, last)
    assert refused.value.code == code


def test_counts_add_up_by_any_column() -> None:
    counts = Counts([
        {"day": "a", "topic": "x", "n": 2}, {"day": "a", "topic": "y", "n": 1},
        {"day": "b", "topic": "x", "n": 4},
    ])  # fmt: skip
    assert counts.total == 7
    assert counts.by("topic") == {"x": 6, "y": 1}
    assert counts.by("day", "topic")[("b", "x")] == 4
    assert counts.by("day")["c"] == 0


def test_a_share_of_nothing_is_no_number() -> None:
    assert Share(0, 0).part is None
    assert Share(3, 4).part == 0.75


def test_a_part_without_durations_has_none() -> None:
    times = DurationsBy([{"breakdown": "all", "name": "all", "n": 2, "median": 5, "p90": 9}])
    assert (times.all.n, times.all.median, times.all.p90) == (2, 5, 9)
    assert times.of("day", "2026-03-01").n == 0
    assert times.of("day", "2026-03-01").median is None
