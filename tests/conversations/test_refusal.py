"""What the rules forbid is refused with its reason, and the marketplace hears nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.marketplace.orders import Cancellation, OrderStatus, Party

pytestmark = pytest.mark.model

PARIS = ZoneInfo("Europe/Paris")
WHY = "ma connexion est coupée depuis ce matin"


def ended_order(server: Any, seller: Any, status: OrderStatus) -> Any:
    """An order that a request for more time comes too late, or too early, for."""
    yesterday = server.clock.now() - timedelta(days=1)
    facts: dict[str, Any] = {}
    if status in (OrderStatus.DELIVERED, OrderStatus.COMPLETED):
        facts["delivered_at"] = yesterday
    if status is OrderStatus.COMPLETED:
        facts["completed_at"] = yesterday
    if status is OrderStatus.CANCELLED:
        facts["cancellation"] = Cancellation(
            yesterday, Party.BUYER, mutual=True, status_before=OrderStatus.IN_PROGRESS
        )
    return seller.has_order(status=status, **facts)


REFUSALS = [
    (OrderStatus.DELIVERED, "extension_refused_delivered"),
    (OrderStatus.COMPLETED, "extension_refused_completed"),
    (OrderStatus.CANCELLED, "extension_refused_cancelled"),
    (OrderStatus.REQUIREMENTS_PENDING, "extension_refused_not_started"),
]


@pytest.mark.parametrize(("status", "why"), REFUSALS)
def test_a_status_that_forbids_it(server: Any, seller: Any, status: OrderStatus, why: str) -> None:
    order = ended_order(server, seller, status)
    said = seller.says(f"il me faudrait 3 jours de plus pour {order.number}, {WHY}")
    assert said == [why]
    assert order.number in seller.last.text
    assert seller.requests(order) == []
    assert "extension_receipt" not in seller.says("oui")
    assert seller.requests(order) == []


def test_a_refusal_offers_the_order_that_can_be_extended(server: Any, seller: Any) -> None:
    delivered = ended_order(server, seller, OrderStatus.DELIVERED)
    open_one = seller.has_order(title="Flyer pour un food truck")
    said = seller.says(f"prolongez la {delivered.number} d'une semaine svp")
    assert said == ["extension_refused_delivered"]
    seller.presses("Flyer")
    assert seller.says("7 jours")[-1] == "extension_ask_reason"
    assert seller.says(WHY, "oui") == ["extension_receipt"]
    assert seller.requests(delivered) == []
    assert [request.days for request in seller.requests(open_one)] == [7]


def test_a_request_that_is_pending_already(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number} car {WHY}", "oui") == ["extension_receipt"]
    said = seller.says(f"rallonge encore {order.number} de 6 jours, {WHY}")
    assert said == ["extension_refused_already_pending"]
    assert "4 jours" in seller.last.text
    assert [request.days for request in seller.requests(order)] == [4]


def test_pending_from_another_conversation(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number} car {WHY}") == ["extension_confirm"]
    seller.label = "telephone"
    assert seller.says(f"+2 jours sur {order.number} car {WHY}", "oui") == ["extension_receipt"]
    seller.label = "default"
    assert seller.says("oui") == ["extension_refused_already_pending"]
    assert [request.days for request in seller.requests(order)] == [2]


def test_delivered_between_the_question_and_the_yes(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number} car {WHY}") == ["extension_confirm"]
    server.marketplace.deliver(order.number)
    assert seller.says("oui") == ["extension_refused_delivered"]
    assert seller.requests(order) == []


@pytest.mark.parametrize("amount", ["31 jours", "deux mois", "0 jour", "zéro jour", "400 jours"])
def test_days_out_of_range_in_the_first_sentence(seller: Any, amount: str) -> None:
    order = seller.has_order()
    said = seller.says(f"peux-tu prolonger {order.number} de {amount} ? {WHY}")
    assert said == ["extension_days_out_of_range"]
    assert seller.requests(order) == []
    assert seller.says("30 jours")[-1] in ("extension_confirm", "extension_ask_reason")
    assert seller.requests(order) == []


@pytest.mark.parametrize("amount", ["31", "31j", "0", "zéro jour"])
def test_days_out_of_range_when_asked(seller: Any, amount: str) -> None:
    order = seller.has_order()
    assert seller.says(f"demande une prolongation pour {order.number}") == ["extension_ask_days"]
    assert seller.says(amount) == ["extension_days_out_of_range"]
    assert seller.says("30") == ["extension_ask_reason"]
    assert seller.requests(order) == []


def test_days_out_of_range_as_a_correction(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number} car {WHY}") == ["extension_confirm"]
    assert seller.says("non, plutôt 90 jours") == ["extension_days_out_of_range"]
    assert "extension_receipt" not in seller.says("oui")
    assert seller.requests(order) == []


def test_a_date_not_later_than_the_present_one(server: Any, seller: Any) -> None:
    order = seller.has_order()
    target = (order.due_at - timedelta(days=2)).astimezone(PARIS)
    assert seller.says(f"demande une prolongation pour {order.number}") == ["extension_ask_days"]
    said = seller.says(f"jusqu'au {target.day}/{target.month}/{target.year}")
    assert said == ["extension_date_not_later"]
    assert seller.requests(order) == []


def test_a_new_date_that_would_be_past_already(server: Any, seller: Any) -> None:
    now = server.clock.now()
    order = seller.has_order(status=OrderStatus.LATE, due_at=now - timedelta(days=9, hours=2))
    said = seller.says(f"2 jours de plus pour {order.number}, {WHY}")
    assert said == ["extension_date_still_past"]
    assert "10 jours" in seller.last.text
    assert seller.requests(order) == []
    assert seller.says("10 jours") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [10]


def test_too_late_for_any_extension(server: Any, seller: Any) -> None:
    due_at = server.clock.now() - timedelta(days=40)
    order = seller.has_order(status=OrderStatus.LATE, due_at=due_at)
    assert seller.says(f"30 jours de plus pour {order.number}, {WHY}") == ["extension_too_late"]
    assert seller.requests(order) == []


@pytest.mark.parametrize("message", ["prolonge {number} de 3 jours, {why}", "2j de + sur {number}"])
def test_somebody_elses_number_is_an_unknown_number(
    new_seller: Callable[[], Any], message: str
) -> None:
    other = new_seller().has_order(title="Montage d'un podcast", buyer_name="Hector Vidal")
    answers = []
    for number in (other.number, "FO5X40QPL9Z"):
        seller = new_seller()
        seller.has_order()
        assert "order_unknown" in seller.says(message.format(number=number, why=WHY))
        assert "podcast" not in seller.last.text and "Hector" not in seller.last.text
        answers.append((seller.last.ids, seller.last.messages[0]["text"].replace(number, "N")))
        assert seller.requests(other) == []
    assert answers[0] == answers[1]


def test_an_unknown_number_at_the_confirmation_changes_nothing(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"+4 jours sur {order.number} car {WHY}") == ["extension_confirm"]
    said = seller.says("non, c'est pour la FO31KX88ZB2")
    assert said[0] == "order_unknown"
    assert seller.requests(order) == []


def test_unknown_numbers_again_and_again_end_it_kindly(seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer pour un food truck")
    assert "order_unknown" in seller.says("rallonge FO31KX88ZB2 de 2 jours")
    assert "order_unknown" in seller.says("FO31KX88ZB3")
    assert "extension_not_understood" in seller.says("FO31KX88ZB4")
    assert "Parler à une personne" in seller.last.buttons
    assert seller.requests(order) == []


@pytest.mark.parametrize(
    "request_",
    [
        "je voudrais prolonger une commande",
        "faudrait repousser une de mes livraisons",
        "demande une prolongation à mon client",
    ],
)
def test_nothing_to_extend(server: Any, seller: Any, request_: str) -> None:
    assert seller.says(request_) == ["extension_no_order"]
    order = ended_order(server, seller, OrderStatus.DELIVERED)
    assert seller.says(request_) == ["extension_nothing_extendable"]
    assert seller.requests(order) == []
