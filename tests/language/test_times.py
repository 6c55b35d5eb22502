"""Amounts of time asked for, and dates, in the words sellers use."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.deadlines import find_deadlines
from bot.language.durations import bare_number, find_durations, requested_durations

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 jours de plus", [3]),
        ("une semaine", [7]),
        ("quinze jours", [15]),
        ("une huitaine", [8]),
        ("1 semaine et 2 jours", [9]),
        ("2 jours et 3 semaines de plus", [2, 21]),
        ("deux ptits jours", [2]),
        ("48h", [2]),
        ("36 heures", [2]),
        ("deux semaines et demie", [18]),
        ("il me faut 5j", [5]),
        ("3 ou 4 jours", [4]),
        ("un mois", [30]),
        ("ça fait 5 jours que j'attends", []),
        ("depuis 3 semaines il répond plus", []),
        ("il y a 2 jours il m'a écrit", []),
        ("ça fait 5 jours que j'attends, ajoute 4 jours", [4]),
    ],
)
def test_what_is_asked_for(text: str, days: list[int]) -> None:
    assert [duration.days for duration in requested_durations(text)] == days


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("plutôt 5", 5), ("cinq", 5), ("alors 4", 4), ("disons dix", 10)],
)
def test_a_bare_number(text: str, number: int) -> None:
    assert bare_number(text) == number


@pytest.mark.parametrize("text", ["je sais pas", "bof", "le plus possible", ""])
def test_no_bare_number(text: str) -> None:
    assert bare_number(text) is None


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("jusqu'à vendredi", [date(2026, 11, 27)]),
        ("d'ici mercredi", [date(2026, 12, 2)]),
        ("d'ici le 3", [date(2026, 12, 3)]),
        ("pour le 28 novembre", [date(2026, 11, 28)]),
        ("avant le 2/1", [date(2027, 1, 2)]),
        ("demain", [date(2026, 11, 26)]),
        ("après-demain", [date(2026, 11, 27)]),
        ("le 31", [date(2026, 12, 31)]),
        ("fin du mois", [date(2026, 11, 30)]),
        ("le 30 février", []),
        ("rien de tout ça", []),
    ],
)
def test_dates_are_the_next_ones(text: str, dates: list[date]) -> None:
    assert [deadline.date for deadline in find_deadlines(text, WEDNESDAY)] == dates


@given(st.text(max_size=60), st.dates(date(2024, 1, 1), date(2032, 1, 1)))
def test_a_date_never_lies_before_today(text: str, today: date) -> None:
    for duration in find_durations(text):
        assert 0 <= duration.start < duration.end <= len(text)
    for deadline in find_deadlines(text, today):
        assert 0 <= deadline.start < deadline.end <= len(text)
