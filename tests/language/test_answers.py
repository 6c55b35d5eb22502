"""Yes, no, never mind and corrections, in short answers."""

from __future__ import annotations

import pytest

from bot.language.answers import Reply, hesitates, last_said, ordinal_choice, read_reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("oui", Reply.YES),
        ("ouiiii", Reply.YES),
        ("ouais vas-y", Reply.YES),
        ("ok c'est bon merci", Reply.YES),
        ("ué d'accord", Reply.YES),
        ("👍", Reply.YES),
        ("non", Reply.NO),
        ("nan surtout pas", Reply.NO),
        ("non merci", Reply.GIVE_UP),
        ("laisse tomber", Reply.GIVE_UP),
        ("finalement non", Reply.GIVE_UP),
        ("stop j'arrête", Reply.GIVE_UP),
        ("bon tant pis, oublie", Reply.GIVE_UP),
        ("je me débrouille", Reply.GIVE_UP),
        ("non, plutôt 5 jours", Reply.CORRECTION),
        ("pas celle-là, l'autre", Reply.CORRECTION),
        ("en fait c'est 4", Reply.CORRECTION),
        ("oui ?", Reply.NONE),
        ("comment ça marche", Reply.NONE),
        ("le client m'a dit oui hier au téléphone", Reply.NONE),
        ("", Reply.NONE),
    ],
)
def test_a_short_answer(text: str, reply: Reply) -> None:
    assert read_reply(text) is reply


@pytest.mark.parametrize(
    "text", ["je sais pas", "bof bof", "ça dépend", "pff j'en sais rien moi", "hmmm", "aucune idée"]
)
def test_an_answer_that_says_nothing_yet(text: str) -> None:
    assert hesitates(text)


@pytest.mark.parametrize("text", ["3 jours", "la première", "je suis malade", "oui", "merci", ""])
def test_an_answer_that_says_something(text: str) -> None:
    assert not hesitates(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [("la première", 1), ("2", 2), ("celle du bas", -1), ("option 3", 3), ("le 3 mars", None)],
)
def test_a_place_in_a_list(text: str, place: int | None) -> None:
    assert ordinal_choice(text) == place


def test_after_a_correction_the_last_words_count() -> None:
    assert last_said("le logo, euh non, le flyer") == "le flyer"
