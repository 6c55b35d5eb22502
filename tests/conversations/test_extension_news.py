"""How an extension that was asked for stands: said on the order's card, and when it is asked after."""

from __future__ import annotations

from typing import Any

import pytest

from bot.marketplace.extensions import answer_extension, open_extension
from bot.marketplace.orders import Order

pytestmark = pytest.mark.model


def extended(seller: Any, order: Order, accept: bool | None = None) -> Order:
    """Has three more days asked for on an order; ``accept`` is the client's answer, if any."""
    now = seller.server.clock.now()
    asked = open_extension(
        order, request_id=f"ext-{order.number}", days=3, reason="Textes en retard.", now=now
    )
    if accept is not None:
        asked = answer_extension(asked, accept=accept, now=now)
    seller.server.marketplace.save(asked)
    return asked


@pytest.mark.parametrize(
    ("accept", "response"),
    [
        (None, "order_extension_pending"),
        (True, "order_extension_accepted"),
        (False, "order_extension_refused"),
    ],
)
def test_the_card_tells_it(seller: Any, accept: bool | None, response: str) -> None:
    order = extended(seller, seller.has_order(), accept)
    assert seller.says(f"la {order.number} elle en est où ?") == ["order_in_progress", response]


@pytest.mark.parametrize(
    "text",
    [
        "alors ma prolongation, il a répondu ou pas ?",
        "wesh il a accepté la rallonge ?",
        "toujours rien pour ma demande de prolongation ?",
        "elle a été validée ma prolongation ou bien",
    ],
)
def test_asked_after_it_is_the_answer(seller: Any, text: str) -> None:
    seller.has_order(title="Flyer", buyer_name="Nadia Benali")
    order = extended(seller, seller.has_order())
    assert seller.says(text) == ["order_in_progress", "order_extension_pending"]
    assert order.number in seller.last.text
    assert "Demander une prolongation" not in seller.last.buttons


def test_of_the_client_named(seller: Any) -> None:
    extended(seller, seller.has_order(title="Flyer", buyer_name="Nadia Benali"))
    logo = extended(seller, seller.has_order(), accept=False)
    said = seller.says("et la prolongation de Camille Roy, c'est bon ou bien ?")
    assert said == ["order_in_progress", "order_extension_refused"]
    # "lui" is the client just spoken of, whoever else has an order.
    assert seller.says("je peux la prolonger encore ?")[-1] == "extension_ask_days"
    assert logo.number in seller.last.text


def test_without_one_the_rules_are_told(seller: Any) -> None:
    seller.has_order()
    assert seller.says("il a répondu pour ma prolongation ?") == ["faq_extension_rules"]


def test_what_would_happen_is_about_the_rules(seller: Any) -> None:
    extended(seller, seller.has_order())
    assert seller.says("et s'il refuse ma prolongation ?")[0] == "faq_extension_rules"


def test_when_the_order_in_hand_has_none(seller: Any) -> None:
    flyer = seller.has_order(title="Flyer", buyer_name="Nadia Benali")
    logo = extended(seller, seller.has_order())
    seller.says(f"statut {flyer.number}")
    assert seller.says("il a répondu pour la prolongation ?")[-1] == "order_extension_pending"
    assert logo.number in seller.last.text
