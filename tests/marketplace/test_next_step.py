from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marketplace.next_step import Next, NextStep, next_step
from bot.marketplace.orders import OrderStatus, Party

S = OrderStatus
PLACED = datetime(2024, 3, 1, 9, 0, tzinfo=timezone.utc)
DUE = PLACED + timedelta(days=5)
DELIVERED_AT = PLACED + timedelta(days=4)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        (S.REQUIREMENTS_PENDING, DUE, Next(NextStep.WAIT_FOR_REQUIREMENTS, None, False)),
        (S.IN_PROGRESS, DUE - HOUR, Next(NextStep.DELIVER, DUE, False)),
        (S.IN_PROGRESS, DUE, Next(NextStep.DELIVER_NOW, DUE + 24 * HOUR, False)),
        (S.LATE, DUE + HOUR, Next(NextStep.DELIVER_NOW, DUE + 24 * HOUR, False)),
        (S.LATE, DUE + 24 * HOUR, Next(NextStep.DELIVER_NOW, None, False)),
        (S.LATE, DUE + 24 * HOUR + TICK, Next(NextStep.DELIVER_NOW, None, True)),
        (S.DELIVERED, DUE, Next(NextStep.BUYER_REVIEWS, DELIVERED_AT + 72 * HOUR, False)),
        (S.DELIVERED, DELIVERED_AT + 72 * HOUR, Next(NextStep.NOTHING, None, False)),
        (S.IN_REVISION, DUE - HOUR, Next(NextStep.REDELIVER, DUE, False)),
        (S.IN_REVISION, DUE + 48 * HOUR, Next(NextStep.REDELIVER, None, False)),
        (S.COMPLETED, DUE, Next(NextStep.NOTHING, None, False)),
        (S.CANCELLED, DUE, Next(NextStep.NOTHING, None, False)),
    ],
)
def test_the_next_step_of_each_status(make_order, status, now, expected):
    assert next_step(make_order(status), now) == expected


@pytest.mark.parametrize(
    ("asked_by", "step"),
    [
        (Party.BUYER, NextStep.ANSWER_CANCELLATION),
        (Party.SELLER, NextStep.WAIT_FOR_CANCELLATION_ANSWER),
    ],
)
def test_an_open_cancellation_request_comes_first(make_order, ask_to_cancel, asked_by, step):
    now = DUE + 30 * HOUR
    order = make_order(S.LATE, cancellation_request=ask_to_cancel(asked_by, now - HOUR))
    assert next_step(order, now) == Next(step, now + 47 * HOUR, True)
    assert next_step(order, now + 47 * HOUR) == Next(NextStep.NOTHING, None, False)


def test_an_extension_accepted_by_silence_gives_time_to_deliver(make_order, make_extension):
    order = make_order(S.LATE, extension=make_extension(DUE, days=3))
    assert next_step(order, DUE + 47 * HOUR).buyer_may_cancel
    assert next_step(order, DUE + 48 * HOUR) == Next(NextStep.DELIVER, DUE + 72 * HOUR, False)


@given(
    status=st.sampled_from(S),
    asked_by=st.none() | st.sampled_from(Party),
    asked=st.integers(-200, 200),
    hours=st.integers(-100, 400),
)
def test_until_lies_in_the_future_and_an_ended_order_needs_nothing(
    make_order, ask_to_cancel, status, asked_by, asked, hours
):
    request = ask_to_cancel(asked_by, DUE + asked * HOUR) if asked_by else None
    ended = status in {S.COMPLETED, S.CANCELLED}
    order = make_order(status, cancellation_request=None if ended else request)
    now = DUE + hours * HOUR
    found = next_step(order, now)
    assert found.until is None or found.until > now
    if found.step is NextStep.NOTHING:
        assert found == Next(NextStep.NOTHING, None, False)
    assert not (ended and found.step is not NextStep.NOTHING)
