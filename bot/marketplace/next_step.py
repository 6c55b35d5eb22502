"""What happens next with an order, and until when."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.marketplace.life_cycle import REVIEW_TIME, settle
from bot.marketplace.orders import Order, OrderStatus, Party

VERY_LATE = timedelta(hours=24)  # after that the client may cancel alone (shared/DOMAIN.md)


class NextStep(str, enum.Enum):
    """Names what an order waits for."""

    WAIT_FOR_REQUIREMENTS = "wait_for_requirements"
    DELIVER = "deliver"
    DELIVER_NOW = "deliver_now"  # late
    BUYER_REVIEWS = "buyer_reviews"
    REDELIVER = "redeliver"
    ANSWER_CANCELLATION = "answer_cancellation"  # the client asked to cancel
    WAIT_FOR_CANCELLATION_ANSWER = "wait_for_cancellation_answer"
    NOTHING = "nothing"  # the order has ended


@dataclass(frozen=True)
class Next:
    """The next step of an order.

    ``until`` is the moment the step should be done by, always in the future: the due date, the
    end of the review or of the time to answer, and for a late order the moment the client may
    cancel. It is None when there is none or it has passed. ``buyer_may_cancel`` tells that the
    order is more than 24 h late, so that the client may cancel without agreement.
    """

    step: NextStep
    until: datetime | None
    buyer_may_cancel: bool


def next_step(order: Order, now: datetime) -> Next:
    """Returns what happens next with the order as settled at ``now``.

    An open cancellation request comes before the work: its outcome decides about it.
    """
    order = settle(order, now)
    may_cancel = (
        order.status is OrderStatus.LATE
        and order.due_at is not None
        and now > order.due_at + VERY_LATE
    )
    step, until = _step(order)
    if until is not None and until <= now:
        until = None
    return Next(step, until, may_cancel)


def _step(order: Order) -> tuple[NextStep, datetime | None]:
    request = order.cancellation_request
    if request is not None and order.is_current:
        if request.asked_by is Party.BUYER:
            return NextStep.ANSWER_CANCELLATION, request.answer_by
        if request.asked_by is Party.SELLER:
            return NextStep.WAIT_FOR_CANCELLATION_ANSWER, request.answer_by
    if order.status is OrderStatus.REQUIREMENTS_PENDING:
        return NextStep.WAIT_FOR_REQUIREMENTS, None
    if order.status is OrderStatus.IN_PROGRESS:
        return NextStep.DELIVER, order.due_at
    if order.status is OrderStatus.LATE:
        return NextStep.DELIVER_NOW, order.due_at + VERY_LATE if order.due_at else None
    if order.status is OrderStatus.DELIVERED:
        ends = order.delivered_at + REVIEW_TIME if order.delivered_at else None
        return NextStep.BUYER_REVIEWS, ends
    if order.status is OrderStatus.IN_REVISION:
        return NextStep.REDELIVER, order.due_at
    return NextStep.NOTHING, None
