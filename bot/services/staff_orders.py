"""Orders as staff may look them up: of any seller, for whoever is on the staff and nobody else."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.errors import AccessDenied
from bot.marketplace.orders import Order
from bot.marketplace.references import by_urgency
from bot.services.ports import Clock, Marketplace, OrderDirectory
from bot.support.staff import Staff

logger = logging.getLogger(__name__)


class StaffOrders:
    """Looks orders up for staff; every method blocks.

    Every method raises AccessDenied for somebody who is not on the staff (None) or whose account
    is disabled, before anything is looked up, and MarketplaceUnavailable. The log says who looked,
    not at whose.
    """

    def __init__(self, directory: OrderDirectory, marketplace: Marketplace, clock: Clock) -> None:
        self._directory = directory
        self._marketplace = marketplace
        self._clock = clock

    def order(self, staff: Staff | None, number: str) -> Order:
        """Returns an order by its number; raises OrderNotFound."""
        asked_by = allowed(staff)
        logger.info("an order is looked up by %s", asked_by.id)
        return self._directory.find_order(number)

    def open_orders(self, staff: Staff | None, seller_id: str) -> Sequence[Order]:
        """Returns a seller's current orders, the most urgent first; none for an unknown seller."""
        asked_by = allowed(staff)
        logger.info("a seller's orders are looked up by %s", asked_by.id)
        orders = self._marketplace.orders_of(seller_id)
        return [order for order in by_urgency(orders, self._clock.now()) if order.is_current]


def allowed(staff: Staff | None) -> Staff:
    """Returns who asks, if they are on the staff; raises AccessDenied."""
    if staff is None or staff.disabled:
        raise AccessDenied("only staff may look that up")
    return staff
