"""An amount of time put right in the same breath, and figures that are no amount of time."""

from __future__ import annotations

import pytest

from bot.language.durations import requested_durations


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("4 jours, euh non 6 jours", [6]),
        ("une semaine oups pardon dix jours", [10]),
        ("2 jours ou 3 jours", [2, 3]),
        ("Pour FO77C1E2A6 j'ai besoin de 48 h", [2]),
        ("sur la 61234 j'espère finir", []),
    ],
)
def test_amounts_asked_for(text: str, days: list[int]) -> None:
    assert [duration.days for duration in requested_durations(text)] == days
