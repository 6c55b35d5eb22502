"""The seller's own completion rate, and what cancelling an order would do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import Cancellation, CancellationCause, OrderStatus, Party

pytestmark = pytest.mark.model

MINE = "il est à combien mon taux d'exécution en ce moment ?"


def completed(seller: Any, count: int = 1, days_ago: float = 5) -> None:
    ended = seller.server.clock.now() - timedelta(days=days_ago)
    for _ in range(count):
        seller.has_order(status=OrderStatus.COMPLETED, delivered_at=ended, completed_at=ended)


def cancelled(seller: Any, days_ago: float = 20, **facts: Any) -> Any:
    """A cancellation that counts unless ``facts`` say otherwise."""
    known = {
        "cancelled_at": seller.server.clock.now() - timedelta(days=days_ago),
        "cancelled_by": Party.BUYER,
        "mutual": False,
        "status_before": OrderStatus.IN_PROGRESS,
        **facts,
    }
    return seller.has_order(status=OrderStatus.CANCELLED, cancellation=Cancellation(**known))


@pytest.mark.parametrize(
    "question",
    [
        MINE,
        "mon tx dexecution cmbien ?",
        "j'ai quel pourcentage de commandes menées à bien",
        "dis-moi mon taux actuel stp",
        "what's my completion rate rn",
    ],
)
def test_my_rate(seller: Any, question: str) -> None:
    completed(seller, 3)
    cancelled(seller)
    assert seller.says(question) == ["rate_current"]
    assert "75 %" in seller.last.text
    assert "3 commandes terminées" in seller.last.text
    assert "1 annulation" in seller.last.text


def test_only_completed_orders(seller: Any) -> None:
    completed(seller, 2)
    seller.has_order()
    assert seller.says(MINE) == ["rate_current"]
    assert "100 %" in seller.last.text


def test_only_cancelled_orders(seller: Any) -> None:
    cancelled(seller)
    assert seller.says(MINE) == ["rate_current"]
    assert "de 0 %" in seller.last.text


def test_no_order_at_all_is_no_rate_yet(seller: Any) -> None:
    assert seller.says(MINE) == ["rate_none"]
    assert "%" not in seller.last.text


def test_no_order_ended_in_the_window_is_no_rate_yet(seller: Any) -> None:
    seller.has_order()
    completed(seller, 4, days_ago=61)
    cancelled(seller, days_ago=75)
    assert seller.says(MINE) == ["rate_none"]


def test_old_orders_leave_the_window(seller: Any) -> None:
    completed(seller, 1, days_ago=59)
    completed(seller, 9, days_ago=61)
    cancelled(seller)
    assert seller.says(MINE) == ["rate_current"]
    assert "50 %" in seller.last.text


def test_what_does_not_count_is_left_out(seller: Any) -> None:
    completed(seller)
    cancelled(seller, status_before=OrderStatus.REQUIREMENTS_PENDING)
    reordered = seller.server.clock.now() - timedelta(days=15)
    cancelled(seller, mutual=True, buyer_reordered_at=reordered)
    assert seller.says(MINE) == ["rate_current"]
    assert "100 %" in seller.last.text


@pytest.mark.parametrize(
    "facts",
    [{"mutual": True, "days_ago": 3}, {"cause": CancellationCause.FRAUD}],
    ids=["a new order is still possible", "fraud"],
)
def test_what_is_undecided_is_told(seller: Any, facts: dict[str, Any]) -> None:
    completed(seller)
    cancelled(seller, **facts)
    assert seller.says(MINE) == ["rate_current", "rate_undecided"]
    assert "50 %" in seller.last.text


def test_orders_of_others_never_count(new_seller: Callable[[], Any]) -> None:
    other, seller = new_seller(), new_seller()
    completed(other, 5)
    cancelled(seller)
    completed(seller)
    assert seller.says(MINE) == ["rate_current"]
    assert "50 %" in seller.last.text


@pytest.mark.parametrize(
    "question",
    [
        "si j'annule {n} ça fait quoi à mon taux d'exécution ?",
        "une annulation de la {n} elle compterait dans mon taux ?",
        "est ce que {n} annulée ça plombe mon taux dexecution",
    ],
)
def test_a_preview_that_depends_shows_the_rate_either_way(seller: Any, question: str) -> None:
    completed(seller, 3)
    order = seller.has_order()
    said = seller.says(question.format(n=order.number))
    assert said[:2] == ["faq_completion_rate_impact", "preview_depends"]
    assert "preview_rule_reorder_possible" in said
    text = seller.last.messages[1]["text"]
    assert order.number in text and "75 %" in text and "100 %" in text


def test_a_preview_while_requirements_are_pending_names_that_rule(seller: Any) -> None:
    completed(seller, 1)
    order = seller.has_order(status=OrderStatus.REQUIREMENTS_PENDING)
    said = seller.says(f"une annulation de la {order.number} elle compterait dans mon taux ?")
    assert said[:2] == ["faq_completion_rate_impact", "preview_depends"]
    assert "preview_rule_buyer_cancelled_at_requirements" in said


def test_a_preview_of_what_would_not_count(seller: Any) -> None:
    completed(seller, 3)
    order = seller.has_order(status=OrderStatus.REQUIREMENTS_PENDING)
    said = seller.says(
        f"si c'est le client lui-même qui annule {order.number} alors qu'on est encore aux "
        "critères, ça compte dans mon taux d'exécution ?"
    )
    assert said[:2] == ["faq_completion_rate_impact", "preview_exempt"]
    assert "100 %" in seller.last.messages[1]["text"]


def test_a_preview_of_what_would_count(seller: Any) -> None:
    completed(seller, 3)
    order = seller.has_order()
    said = seller.says(
        f"si le client annule {order.number} tout seul, sans mon accord, "
        "ça compte dans mon taux d'exécution ?"
    )
    assert said[:2] == ["faq_completion_rate_impact", "preview_counts"]
    assert "75 %" in seller.last.messages[1]["text"]


def test_a_preview_without_a_rate_yet(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"si j'annule {order.number} ça fait quoi à mon taux d'exécution ?")
    assert said[:2] == ["faq_completion_rate_impact", "preview_depends_no_rate"]


@pytest.mark.parametrize("status", [OrderStatus.COMPLETED, OrderStatus.CANCELLED])
def test_a_preview_of_an_ended_order(server: Any, seller: Any, status: OrderStatus) -> None:
    ended = server.clock.now() - timedelta(days=2)
    if status is OrderStatus.COMPLETED:
        order = seller.has_order(status=status, completed_at=ended)
    else:
        order = cancelled(seller, days_ago=2)
    said = seller.says(f"une annulation de la {order.number} elle compterait dans mon taux ?")
    assert said == ["faq_completion_rate_impact", f"preview_ended_{status.value}"]


def test_a_preview_of_somebody_elses_order_is_of_an_unknown_one(
    new_seller: Callable[[], Any],
) -> None:
    hidden = new_seller().has_order(number="FO6H2WWX41PQ", title="Montage d'un podcast")
    answers = []
    for number in (hidden.number, "FO6H2WWX41PR"):
        seller = new_seller()
        completed(seller)
        said = seller.says(f"une annulation de la {number} elle compterait dans mon taux ?")
        assert said == ["faq_completion_rate_impact", "order_unknown"]
        answers.append(seller.last.text.replace(number, "N"))
    assert answers[0] == answers[1]


def test_the_preview_by_the_button_of_an_order(seller: Any) -> None:
    completed(seller, 3)
    order = seller.has_order()
    assert seller.says(f"où en est {order.number} ?") == ["order_in_progress"]
    assert seller.presses("effet d'une annulation")[0] == "preview_depends"
    assert order.number in seller.last.text and "75 %" in seller.last.text


def test_the_general_question_needs_no_order(seller: Any) -> None:
    seller.has_order()
    seller.has_order(title="Flyer pour un food truck")
    question = "est-ce qu'une annulation fait toujours baisser le taux d'exécution ?"
    assert seller.says(question) == ["faq_completion_rate_impact"]
