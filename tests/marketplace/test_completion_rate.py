from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MarketplaceError
from bot.marketplace.completion_rate import (
    REORDER_TIME,
    WINDOW,
    CompletionRate,
    Rule,
    Weight,
    can_preview,
    completion_rate,
    preview_cancellation,
    weigh_cancellation,
)
from bot.marketplace.life_cycle import cancel
from bot.marketplace.orders import Cancellation, CancellationCause, OrderStatus, Party

S = OrderStatus
NOW = datetime(2024, 6, 1, 12, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
CURRENT = [S.REQUIREMENTS_PENDING, S.IN_PROGRESS, S.LATE, S.DELIVERED, S.IN_REVISION]


def cancellation(days_ago=1, by=Party.SELLER, mutual=False, before=S.IN_PROGRESS, **changes):
    return Cancellation(NOW - days_ago * DAY, by, mutual, before, **changes)


@pytest.mark.parametrize(
    ("changes", "weight", "rule"),
    [
        ({}, Weight.COUNTS, Rule.ORDINARY),
        ({"by": Party.BUYER}, Weight.COUNTS, Rule.ORDINARY),
        ({"by": Party.MARKETPLACE}, Weight.COUNTS, Rule.ORDINARY),
        # Fact 1: the client, and at requirements.
        (
            {"by": Party.BUYER, "before": S.REQUIREMENTS_PENDING},
            Weight.EXEMPT,
            Rule.BUYER_CANCELLED_AT_REQUIREMENTS,
        ),
        (
            {"by": Party.BUYER, "before": S.REQUIREMENTS_PENDING, "mutual": True},
            Weight.EXEMPT,
            Rule.BUYER_CANCELLED_AT_REQUIREMENTS,
        ),
        ({"before": S.REQUIREMENTS_PENDING}, Weight.COUNTS, Rule.ORDINARY),
        # Fact 2: mutual, and a new order within 14 days.
        ({"mutual": True}, Weight.DEPENDS, Rule.REORDER_POSSIBLE),
        ({"mutual": True, "days_ago": 14}, Weight.DEPENDS, Rule.REORDER_POSSIBLE),
        ({"mutual": True, "days_ago": 15}, Weight.COUNTS, Rule.ORDINARY),
        (
            {"mutual": True, "days_ago": 20, "buyer_reordered_at": NOW - 6 * DAY},
            Weight.EXEMPT,
            Rule.BUYER_REORDERED,
        ),
        (
            {"mutual": True, "days_ago": 20, "buyer_reordered_at": NOW - 6 * DAY + TICK},
            Weight.COUNTS,
            Rule.ORDINARY,
        ),
        (
            {"mutual": True, "days_ago": 2, "buyer_reordered_at": NOW - 3 * DAY},
            Weight.DEPENDS,
            Rule.REORDER_POSSIBLE,
        ),
        (
            {"mutual": True, "days_ago": 2, "buyer_reordered_at": NOW + DAY},
            Weight.DEPENDS,
            Rule.REORDER_POSSIBLE,
        ),
        (
            {"mutual": False, "days_ago": 2, "buyer_reordered_at": NOW - DAY},
            Weight.COUNTS,
            Rule.ORDINARY,
        ),
        # Fact 3: fraud and mistakes are judged by the Assistance client.
        ({"cause": CancellationCause.FRAUD}, Weight.DEPENDS, Rule.SUPPORT_DECIDES),
        (
            {"cause": CancellationCause.MISTAKE, "days_ago": 40, "mutual": True},
            Weight.DEPENDS,
            Rule.SUPPORT_DECIDES,
        ),
    ],
)
def test_which_cancellations_count(changes, weight, rule):
    assert weigh_cancellation(cancellation(**changes), NOW) == (weight, rule)


def test_the_rate_counts_what_is_undecided_and_drops_what_is_exempt(make_order):
    orders = [
        *(make_order(S.COMPLETED, completed_at=NOW - n * DAY) for n in (1, 2, 3)),
        make_order(S.CANCELLED, cancellation=cancellation()),
        make_order(S.CANCELLED, cancellation=cancellation(mutual=True)),
        make_order(
            S.CANCELLED, cancellation=cancellation(by=Party.BUYER, before=S.REQUIREMENTS_PENDING)
        ),
        *(make_order(status) for status in CURRENT),
    ]
    rate = completion_rate(orders, NOW)
    assert rate == CompletionRate(3, 2, 1, 60)
    assert rate.value == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("ended_at", "inside"),
    [
        (NOW + TICK, False),
        (NOW, True),
        (NOW - WINDOW + TICK, True),
        (NOW - WINDOW, False),
    ],
)
def test_the_window_is_open_at_its_far_end(make_order, ended_at, inside):
    done = make_order(S.COMPLETED, completed_at=ended_at)
    lost = make_order(S.CANCELLED, cancellation=replace(cancellation(), cancelled_at=ended_at))
    rate = completion_rate([done, lost], NOW)
    assert (rate.completed, rate.counted_cancellations) == ((1, 1) if inside else (0, 0))


