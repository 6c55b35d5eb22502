"""What cannot be understood is asked about, at most once in a row; then a human is brought in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.support.conversations import ConversationState, EscalationReason

pytestmark = pytest.mark.model

CLARIFY = ({"clarify"}, {"clarify_nothing_close"}, {"out_of_scope_unreadable"})
UNCLEAR = ("c'est à cause du truc de la dernière fois", "euuuh enfin bref tu vois quoi")
AMBIGUOUS = (
    "mon client",
    "le taux",
    "une commande",
    "l'annulation",
    "et les délais",
    "les clients",
    "le score",
    "mon profil",
)
VAGUE = (
    "ça fait le bidule de travers encore une fois",
    "c'est à cause du truc de la dernière fois",
    "le truc du machin là, faut voir comment ça bouge",
    "euuuh enfin bref tu vois quoi",
    "pour la chose, comme d'hab",
    "voilà quoi, le souci habituel",
)


def escalation_reasons(server: Any, seller: Any) -> list[EscalationReason]:
    """The reasons of the open requests for a human in the seller's conversation."""
    store = server.application.store
    conversation = store.open_conversation(seller.id, seller.label, server.clock.now())
    waits = conversation.state is ConversationState.WAITING
    found = [escalation.reason for escalation in store.escalations(conversation.id)]
    assert waits is bool(found)
    return found


@pytest.fixture
def unclear(new_seller: Callable[[], Any]) -> tuple[str, str]:
    """Two messages the model is unsure of, so that the other tests depend on no single one."""
    found = [message for message in AMBIGUOUS if new_seller().says(message) == ["clarify"]]
    assert len(found) >= 2, "the model is sure of what nobody can understand"
    return found[0], found[1]


@pytest.mark.parametrize("message", ["xqzv brrml tpok", "????", "🤷", "...", "qsdfghjklm"])
def test_what_is_no_language_is_unreadable(server: Any, seller: Any, message: str) -> None:
    seller.has_order()
    assert seller.says(message) == ["out_of_scope_unreadable"]
    assert escalation_reasons(server, seller) == []


@pytest.mark.parametrize("message", VAGUE)
def test_what_says_nothing_gets_no_answer_of_the_faq(seller: Any, message: str) -> None:
    seller.has_order()
    (said,) = seller.says(message)
    assert said.startswith(("clarify", "out_of_scope", "talk_"))


@pytest.mark.parametrize("message", UNCLEAR)
def test_what_nobody_can_understand_is_asked_about(server: Any, seller: Any, message: str) -> None:
    seller.has_order()
    assert set(seller.says(message)) in CLARIFY
    assert seller.last.buttons
    assert escalation_reasons(server, seller) == []


def test_the_second_time_in_a_row_a_human_is_asked_for(
    server: Any, seller: Any, unclear: tuple[str, str]
) -> None:
    assert set(seller.says(unclear[0])) in CLARIFY
    assert seller.says(unclear[1]) == ["not_understood_again", "human_requested"]
    assert escalation_reasons(server, seller) == [EscalationReason.NOT_UNDERSTOOD]


def test_each_choice_is_answered_when_pressed(
    server: Any, new_seller: Callable[[], Any], unclear: tuple[str, str]
) -> None:
    """Presses each choice offered for one message, each in a conversation of its own."""
    first = new_seller()
    first.has_order()
    assert first.says(unclear[0]) == ["clarify"]
    titles = list(first.last.buttons)
    assert titles[-1] == "Autre chose" and 1 < len(titles) <= 4
    for title in titles:
        seller = new_seller()
        seller.has_order()
        seller.says(unclear[0])
        assert list(seller.last.buttons) == titles
        answered = seller.presses(title)
        assert answered and not set(answered) & {"clarify", "button_inactive", "tool_failure"}
        assert escalation_reasons(server, seller) in ([], [EscalationReason.CUSTOMER_REQUEST])


