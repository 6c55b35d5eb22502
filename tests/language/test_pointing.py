"""Pointing at one of several orders is an attempt at an answer, not a change of topic."""

from __future__ import annotations

import pytest

from bot.language.answers import points_at_one


@pytest.mark.parametrize(
    "text", ["celle d'en bas", "Euh, celui de la dame", "bah celle qui presse"]
)
def test_pointing(text: str) -> None:
    assert points_at_one(text)


@pytest.mark.parametrize(
    "text", ["le support svp", "celle de lundi est due quand ?", "aide-moi", ""]
)
def test_not_pointing(text: str) -> None:
    assert not points_at_one(text)
