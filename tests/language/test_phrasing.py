"""Distances in time as people count them."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.language.phrasing import PARIS, distance

MONDAY = datetime(2026, 11, 30, 5, 35, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (MONDAY.replace(hour=6, minute=0), "25 minutes"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=PARIS), "27 heures"),
        (datetime(2026, 12, 4, 23, 32, tzinfo=PARIS), "4 jours"),  # a Friday: four days, not five
        (datetime(2026, 12, 4, 1, 0, tzinfo=PARIS), "4 jours"),
    ],
)
def test_by_the_calendar_from_two_days_on(later: datetime, said: str) -> None:
    assert distance(MONDAY, later) == said
    assert distance(later, MONDAY) == said
