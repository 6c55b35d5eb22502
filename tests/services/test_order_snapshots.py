"""An order as it stood: plain JSON, and what it says about urgency as time goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.marketplace.extensions import open_extension
from bot.marketplace.orders import CancellationRequest, Order, OrderStatus, Party
from bot.services.order_snapshots import is_late, order_snapshot, urgency_facts
from bot.support.triage import UrgencyFacts, urgency

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
ORDER = Order(
    "FO21B8A4C9", "lea", "b1", "Julie Martin", "Logo", OrderStatus.IN_PROGRESS,
    NOW - timedelta(days=3), 7, due_at=NOW + timedelta(days=4),
)  # fmt: skip


def test_a_snapshot_survives_json() -> None:
    asked = CancellationRequest(Party.BUYER, NOW, NOW + timedelta(hours=48))
    order = open_extension(ORDER, request_id="e", days=2, reason="Papier.", now=NOW)
    taken = order_snapshot(replace(order, cancellation_request=asked), NOW)
    assert json.loads(json.dumps(taken)) == taken
    assert taken["extension"]["days"] == 2
    assert taken["cancellation_request"]["asked_by"] == "buyer"


@pytest.mark.parametrize(
    ("status", "due_in", "said"),
    [
        (OrderStatus.IN_PROGRESS, 96, set()),
        (OrderStatus.IN_PROGRESS, 24, {"due_soon"}),
        (OrderStatus.LATE, -2, {"late"}),
        (OrderStatus.LATE, -25, {"late", "very_late"}),
        (OrderStatus.IN_REVISION, -2, {"late"}),
        (OrderStatus.DELIVERED, -2, set()),
        (OrderStatus.COMPLETED, -200, set()),
        (OrderStatus.REQUIREMENTS_PENDING, None, set()),
    ],
)
def test_what_an_order_says_about_urgency(
    status: OrderStatus, due_in: int | None, said: set[str]
) -> None:
    due_at = None if due_in is None else NOW + timedelta(hours=due_in)
    taken = order_snapshot(replace(ORDER, status=status, due_at=due_at), NOW)
    facts = urgency_facts(taken, NOW)
    assert {name for name, value in facts.items() if value is True} == said
    assert is_late(taken, NOW) == ("late" in said)
    assert facts["order_status"] == status.value


def test_an_order_becomes_late_while_somebody_waits() -> None:
    taken = order_snapshot(ORDER, NOW)
    later = NOW + timedelta(days=4, hours=1)
    assert urgency(UrgencyFacts(**urgency_facts(taken, NOW))).level == "low"
    assert urgency(UrgencyFacts(**urgency_facts(taken, later))).why == ("urgency_late",)


def test_a_client_who_wants_to_cancel_puts_money_at_stake() -> None:
    asked = CancellationRequest(Party.BUYER, NOW, NOW + timedelta(hours=48))
    taken = order_snapshot(replace(ORDER, cancellation_request=asked), NOW)
    assert urgency_facts(taken, NOW)["money_at_stake"] is True


def test_no_order_says_nothing() -> None:
    assert urgency_facts(None, NOW) == {}
