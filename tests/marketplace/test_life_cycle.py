from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ExtensionRefused
from bot.marketplace.extensions import EXTENDABLE_STATUSES, answer_extension, open_extension
from bot.marketplace.life_cycle import cancel, complete, deliver, request_revision, settle, start
from bot.marketplace.orders import (
    Cancellation,
    CancellationRequest,
    ExtensionState,
    OrderStatus,
    Party,
)

S = OrderStatus
PLACED = datetime(2024, 3, 1, 9, 0, tzinfo=timezone.utc)
DUE = PLACED + timedelta(days=5)
NOW = PLACED + timedelta(days=2)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def by_seller(at, before=S.IN_PROGRESS):
    return Cancellation(at, Party.SELLER, False, before)


def test_work_is_late_once_its_due_date_is_reached(make_order):
    order = make_order()
    assert settle(order, DUE - TICK) is order
    late = settle(order, DUE)
    assert late == replace(order, status=S.LATE, version=2)


@pytest.mark.parametrize(
    "status", [S.REQUIREMENTS_PENDING, S.IN_REVISION, S.COMPLETED, S.CANCELLED]
)
def test_time_alone_does_nothing_to_these(make_order, status):
    order = make_order(status)
    assert settle(order, DUE + timedelta(days=100)) is order


def test_a_delivery_is_completed_after_three_days(make_order):
    order = make_order(S.DELIVERED)
    end = order.delivered_at + timedelta(hours=72)
    assert settle(order, end - TICK) is order
    completed = settle(order, end + timedelta(days=9))
    assert completed == replace(order, status=S.COMPLETED, completed_at=end, version=2)


def test_silence_accepts_the_extension_when_48_hours_are_over(make_order, make_extension):
    order = make_order(extension=make_extension(NOW, days=4))
    end = NOW + 48 * HOUR
    assert settle(order, end - TICK) is order
    accepted = settle(order, end + HOUR)
    assert accepted.extension.state is ExtensionState.AUTO_ACCEPTED
    assert accepted.extension.answered_at == end
    assert accepted.due_at == DUE + timedelta(days=4)
    assert accepted.status is S.IN_PROGRESS
    assert accepted.version == 2


@pytest.mark.parametrize(
    ("asked_before_due", "days", "passed", "status"),
    [
        (HOUR, 3, 20 * HOUR, S.LATE),  # late while the client is silent
        (HOUR, 3, 47 * HOUR, S.IN_PROGRESS),  # accepted: back in progress
        (HOUR, 3, 72 * HOUR, S.LATE),  # and late again at the new date
        (HOUR, 1, 47 * HOUR, S.LATE),  # accepted, but the new date has passed as well
        (48 * HOUR, 3, timedelta(0), S.IN_PROGRESS),  # accepted at the very moment it is due
    ],
)
def test_acceptance_and_lateness_follow_each_other(
    make_order, make_extension, asked_before_due, days, passed, status
):
    order = make_order(extension=make_extension(DUE - asked_before_due, days=days))
    assert settle(order, DUE + passed).status is status


@pytest.mark.parametrize("asked_by", [Party.SELLER, Party.BUYER])
@pytest.mark.parametrize("status", [S.REQUIREMENTS_PENDING, S.IN_REVISION, S.DELIVERED])
def test_silence_grants_a_cancellation(make_order, ask_to_cancel, asked_by, status):
    order = make_order(status, cancellation_request=ask_to_cancel(asked_by, NOW))
    end = NOW + 48 * HOUR
    assert settle(order, end - TICK) is order
    cancelled = settle(order, end + HOUR)
    assert cancelled.status is S.CANCELLED
    assert cancelled.cancellation == Cancellation(end, asked_by, True, status)
    assert cancelled.cancellation_request is None


@pytest.mark.parametrize(
    ("extension_asked", "cancellation_asked", "state", "moved"),
    [
        (NOW, NOW + HOUR, ExtensionState.AUTO_ACCEPTED, True),
        (NOW, NOW, ExtensionState.AUTO_ACCEPTED, True),
        (NOW + HOUR, NOW, ExtensionState.WITHDRAWN, False),
    ],
)
def test_the_earlier_of_acceptance_and_cancellation_comes_first(
    make_order, make_extension, ask_to_cancel, extension_asked, cancellation_asked, state, moved
):
    order = make_order(
        extension=make_extension(extension_asked),
        cancellation_request=ask_to_cancel(Party.BUYER, cancellation_asked),
    )
    settled = settle(order, NOW + timedelta(days=30))
    assert settled.status is S.CANCELLED
    assert settled.extension.state is state
    assert settled.extension.answered_at == min(extension_asked, cancellation_asked) + 48 * HOUR
    assert (settled.due_at != DUE) is moved


def test_completion_before_the_end_of_a_cancellation_request_wins(make_order, ask_to_cancel):
    order = make_order(S.DELIVERED)
    end = order.delivered_at + timedelta(hours=72)
    asked = replace(order, cancellation_request=ask_to_cancel(Party.BUYER, end - HOUR))
    completed = settle(asked, end + timedelta(days=9))
    assert completed.status is S.COMPLETED
    assert completed.cancellation_request is None
    asked = replace(order, cancellation_request=ask_to_cancel(Party.BUYER, end - 49 * HOUR))
    assert settle(asked, end + timedelta(days=9)).status is S.CANCELLED


