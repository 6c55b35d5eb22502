"""The really trained model in an assistant of its own, over orders kept in memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from actions.base import rasa_message
from actions.registry import all_actions
from bot.adapters.content_yaml import load_content
from bot.adapters.rasa_agent import RasaAssistant
from bot.adapters.rasa_training import model_path
from bot.bootstrap import sentence_likeness
from bot.errors import OrderNotFound
from bot.marketplace.extensions import open_extension
from bot.marketplace.orders import ExtensionRequest, Order, OrderStatus
from bot.services.ports import Turn, TurnResult
from bot.services.turn_scope import TurnScope, TurnScopes
from bot.services.use_cases import use_cases
from bot.services.waiting import WaitingWords
from bot.support.conversations import Effect
from bot.support.opening_hours import OpeningHours

PROJECT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)


def fresh_orders() -> list[Order]:
    common: dict[str, Any] = {
        "seller_id": "lea",
        "status": OrderStatus.IN_PROGRESS,
        "placed_at": NOW - timedelta(days=3),
        "delivery_days": 7,
    }
    return [
        Order(
            number="FO21B8A4C9", buyer_id="b1", buyer_name="Julie Martin",
            title="Logo pour une boulangerie", due_at=NOW + timedelta(days=2), **common,
        ),
        Order(
            number="FO77KK2201", buyer_id="b2", buyer_name="Marc Petit",
            title="Site vitrine", due_at=NOW + timedelta(days=5), **common,
        ),
    ]  # fmt: skip


@dataclass
class MemoryMarketplace:
    """Keeps one seller's orders; ``held`` makes reading wait for an event."""

    orders: list[Order] = field(default_factory=fresh_orders)
    held: threading.Event | None = None
    holds: str = ""

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        if self.held is not None and seller_id == self.holds:
            assert self.held.wait(30)
        return list(self.orders)

    def order(self, seller_id: str, number: str) -> Order:
        for order in self.orders:
            if order.number == number:
                return order
        raise OrderNotFound(number)

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        extended = open_extension(
            self.order(seller_id, number), request_id="e", days=days, reason=reason, now=NOW
        )
        self.orders = [extended if o.number == number else o for o in self.orders]
        assert extended.extension is not None
        return extended.extension

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        return None


ALWAYS_THERE = WaitingWords(OpeningHours(None))


class EffectsOnly:
    """The part of the stores that use cases call during a turn."""

    def open_effect(self, effect: Effect, now: datetime) -> Effect:
        return effect

    def update_effect(self, *arguments: Any) -> None:
        return None

    def place_in_queue(self, conversation_id: str | None) -> int:
        return 1


class Talker:
    """Talks to one assistant and keeps each conversation's tracker, as the store would."""

    def __init__(self, model: Path, cut_at_turns: int) -> None:
        self.marketplace = MemoryMarketplace()
        self.scopes = TurnScopes()
        self.content = load_content(PROJECT / "data", "https://example.com/{article}")
        store: Any = EffectsOnly()
        cases = use_cases(
            self.scopes, self.marketplace, store, sentence_likeness(), store, ALWAYS_THERE
        )

        def on_failure(name: str, conversation: str, error: Exception) -> list[dict[str, Any]]:
            return [rasa_message(self.content.render("tool_failure"))]

        self.assistant = RasaAssistant(
            model, all_actions(cases), on_failure, cut_at_turns=cut_at_turns
        )
        self.trackers: dict[str, str] = {}
        self.numbers: dict[str, int] = {}

    async def say(
        self, conversation: str, text: str, seller: str = "lea", **button: Any
    ) -> TurnResult:
        number = self.numbers[conversation] = self.numbers.get(conversation, 0) + 1
        turn = Turn(conversation, number, text, self.trackers.get(conversation), **button)
        with self.scopes.running(
            TurnScope(conversation, seller, number, NOW, content=self.content)
        ):
            result = await self.assistant.respond(turn)
        self.trackers[conversation] = result.tracker
        return result

    def says(self, conversation: str, text: str, **button: Any) -> TurnResult:
        return asyncio.run(self.say(conversation, text, **button))


@pytest.fixture(scope="session")
def trained() -> Path:
    path = model_path(PROJECT, PROJECT / "models")
    assert path.is_file(), "no model for the present data: run `make train`"
    return path


@pytest.fixture(scope="session")
def new_talker(trained: Path) -> Iterator[Callable[..., Talker]]:
    made: list[Talker] = []

    def make(cut_at_turns: int = 6) -> Talker:
        talker = Talker(trained, cut_at_turns)
        talker.assistant.start()
        made.append(talker)
        return talker

    yield make
    for talker in made:
        talker.assistant.stop()


@pytest.fixture(scope="session")
def talker(new_talker: Callable[..., Talker]) -> Talker:
    return new_talker()
