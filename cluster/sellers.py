"""Sellers for a run, each new, each with some orders at the marketplace."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bot.adapters.marketplace_sql import SqlMarketplace
from bot.marketplace.orders import Order, OrderStatus

AT_ONCE = 40
ORDERS = 4
_TITLES = ("Logo d'un salon", "Traduction d'une notice", "Montage d'un clip", "Fiche produit")
_BUYERS = ("Julie Martin", "Hugo Bernard", "Inès Moreau", "Paul Lefèvre")


@dataclass(frozen=True)
class Seller:
    """A seller with the numbers of their orders, all of which can be extended."""

    id: str
    orders: tuple[str, ...]


class Sellers:
    """Hands out sellers nobody has had before; their orders are stored some dozens at a time."""

    def __init__(self, marketplace: SqlMarketplace, chance: random.Random) -> None:
        self._marketplace = marketplace
        self._run = f"{chance.getrandbits(24):06X}"
        self._numbers = itertools.count(1)
        self._ready: list[Seller] = []
        self._lock = asyncio.Lock()

    async def new(self) -> Seller:
        """Returns the next seller."""
        async with self._lock:
            if not self._ready:
                made = [self._seller(next(self._numbers)) for _ in range(AT_ONCE)]
                orders = [order for seller in made for order in _orders(seller)]
                await asyncio.to_thread(self._marketplace.save, *orders)
                self._ready = made
            return self._ready.pop()

    def _seller(self, number: int) -> Seller:
        orders = tuple(f"FO{self._run}{number:05d}{place}" for place in range(ORDERS))
        return Seller(f"v-{self._run}-{number}", orders)


def _orders(seller: Seller) -> Iterator[Order]:
    now = datetime.now(timezone.utc)
    for place, number in enumerate(seller.orders):
        yield Order(
            number=number,
            seller_id=seller.id,
            buyer_id=f"b-{place}",
            buyer_name=_BUYERS[place],
            title=_TITLES[place],
            status=OrderStatus.IN_PROGRESS,
            placed_at=now - timedelta(days=5),
            delivery_days=7,
            due_at=now + timedelta(days=2, hours=3 * place),
        )
