"""A human is asked for, recorded with the reason, may be withdrawn, and takes over."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.tables import conversations, escalations
from bot.support.conversations import ConversationState
from bot.support.staff import Role, Staff

pytestmark = pytest.mark.model


def recorded(server: Any, seller: Any) -> list[tuple[str, str | None, bool]]:
    """Reason, order number and whether it is open, of each request in the table."""
    statement = (
        sa.select(escalations.c.reason, escalations.c.order_number, escalations.c.closed_at)
        .join(conversations, conversations.c.id == escalations.c.conversation_id)
        .where(conversations.c.seller_id == seller.id)
        .order_by(escalations.c.id)
    )
    with reading(create_engine(server.application.settings.database_url)) as connection:
        return [
            (reason, number, closed is None)
            for reason, number, closed in connection.execute(statement)
        ]


def conversation(server: Any, seller: Any) -> Any:
    store = server.application.store
    return store.open_conversation(seller.id, seller.label, server.clock.now())


NORA = Staff("nora", "Nora", Role.AGENT)
ASKED = [("customer_request", None, True)]


@pytest.mark.parametrize(
    "words",
    [
        "je souhaiterais m'entretenir avec un responsable de chez vous",
        "passe moi kelk1 stp",
        "je veux quelqu'un de vivant, pas un programme",
        "y a moyen d'avoir un humain au bout du fil",
        "JE VEUX UN CONSEILLER MAINTENANT",
        "tes réponses m'aident pas du tout, je veux causer à une vraie personne",
        "mettez-moi en contact avec le support svp",
        "une personne physique, c'est possible ?",
        "j'aimerais qu'un de vos agents me rappelle",
    ],
)
def test_asked_for_in_all_kinds_of_words(server: Any, seller: Any, words: str) -> None:
    assert seller.says(words) == ["human_requested"]
    assert recorded(server, seller) == ASKED
    assert conversation(server, seller).state is ConversationState.WAITING


def test_asked_for_in_english_a_person_is_one_press_away(seller: Any) -> None:
    assert seller.says("can i speak to someone real please")[-1] == "out_of_scope_language_en"
    assert seller.presses("Parler à une personne") == ["human_requested"]


@pytest.mark.parametrize(
    "words", ["comment bloquer une personne qui me harcèle ?", "le client veut me parler au tel"]
)
def test_other_people_are_no_request_for_a_human(server: Any, seller: Any, words: str) -> None:
    assert "human_requested" not in seller.says(words)
    assert recorded(server, seller) == []


def test_asked_for_by_a_button(server: Any, seller: Any) -> None:
    assert seller.says("où est-ce que je déclare mes revenus de l'an dernier ?") == ["out_of_scope"]
    assert seller.presses("Parler à une personne") == ["human_requested"]
    assert recorded(server, seller) == ASKED


def test_asked_for_twice_is_recorded_once(server: Any, seller: Any) -> None:
    assert seller.says("un conseiller svp") == ["human_requested"]
    assert seller.says("alors il arrive ce conseiller, je veux un humain") == [
        "human_already_requested"
    ]
    assert recorded(server, seller) == ASKED


def test_the_order_spoken_of_is_recorded_with_it(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"où en est {order.number} ?") == ["order_in_progress"]
    assert seller.says("je préfère en discuter avec un humain") == ["human_requested"]
    assert recorded(server, seller) == [("customer_request", order.number, True)]


@pytest.mark.parametrize(
    ("opening", "step"),
    [
        ("faudrait repousser une de mes livraisons", "extension_ask_order"),
        ("lance une prolongation sur {number}", "extension_ask_days"),
        ("ajoute 6 jours à {number}", "extension_ask_reason"),
        ("ajoute 6 jours à {number}, mon imprimante est en panne", "extension_confirm"),
    ],
)
def test_in_the_middle_of_the_form_nothing_is_sent(
    server: Any, seller: Any, opening: str, step: str
) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer pour un food truck")
    assert seller.says(opening.format(number=order.number)) == [step]
    said = seller.says("pff c'est compliqué, je veux parler à un vrai conseiller")
    assert said == ["human_requested", "extension_left_for_human"]
    ((reason, _, is_open),) = recorded(server, seller)
    assert (reason, is_open) == ("customer_request", True)
    assert "extension_receipt" not in seller.says("oui")
    assert seller.requests(order) == []


def test_while_waiting_the_assistant_still_answers_and_acts(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    assert seller.says(f"statut de la {order.number}") == ["order_in_progress"]
    assert seller.says("les clients voient mon taux d'exécution ?") == [
        "faq_completion_rate_visibility"
    ]
    said = seller.says(f"ajoute 6 jours à {order.number}, mon imprimante est en panne", "oui")
    assert said == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [6]
    assert recorded(server, seller) == ASKED
    assert conversation(server, seller).state is ConversationState.WAITING


def test_withdrawn_by_the_button(server: Any, seller: Any) -> None:
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    assert seller.presses("plus la peine") == ["human_withdrawn"]
    assert recorded(server, seller) == [("customer_request", None, False)]
    assert conversation(server, seller).state is ConversationState.BOT


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "bon laisse, tant pis",
        "finalement plus besoin de quelqu'un",
        "c'est bon, annulez ma demande de conseiller",
    ],
)
def test_withdrawn_in_words(server: Any, seller: Any, words: str) -> None:
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    assert seller.says(words) == ["human_withdrawn"]
    assert recorded(server, seller) == [("customer_request", None, False)]


def test_stop_without_a_request_withdraws_nothing(server: Any, seller: Any) -> None:
    assert seller.says("stop") == ["talk_stop"]
    assert recorded(server, seller) == []


def test_giving_up_the_form_while_waiting_keeps_the_request(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    assert seller.says("stop") == ["extension_given_up"]
    assert recorded(server, seller) == ASKED


def test_an_overtaken_withdrawing_button_withdraws_nothing(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    (token,) = seller.last.buttons.values()
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    assert seller.post(token).ids == ["button_inactive"]
    assert recorded(server, seller) == ASKED
    assert seller.says("6 jours") == ["extension_ask_reason"]


def test_asked_for_again_after_it_was_withdrawn(server: Any, seller: Any) -> None:
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    seller.presses("plus la peine")
    assert seller.says("en fait si, donnez-moi un conseiller") == ["human_requested"]
    assert recorded(server, seller) == [
        ("customer_request", None, False),
        ("customer_request", None, True),
    ]


def test_after_a_claim_the_assistant_is_silent_until_hand_back(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    desk, held = server.application.desk, conversation(server, seller)
    desk.claim(NORA, held.id)
    assert seller.says("bonjour, vous êtes là ?") == ["handoff_claimed"]
    assert seller.says(f"ajoute 6 jours à {order.number}, imprimante en panne", "oui") == []
    assert seller.requests(order) == []
    desk.hand_back(NORA, held.id)
    assert seller.says(f"statut de la {order.number}") == [
        "handoff_handed_back",
        "order_in_progress",
    ]
    assert recorded(server, seller) == [("customer_request", None, False)]


def test_a_claim_in_the_middle_of_the_form_holds_back_the_yes(server: Any, seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"ajoute 6 jours à {order.number}, mon imprimante est en panne")
    assert said == ["extension_confirm"]
    desk, held = server.application.desk, conversation(server, seller)
    desk.claim(NORA, held.id)
    assert seller.says("oui") == ["handoff_claimed"]
    assert seller.requests(order) == []
    server.clock.move(timedelta(minutes=3))
    server.run_jobs()
    assert seller.requests(order) == []


def test_after_an_agent_a_yes_no_longer_answers_what_the_bot_asked(
    server: Any, seller: Any
) -> None:
    order = seller.has_order()
    seller.says(f"ajoute 6 jours à {order.number}, mon imprimante est en panne")
    desk, held = server.application.desk, conversation(server, seller)
    desk.claim(NORA, held.id)
    desk.reply(NORA, held.id, "Bonjour, je m'en occupe. C'est bon pour vous ?", "r1")
    assert seller.says("oui") == ["handoff_claimed", None]
    desk.hand_back(NORA, held.id)
    said = seller.says("oui merci")
    assert said[0] == "handoff_handed_back"
    assert not any("extension" in each for each in said)
    assert seller.requests(order) == []
    # What is asked for anew works as ever.
    again = seller.says(f"ajoute 2 jours à {order.number}, mon imprimante est en panne", "oui")
    assert again == ["extension_receipt"]


def test_who_waits_is_told_when_the_team_answers_and_their_place(
    server: Any, new_seller: Any
) -> None:
    first, second = new_seller(), new_seller()
    first.says("je préfère voir ça avec un humain")
    second.says("un conseiller svp")
    places = [re.search(r"la (première|\d+e) personne", each.last.text) for each in (first, second)]
    assert all(places)
    assert "du lundi au vendredi, de 9 h à 18 h" in second.last.text


def test_a_button_of_the_faq_asks_the_team_by_policy(server: Any, seller: Any) -> None:
    assert seller.says("comment je fais pour annuler une commande ?")[0] == "faq_cancel_order"
    assert seller.presses("Assistance client") == ["human_requested"]
    assert recorded(server, seller) == [("policy", None, True)]


def test_requests_of_two_conversations_are_apart(server: Any, seller: Any) -> None:
    assert seller.says("je préfère voir ça avec un humain") == ["human_requested"]
    seller.label = "telephone"
    assert conversation(server, seller).state is ConversationState.BOT
    assert seller.says("stop") == ["talk_stop"]
    assert recorded(server, seller) == ASKED


def test_waved_off_in_capitals_and_not_by_letting_go_of_something_else(seller: Any) -> None:
    seller.says("JE VEUX UN HUMAIN")
    assert "human_withdrawn" not in seller.says("non laissez tomber la newsletter")
    assert seller.says("NON C'EST BON") == ["human_withdrawn"]


def test_who_waits_is_not_offered_a_person_again(seller: Any) -> None:
    seller.says("je veux parler à un conseiller")
    assert seller.says("comment je déclare la TVA sur mes ventes ?") == ["out_of_scope_waiting"]
    assert "Parler à une personne" not in seller.last.buttons
