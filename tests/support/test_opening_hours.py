"""When the team answers: read from a setting, told at any moment of a French day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.support.opening_hours import PARIS, OpeningHours, parse_opening_hours

WEEK = parse_opening_hours("lun-ven 09:00-18:00; sam 10:00-12:30")
SPLIT = parse_opening_hours("lun-jeu 09:00-12:30 14:00-24:00")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "there", "opens"),
    [
        ("2026-11-24T09:00", True, None),  # a Tuesday
        ("2026-11-24T08:59", False, "2026-11-24T09:00"),
        ("2026-11-24T18:00", False, "2026-11-25T09:00"),
        ("2026-11-27T19:00", False, "2026-11-28T10:00"),  # Friday evening, then Saturday
        ("2026-11-28T12:30", False, "2026-11-30T09:00"),
        ("2026-03-28T13:00", False, "2026-03-30T09:00"),  # over the change to summer time
    ],
)
def test_when_somebody_is_there(moment: str, there: bool, opens: str | None) -> None:
    at = paris(moment)
    assert WEEK.is_open(at) == there
    assert WEEK.next_opening(at) == (paris(opens) if opens else at)


def test_noon_is_free_and_midnight_ends_the_day() -> None:
    assert not SPLIT.is_open(paris("2026-11-24T13:00"))
    assert SPLIT.is_open(paris("2026-11-24T23:59"))
    assert not SPLIT.is_open(paris("2026-11-25T00:00"))
    assert SPLIT.next_opening(paris("2026-11-27T00:00")) == paris("2026-11-30T09:00")


def test_closed_days() -> None:
    hours = parse_opening_hours("lun-ven 09:00-18:00", "2026-12-25, 2026-12-24")
    assert not hours.is_open(paris("2026-12-24T10:00"))
    assert hours.next_opening(paris("2026-12-23T20:00")) == paris("2026-12-28T09:00")


def test_always_and_never() -> None:
    always = parse_opening_hours("toujours")
    assert always.is_always and always.is_open(paris("2026-01-01T03:00"))
    assert OpeningHours({}).next_opening(paris("2026-01-01T03:00")) is None


def test_a_week_may_wrap() -> None:
    weekend = parse_opening_hours("sam-dim 10:00-12:00; ven-lun 20:00-21:00")
    assert weekend.is_open(paris("2026-11-29T11:00"))
    assert weekend.is_open(paris("2026-11-30T20:30"))
    assert not weekend.is_open(paris("2026-12-01T20:30"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lundi 9-18",
        "lun-ven",
        "abc 09:00-18:00",
        "lun 18:00-09:00",
        "lun 09:00-25:00",
        "lun 9:00",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_opening_hours(text)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_opening_hours("toujours", "25/12/2026")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
        lambda moment: moment.replace(tzinfo=timezone.utc)
    )
)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    opens = WEEK.next_opening(moment)
    assert opens is not None and WEEK.is_open(opens) and opens >= moment
    if not WEEK.is_open(moment):
        between = (opens - moment) / 7
        assert not any(WEEK.is_open(moment + between * part) for part in range(7))
        assert not WEEK.is_open(opens - timedelta(seconds=1))
