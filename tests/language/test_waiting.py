"""Asking after what was promised, and no longer wanting it."""

from __future__ import annotations

import pytest

from bot.language.waiting import asks_after_extension, lets_go_of_a_thing, waves_off


@pytest.mark.parametrize(
    "text",
    [
        "wach il a repondu pr la prolongation?",
        "sa prolongation c'est bon ou bien ?",
        "elle en est où la demande de prolongation avec Sarah ?",
        "il a refusé ma prolongation",
        "ma prolongation a été acceptée ou pas",
        "toujours rien pour ma demande de prolongation ?",
        "est-ce que mon client a validé les 3 jours en plus",
        "du nouveau pour la rallonge",
        "mon extension elle est acceptée ?",
        "les 3 jours de prolongation c'est bon ?",
        "vous pouvez me dire s'il a accepté ma prolongation ?",
        "je voudrais savoir si mon client a accepté ma prolongation",
        "ma prolongation est prise en compte ?",
    ],
)
def test_how_ones_own_request_stands(text: str) -> None:
    assert asks_after_extension(text)


@pytest.mark.parametrize(
    "text",
    [
        "et s'il refuse ma prolongation ?",
        "comment je sais si la prolongation est acceptée",
        "combien de temps a-t-il pour répondre à ma prolongation",
        "le client peut refuser la prolongation ?",
        "je veux une prolongation",
        "il a répondu ?",
        "une prolongation refusée, ça compte dans mon taux ?",
        "il est où le bouton pour la prolongation ?",
        "il a refusé la prolongation, je veux redemander 2 jours",
        "il a accepté la prolongation mais maintenant il veut annuler",
        "il a accepté la prolongation et il répond plus depuis",
        "annule ma demande de prolongation, c'est bon j'ai fini",
    ],
)
def test_the_rules_are_another_question(text: str) -> None:
    assert not asks_after_extension(text)


@pytest.mark.parametrize("text", ["NON C'EST BON", "en fait nn c bon", "finalement ça ira"])
def test_the_human_is_waved_off(text: str) -> None:
    assert waves_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "c'est bon",
        "non",
        "non c'est pas bon",
        "oui c'est bon",
        "ok c'est bon merci",
        "alors c'est bon, quelqu'un arrive ?",
        "bon c'est bon là ça fait 2h que j'attends !!",
        "ok ça va aller vite ?",
    ],
)
def test_and_is_not_by_less(text: str) -> None:
    assert not waves_off(text)


def test_a_thing_let_go_of_is_not_the_human() -> None:
    assert lets_go_of_a_thing("non laissez tomber la newsletter")
    assert not lets_go_of_a_thing("laissez tomber")
    assert not lets_go_of_a_thing("annulez ma demande")
    assert not lets_go_of_a_thing("oublie ma question")
    assert not lets_go_of_a_thing("annule le ticket")
    assert not lets_go_of_a_thing("laissez tomber le conseiller")
