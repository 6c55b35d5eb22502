"""Whole conversations as tables: what is said, which responses come back, what is left behind.

A turn is ``(text, "response_id response_id")``. ``{logo}``, ``{flyer}`` and ``{site}`` in a text
are the numbers of the seller's orders; ``[Title]`` presses the button of that title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.marketplace.orders import OrderStatus

Turns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Scenario:
    """One conversation.

    ``orders`` is how many of logo, flyer, site (late) and charte (requirements pending) the
    seller has. ``requests`` are the
    days asked for in the end, by order: an order left out has none. ``shows`` are words of the
    last answer.
    """

    turns: Turns
    orders: int = 1
    requests: Mapping[str, Sequence[int]] = field(default_factory=dict)
    shows: Sequence[str] = ()


def make_orders(seller: Any, count: int) -> dict[str, Any]:
    """Gives the seller up to four orders, by the names that scenarios use."""
    now = seller.server.clock.now()
    facts: dict[str, dict[str, Any]] = {
        "logo": {"title": "Logo pour une librairie", "buyer_name": "Camille Roy"},
        "flyer": {
            "title": "Flyer pour un food truck",
            "buyer_name": "Nadia Benali",
            "due_at": now + timedelta(days=2),
        },
        "site": {
            "title": "Site vitrine",
            "buyer_name": "Hector Vidal",
            "status": OrderStatus.LATE,
            "due_at": now - timedelta(hours=30),
        },
        "charte": {
            "title": "Charte graphique",
            "buyer_name": "Studio Lumen",
            "status": OrderStatus.REQUIREMENTS_PENDING,
        },
    }
    tail = seller.id[-8:].upper()  # a digit after "FO", or it may read like a word
    return {
        name: seller.has_order(number=f"FO{place}{tail}", **facts[name])
        for place, name in enumerate(list(facts)[:count], 1)
    }


def play(seller: Any, scenario: Scenario) -> dict[str, Any]:
    """Plays a scenario, checks every answer and what is left; returns the orders by name."""
    orders = make_orders(seller, scenario.orders)
    numbers = {name: order.number for name, order in orders.items()}
    for place, (text, expected) in enumerate(scenario.turns, 1):
        if text.startswith("["):
            answered = seller.presses(text.strip("[]"))
        else:
            answered = seller.says(text.format(**numbers))
        assert answered == expected.split(), f"turn {place}: {text!r} got {answered}"
    made = {name: [r.days for r in seller.requests(order)] for name, order in orders.items()}
    assert {name: days for name, days in made.items() if days} == {
        name: list(days) for name, days in scenario.requests.items()
    }
    for words in scenario.shows:
        assert words.format(**numbers) in seller.last.text
    return orders