def test_something_else_tells_what_is_possible(seller: Any, unclear: tuple[str, str]) -> None:
    seller.says(unclear[0])
    assert seller.presses("Autre chose") == ["talk_help"]


def test_understood_in_between_counts_as_a_new_beginning(
    server: Any, seller: Any, unclear: tuple[str, str]
) -> None:
    order = seller.has_order()
    assert set(seller.says(unclear[0])) in CLARIFY
    assert seller.says(f"où en est {order.number} ?") == ["order_in_progress"]
    assert set(seller.says(unclear[1])) in CLARIFY
    assert escalation_reasons(server, seller) == []


def test_a_question_of_the_faq_in_between_counts_too(
    server: Any, seller: Any, unclear: tuple[str, str]
) -> None:
    assert set(seller.says(unclear[0])) in CLARIFY
    assert seller.says("où trouver le forum d'entraide des vendeurs ?") == ["faq_community_forum"]
    assert set(seller.says(unclear[1])) in CLARIFY
    assert escalation_reasons(server, seller) == []


def test_the_rate_in_between_counts_too(server: Any, seller: Any, unclear: tuple[str, str]) -> None:
    assert set(seller.says(unclear[0])) in CLARIFY
    assert seller.says("montre-moi mon taux d'exécution actuel") == ["rate_none"]
    assert set(seller.says(unclear[1])) in CLARIFY
    assert escalation_reasons(server, seller) == []


def test_after_the_human_was_asked_for_the_assistant_goes_on(
    server: Any, seller: Any, unclear: tuple[str, str]
) -> None:
    order = seller.has_order()
    assert seller.says(*unclear)[-1] == "human_requested"
    assert seller.says(f"statut de la {order.number} svp") == ["order_in_progress"]
    assert seller.says(unclear[0])[0] == "clarify"
    assert escalation_reasons(server, seller) == [EscalationReason.NOT_UNDERSTOOD]


def test_an_old_choice_is_inert_once_pressed(seller: Any, unclear: tuple[str, str]) -> None:
    seller.has_order()
    assert seller.says(unclear[0]) == ["clarify"]
    token = seller.last.buttons["Autre chose"]
    assert seller.post(token).ids == ["talk_help"]
    assert seller.post(token).ids == ["button_inactive"]


def test_the_same_answer_a_third_time_brings_a_human(server: Any, seller: Any) -> None:
    asked = "comment je fais pour signaler un client malpoli ?"
    assert seller.says(asked) == ["faq_report_buyer"]
    assert seller.says("oui mais pour signaler ce client, comment ?") == ["faq_report_buyer"]
    assert escalation_reasons(server, seller) == []
    said = seller.says("je demande comment SIGNALER un client !")
    assert said == ["repeated_answer", "human_requested"]
    assert escalation_reasons(server, seller) == [EscalationReason.REPEATED_ANSWER]


def test_different_answers_are_no_repetition(server: Any, seller: Any) -> None:
    assert seller.says("comment signaler un acheteur ?") == ["faq_report_buyer"]
    assert seller.says("le forum de la communauté est où ?") == ["faq_community_forum"]
    assert seller.says("mes clients voient-ils mon taux d'exécution ?") == [
        "faq_completion_rate_visibility"
    ]
    assert seller.says("comment signaler un acheteur ?") == ["faq_report_buyer"]
    assert escalation_reasons(server, seller) == []


def test_the_same_question_twice_in_one_conversation_of_two_sellers(
    server: Any, new_seller: Callable[[], Any]
) -> None:
    """What one seller was told does not count for another."""
    question = "comment signaler un acheteur ?"
    for _ in range(2):
        seller = new_seller()
        assert seller.says(question, question) == ["faq_report_buyer"]
        assert escalation_reasons(server, seller) == []


def test_unreadable_twice_in_a_row_brings_a_human(server: Any, seller: Any) -> None:
    assert seller.says("🤷", "xqzv brrml tpok") == ["not_understood_again", "human_requested"]
    assert escalation_reasons(server, seller) == [EscalationReason.NOT_UNDERSTOOD]
