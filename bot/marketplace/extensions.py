"""Extensions of the delivery date: when one may be asked for, and what an answer does.

The rules come from shared/DESIGN.md, "Contract: orders". Every function expects an order that
``bot.marketplace.life_cycle.settle`` has brought up to ``now``: a request whose time to answer
is over still looks pending here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import ExtensionRefused
from bot.marketplace.orders import ExtensionRequest, ExtensionState, Order, OrderStatus

ANSWER_TIME = timedelta(hours=48)
MIN_DAYS = 1
MAX_DAYS = 30
MAX_REASON = 500  # characters

EXTENDABLE_STATUSES = frozenset(
    {OrderStatus.IN_PROGRESS, OrderStatus.LATE, OrderStatus.IN_REVISION}
)

_DAY = timedelta(hours=24)


class RefusalReason(str, enum.Enum):
    """Names the rules that forbid an extension."""

    NOT_STARTED = "not_started"  # requirements pending: the delivery time has not begun
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ALREADY_PENDING = "already_pending"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    DATE_STILL_PAST = "date_still_past"  # the new date would not lie after now
    REASON_MISSING = "reason_missing"


DAYS_REASONS = frozenset({RefusalReason.DAYS_OUT_OF_RANGE, RefusalReason.DATE_STILL_PAST})
"""Refusals that another number of days cures."""

_STATUS_REASONS = {
    OrderStatus.REQUIREMENTS_PENDING: RefusalReason.NOT_STARTED,
    OrderStatus.DELIVERED: RefusalReason.DELIVERED,
    OrderStatus.COMPLETED: RefusalReason.COMPLETED,
    OrderStatus.CANCELLED: RefusalReason.CANCELLED,
}


@dataclass(frozen=True)
class ExtensionRefusal:
    """Says why an extension is refused, with what a seller needs to do better.

    ``days`` are the days asked for, once they are known. ``minimum_days`` comes with
    DATE_STILL_PAST: the fewest days that make the date lie in the future, None when even
    MAX_DAYS do not. ``answer_by`` comes with ALREADY_PENDING.
    """

    reason: RefusalReason
    order_number: str
    days: int | None = None
    minimum_days: int | None = None
    answer_by: datetime | None = None


def extended_due_at(due_at: datetime, days: int) -> datetime:
    """Returns the due date moved by ``days`` times 24 hours of absolute time."""
    return due_at + days * _DAY


def check_order(order: Order, now: datetime) -> ExtensionRefusal | None:
    """Tells what forbids any extension of the order, before days and reason are known.

    A settled order says all that matters, so ``now`` is not read.
    """
    reason = _STATUS_REASONS.get(order.status)
    if reason is None and order.due_at is None:
        reason = RefusalReason.NOT_STARTED
    if reason is not None:
        return ExtensionRefusal(reason, order.number)
    pending = order.pending_extension
    if pending is not None:
        return ExtensionRefusal(
            RefusalReason.ALREADY_PENDING, order.number, answer_by=pending.answer_by
        )
    return None


def check_extension(order: Order, days: int, reason: str, now: datetime) -> ExtensionRefusal | None:
    """Tells what forbids this extension: order first, then days, date and reason."""
    refusal = check_order(order, now)
    if refusal is not None:
        return replace(refusal, days=days)
    if not MIN_DAYS <= days <= MAX_DAYS:
        return ExtensionRefusal(RefusalReason.DAYS_OUT_OF_RANGE, order.number, days=days)
    if order.due_at is not None and extended_due_at(order.due_at, days) <= now:
        return ExtensionRefusal(
            RefusalReason.DATE_STILL_PAST,
            order.number,
            days=days,
            minimum_days=_fewest_days(order.due_at, now),
        )
    if not reason.strip():
        return ExtensionRefusal(RefusalReason.REASON_MISSING, order.number, days=days)
    return None


def open_extension(
    order: Order, *, request_id: str, days: int, reason: str, now: datetime
) -> Order:
    """Returns the order with a pending request and the next version.

    The reason is stripped and cut after MAX_REASON characters.
    Raises ExtensionRefused, which carries the ExtensionRefusal.
    """
    refusal = check_extension(order, days, reason, now)
    if refusal is not None:
        raise ExtensionRefused(refusal)
    assert order.due_at is not None  # check_order refuses an order without a due date
    request = ExtensionRequest(
        id=request_id,
        order_number=order.number,
        days=days,
        reason=reason.strip()[:MAX_REASON].rstrip(),
        asked_at=now,
        answer_by=now + ANSWER_TIME,
        state=ExtensionState.PENDING,
        previous_due_at=order.due_at,
    )
    return replace(order, extension=request, version=order.version + 1)


def answer_extension(order: Order, *, accept: bool, now: datetime) -> Order:
    """Returns the order with the client's answer and the next version.

    An acceptance moves the due date, and a late order whose new date lies in the future is
    in progress again; a refusal moves nothing. Where nothing is pending any more, or the time
    to answer is over, the same order comes back unchanged: compare with ``is``.
    """
    pending = order.pending_extension
    if pending is None or now >= pending.answer_by or order.status not in EXTENDABLE_STATUSES:
        return order
    if accept:
        return _accept(order, pending, ExtensionState.ACCEPTED, now)
    answered = replace(pending, state=ExtensionState.REFUSED, answered_at=now)
    return replace(order, extension=answered, version=order.version + 1)


def silent_acceptance_at(order: Order) -> datetime | None:
    """Returns when the client's silence will accept the pending request, if there is one."""
    pending = order.pending_extension
    if pending is None or order.status not in EXTENDABLE_STATUSES:
        return None
    return pending.answer_by


def accept_by_silence(order: Order) -> Order:
    """Returns the order with its pending request accepted automatically, at ``answer_by``."""
    pending = order.pending_extension
    if pending is None:
        return order
    return _accept(order, pending, ExtensionState.AUTO_ACCEPTED, pending.answer_by)


def withdraw_extension(order: Order, now: datetime) -> Order:
    """Returns the order with a pending request withdrawn.

    The version stays: this is one part of a delivery, completion or cancellation.
    """
    pending = order.pending_extension
    if pending is None:
        return order
    withdrawn = replace(pending, state=ExtensionState.WITHDRAWN, answered_at=now)
    return replace(order, extension=withdrawn)


def days_to_reach(due_at: datetime, target: date, tz: ZoneInfo) -> int:
    """Returns the fewest 24-hour days after which the local date is ``target`` or later.

    May be zero or negative. Where clocks change, a late evening or an early night may need one
    day more or less than the calendar shows.
    """
    # Dates at the edge of the calendar would overflow once moved or shown in local time.
    target = min(max(target, date.min + 4 * _DAY), date.max - 4 * _DAY)
    days = (target - due_at.astimezone(tz).date()).days
    while extended_due_at(due_at, days).astimezone(tz).date() < target:
        days += 1
    while extended_due_at(due_at, days - 1).astimezone(tz).date() >= target:
        days -= 1
    return days


def _accept(order: Order, pending: ExtensionRequest, state: ExtensionState, at: datetime) -> Order:
    answered = replace(pending, state=state, answered_at=at)
    due_at = extended_due_at(order.due_at or pending.previous_due_at, pending.days)
    status = order.status
    if status is OrderStatus.LATE and due_at > at:
        status = OrderStatus.IN_PROGRESS
    return replace(
        order, status=status, due_at=due_at, extension=answered, version=order.version + 1
    )


def _fewest_days(due_at: datetime, now: datetime) -> int | None:
    days = (now - due_at) // _DAY + 1
    return days if days <= MAX_DAYS else None
