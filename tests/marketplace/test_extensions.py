from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ExtensionRefused
from bot.marketplace.extensions import (
    ANSWER_TIME,
    MAX_DAYS,
    MAX_REASON,
    ExtensionRefusal,
    RefusalReason,
    answer_extension,
    check_extension,
    check_order,
    days_to_reach,
    extended_due_at,
    open_extension,
)
from bot.marketplace.orders import ExtensionState, OrderStatus

PLACED = datetime(2024, 3, 1, 9, 0, tzinfo=timezone.utc)
DUE = PLACED + timedelta(days=5)
NOW = PLACED + timedelta(days=3)
PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (OrderStatus.REQUIREMENTS_PENDING, RefusalReason.NOT_STARTED),
        (OrderStatus.IN_PROGRESS, None),
        (OrderStatus.LATE, None),
        (OrderStatus.IN_REVISION, None),
        (OrderStatus.DELIVERED, RefusalReason.DELIVERED),
        (OrderStatus.COMPLETED, RefusalReason.COMPLETED),
        (OrderStatus.CANCELLED, RefusalReason.CANCELLED),
    ],
)
def test_the_status_decides_first(make_order, status, reason):
    order = make_order(status)
    expected = None if reason is None else ExtensionRefusal(reason, order.number)
    assert check_order(order, NOW) == expected
    # Days out of range and a missing reason do not hide what the status says.
    found = check_extension(order, 99, "", NOW)
    assert found is not None
    assert found.reason is (reason or RefusalReason.DAYS_OUT_OF_RANGE)
    assert found.days == 99


def test_a_pending_request_refuses_another_and_says_until_when(make_order, make_extension):
    order = make_order(extension=make_extension(NOW - HOUR))
    assert check_order(order, NOW) == ExtensionRefusal(
        RefusalReason.ALREADY_PENDING, order.number, answer_by=NOW + 47 * HOUR
    )


@pytest.mark.parametrize("state", [s for s in ExtensionState if s is not ExtensionState.PENDING])
def test_an_answered_request_allows_another(make_order, make_extension, state):
    order = make_order(extension=make_extension(NOW - HOUR, state=state, answered_at=NOW))
    assert check_extension(order, 2, "Encore un détail", NOW) is None


@pytest.mark.parametrize(
    ("days", "reason", "late_by", "refusal", "minimum"),
    [
        (1, "malade", -HOUR, None, None),
        (30, "malade", -HOUR, None, None),
        (0, "malade", -HOUR, RefusalReason.DAYS_OUT_OF_RANGE, None),
        (31, "malade", -HOUR, RefusalReason.DAYS_OUT_OF_RANGE, None),
        (-1, "malade", -HOUR, RefusalReason.DAYS_OUT_OF_RANGE, None),
        (1, "malade", 23 * HOUR, None, None),
        (1, "malade", 24 * HOUR, RefusalReason.DATE_STILL_PAST, 2),
        (1, "", 24 * HOUR, RefusalReason.DATE_STILL_PAST, 2),
        (2, "malade", 24 * HOUR, None, None),
        (1, "malade", 100 * HOUR, RefusalReason.DATE_STILL_PAST, 5),
        (30, "malade", timedelta(days=30) - HOUR, None, None),
        (3, "malade", timedelta(days=30) - HOUR, RefusalReason.DATE_STILL_PAST, 30),
        (30, "malade", timedelta(days=30), RefusalReason.DATE_STILL_PAST, None),
        (2, "", -HOUR, RefusalReason.REASON_MISSING, None),
        (2, " \n\t", -HOUR, RefusalReason.REASON_MISSING, None),
    ],
)
def test_days_then_date_then_reason(make_order, days, reason, late_by, refusal, minimum):
    order = make_order(OrderStatus.LATE)
    found = check_extension(order, days, reason, DUE + late_by)
    if refusal is None:
        assert found is None
    else:
        assert found == ExtensionRefusal(refusal, order.number, days=days, minimum_days=minimum)


@given(late_by=st.timedeltas(timedelta(0), timedelta(days=40)), days=st.integers(1, 30))
def test_the_minimum_is_enough_and_one_day_less_is_not(make_order, late_by, days):
    order, now = make_order(OrderStatus.LATE), DUE + late_by
    enough = [d for d in range(1, MAX_DAYS + 1) if check_extension(order, d, "x", now) is None]
    found = check_extension(order, days, "x", now)
    if days in enough:
        assert found is None
    else:
        assert found is not None
        assert found.minimum_days == (enough[0] if enough else None)


def test_opening_keeps_the_due_date_and_gives_48_hours_across_a_clock_change(make_order):
    # Paris loses an hour on 31 March 2024; two days remain 48 h.
    now = datetime(2024, 3, 30, 9, 0, tzinfo=timezone.utc)
    order = make_order(due_at=now + timedelta(days=2), version=7)
    opened = open_extension(
        order, request_id="r1", days=4, reason="  Fichiers reçus tard ", now=now
    )
    request = opened.pending_extension
    assert request is not None
    assert request.answer_by - now == ANSWER_TIME == timedelta(hours=48)
    assert (request.id, request.days, request.reason) == ("r1", 4, "Fichiers reçus tard")
    assert request.order_number == order.number
    assert request.asked_at == now
    assert request.previous_due_at == order.due_at == opened.due_at
    assert request.answered_at is None
    assert opened.version == 8
    assert order.extension is None