def test_the_delivery_time_begins_with_the_requirements(make_order):
    started = start(make_order(S.REQUIREMENTS_PENDING, delivery_days=3), NOW)
    assert (started.status, started.due_at, started.version) == (
        S.IN_PROGRESS,
        NOW + timedelta(hours=72),
        2,
    )


STEPS = {
    "start": (start, {S.REQUIREMENTS_PENDING: S.IN_PROGRESS}),
    "deliver": (deliver, dict.fromkeys(EXTENDABLE_STATUSES, S.DELIVERED)),
    "revise": (request_revision, {S.DELIVERED: S.IN_REVISION}),
    "complete": (complete, {S.DELIVERED: S.COMPLETED, S.IN_REVISION: S.COMPLETED}),
    "cancel": (
        lambda order, now: cancel(order, by_seller(now)),
        {s: S.CANCELLED for s in S if s not in {S.COMPLETED, S.CANCELLED}},
    ),
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_works_from_its_statuses_alone(make_order, step, status):
    take, table = STEPS[step]
    order = make_order(status)
    at = DUE + HOUR if status is S.LATE else PLACED + timedelta(days=4, hours=1)
    after = take(order, at)
    if status in table:
        assert after.status is table[status]
        assert after.version == order.version + 1
    else:
        assert after is order


@pytest.mark.parametrize("step", ["deliver", "complete", "cancel"])
def test_these_withdraw_a_pending_extension(make_order, make_extension, step):
    take, _ = STEPS[step]
    after = take(make_order(S.IN_REVISION, extension=make_extension(NOW)), NOW + HOUR)
    assert after.extension.state is ExtensionState.WITHDRAWN
    assert after.extension.answered_at == NOW + HOUR
    assert after.due_at == DUE
    assert after.version == 2


def test_a_delivery_after_the_time_to_answer_finds_the_extension_accepted(
    make_order, make_extension
):
    after = deliver(make_order(extension=make_extension(NOW)), NOW + 49 * HOUR)
    assert after.status is S.DELIVERED
    assert after.extension.state is ExtensionState.AUTO_ACCEPTED


def test_an_early_delivery_keeps_its_moment_and_a_revision_ends_the_review(make_order):
    delivered = deliver(make_order(), NOW)
    assert delivered.delivered_at == NOW
    revised = request_revision(delivered, NOW + HOUR)
    assert settle(revised, NOW + timedelta(days=60)) is revised
    again = deliver(revised, NOW + 10 * HOUR)
    assert again.delivered_at == NOW + 10 * HOUR
    assert complete(again, NOW + 11 * HOUR).completed_at == NOW + 11 * HOUR


def test_a_cancellation_records_the_status_it_met(make_order):
    cancelled = cancel(make_order(), by_seller(DUE + HOUR, before=S.REQUIREMENTS_PENDING))
    assert cancelled.cancellation == by_seller(DUE + HOUR, before=S.LATE)


# -- random lives -----------------------------------------------------------------------------

WALK_STEPS = [*STEPS, "extend", "accept", "refuse", "ask_to_cancel"]
WALKS = st.lists(st.tuples(st.sampled_from(WALK_STEPS), st.integers(0, 60)), max_size=12)


def walk(order, steps):
    """Returns the order after a random life, and the moment reached."""
    now = order.placed_at
    for step, hours in steps:
        now += hours * HOUR
        order = settle(order, now)
        if step in STEPS:
            order = STEPS[step][0](order, now)
        elif step == "extend":
            with contextlib.suppress(ExtensionRefused):
                order = open_extension(order, request_id="r", days=hours + 1, reason="x", now=now)
        elif step == "ask_to_cancel":
            if order.is_current and order.cancellation_request is None:
                request = CancellationRequest(Party.BUYER, now, now + 48 * HOUR)
                order = replace(order, cancellation_request=request, version=order.version + 1)
        else:
            order = answer_extension(order, accept=step == "accept", now=now)
    return order, now


@settings(max_examples=200)
@given(walk_steps=WALKS, waits=st.lists(st.integers(0, 80), min_size=1, max_size=6))
def test_settling_often_is_settling_once(make_order, walk_steps, waits):
    order, now = walk(make_order(S.REQUIREMENTS_PENDING), walk_steps)
    often = order
    for wait in waits:
        now += wait * HOUR
        often = settle(often, now)
        assert settle(often, now) is often
    assert often == settle(order, now)


@settings(max_examples=200)
@given(walk_steps=WALKS)
def test_a_life_never_breaks_these(make_order, walk_steps):
    order, now = walk(make_order(S.REQUIREMENTS_PENDING), walk_steps)
    assert (order.pending_extension is None) or order.status in EXTENDABLE_STATUSES
    assert (order.completed_at is not None) == (order.status is S.COMPLETED)
    assert (order.cancellation is not None) == (order.status is S.CANCELLED)
    if order.status is S.IN_PROGRESS:
        assert order.due_at > now
    if order.status is S.LATE:
        assert order.due_at <= now
    if not order.is_current:
        assert order.cancellation_request is None
        assert settle(order, now + timedelta(days=400)) is order
    if order.extension is not None and not order.extension.is_open:
        assert order.extension.asked_at <= order.extension.answered_at <= now


@settings(max_examples=100)
@given(walk_steps=WALKS)
def test_every_change_has_a_version_of_its_own(make_order, walk_steps):
    seen = {}
    for end in range(len(walk_steps) + 1):
        order, _ = walk(make_order(S.REQUIREMENTS_PENDING), walk_steps[:end])
        assert seen.setdefault(order.version, order) == order
    assert list(seen) == sorted(seen)
