"""The order in hand: which one was shown last, and whether it is still meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.marketplace.orders import Order

FRESH = timedelta(minutes=30)
"""How long "elle" or "cette commande" still means the order shown last, without asking."""


def order_in_hand(slots: Mapping[str, Any]) -> str | None:
    """Returns the number of the order shown last, fresh or stale."""
    return slots.get("order_number")


def fresh_order_in_hand(slots: Mapping[str, Any], now: datetime) -> str | None:
    """Returns the number of the order in hand, or None when it was shown too long ago."""
    shown = slots.get("order_shown_at")
    if not shown or now - datetime.fromisoformat(shown) > FRESH:
        return None
    return order_in_hand(slots)


def take_in_hand(order: Order, now: datetime, topic: str) -> dict[str, Any]:
    """Returns the slots that make an order the one in hand."""
    return {"order_number": order.number, "order_shown_at": now.isoformat(), "topic": topic}


def offer(orders: Sequence[Order], topic: str) -> dict[str, Any]:
    """Returns the slots that remember a list, so that "la deuxième" can be understood."""
    return {"offered_orders": [order.number for order in orders], "topic": topic}