def test_no_order_in_the_window_is_no_rate(make_order):
    assert completion_rate([], NOW).value is None
    assert completion_rate([make_order(s) for s in CURRENT], NOW).value is None
    old = make_order(S.COMPLETED, completed_at=NOW - 10 * DAY)
    assert completion_rate([old], NOW, window=7 * DAY) == CompletionRate(0, 0, 0, 7)


@pytest.mark.parametrize(
    ("status", "by", "mutual", "weight", "rules"),
    [
        (S.REQUIREMENTS_PENDING, Party.BUYER, None, "exempt", "buyer_cancelled_at_requirements"),
        (S.REQUIREMENTS_PENDING, Party.BUYER, True, "exempt", "buyer_cancelled_at_requirements"),
        (
            S.REQUIREMENTS_PENDING,
            None,
            None,
            "depends",
            "buyer_cancelled_at_requirements reorder_possible support_decides",
        ),
        (
            S.REQUIREMENTS_PENDING,
            None,
            False,
            "depends",
            "buyer_cancelled_at_requirements support_decides",
        ),
        (S.REQUIREMENTS_PENDING, Party.SELLER, False, "counts", "ordinary support_decides"),
        (S.IN_PROGRESS, Party.SELLER, False, "counts", "ordinary support_decides"),
        (S.IN_PROGRESS, None, False, "counts", "ordinary support_decides"),
        (S.LATE, Party.BUYER, False, "counts", "ordinary support_decides"),
        (S.IN_PROGRESS, Party.MARKETPLACE, None, "counts", "ordinary support_decides"),
        (S.IN_PROGRESS, Party.SELLER, None, "depends", "reorder_possible support_decides"),
        (S.DELIVERED, None, None, "depends", "reorder_possible support_decides"),
        (S.IN_REVISION, Party.BUYER, True, "depends", "reorder_possible support_decides"),
    ],
)
def test_a_preview_says_what_it_depends_on(make_order, status, by, mutual, weight, rules):
    order = make_order(status)
    preview = preview_cancellation([order], order, NOW, by=by, mutual=mutual)
    assert preview.order_number == order.number
    assert preview.weight.value == weight
    assert [rule.value for rule in preview.rules] == rules.split()
    assert preview.now.value is None
    assert preview.if_counted.value == 0.0
    assert preview.if_exempt.value is None


@pytest.mark.parametrize("status", [S.COMPLETED, S.CANCELLED])
def test_an_ended_order_has_no_preview(make_order, status):
    order = make_order(status)
    assert not can_preview(order)
    with pytest.raises(MarketplaceError, match=f"{order.number} is {status.value}"):
        preview_cancellation([order], order, NOW)


# -- properties -------------------------------------------------------------------------------

