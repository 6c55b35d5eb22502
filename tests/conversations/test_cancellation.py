"""The extension form is given up: nothing is requested, and that is said."""

from __future__ import annotations

from typing import Any

import pytest

from bot.support.conversations import ConversationState, EscalationReason

pytestmark = pytest.mark.model


def two_orders(seller: Any) -> tuple[Any, Any]:
    logo = seller.has_order()
    return logo, seller.has_order(title="Flyer pour un food truck", buyer_name="Nadia Benali")


def at_step(seller: Any, step: str, order: Any) -> None:
    """Brings the form to the question of a step."""
    opening = {
        "order": "faudrait repousser une de mes livraisons",
        "days": f"lance une prolongation sur {order.number}",
        "reason": f"ajoute 6 jours à {order.number}",
        "confirmation": f"ajoute 6 jours à {order.number}, mon graphiste est en arrêt maladie",
    }[step]
    asked = "extension_confirm" if step == "confirmation" else f"extension_ask_{step}"
    assert seller.says(opening) == [asked]


def nothing_requested(seller: Any, *orders: Any) -> bool:
    return all(seller.requests(order) == [] for order in orders)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("order", "bof non, oublie"),
        ("order", "en fait je vais me débrouiller sans"),
        ("days", "laissez tomber svp"),
        ("days", "non finalement j'en ai plus besoin"),
        ("reason", "stop, on arrête là"),
        ("reason", "laisse béton j'ai changé d'avis"),
        ("confirmation", "annule tout"),
        ("confirmation", "non non envoie surtout rien"),
        ("confirmation", "jveux plus prolonger en fait"),
    ],
)
def test_given_up_in_words(seller: Any, step: str, words: str) -> None:
    orders = two_orders(seller)
    at_step(seller, step, orders[0])
    assert seller.says(words) == ["extension_given_up"]
    assert nothing_requested(seller, *orders)


@pytest.mark.parametrize("step", ["order", "confirmation"])
def test_given_up_by_the_button(seller: Any, step: str) -> None:
    orders = two_orders(seller)
    at_step(seller, step, orders[0])
    assert seller.presses("Laisser tomber") == ["extension_given_up"]
    assert nothing_requested(seller, *orders)


def test_no_then_given_up(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "confirmation", order)
    assert seller.says("non") == ["extension_ask_change"]
    assert seller.presses("Laisser tomber") == ["extension_given_up"]
    assert nothing_requested(seller, order)


def test_no_twice_sends_nothing(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "confirmation", order)
    seller.says("non")
    assert "extension_receipt" not in seller.says("non")
    assert nothing_requested(seller, order)


@pytest.mark.parametrize(
    ("step", "unusable"),
    [
        ("days", ("pff j'en sais rien moi", "ben un certain temps quoi")),
        ("days", ("ça dépend", "pas trop longtemps")),
        ("order", ("la bleue", "celle que vous savez")),
        ("reason", ("je sais pas", "aucune raison")),
        ("reason", ("??", "...")),
        ("confirmation", ("hmmm", "je sais pas trop")),
    ],
)
def test_two_unusable_answers_end_it_kindly(
    server: Any, seller: Any, step: str, unusable: tuple[str, str]
) -> None:
    orders = two_orders(seller)
    at_step(seller, step, orders[0])
    first = seller.says(unusable[0])
    assert first[-1] == ("extension_confirm" if step == "confirmation" else f"extension_ask_{step}")
    assert f"extension_not_usable_{step}" in first
    assert seller.says(unusable[1]) == ["extension_not_understood"]
    assert nothing_requested(seller, *orders)
    assert seller.presses("Parler à une personne") == ["human_requested"]
    conversation = server.application.store.open_conversation(
        seller.id, seller.label, server.clock.now()
    )
    assert conversation.state is ConversationState.WAITING
    (escalation,) = server.application.store.escalations(conversation.id)
    assert escalation.reason is EscalationReason.CUSTOMER_REQUEST


def test_pointing_at_an_order_does_not_drown_the_wish_for_a_person(seller: Any) -> None:
    orders = two_orders(seller)
    at_step(seller, "order", orders[0])
    assert "human_requested" in seller.says("celle-là, non, je veux parler à un conseiller humain")
    assert nothing_requested(seller, *orders)


def test_a_usable_answer_in_between_forgives_the_first(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "days", order)
    assert "extension_not_usable_days" in seller.says("ça dépend")
    assert seller.says("bon, 2 jours") == ["extension_ask_reason"]
    assert "extension_not_usable_reason" in seller.says("je sais pas")
    assert seller.says("mon graphiste est en arrêt maladie", "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [2]


def test_starting_again_by_the_button_after_it_ended_kindly(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "days", order)
    assert seller.says("ça dépend", "aucune idée, vraiment") == ["extension_not_understood"]
    assert seller.presses("Recommencer") == ["extension_ask_days"]
    assert seller.says("5", "mon graphiste est en arrêt maladie", "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [5]


def test_a_new_request_after_giving_up_starts_from_nothing(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    at_step(seller, "confirmation", logo)
    assert seller.says("tant pis, oublie ça") == ["extension_given_up"]
    assert seller.says(f"demande une rallonge pour {flyer.number}") == ["extension_ask_days"]
    assert seller.says("3 jours") == ["extension_ask_reason"]
    assert seller.says("on attend les visuels de la marque") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(flyer)
    assert (request.days, request.reason) == (3, "on attend les visuels de la marque")
    assert nothing_requested(seller, logo)


def test_yes_after_giving_up_sends_nothing(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "confirmation", order)
    assert seller.says("tant pis, oublie ça") == ["extension_given_up"]
    assert seller.says("oui") == ["talk_affirm"]
    assert nothing_requested(seller, order)


def test_the_old_button_after_giving_up_sends_nothing(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "confirmation", order)
    (yes,) = (payload for title, payload in seller.last.buttons.items() if title.startswith("Oui"))
    assert seller.says("tant pis, oublie ça") == ["extension_given_up"]
    said = seller.post(yes).ids
    assert "extension_receipt" not in said
    assert nothing_requested(seller, order)


def test_cancelling_an_order_is_no_giving_up_of_the_form(seller: Any) -> None:
    order = seller.has_order()
    at_step(seller, "days", order)
    said = seller.says("sinon comment je peux annuler cette commande proprement ?")
    assert said == ["faq_cancel_order", "extension_ask_days"]
    assert seller.says("tant pis, oublie ça") == ["extension_given_up"]
    assert nothing_requested(seller, order)
