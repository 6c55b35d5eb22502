"""Short answers to an offer: taken up, turned down, chosen, begun again."""

from __future__ import annotations

import pytest

from bot.language.danger import danger_in
from bot.language.insults import is_rude
from bot.language.offers import (
    asks_again,
    asks_to_extend_it,
    pointed_at,
    same_words,
    takes_up,
    turns_down,
)
from bot.language.waiting import asks_after_human

TITLES = ("Logo pour une librairie (FO21B8A4C9)", "Logo pour un bar (FO77)", "Site vitrine (FO88)")


@pytest.mark.parametrize(
    "text",
    ["oui", "ok vas-y", "oui stp", "vas y montre", "montre-moi", "oui prolonge la", "ouiii", "ok",
     "ouais go", "je veux bien", "oui dites moi", "ben là oui", "OUI !", "oui passe moi un humain"],
)  # fmt: skip
def test_taken_up(text: str) -> None:
    assert takes_up(text) and not turns_down(text)


@pytest.mark.parametrize(
    "text",
    ["super merci", "c'est noté", "ok merci", "oui mais comment", "oui et mes commandes", "oui ?",
     "oui 3 jours", "non", "le flyer", "", "oui je comprends mais ce n'est pas du tout ma question"],
)  # fmt: skip
def test_not_taken_up(text: str) -> None:
    assert not takes_up(text)


@pytest.mark.parametrize(
    "text",
    ["non", "non merci", "nan c bon", "pas la peine", "rien", "c'est tout merci", "plus tard"],
)
def test_turned_down(text: str) -> None:
    assert turns_down(text) and not takes_up(text)


@pytest.mark.parametrize("text", ["non l'autre", "non je veux annuler", "non mais attends", "oui"])
def test_not_turned_down(text: str) -> None:
    assert not turns_down(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("je peux la prolonger ?", True), ("prolonge-la", True), ("vas-y prolonge", True),
        ("et je peux encore la décaler ?", True), ("comment la prolonger", False),
        ("je veux pas la prolonger", False), ("prolonge la de 2 jours", False),
        ("la prolongation est refusée ?", False), ("elle est due quand ?", False),
    ],
)  # fmt: skip
def test_asking_to_extend_it(text: str, wanted: bool) -> None:
    assert asks_to_extend_it(text) is wanted


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("la première", 0), ("2", 1), ("la 3e", 2), ("la dernière", 2), ("celle du bar", 1),
        ("site", 2), ("Site vitrine (FO88)", 2), ("le logo", None), ("la 7", None), ("le flyer", None),
        ("rien de tout ça, je voulais savoir autre chose de plus long", None),
    ],
)  # fmt: skip
def test_pointing_at_one(text: str, place: int | None) -> None:
    assert pointed_at(text, TITLES) == place


def test_the_end_of_a_list_that_goes_on_is_not_its_last_button() -> None:
    assert pointed_at("la dernière", TITLES, whole=False) is None


def test_a_title_typed() -> None:
    assert same_words("parler a une personne", "Parler à une personne")
    assert not same_words("parler", "Parler à une personne")


@pytest.mark.parametrize(
    "text", ["réessaye", "on recommence", "non attends si vas-y", "finalement si"]
)
def test_again(text: str) -> None:
    assert asks_again(text)


@pytest.mark.parametrize("text", ["finalement non", "oui", "si", "j'ai recommencé le logo hier"])
def test_not_again(text: str) -> None:
    assert not asks_again(text)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("je vais me foutre en l'air", "self"), ("j'ai envie d'en finir", "self"),
        ("je veux en finir avec la vie", "self"), ("je veux plus vivre", "self"),
        ("mon client menace de me tuer", "threatened"), ("il sait où j'habite", "threatened"),
        ("je reçois des menaces de mort", "threatened"), ("je vais te buter", "threatens"),
        ("j'ai envie d'en finir avec cette commande", None), ("il menace d'annuler", None),
        ("mon client va me tuer avec ses retouches", None), ("j'en peux plus", None),
    ],
)  # fmt: skip
def test_danger(text: str, who: str | None) -> None:
    assert danger_in(text) == who


@pytest.mark.parametrize(
    "text", ["t'es con", "ce client est un connard", "c'est de la merde", "fdp"]
)
def test_rude(text: str) -> None:
    assert is_rude(text)


@pytest.mark.parametrize(
    "text", ["grosse grippe", "un concours", "je suis incapable de finir", "contre"]
)
def test_not_rude(text: str) -> None:
    assert not is_rude(text)


@pytest.mark.parametrize(
    "text", ["toujours personne ???", "alors il arrive ?", "c'est long", "quand ?"]
)
def test_asking_after_the_human(text: str) -> None:
    assert asks_after_human(text)


@pytest.mark.parametrize(
    "text", ["mon client répond pas", "j'attends toujours les fichiers du client"]
)
def test_asking_after_others(text: str) -> None:
    assert not asks_after_human(text)
