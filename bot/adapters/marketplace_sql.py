"""The embedded marketplace: orders in our own database, with the marketplace's own rules.

Reading settles what time alone did. Every change is a compare-and-set on the order's version,
so that acceptance, refusal, delivery and cancellation race safely: one wins.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.marketplace_rows import (
    Overtaken,
    close_request,
    read_order,
    read_request,
    save_order,
    settle_order,
    settle_request,
    write_order,
)
from bot.adapters.marketplace_tables import extensions, orders
from bot.adapters.sql.engine import reading, writing
from bot.errors import BadInput, MarketplaceUnavailable, OrderNotFound, OutcomeUnknown
from bot.marketplace import life_cycle
from bot.marketplace.extensions import answer_extension, open_extension
from bot.marketplace.life_cycle import settle
from bot.marketplace.orders import ExtensionRequest, ExtensionState, Order
from bot.marketplace.wire import extension_from, is_key, order_from
from bot.services.ports import Clock

ATTEMPTS = 8
"""How often a change is tried while others change the same order first."""

T = TypeVar("T")


class SqlMarketplace:
    """Implements Marketplace and OrderDirectory; also what a marketplace does to its own orders."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders, newest placed first."""
        if not seller_id.isprintable():
            return []
        statement = sa.select(orders.c.facts).where(orders.c.seller_id == seller_id)
        newest_first = statement.order_by(orders.c.placed_at.desc(), orders.c.number)
        with self._reading() as connection:
            found = [order_from(facts) for facts in connection.execute(newest_first).scalars()]
        return [self._settled(order) for order in found]

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller; raises OrderNotFound."""
        with self._reading() as connection:
            found = read_order(connection, number)
        return self._settled(_owned(found, seller_id, number))

    def find_order(self, number: str) -> Order:
        """Returns an order, whoever's it is; raises OrderNotFound."""
        with self._reading() as connection:
            found = read_order(connection, number)
        if found is None:
            raise OrderNotFound(number)
        return self._settled(found)

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks for more days, once per key; see the port.

        Raises BadInput for a key that is no visible ASCII, or too long.
        """
        if not is_key(key):
            raise BadInput("an idempotency key is 1 to 200 visible ASCII characters")
        now = self._clock.now()

        def ask(connection: Connection) -> ExtensionRequest:
            # The order before the key: whoever used this key since then also changed the order,
            # and is found by the key or by the order's version.
            found = read_order(connection, number)
            known = read_request(connection, key)
            if known is not None:
                if known.seller_id != seller_id:
                    raise OrderNotFound(number)
                return settle_request(connection, known.request, now)
            order = _owned(found, seller_id, number)
            settled = settle(order, now)
            write_order(connection, order, settled)  # may close a request before this one
            extended = open_extension(
                settled, request_id=f"ext_{secrets.token_hex(8)}", days=days, reason=reason, now=now
            )
            write_order(connection, settled, extended, key)
            assert extended.extension is not None
            return extended.extension

        return self._writing(ask)

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``, as it stands now."""
        if not is_key(key):
            return None
        with self._reading() as connection:
            known = read_request(connection, key)
        if known is None or known.seller_id != seller_id:
            return None
        request, now = known.request, self._clock.now()
        if not request.is_open:
            return request
        return self._writing(lambda connection: settle_request(connection, request, now))

    def answer_extension(self, number: str, accept: bool) -> ExtensionRequest:
        """Lets the client answer the pending request; raises OrderNotFound if there never was one.

        Returns the newest request: it was answered otherwise when somebody was faster.
        """
        now = self._clock.now()
        changed = self.change(number, lambda order: answer_extension(order, accept=accept, now=now))
        if changed.extension is None:
            raise OrderNotFound(number)
        return changed.extension

    def deliver(self, number: str) -> Order:
        """Lets the seller deliver; returns the order, unchanged where its status forbids it."""
        now = self._clock.now()
        return self.change(number, lambda order: life_cycle.deliver(order, now))

    def change(self, number: str, change: Callable[[Order], Order]) -> Order:
        """Settles an order, applies a rule of its life cycle, and stores what became of it.

        ``change`` is called again when somebody else changed the order first.
        """
        now = self._clock.now()

        def apply(connection: Connection) -> Order:
            order = read_order(connection, number)
            if order is None:
                raise OrderNotFound(number)
            settled = settle(order, now)
            write_order(connection, order, settled)
            changed = change(settled)
            write_order(connection, settled, changed)
            return changed

        return self._writing(apply)

    def settle_due(self, now: datetime) -> list[ExtensionRequest]:
        """Settles orders whose pending extension time has closed; returns these requests."""
        pending = extensions.c.state == ExtensionState.PENDING.value
        statement = sa.select(orders.c.facts).join_from(extensions, orders).where(pending)
        with self._reading() as connection:
            waiting = [order_from(facts) for facts in connection.execute(statement).scalars()]
        closed = []
        for order in waiting:
            if settle(order, now).pending_extension is None:
                request = self._writing(partial(close_request, number=order.number, now=now))
                if request is not None:
                    closed.append(request)
        return closed

    def save(self, *saved: Order) -> None:
        """Inserts or replaces orders, all or none, for demo data and tests."""

        def save_all(connection: Connection) -> None:
            for order in saved:
                save_order(connection, order)

        self._writing(save_all)

    def requests_of(self, number: str) -> list[ExtensionRequest]:
        """Returns the ledger of an order's extension requests, oldest first."""
        statement = sa.select(extensions.c.facts).where(extensions.c.order_number == number)
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(extensions.c.asked_at)).scalars()
            return [extension_from(facts) for facts in rows]

    def is_empty(self) -> bool:
        """Tells whether there is no order at all."""
        with self._reading() as connection:
            return connection.execute(sa.select(orders.c.number).limit(1)).scalar() is None

    def _settled(self, order: Order) -> Order:
        """Returns the order as time left it, and stores that when time changed something."""
        now = self._clock.now()
        if settle(order, now) is order:
            return order
        return self._writing(lambda connection: settle_order(connection, order.number, now))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with reading(self._engine) as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise MarketplaceUnavailable(_told(error)) from error

    def _writing(self, work: Callable[[Connection], T]) -> T:
        """Runs ``work`` in a transaction of its own, again when somebody else came first.

        An error before the commit leaves nothing behind; one during the commit may.
        """
        for _ in range(ATTEMPTS):
            committing = False
            try:
                with writing(self._engine) as connection:
                    done = work(connection)
                    committing = True
                return done
            except (Overtaken, sa.exc.IntegrityError):
                continue  # another thread used the key or changed the order: look again
            except sa.exc.SQLAlchemyError as error:
                kind = OutcomeUnknown if committing else MarketplaceUnavailable
                raise kind(_told(error)) from error
        raise MarketplaceUnavailable("too many changes of one order at once")


def _told(error: Exception) -> str:
    return f"the orders' database refused: {type(error).__name__}"


def _owned(order: Order | None, seller_id: str, number: str) -> Order:
    if order is None or order.seller_id != seller_id:
        raise OrderNotFound(number)
    return order
