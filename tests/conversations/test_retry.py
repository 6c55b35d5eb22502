"""Beginning once more keeps what was said: order, days and reason."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.model

WHY = "mon scanner a lâché"


@pytest.mark.parametrize("again", ["[Recommencer]", "on recommence", "réessaye stp"])
def test_begun_again_after_it_was_not_understood(seller: Any, again: str) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer")
    assert seller.says(f"rajoute 6 jours à {order.number}") == ["extension_ask_reason"]
    assert seller.says("je sais pas", "aucune idée") == ["extension_not_understood"]
    said = seller.presses(again.strip("[]")) if again.startswith("[") else seller.says(again)
    assert said == ["extension_ask_reason"]
    assert seller.says(WHY, "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [6]


@pytest.mark.parametrize("again", ["[Réessayer]", "réessaie"])
def test_tried_again_when_the_marketplace_answers(server: Any, seller: Any, again: str) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer")
    assert seller.says(f"rajoute 6 jours à {order.number}, {WHY}") == ["extension_confirm"]
    server.marketplace.unreachable.add(seller.id)
    assert seller.says("oui") == ["marketplace_unavailable_extension"]
    server.marketplace.unreachable.clear()
    said = seller.presses(again.strip("[]")) if again.startswith("[") else seller.says(again)
    assert said == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert (request.days, request.reason) == (6, WHY)


def test_the_first_sentence_is_kept_when_the_marketplace_was_away(server: Any, seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer")
    server.marketplace.unreachable.add(seller.id)
    assert seller.says(f"rajoute 6 jours à {order.number}, {WHY}") == [
        "marketplace_unavailable_extension"
    ]
    server.marketplace.unreachable.clear()
    assert seller.presses("Réessayer") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [6]


def test_the_state_of_an_order_is_asked_again(server: Any, seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer")
    server.marketplace.unreachable.add(seller.id)
    assert seller.says(f"statut {order.number}") == ["marketplace_unavailable"]
    assert seller.says("réessaye") == ["marketplace_unavailable", "human_requested"]
    server.marketplace.unreachable.clear()
    assert seller.presses("Réessayer") == ["order_in_progress"]
    assert order.number in seller.last.text


def test_a_yes_to_the_help_of_a_human_after_it_was_not_understood(seller: Any) -> None:
    order = seller.has_order()
    seller.says(f"rajoute 6 jours à {order.number}", "je sais pas", "aucune idée")
    assert seller.last.ids == ["extension_not_understood"]
    assert seller.says("oui je veux bien") == ["human_requested"]
    assert seller.requests(order) == []
