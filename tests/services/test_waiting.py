"""What somebody who waits is told: true at that moment, in whole French sentences."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.content_yaml import load_content
from bot.language.phrasing import PARIS
from bot.services.waiting import WaitingWords, spoken_hours
from bot.support.opening_hours import parse_opening_hours

CONTENT = load_content(Path(__file__).parents[2] / "data", "https://example.com/{article}")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("lun-ven 09:00-18:00", "du lundi au vendredi, de 9 h à 18 h"),
        (
            "lun-jeu 09:00-12:30 14:00-18:00; sam 10:00-24:00",
            "du lundi au jeudi, de 9 h à 12 h 30 et de 14 h à 18 h, et le samedi, de 10 h à minuit",
        ),
        ("sam-dim 10:00-12:00", "le samedi et le dimanche, de 10 h à 12 h"),
        ("mer 09:00-12:00", "le mercredi, de 9 h à 12 h"),
    ],
)
def test_hours_as_they_are_said(hours: str, said: str) -> None:
    assert spoken_hours(parse_opening_hours(hours)).replace("\u00a0", " ") == said


def said(hours: str, place: int, now: datetime) -> str:
    values = WaitingWords(parse_opening_hours(hours)).values(CONTENT, place, now)
    return CONTENT.render("human_requested", values).text.replace("\u00a0", " ")


def test_while_the_team_is_there() -> None:
    assert said("lun-ven 09:00-18:00", 3, TUESDAY) == (
        "C'est noté : une personne de l'équipe reprendra cette conversation. Vous êtes la 3e "
        "personne en attente. L'équipe répond du lundi au vendredi, de 9 h à 18 h : quelqu'un est "
        "là en ce moment. En attendant, je reste là pour vos questions."
    )


def test_while_the_team_is_away() -> None:
    text = said("lun-ven 09:00-18:00", 1, TUESDAY.replace(hour=21))
    assert "la première personne en attente" in text
    assert "absente pour l'instant et sera de retour demain à 9 h" in text
    assert "en ce moment" not in text
    early = said("lun-ven 09:00-18:00", 1, TUESDAY.replace(hour=5))
    assert "sera de retour aujourd'hui à 9 h" in early
    friday = said("lun-ven 09:00-18:00", 1, TUESDAY.replace(day=27, hour=20))
    assert "sera de retour lundi 30 novembre à 9 h" in friday


def test_a_team_that_is_always_there_and_one_that_never_is() -> None:
    assert "à toute heure" in said("toujours", 2, TUESDAY)
    mondays = [date(2026, 11, 23) + timedelta(weeks=number) for number in range(60)]
    never = parse_opening_hours("lun 09:00-10:00", ",".join(map(str, mondays)))
    values = WaitingWords(never).values(CONTENT, 2, TUESDAY)
    assert "je ne connais pas la date" in values["when"]
