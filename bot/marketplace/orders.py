"""Orders and their life cycle, as the assistant sees them.

Times are aware UTC datetimes. Statuses and their meaning come from shared/DESIGN.md,
"Contract: orders", and shared/DOMAIN.md (a).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class OrderStatus(str, enum.Enum):
    """Names the states of an order."""

    REQUIREMENTS_PENDING = "requirements_pending"
    IN_PROGRESS = "in_progress"
    LATE = "late"
    DELIVERED = "delivered"
    IN_REVISION = "in_revision"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


CURRENT_STATUSES = frozenset(
    {
        OrderStatus.REQUIREMENTS_PENDING,
        OrderStatus.IN_PROGRESS,
        OrderStatus.LATE,
        OrderStatus.DELIVERED,
        OrderStatus.IN_REVISION,
    }
)


class ExtensionState(str, enum.Enum):
    """Names the states of an extension request."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    AUTO_ACCEPTED = "auto_accepted"
    WITHDRAWN = "withdrawn"  # the order was delivered or cancelled before an answer


class Party(str, enum.Enum):
    """Says which side of an order acted."""

    SELLER = "seller"
    BUYER = "buyer"
    MARKETPLACE = "marketplace"


class CancellationCause(str, enum.Enum):
    """Says why an order was cancelled, as far as the completion rate is concerned."""

    ORDINARY = "ordinary"
    FRAUD = "fraud"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class ExtensionRequest:
    """A seller's request for more time on one order."""

    id: str
    order_number: str
    days: int
    reason: str
    asked_at: datetime
    answer_by: datetime
    state: ExtensionState
    previous_due_at: datetime
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tells whether the client may still answer."""
        return self.state is ExtensionState.PENDING


@dataclass(frozen=True)
class CancellationRequest:
    """An open request, by either side, to cancel an order."""

    asked_by: Party
    asked_at: datetime
    answer_by: datetime


@dataclass(frozen=True)
class Cancellation:
    """How a cancelled order was cancelled: the facts the completion rate depends on."""

    cancelled_at: datetime
    cancelled_by: Party
    mutual: bool
    status_before: OrderStatus
    cause: CancellationCause = CancellationCause.ORDINARY
    buyer_reordered_at: datetime | None = None


@dataclass(frozen=True)
class Order:
    """One order of one seller.

    ``due_at`` is None while requirements are pending: the delivery time has not begun.
    ``delivery_days`` is the delivery time agreed on, in days.
    ``extension`` is the newest extension request, answered or not.
    ``version`` grows with every change, for compare-and-set.
    """

    number: str
    seller_id: str
    buyer_id: str
    buyer_name: str
    title: str
    status: OrderStatus
    placed_at: datetime
    delivery_days: int
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    cancellation: Cancellation | None = None
    cancellation_request: CancellationRequest | None = None
    extension: ExtensionRequest | None = None
    version: int = 1

    @property
    def is_current(self) -> bool:
        """Tells whether the order is neither completed nor cancelled."""
        return self.status in CURRENT_STATUSES

    @property
    def pending_extension(self) -> ExtensionRequest | None:
        """Returns the extension request that still waits for the client, if any."""
        return self.extension if self.extension and self.extension.is_open else None
