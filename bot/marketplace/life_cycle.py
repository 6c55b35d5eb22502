"""The life cycle of an order: what people do to it, and what time alone does.

Every step first settles the order at its moment, so that a delivery after the client's time to
answer finds the extension accepted. A step the order's status does not allow leaves the order
as settled: callers compare versions. Timing comes from shared/DOMAIN.md (a) and (b).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.marketplace.extensions import (
    EXTENDABLE_STATUSES,
    accept_by_silence,
    extended_due_at,
    silent_acceptance_at,
    withdraw_extension,
)
from bot.marketplace.orders import Cancellation, Order, OrderStatus

REVIEW_TIME = timedelta(hours=72)  # then a delivered order is completed


class _Event(NamedTuple):
    at: datetime
    apply: Callable[[Order], Order]


def settle(order: Order, now: datetime) -> Order:
    """Returns the order with all that time alone has done to it by ``now``, in order of time.

    A pending extension is accepted and an open cancellation request granted when the time to
    answer is over; work past its due date is late (a revision is not); a delivered order is
    completed after REVIEW_TIME. A moment that has just been reached is over. Of two events at
    one moment an acceptance comes first, a cancellation last. Each event adds one version;
    without one the same object comes back.
    """
    while True:
        event = _next_event(order)
        if event is None or event.at > now:
            return order
        order = event.apply(order)


def start(order: Order, now: datetime) -> Order:
    """Returns the order in progress: its requirements were submitted, the delivery time runs."""
    order = settle(order, now)
    if order.status is not OrderStatus.REQUIREMENTS_PENDING:
        return order
    return replace(
        order,
        status=OrderStatus.IN_PROGRESS,
        due_at=extended_due_at(now, order.delivery_days),
        version=order.version + 1,
    )


def deliver(order: Order, now: datetime) -> Order:
    """Returns the order delivered; a pending extension is withdrawn.

    An open cancellation request stays open.
    """
    order = settle(order, now)
    if order.status not in EXTENDABLE_STATUSES:
        return order
    return replace(
        withdraw_extension(order, now),
        status=OrderStatus.DELIVERED,
        delivered_at=now,
        version=order.version + 1,
    )


def request_revision(order: Order, now: datetime) -> Order:
    """Returns a delivered order in revision; its due date stays."""
    order = settle(order, now)
    if order.status is not OrderStatus.DELIVERED:
        return order
    return replace(order, status=OrderStatus.IN_REVISION, version=order.version + 1)


def complete(order: Order, now: datetime) -> Order:
    """Returns the order completed: the client accepts the delivery, even during a revision."""
    order = settle(order, now)
    if order.status not in {OrderStatus.DELIVERED, OrderStatus.IN_REVISION}:
        return order
    return _complete(order, now)


def cancel(order: Order, cancellation: Cancellation) -> Order:
    """Returns a current order cancelled, at ``cancellation.cancelled_at``.

    ``status_before`` is taken from the settled order: that is what the completion rate needs.
    """
    order = settle(order, cancellation.cancelled_at)
    if not order.is_current:
        return order
    return _cancel(order, cancellation)


def _next_event(order: Order) -> _Event | None:
    events: list[_Event] = []
    accepted_at = silent_acceptance_at(order)
    if accepted_at is not None:
        events.append(_Event(accepted_at, accept_by_silence))
    if order.status is OrderStatus.IN_PROGRESS and order.due_at is not None:
        events.append(_Event(order.due_at, _become_late))
    if order.status is OrderStatus.DELIVERED and order.delivered_at is not None:
        review_ends = order.delivered_at + REVIEW_TIME
        events.append(_Event(review_ends, lambda found: _complete(found, review_ends)))
    if order.is_current and order.cancellation_request is not None:
        events.append(_Event(order.cancellation_request.answer_by, _grant_cancellation))
    return min(events, key=lambda event: event.at, default=None)  # the first of equals


def _become_late(order: Order) -> Order:
    return replace(order, status=OrderStatus.LATE, version=order.version + 1)


def _complete(order: Order, at: datetime) -> Order:
    return replace(
        withdraw_extension(order, at),
        status=OrderStatus.COMPLETED,
        completed_at=at,
        cancellation_request=None,
        version=order.version + 1,
    )


def _grant_cancellation(order: Order) -> Order:
    request = order.cancellation_request
    if request is None:
        return order
    return _cancel(
        order,
        Cancellation(
            cancelled_at=request.answer_by,
            cancelled_by=request.asked_by,
            mutual=True,
            status_before=order.status,
        ),
    )


def _cancel(order: Order, cancellation: Cancellation) -> Order:
    return replace(
        withdraw_extension(order, cancellation.cancelled_at),
        status=OrderStatus.CANCELLED,
        cancellation=replace(cancellation, status_before=order.status),
        cancellation_request=None,
        version=order.version + 1,
    )
