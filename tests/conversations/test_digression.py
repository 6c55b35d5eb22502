"""Something else in the middle of the extension form: it is answered, then the form goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import OrderStatus

pytestmark = pytest.mark.model


def two_orders(seller: Any) -> tuple[Any, Any]:
    logo = seller.has_order()
    flyer = seller.has_order(title="Flyer pour un food truck", buyer_name="Nadia Benali")
    return logo, flyer


def days_asked_for(seller: Any, order: Any) -> None:
    said = seller.says(f"prolonge la commande {order.number} stp")
    assert said == ["extension_ask_days"]


def ends_well(seller: Any, order: Any, days: int = 4) -> None:
    """Takes the form from the question of days to one request of that order."""
    assert seller.says(f"{days} jours") == ["extension_ask_reason"]
    assert seller.says("les photos du client sont inutilisables") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert (request.days, request.reason) == (days, "les photos du client sont inutilisables")


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        (
            "au fait mes acheteurs ils voient mon taux d'exécution ?",
            "faq_completion_rate_visibility",
        ),
        ("tant que j'y suis comment je signale un acheteur insultant ?", "faq_report_buyer"),
        ("il existe un endroit où les vendeurs s'entraident ?", "faq_community_forum"),
        ("et pr ne plus recevoir de nouvelles cmd qq jours je fais comment", "faq_availability"),
        ("c'est quoi exactement le score de réussite ?", "faq_success_score"),
    ],
)
def test_a_question_while_the_days_are_asked(seller: Any, question: str, entry: str) -> None:
    order = seller.has_order()
    days_asked_for(seller, order)
    assert seller.says(question) == [entry, "extension_ask_days"]
    ends_well(seller, order)


def test_a_question_while_the_order_is_asked(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says("j'ai besoin d'une rallonge sur une livraison") == ["extension_ask_order"]
    said = seller.says("attends, ça se passe comment une prolongation, le client doit accepter ?")
    assert said == ["faq_extension_rules", "extension_ask_order"]
    assert seller.presses("Flyer") == ["extension_ask_days"]
    ends_well(seller, flyer)
    assert seller.requests(logo) == []


def test_a_question_is_never_taken_for_the_reason(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"rajoute 4 jours à {order.number}") == ["extension_ask_reason"]
    said = seller.says("est-ce que les clients peuvent voir mon taux d'exécution ?")
    assert said == ["faq_completion_rate_visibility", "extension_ask_reason"]
    assert seller.says("les photos du client sont inutilisables", "oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert request.reason == "les photos du client sont inutilisables"


def test_a_question_at_the_confirmation(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"4 jours de plus pour {order.number}, les photos sont inutilisables")
    assert said == ["extension_confirm"]
    said = seller.says("et si le client répond jamais à la demande il se passe quoi ?")
    assert said[-1] == "extension_confirm_again"
    assert said[0] in ("faq_extension_rules", "faq_buyer_unresponsive")
    assert seller.requests(order) == []
    assert seller.says("ok envoie alors") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [4]


def test_the_state_of_another_order_does_not_change_the_one_in_the_form(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    days_asked_for(seller, logo)
    said = seller.says(f"d'ailleurs elle en est où la {flyer.number} ?")
    assert said == ["order_in_progress", "extension_ask_days"]
    assert logo.number in seller.last.messages[-1]["text"]
    ends_well(seller, logo)
    assert seller.requests(flyer) == []


def test_the_state_of_another_order_at_the_confirmation(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    said = seller.says(f"4 jours de plus pour {logo.number}, les photos sont inutilisables")
    assert said == ["extension_confirm"]
    said = seller.says(f"{flyer.number} c'est à rendre quand déjà ?")
    assert said == ["order_in_progress", "extension_confirm_again"]
    assert seller.says("oui") == ["extension_receipt"]
    assert ([len(seller.requests(order)) for order in (logo, flyer)]) == [1, 0]


def test_all_current_orders_while_the_reason_is_asked(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says(f"rajoute 4 jours à {logo.number}") == ["extension_ask_reason"]
    said = seller.says("rappelle-moi la liste de tout ce que j'ai en cours")
    assert said == ["order_list", "extension_ask_reason"]
    assert seller.says("les photos du client sont inutilisables", "oui") == ["extension_receipt"]
    assert ([len(seller.requests(order)) for order in (logo, flyer)]) == [1, 0]


def test_the_rate_in_the_middle(server: Any, seller: Any) -> None:
    order = seller.has_order()
    ended = server.clock.now() - timedelta(days=5)
    seller.has_order(status=OrderStatus.COMPLETED, delivered_at=ended, completed_at=ended)
    days_asked_for(seller, order)
    assert seller.says("et mon taux d'exécution il est à combien là") == [
        "rate_current",
        "extension_ask_days",
    ]
    ends_well(seller, order)


@pytest.mark.parametrize(
    ("aside", "answer"),
    [
        ("t'es une machine ou une vraie personne ?", "talk_bot_challenge"),
        ("merci bcp pour ton aide", "talk_thank"),
        ("coucou", "talk_greet"),
        ("tu sais faire quoi d'autre ?", "talk_help"),
        ("tu connais la recette du gratin dauphinois ?", "out_of_scope_far"),
    ],
)
def test_small_talk_while_the_days_are_asked(seller: Any, aside: str, answer: str) -> None:
    order = seller.has_order()
    days_asked_for(seller, order)
    assert seller.says(aside) == [answer, "extension_ask_days"]
    ends_well(seller, order)


@pytest.mark.parametrize("aside", ["ok super merci à toi", "tu es un robot ?", "bonjour"])
def test_small_talk_is_never_taken_for_the_reason(seller: Any, aside: str) -> None:
    order = seller.has_order()
    assert seller.says(f"rajoute 4 jours à {order.number}") == ["extension_ask_reason"]
    assert seller.says(aside)[-1] == "extension_ask_reason"
    assert seller.says("les photos du client sont inutilisables", "oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert request.reason == "les photos du client sont inutilisables"


def test_two_digressions_in_a_row(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    days_asked_for(seller, logo)
    first = seller.says("les clients ont accès à mon taux d'exécution ou pas ?")
    assert first == ["faq_completion_rate_visibility", "extension_ask_days"]
    second = seller.says("ok et mes autres commandes, elles en sont où ?")
    assert second[0].startswith("order_") and second[-1] == "extension_ask_days"
    ends_well(seller, logo)
    assert seller.requests(flyer) == []


def test_digressions_at_every_step_of_one_form(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says("faut que je repousse une livraison") == ["extension_ask_order"]
    assert seller.says("c'est quoi mon taux d'exécution au fait ?")[-1] == "extension_ask_order"
    assert seller.says("celle du logo") == ["extension_ask_days"]
    assert seller.says("où est le forum des vendeurs ?")[-1] == "extension_ask_days"
    assert seller.says("4 jours") == ["extension_ask_reason"]
    assert seller.says("comment je signale un client pénible ?")[-1] == "extension_ask_reason"
    assert seller.says("les photos du client sont inutilisables") == ["extension_confirm"]
    assert seller.says("quelles sont mes commandes en cours ?")[-1] == "extension_confirm_again"
    assert seller.says("oui envoyez") == ["extension_receipt"]
    assert ([len(seller.requests(order)) for order in (logo, flyer)]) == [1, 0]


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("4 jours. et les clients voient mon taux d'exécution ?", "faq_completion_rate_visibility"),
        ("mets 4 jours, et sinon comment je signale un client ?", "faq_report_buyer"),
    ],
)
def test_a_question_together_with_the_value_asked_for(
    seller: Any, message: str, entry: str
) -> None:
    order = seller.has_order()
    days_asked_for(seller, order)
    assert seller.says(message) == [entry, "extension_ask_reason"]
    assert seller.says("les photos du client sont inutilisables", "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [4]


def test_a_question_together_with_the_first_request(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(
        f"il me faut 4 jours de plus sur {order.number}. "
        "Et comment on fait pour bloquer un client après une annulation ?"
    )
    assert said == ["faq_block_buyer", "extension_ask_reason"]
    assert seller.says("les photos du client sont inutilisables", "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [4]


def test_a_button_of_the_digression_leads_on_and_back(seller: Any) -> None:
    order = seller.has_order()
    days_asked_for(seller, order)
    assert seller.says("vous vendez des billets de concert ?") == [
        "out_of_scope",
        "extension_ask_days",
    ]
    assert seller.presses("Ce que je sais faire") == ["talk_help", "extension_ask_days"]
    ends_well(seller, order)


@pytest.mark.parametrize(
    "reason",
    [
        "le client m'a envoyé les textes trop tard",
        "mon client met des jours à répondre",
        "le client veut encore des modifs",
        "l'acheteur avait annulé puis a changé d'avis",
    ],
)
def test_a_reason_that_sounds_like_a_question_is_no_digression(seller: Any, reason: str) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number}") == ["extension_ask_reason"]
    assert seller.says(reason) == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert request.reason == reason


def test_such_a_reason_in_the_first_sentence_is_no_question(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"+4 jours sur {order.number} car le client m'a envoyé les textes trop tard")
    assert said == ["extension_confirm"]
