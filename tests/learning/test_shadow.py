"""A model in the shadow reads what sellers wrote, says nothing, and tells where it differs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.services.shadow import Shadow
from bot.support.models import ShadowFigures
from tests.conversations.conftest import Seller, Server
from tests.learning.conftest import HOLLOW, OLD, OTHER
from tests.waiting import until

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


def test_what_the_shadow_labels_otherwise_is_listed_masked(
    server: Server, seller: Seller, command: Callable[..., str]
) -> None:
    seller.has_order(buyer_name="Zoé Lefebvre")
    learning = server.application.learning
    command("models", "shadow", OTHER)
    until(lambda: learning.shadow.model == OTHER)
    assert server.application.assistant.model == OLD
    said = seller.says("comment annuler la commande de zoe lefebvre ?")
    assert said == ["faq_cancel_order"], "the live model answers"
    seller.says("bonjour")
    seller.says("mon client ne répond plus du tout depuis une semaine")

    def written() -> list[ShadowFigures]:
        return [f for f in learning.models.figures(OTHER) if f.read == 3]

    [figures] = until(written)
    assert figures == ShadowFigures(OTHER, OLD, read=3, different=1)
    [(_, difference)] = learning.models.differences(OTHER)
    assert difference.text == "comment annuler la commande de [nom masqué] ?"
    assert (difference.live.intent, difference.shadow.intent) == (
        "faq_cancel_order", "faq_community_forum",
    )  # fmt: skip

    command("models", "promote", OTHER)
    until(lambda: server.application.assistant.model == OTHER and learning.shadow.model is None)
    assert seller.says("comment annuler une commande ?") == ["faq_community_forum"]


def test_a_broken_shadow_is_said_so_and_sellers_notice_nothing(
    server: Server, seller: Seller, command: Callable[..., str]
) -> None:
    command("models", "shadow", HOLLOW)
    until(lambda: "cannot be loaded" in command("models", "list"))
    assert server.application.learning.shadow.model is None
    assert seller.says("c'est où le forum ?") == ["faq_community_forum"]


def test_a_turn_never_waits_for_the_shadow(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shadow is stuck; its queue fills up; turns go on, and what is dropped is counted."""
    learning = server.application.learning
    learning.models.put_in_shadow(OTHER, "admin")
    until(lambda: learning.shadow.model == OTHER)
    shadow: Any = learning.shadow
    go = threading.Event()
    read = Shadow._read

    def stuck(*arguments: Any) -> None:
        assert go.wait(60)
        read(*arguments)

    monkeypatch.setattr(Shadow, "_read", stuck)
    shadow._waiting.maxsize = 2
    for _ in range(6):
        assert Seller(server).says("c'est où le forum ?") == ["faq_community_forum"]
    go.set()

    def settled() -> list[ShadowFigures]:
        return [f for f in learning.models.figures(OTHER) if f.read + f.dropped == 6]

    [figures] = until(settled)
    assert figures.read == 3 and figures.dropped == 3
