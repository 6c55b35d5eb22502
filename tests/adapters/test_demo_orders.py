"""The demo data: rich enough for every branch, and always dated from today."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.adapters.demo_orders import SELLERS, demo_orders, seed
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.marketplace.completion_rate import Rule, Weight, completion_rate, weigh_cancellation
from bot.marketplace.life_cycle import settle
from bot.marketplace.orders import ExtensionState, Order, OrderStatus, Party

NOWS = [
    datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc),
    datetime(2028, 2, 29, 23, 59, 59, 999999, tzinfo=timezone.utc),
    datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc),  # clocks change in Paris
]


@pytest.fixture(params=NOWS, ids=str)
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture
def orders(now: datetime) -> list[Order]:
    return demo_orders(now)


def of(orders: list[Order], seller: str) -> list[Order]:
    return [order for order in orders if order.seller_id == seller]


def test_every_status_and_every_answer_to_an_extension_is_there(orders: list[Order]) -> None:
    assert {order.status for order in orders} == set(OrderStatus)
    assert {o.status for o in of(orders, "lea")} == set(OrderStatus)
    assert {o.extension.state for o in orders if o.extension} == set(ExtensionState)


def test_cancellations_that_count_do_not_count_and_depend_are_there(
    orders: list[Order], now: datetime
) -> None:
    weighed = {
        weigh_cancellation(order.cancellation, now)
        for order in of(orders, "lea")
        if order.cancellation
    }
    assert weighed == {
        (Weight.COUNTS, Rule.ORDINARY),
        (Weight.EXEMPT, Rule.BUYER_CANCELLED_AT_REQUIREMENTS),
        (Weight.EXEMPT, Rule.BUYER_REORDERED),
        (Weight.DEPENDS, Rule.REORDER_POSSIBLE),
        (Weight.DEPENDS, Rule.SUPPORT_DECIDES),
    }


def test_an_old_order_lies_outside_the_window(orders: list[Order], now: datetime) -> None:
    completed = sum(order.status is OrderStatus.COMPLETED for order in of(orders, "lea"))
    assert completion_rate(of(orders, "lea"), now).completed == completed - 1 > 5


def test_the_sellers_are_who_they_are_said_to_be(orders: list[Order], now: datetime) -> None:
    assert {order.seller_id for order in orders} == set(SELLERS) - {"awa"}
    (logo,) = [order for order in orders if order.number == "FO21B8A4C9"]
    assert logo.seller_id == "lea" and logo.title == "Logo pour une boulangerie"
    assert logo.due_at is not None
    assert timedelta(days=2) <= logo.due_at - now < timedelta(days=3)
    late = [now - o.due_at for o in of(orders, "lea") if o.status is OrderStatus.LATE and o.due_at]
    assert sorted(late) == [timedelta(hours=5), timedelta(hours=30)]

    (karims,) = [order for order in of(orders, "karim") if order.is_current]
    assert karims.pending_extension is not None

    thomas = of(orders, "thomas")
    assert "48213" in {order.number for order in thomas}
    assert all(order.number.isdigit() for order in thomas)
    answers = {o.extension.state: o.extension.answered_at for o in thomas if o.extension}
    assert answers == dict.fromkeys(
        [ExtensionState.ACCEPTED, ExtensionState.REFUSED], now - timedelta(days=1)
    )
    (asked,) = [o.cancellation_request for o in thomas if o.cancellation_request]
    assert asked.asked_by is Party.BUYER and asked.asked_at < now < asked.answer_by

    chloes = of(orders, "chloe")
    assert all(order.is_current for order in chloes) and len(chloes) >= 8
    assert sum("logo" in order.title.lower() for order in chloes) == 2


def test_orders_stand_as_time_left_them(orders: list[Order], now: datetime) -> None:
    for order in orders:
        assert settle(order, now) is order, order.number
        assert order.placed_at < now
        ended = order.completed_at or (order.cancellation and order.cancellation.cancelled_at)
        past = [order.placed_at, order.delivered_at, ended]
        known = [moment for moment in past if moment]
        assert known == sorted(known) and known[-1] < now, order.number


def test_numbers_are_unique_and_of_the_two_kinds(orders: list[Order]) -> None:
    assert max(Counter(order.number for order in orders).values()) == 1
    for order in orders:
        assert re.fullmatch(r"FO[A-Z0-9]{8,12}|[0-9]{5}", order.number), order.number


def test_dates_move_with_today() -> None:
    first, second = (demo_orders(now) for now in NOWS[:2])
    for one, other in zip(first, second):
        assert other.placed_at - one.placed_at == NOWS[1] - NOWS[0]


def test_seeding_fills_an_empty_marketplace_once(embedded: SqlMarketplace, clock: Any) -> None:
    expected = demo_orders(clock.now())
    assert seed(embedded, clock.now()) == len(expected)
    assert seed(embedded, clock.now() + timedelta(days=1)) == 0
    for seller in SELLERS:
        assert set(embedded.orders_of(seller)) == set(of(expected, seller))
    for order in expected:
        requests = [order.extension] if order.extension else []
        assert embedded.requests_of(order.number) == requests


def test_seeding_leaves_other_orders_alone(
    embedded: SqlMarketplace, place: Any, clock: Any
) -> None:
    order = place()
    assert seed(embedded, clock.now()) == 0
    assert embedded.orders_of("lea") == [order]
