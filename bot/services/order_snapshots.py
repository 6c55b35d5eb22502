"""An order as it stood at one moment: kept with an escalation, compared with the order now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.marketplace.orders import Order, OrderStatus

_WORKED_ON = frozenset(
    {OrderStatus.IN_PROGRESS.value, OrderStatus.LATE.value, OrderStatus.IN_REVISION.value}
)
DUE_SOON = timedelta(hours=24)
VERY_LATE = timedelta(hours=24)
"""How late an order is when its client may cancel alone (shared/DOMAIN.md, (a))."""


def order_snapshot(order: Order, now: datetime) -> dict[str, Any]:
    """Returns what staff need of an order, as plain JSON values; moments in ISO, UTC."""
    extension, request = order.pending_extension, order.cancellation_request
    return {
        "number": order.number,
        "title": order.title,
        "buyer": order.buyer_name,
        "status": order.status.value,
        "due_at": _text(order.due_at),
        "delivered_at": _text(order.delivered_at),
        "extension": {"days": extension.days, "answer_by": _text(extension.answer_by)}
        if extension is not None
        else None,
        "cancellation_request": {
            "asked_by": request.asked_by.value,
            "answer_by": _text(request.answer_by),
        }
        if request is not None
        else None,
        "taken_at": _text(now),
    }


def is_late(snapshot: Mapping[str, Any], now: datetime) -> bool:
    """Tells whether work on the order goes on past its deadline."""
    return _time_left(snapshot, now) < timedelta()


def urgency_facts(snapshot: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Returns what an order adds to ``UrgencyFacts``, as its keyword arguments."""
    if snapshot is None:
        return {}
    left = _time_left(snapshot, now)
    return {
        "order_status": snapshot["status"],
        "late": left < timedelta(),
        "very_late": left < -VERY_LATE,
        "due_soon": timedelta() <= left <= DUE_SOON,
        "money_at_stake": snapshot["cancellation_request"] is not None,
    }


def _time_left(snapshot: Mapping[str, Any], now: datetime) -> timedelta:
    """Returns the time until the deadline, the longest there is where none runs."""
    if snapshot["due_at"] is None or snapshot["status"] not in _WORKED_ON:
        return timedelta.max
    return datetime.fromisoformat(snapshot["due_at"]) - now


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
