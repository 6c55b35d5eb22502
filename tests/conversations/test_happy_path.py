"""The straight way: what is asked for is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import ExtensionState

pytestmark = pytest.mark.model


def test_everything_in_one_sentence_leaves_only_the_confirmation(seller: Any) -> None:
    order = seller.has_order()
    asked = seller.says(
        f"il me faudrait 4 jours de plus sur la {order.number}, mon fils est malade"
    )
    assert asked == ["extension_confirm"]
    assert seller.requests(order) == []
    assert seller.presses("Oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert (request.days, request.reason) == (4, "mon fils est malade")


def test_the_form_asks_only_for_what_is_missing(seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Traduction d'un contrat")
    assert seller.says("j'aimerais repousser une livraison") == ["extension_ask_order"]
    assert seller.presses("Logo pour une librairie") == ["extension_ask_days"]
    assert seller.says("une petite semaine") == ["extension_ask_reason"]
    assert seller.says("le cahier des charges a doublé") == ["extension_confirm"]
    assert seller.says("c'est bon pour moi") == ["extension_receipt"]
    assert [r.days for r in seller.requests(order)] == [7]


def test_silence_accepts_after_two_days_and_the_seller_is_told_once(
    server: Any, seller: Any, new_seller: Callable[[], Any]
) -> None:
    order = seller.has_order()
    seller.says(f"prolonger {order.number} de 2 jours, coupure de courant", "oui")
    server.clock.move(timedelta(hours=49))
    server.run_jobs()
    assert seller.order(order).due_at == order.due_at + timedelta(days=2)
    assert [r.state for r in seller.requests(order)] == [ExtensionState.AUTO_ACCEPTED]
    told = seller.says("salut, du nouveau sur mes commandes ?")
    assert told.count("notice_extension_auto_accepted") == 1
    assert "notice_extension_auto_accepted" not in seller.says("merci")