PARTIES = st.sampled_from(Party)
CANCELLATIONS = st.builds(
    cancellation,
    days_ago=st.integers(0, 80),
    by=PARTIES,
    mutual=st.booleans(),
    before=st.sampled_from(CURRENT),
    cause=st.sampled_from(CancellationCause),
    buyer_reordered_at=st.none() | st.integers(-5, 80).map(lambda days: NOW - days * DAY),
)
HISTORIES = st.lists(
    st.one_of(
        st.integers(0, 80).map(lambda d: {"status": S.COMPLETED, "completed_at": NOW - d * DAY}),
        CANCELLATIONS.map(lambda c: {"status": S.CANCELLED, "cancellation": c}),
        st.sampled_from(CURRENT).map(lambda status: {"status": status}),
    ),
    max_size=12,
)


def current_order(make_order, status):
    """Returns an order that time alone leaves as it is at NOW."""
    due_at = None if status is S.REQUIREMENTS_PENDING else NOW + (-DAY if status is S.LATE else DAY)
    return make_order(status, due_at=due_at, delivered_at=NOW - DAY, number="FO99999999")


@given(history=HISTORIES, status=st.sampled_from(CURRENT), window=st.integers(1, 90))
def test_the_preview_is_what_really_happens(make_order, history, status, window):
    order = current_order(make_order, status)
    others, window = [make_order(**values) for values in history], window * DAY
    preview = preview_cancellation([order, *others], order, NOW, window=window)
    alone = cancel(order, Cancellation(NOW, Party.SELLER, False, status))
    again = cancel(order, Cancellation(NOW, Party.BUYER, True, status, buyer_reordered_at=NOW))
    assert preview.now == completion_rate([order, *others], NOW, window)
    assert preview.if_counted == completion_rate([alone, *others], NOW, window)
    assert preview.if_exempt == completion_rate([again, *others], NOW, window)


@given(status=st.sampled_from(CURRENT), by=PARTIES, mutual=st.booleans(), data=st.data())
def test_a_preview_never_promises_what_the_weighing_denies(make_order, status, by, mutual, data):
    order = current_order(make_order, status)
    known_by = data.draw(st.sampled_from([by, None]))
    known_mutual = data.draw(st.sampled_from([mutual, None]))
    if known_by is Party.MARKETPLACE and mutual:
        known_mutual = mutual  # unknown means "not mutual" there
    preview = preview_cancellation([], order, NOW, by=known_by, mutual=known_mutual)
    cancelled = cancel(order, Cancellation(NOW, by, mutual, status))
    weight, rule = weigh_cancellation(cancelled.cancellation, NOW)
    if preview.weight is not Weight.DEPENDS:
        assert (preview.weight, preview.rules[0]) == (weight, rule)
    else:
        assert rule in preview.rules or weight is Weight.COUNTS


@given(history=HISTORIES)
def test_the_rate_lies_between_zero_and_one_and_a_completion_never_lowers_it(make_order, history):
    orders = [make_order(**values) for values in history]
    before = completion_rate(orders, NOW)
    after = completion_rate([*orders, make_order(S.COMPLETED, completed_at=NOW)], NOW)
    assert before.undecided <= before.counted_cancellations
    assert before.value is None or 0.0 <= before.value <= 1.0
    assert after.value >= (before.value or 0.0)


@given(found=CANCELLATIONS, later=st.integers(0, 40))
def test_what_is_decided_stays_decided(found, later):
    known = found.buyer_reordered_at is None or found.buyer_reordered_at <= NOW
    weight, _ = weigh_cancellation(found, NOW)
    if known and weight is not Weight.DEPENDS:
        assert weigh_cancellation(found, NOW + later * DAY)[0] is weight
    after = max(NOW, found.cancelled_at + REORDER_TIME + TICK)
    if weigh_cancellation(found, after)[0] is Weight.DEPENDS:
        assert found.cause is not CancellationCause.ORDINARY
