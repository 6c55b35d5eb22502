"""Short questions after an answer are about that answer; others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("question", "follow_up", "told"),
    [
        ("mon client ne donne plus signe de vie", "et s'il refuse la prolongation ?", "2 jours"),
        ("mon client ne donne plus signe de vie", "il est où le bouton au juste ?", "Prolonger la"),
        ("mon client ne donne plus signe de vie", "et si toujours aucune réponse ?", "automatique"),
        ("comment bloquer un client ?", "et s'il a une commande pas finie ?", "commande active"),
        ("mon client veut annuler", "quel genre de preuves ?", "preuves satisfaisantes"),
        ("une annulation ça baisse mon taux ?", "et pour une fraude ?", "achat frauduleux"),
        ("comment j'annule une commande", "et si le client veut pas ?", "Gestionnaire de litiges"),
    ],
)
def test_one_fact_answers_it(seller: Any, question: str, follow_up: str, told: str) -> None:
    (first,) = seller.says(question)
    whole = seller.last.text
    assert seller.says(follow_up) in ([first], [first, "follow_up_more"])
    assert told in seller.last.text
    said = seller.last.messages[0]["text"]
    assert len(said) <= len(whole)


def test_courtesies_leave_the_subject(seller: Any) -> None:
    seller.says("mon client ne donne plus signe de vie", "ok merci")
    assert seller.says("et s'il dit non ?") == ["faq_buyer_unresponsive", "follow_up_more"]


def test_after_a_receipt_it_is_about_the_extension(seller: Any) -> None:
    order = seller.has_order()
    seller.says(f"prolonge {order.number} de 3 jours, le client a perdu ses fichiers", "oui")
    assert seller.last.ids == ["extension_receipt"]
    assert seller.says("et si le client refuse ?") == ["faq_extension_rules", "follow_up_more"]


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ("c'est quoi mon taux ?", "rate_none"),
        ("passe-moi un humain ?", "human_requested"),
        ("et pour signaler un client malhonnête ?", "faq_report_buyer"),
        ("il fait quel temps ?", "out_of_scope_far"),
    ],
)
def test_another_subject_is_no_follow_up(seller: Any, other: str, answer: str) -> None:
    seller.says("mon client ne donne plus signe de vie")
    assert seller.says(other) == [answer]


def test_without_a_subject_nothing_is_guessed(new_seller: Callable[[], Any]) -> None:
    said = new_seller().says("c'est où ce bouton ?")
    assert "follow_up_more" not in said


def test_the_subject_is_forgotten_after_another_answer(seller: Any) -> None:
    seller.has_order()
    seller.says("mon client ne donne plus signe de vie", "où en sont mes commandes ?")
    assert "follow_up_more" not in seller.says("et ce bouton il est où ?")