def test_a_long_reason_is_cut(make_order):
    opened = open_extension(make_order(), request_id="r", days=1, reason="a" * 600, now=NOW)
    assert opened.extension.reason == "a" * MAX_REASON


def test_a_refused_opening_carries_its_refusal(make_order):
    order = make_order(OrderStatus.DELIVERED)
    with pytest.raises(ExtensionRefused) as caught:
        open_extension(order, request_id="r", days=1, reason="x", now=NOW)
    assert caught.value.refusal == check_extension(order, 1, "x", NOW)


@pytest.mark.parametrize(
    ("status", "asked_at", "days", "status_after"),
    [
        (OrderStatus.IN_PROGRESS, NOW, 2, OrderStatus.IN_PROGRESS),
        (OrderStatus.IN_REVISION, NOW, 2, OrderStatus.IN_REVISION),
        (OrderStatus.LATE, DUE, 2, OrderStatus.IN_PROGRESS),
        (OrderStatus.LATE, DUE + 23 * HOUR, 1, OrderStatus.LATE),  # answered when over again
    ],
)
def test_an_acceptance_moves_the_date(make_order, status, asked_at, days, status_after):
    order = open_extension(make_order(status), request_id="r", days=days, reason="x", now=asked_at)
    at = asked_at + 2 * HOUR
    answered = answer_extension(order, accept=True, now=at)
    assert answered.status is status_after
    assert answered.due_at == DUE + timedelta(days=days)
    assert answered.extension == replace(
        order.extension, state=ExtensionState.ACCEPTED, answered_at=at
    )
    assert answered.version == order.version + 1


def test_a_refusal_moves_nothing(make_order):
    order = open_extension(make_order(), request_id="r", days=3, reason="x", now=NOW)
    answered = answer_extension(order, accept=False, now=NOW + HOUR)
    refused = replace(order.extension, state=ExtensionState.REFUSED, answered_at=NOW + HOUR)
    assert answered == replace(order, extension=refused, version=order.version + 1)


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_that_comes_too_late_or_twice_changes_nothing(make_order, accept):
    order = make_order()
    assert answer_extension(order, accept=accept, now=NOW) is order
    opened = open_extension(order, request_id="r", days=3, reason="x", now=NOW)
    assert answer_extension(opened, accept=accept, now=NOW + ANSWER_TIME) is opened
    answered = answer_extension(opened, accept=not accept, now=NOW + HOUR)
    assert answered is not opened
    assert answer_extension(answered, accept=accept, now=NOW + 2 * HOUR) is answered


@given(due=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), days=st.integers(1, 30))
def test_days_are_24_hours_of_absolute_time(due, days):
    due = due.replace(tzinfo=PARIS)
    utc = due.astimezone(timezone.utc)
    assert extended_due_at(utc, days) - utc == days * 24 * HOUR


@pytest.mark.parametrize(
    ("due", "target", "days"),
    [
        ("2024-05-06T10:00", date(2024, 5, 6), 0),
        ("2024-05-06T10:00", date(2024, 5, 9), 3),
        ("2024-05-06T10:00", date(2024, 5, 4), -2),
        ("2024-05-06T21:59", date(2024, 5, 7), 1),  # 23:59 in Paris
        ("2024-05-06T22:00", date(2024, 5, 7), 0),  # already 7 May in Paris
        # Spring: 23:30 on the 30th plus 24 h is 00:30 on 1 April: one day less to 1 April.
        ("2024-03-30T22:30", date(2024, 3, 31), 1),
        ("2024-03-30T22:30", date(2024, 4, 1), 1),
        # Autumn: 00:30 on 27 October plus 24 h is 23:30 on the same day.
        ("2024-10-26T22:30", date(2024, 10, 28), 2),
        ("2024-10-26T22:30", date(2024, 10, 27), 0),
    ],
)
def test_days_to_reach_a_local_date(due, target, days):
    due_at = datetime.fromisoformat(due).replace(tzinfo=timezone.utc)
    assert days_to_reach(due_at, target, PARIS) == days


@given(
    due=st.datetimes(datetime(2024, 3, 20), datetime(2024, 11, 5), timezones=st.just(timezone.utc)),
    offset=st.integers(-40, 260),
)
def test_days_to_reach_is_the_smallest_number(due, offset):
    target = due.date() + timedelta(days=offset)
    candidates = range(offset - 5, offset + 6)
    reaching = [n for n in candidates if (due + n * 24 * HOUR).astimezone(PARIS).date() >= target]
    assert days_to_reach(due, target, PARIS) == min(reaching)


@pytest.mark.parametrize("target", [date.min, date.max])
def test_a_date_at_the_edge_of_the_calendar_is_only_far_away(target):
    assert abs(days_to_reach(DUE, target, PARIS)) > 700_000
