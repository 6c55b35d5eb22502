"""Builders of orders for the tests of the rules; session-scoped, so that hypothesis may use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.marketplace.orders import (
    Cancellation,
    CancellationRequest,
    ExtensionRequest,
    ExtensionState,
    Order,
    OrderStatus,
    Party,
)

PLACED = datetime(2024, 3, 1, 9, 0, tzinfo=timezone.utc)
NOT_DUE_STATUSES = {OrderStatus.REQUIREMENTS_PENDING}


@pytest.fixture(scope="session")
def make_order() -> Callable[..., Order]:
    """Returns a builder: an order due five days after PLACED, unless told otherwise."""

    def build(status: OrderStatus = OrderStatus.IN_PROGRESS, **changes: Any) -> Order:
        values: dict[str, Any] = {
            "number": "FO21B8A4C9",
            "seller_id": "seller-1",
            "buyer_id": "buyer-1",
            "buyer_name": "Sophie Martin",
            "title": "Logo pour une boulangerie",
            "placed_at": PLACED,
            "delivery_days": 5,
            "due_at": None if status in NOT_DUE_STATUSES else PLACED + timedelta(days=5),
        }
        if status is OrderStatus.DELIVERED:
            values["delivered_at"] = PLACED + timedelta(days=4)
        if status is OrderStatus.COMPLETED:
            values["completed_at"] = PLACED + timedelta(days=7)
        if status is OrderStatus.CANCELLED:
            values["cancellation"] = Cancellation(
                PLACED + timedelta(days=3), Party.SELLER, False, OrderStatus.IN_PROGRESS
            )
        return Order(status=status, **{**values, **changes})

    return build


@pytest.fixture(scope="session")
def make_extension() -> Callable[..., ExtensionRequest]:
    """Returns a builder: a pending request made at ``asked_at`` with 48 h to answer."""

    def build(asked_at: datetime, days: int = 3, **changes: Any) -> ExtensionRequest:
        values: dict[str, Any] = {
            "id": "ext-1",
            "order_number": "FO21B8A4C9",
            "reason": "Le client précise encore ses couleurs",
            "answer_by": asked_at + timedelta(hours=48),
            "state": ExtensionState.PENDING,
            "previous_due_at": PLACED + timedelta(days=5),
        }
        return ExtensionRequest(asked_at=asked_at, days=days, **{**values, **changes})

    return build


@pytest.fixture(scope="session")
def ask_to_cancel() -> Callable[[Party, datetime], CancellationRequest]:
    """Returns a builder of a cancellation request with 48 h to answer."""

    def build(asked_by: Party, asked_at: datetime) -> CancellationRequest:
        return CancellationRequest(asked_by, asked_at, asked_at + timedelta(hours=48))

    return build
