"""A console with messages to review and some models, and staff who look at its pages."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from bot.adapters.marketplace_sql import SqlMarketplace
from bot.marketplace.orders import Order, OrderStatus
from bot.services.ports import IncomingMessage, TurnCommit
from bot.support.conversations import Reply
from bot.support.feedback import Thumb, ThumbValue
from bot.support.models import Reading, ShadowDifference, ShadowFigures
from bot.web.console.access import COOKIE
from tests.browser.conftest import PATIENCE, Visit
from tests.web.console.conftest import Console

OTHERS = (
    "faq_report_buyer", "faq_cancel_order", "order_status", "request_extension",
    "faq_success_score", "out_of_scope",
)  # fmt: skip


class LearningConsole(Console):
    """The console's server, with sellers who were understood badly; it needs no model."""

    def __init__(self, folder: Path) -> None:
        models = folder / "models"
        models.mkdir()
        for name in ("seller-6f1d20c4.tar.gz", "seller-a41b77e0.tar.gz", "seller-c0ffee12.tar.gz"):
            (models / name).write_bytes(bytes(1_000_000))
        super().__init__(folder, ASSISTANT_MODEL_DIR=str(models))

    def said(self, text: str, intent: str, confidence: float, **about: Any) -> tuple[str, int]:
        """A seller's message with how it was understood; returns conversation and number."""
        self.clock.move(timedelta(seconds=1))
        store, now = self.application.store, self.clock.now()
        seller = f"seller-{uuid.uuid4().hex[:8]}"
        if "buyer" in about:
            self._order(seller, about["buyer"])
        one = store.open_conversation(seller, "site", now).id
        turn = store.accept(one, IncomingMessage(text, uuid.uuid4().hex), "tests", now).turn
        assert turn is not None
        label = {"name": intent, "confidence": confidence}
        rest = [{"name": name, "confidence": 0.2 - 0.03 * n} for n, name in enumerate(OTHERS)]
        understood = {"intent": label, "intent_ranking": [label, *rest]}
        reply = Reply("Voici ce que dit la FAQ.", "faq_block_buyer", 1)
        store.commit_turn(TurnCommit(turn, (reply,), "{}", understood, "none"), "tests", now)
        number = turn.messages[-1].number
        if about.get("disliked"):
            thumb = Thumb(one, number + 1, ThumbValue.DOWN, "faq_block_buyer", 1)
            store.put_thumb(thumb, now)
        return one, number

    def _order(self, seller: str, buyer: str) -> None:
        marketplace = self.application.marketplace
        assert isinstance(marketplace, SqlMarketplace)
        now = self.clock.now()
        marketplace.save(
            Order(
                f"FO{uuid.uuid4().hex[:9].upper()}", seller, "b", buyer, "Logo",
                OrderStatus.IN_PROGRESS, now - timedelta(days=2), 7, now + timedelta(days=4),
            )
        )  # fmt: skip

    def shadow_read(self, model: str, live: str, *texts: str) -> None:
        """Lets a shadow have read some messages and disagreed about them."""
        conversation, number = self.said("bonjour", "greet", 0.99)
        one, other = Reading("faq_block_buyer", 0.62), Reading("faq_report_buyer", 0.71)
        found = [
            ShadowDifference(conversation, number, text, one, other, self.clock.now())
            for text in texts
        ]
        figures = ShadowFigures(model, live, 214, len(found), 3, 0)
        self.application.learning.models._store.add_shadow_readings(figures, found)


class Reviewer(Visit):
    """Somebody on the staff at the pages of review and of models."""

    def press(self, key: str) -> None:  # type: ignore[override]
        self.page.keyboard.press(key)

    def press_french(self, key: str) -> None:
        """Presses a key that Playwright's own keyboard, an American one, does not have."""
        event = (
            "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
        )
        self.page.evaluate(event, key)

    def sees(self, text: str) -> None:
        """Waits for the message that is shown."""
        expect(self.page.locator("#text")).to_have_text(text)

    @property
    def choices(self) -> Locator:
        return self.page.locator("#choices button")


def reviewer(console: LearningConsole, browser: Browser, name: str, **options: Any) -> Reviewer:
    """Somebody signed in, in a browser of their own."""
    defaults: dict[str, Any] = {
        "locale": "fr-FR",
        "viewport": {"width": 1280, "height": 860},
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**{**defaults, **options})
    context.set_default_timeout(PATIENCE)
    client: Any = console.client(name)
    cookie = {"name": COOKIE, "value": client.cookies[COOKIE], "url": console.address}
    context.add_cookies([cookie])
    server: Any = console
    nobody: Any = None
    return Reviewer(server, nobody, context, context.new_page())
