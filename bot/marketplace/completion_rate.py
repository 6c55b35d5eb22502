"""The completion rate: which cancellations count, and what one more would do.

Rules: shared/FAQ.md, ``faq_completion_rate_impact`` facts 1 to 3; shared/DESIGN.md, "Contract:
orders". Orders are expected settled.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import MarketplaceError
from bot.marketplace.orders import (
    Cancellation,
    CancellationCause,
    Order,
    OrderStatus,
    Party,
)

WINDOW = timedelta(days=60)
REORDER_TIME = timedelta(days=14)


class Weight(str, enum.Enum):
    """Says whether a cancellation counts."""

    COUNTS = "counts"
    EXEMPT = "exempt"
    DEPENDS = "depends"  # on something that is not decided or not known yet


class Rule(str, enum.Enum):
    """Names the rules that decide whether a cancellation counts."""

    BUYER_CANCELLED_AT_REQUIREMENTS = "buyer_cancelled_at_requirements"
    BUYER_REORDERED = "buyer_reordered"
    REORDER_POSSIBLE = "reorder_possible"  # mutual, and the 14 days are not over
    SUPPORT_DECIDES = "support_decides"  # fraud or mistake: for the Assistance client to judge
    ORDINARY = "ordinary"  # nothing exempts it


@dataclass(frozen=True)
class CompletionRate:
    """The completion rate over a window, as counts.

    A cancellation whose weight DEPENDS is in ``counted_cancellations`` until it is decided, so
    that the rate shown never promises too much; ``undecided`` says how many those are.
    """

    completed: int
    counted_cancellations: int
    undecided: int
    window_days: int

    @property
    def value(self) -> float | None:
        """Returns the rate between 0 and 1, or None when no order of the window counts."""
        total = self.completed + self.counted_cancellations
        return self.completed / total if total else None


@dataclass(frozen=True)
class CancellationPreview:
    """What cancelling one order would do to the rate.

    ``rules`` are those that decide or may still decide it, the weightiest first.
    """

    order_number: str
    weight: Weight
    rules: tuple[Rule, ...]
    now: CompletionRate
    if_counted: CompletionRate
    if_exempt: CompletionRate


def weigh_cancellation(cancellation: Cancellation, now: datetime) -> tuple[Weight, Rule]:
    """Returns whether a cancellation counts as far as is known at ``now``, and by which rule."""
    if (
        cancellation.status_before is OrderStatus.REQUIREMENTS_PENDING
        and cancellation.cancelled_by is Party.BUYER
    ):
        return Weight.EXEMPT, Rule.BUYER_CANCELLED_AT_REQUIREMENTS
    reorder_ends = cancellation.cancelled_at + REORDER_TIME
    reordered_at = cancellation.buyer_reordered_at
    if (
        cancellation.mutual
        and reordered_at is not None
        and cancellation.cancelled_at <= reordered_at <= min(reorder_ends, now)
    ):
        return Weight.EXEMPT, Rule.BUYER_REORDERED
    if cancellation.cause is not CancellationCause.ORDINARY:
        return Weight.DEPENDS, Rule.SUPPORT_DECIDES
    if cancellation.mutual and now <= reorder_ends:
        return Weight.DEPENDS, Rule.REORDER_POSSIBLE
    return Weight.COUNTS, Rule.ORDINARY


def completion_rate(
    orders: Iterable[Order], now: datetime, window: timedelta = WINDOW
) -> CompletionRate:
    """Returns completed / (completed + cancellations that count) over the window.

    An order belongs to the window by when it ended: after ``now - window``, up to ``now``.
    """
    completed = counted = undecided = 0
    for order in orders:
        ended_at = _ended_at(order)
        if ended_at is None or not now - window < ended_at <= now:
            continue
        if order.status is OrderStatus.COMPLETED or order.cancellation is None:
            completed += 1
            continue
        weight, _ = weigh_cancellation(order.cancellation, now)
        counted += weight is not Weight.EXEMPT
        undecided += weight is Weight.DEPENDS
    return CompletionRate(completed, counted, undecided, window.days)


def can_preview(order: Order) -> bool:
    """Tells whether a cancellation of the order can be previewed: it has not ended."""
    return order.is_current


def preview_cancellation(
    orders: Iterable[Order],
    order: Order,
    now: datetime,
    *,
    by: Party | None = None,
    mutual: bool | None = None,
    window: timedelta = WINDOW,
) -> CancellationPreview:
    """Returns what cancelling ``order`` at ``now`` would do to the rate of ``orders``.

    ``by`` (who cancels) and ``mutual`` are None while unknown: then it depends, where it
    matters. Raises MarketplaceError for an order that has ended: see ``can_preview``.
    """
    if not can_preview(order):
        raise MarketplaceError(
            f"order {order.number} is {order.status.value}: there is no cancellation to preview"
        )
    weight, rules = _foresee(order.status, by, mutual)
    rate = completion_rate(orders, now, window)
    return CancellationPreview(
        order_number=order.number,
        weight=weight,
        rules=rules,
        now=rate,
        if_counted=replace(rate, counted_cancellations=rate.counted_cancellations + 1),
        if_exempt=rate,
    )


def _foresee(
    status: OrderStatus, by: Party | None, mutual: bool | None
) -> tuple[Weight, tuple[Rule, ...]]:
    rules: list[Rule] = []
    if status is OrderStatus.REQUIREMENTS_PENDING:
        if by is Party.BUYER:
            return Weight.EXEMPT, (Rule.BUYER_CANCELLED_AT_REQUIREMENTS,)
        if by is None:
            rules.append(Rule.BUYER_CANCELLED_AT_REQUIREMENTS)
    # What the marketplace decides is not mutual unless somebody says so.
    if mutual or (mutual is None and by is not Party.MARKETPLACE):
        rules.append(Rule.REORDER_POSSIBLE)
    if rules:
        return Weight.DEPENDS, (*rules, Rule.SUPPORT_DECIDES)
    return Weight.COUNTS, (Rule.ORDINARY, Rule.SUPPORT_DECIDES)


def _ended_at(order: Order) -> datetime | None:
    if order.status is OrderStatus.COMPLETED:
        return order.completed_at
    if order.status is OrderStatus.CANCELLED and order.cancellation is not None:
        return order.cancellation.cancelled_at
    return None
