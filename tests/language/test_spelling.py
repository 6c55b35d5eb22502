"""Unknown words are read as the nearest French word; known ones are left alone."""

from __future__ import annotations

import pytest

from bot.language.sounds import sound_of
from bot.language.spelling import Speller

FREQUENCIES = {
    "commande": 90_000, "client": 80_000, "attends": 70_000, "veux": 90_000, "annuler": 40_000,
    "délai": 20_000, "retard": 30_000, "combien": 50_000, "ma": 500_000, "mon": 500_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(
        FREQUENCIES,
        own_words={"prolongation": 90, "annulation": 40, "nombre": 60, "tomber": 3},
        left_alone=["deadline"],
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("comande", "commande"),
        ("commnade", "commande"),
        ("anuler", "annuler"),
        ("jattends", "j'attends"),
        ("prlongaton", "prolongation"),
        ("conbien", "combien"),
        ("rpolongatoin", "prolongation"),
        ("nomber", "nombre"),
        ("am", "ma"),
        ("deadline", "deadline"),
        ("commande", "commande"),
        ("wxqvtk", "wxqvtk"),
    ],
)
def test_a_word(speller: Speller, typed: str, read: str) -> None:
    assert speller.respell(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "va-t-il répondre",
        "a-t-elle une deadline",
        "celui-ci",
        "d' abord",
        "les nouvelles de b. b. c.",
    ],
)
def test_parts_of_words_are_no_typos(speller: Speller, text: str) -> None:
    assert speller.respell(text) == text


@pytest.mark.parametrize(("typed", "read"), [("t où", "t'es où"), ("c pas ça", "c'est pas ça")])
def test_letters_that_stand_alone_are_sms(speller: Speller, typed: str, read: str) -> None:
    assert speller.respell(typed) == read


def test_the_rest_of_the_text_stays(speller: Speller) -> None:
    assert speller.respell("Ma comande 48213 !!") == "Ma commande 48213 !!"


@pytest.mark.parametrize(
    ("one", "other"),
    [("komencer", "commencer"), ("kan", "quand"), ("foto", "photo"), ("eau", "o")],
)
def test_what_sounds_the_same(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)
