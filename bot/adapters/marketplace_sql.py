"""The embedded marketplace: orders in our own database, with the marketplace's own rules.

Reading settles what time alone did. Every change is a compare-and-set on the order's version,
so that acceptance, refusal, delivery and cancellation race safely: one wins.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.marketplace_tables import extensions, orders
from bot.adapters.sql.engine import reading, writing
from bot.errors import MarketplaceUnavailable, OrderNotFound, OutcomeUnknown
from bot.marketplace.extensions import answer_extension, open_extension
from bot.marketplace.life_cycle import settle
from bot.marketplace.orders import ExtensionRequest, Order
from bot.marketplace.wire import extension_from, order_from, to_json
from bot.services.ports import Clock


class SqlMarketplace:
    """Implements the port Marketplace; also what a marketplace itself does to its orders."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders, newest placed first."""
        statement = sa.select(orders.c.facts).where(orders.c.seller_id == seller_id)
        with _unavailable(), reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(orders.c.placed_at.desc())).scalars()
            found = [order_from(facts) for facts in rows]
        return [self._settled(order) for order in found]

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller; raises OrderNotFound."""
        with _unavailable(), reading(self._engine) as connection:
            order = _read(connection, number)
        if order is None or order.seller_id != seller_id:
            raise OrderNotFound(number)
        return self._settled(order)

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks for more days, once per key; see the port."""
        now = self._clock.now()
        with _unavailable(changing=True), writing(self._engine) as connection:
            known = _read_request(connection, extensions.c.idempotency_key == key)
            if known is not None:
                if known.seller_id != seller_id:
                    raise OrderNotFound(number)
                return known.request
            order = _read(connection, number)
            if order is None or order.seller_id != seller_id:
                raise OrderNotFound(number)
            settled = settle(order, now)
            _write(connection, order, settled)
            extended = open_extension(
                settled, request_id=f"ext_{secrets.token_hex(8)}", days=days, reason=reason, now=now
            )
            _write(connection, settled, extended, key=key)
            assert extended.extension is not None
            return extended.extension

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``, as it stands now."""
        with _unavailable(), reading(self._engine) as connection:
            known = _read_request(connection, extensions.c.idempotency_key == key)
        if known is None or known.seller_id != seller_id:
            return None
        order = self.order(seller_id, known.request.order_number)
        if order.extension is not None and order.extension.id == known.request.id:
            return order.extension
        return known.request

    def answer_extension(self, number: str, accept: bool) -> ExtensionRequest:
        """Lets the client answer the pending request; raises OrderNotFound when there is none."""
        now = self._clock.now()
        changed = self.change(number, lambda order: answer_extension(order, accept=accept, now=now))
        if changed.extension is None:
            raise OrderNotFound(number)
        return changed.extension

    def change(self, number: str, change: Callable[[Order], Order]) -> Order:
        """Settles an order, applies a rule of its life cycle, and stores what became of it."""
        with _unavailable(changing=True), writing(self._engine) as connection:
            order = _read(connection, number)
            if order is None:
                raise OrderNotFound(number)
            changed = change(settle(order, self._clock.now()))
            _write(connection, order, changed)
            return changed

    def save(self, order: Order) -> None:
        """Inserts or replaces an order, for demo data and tests."""
        with _unavailable(changing=True), writing(self._engine) as connection:
            present = connection.execute(
                sa.select(orders.c.number).where(orders.c.number == order.number)
            ).scalar()
            if present is None:
                connection.execute(sa.insert(orders).values(_row(order)))
            else:
                where = orders.c.number == order.number
                connection.execute(sa.update(orders).where(where).values(_row(order)))
            if order.extension is not None:
                _write_request(connection, order, order.extension, key=None)

    def requests_of(self, number: str) -> list[ExtensionRequest]:
        """Returns the ledger of an order's extension requests, oldest first."""
        statement = sa.select(extensions.c.facts).where(extensions.c.order_number == number)
        with _unavailable(), reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(extensions.c.asked_at)).scalars()
            return [extension_from(facts) for facts in rows]

    def is_empty(self) -> bool:
        """Tells whether there is no order at all."""
        with _unavailable(), reading(self._engine) as connection:
            return connection.execute(sa.select(orders.c.number).limit(1)).scalar() is None

    def _settled(self, order: Order) -> Order:
        """Returns the order as time left it, storing that unless somebody else was faster."""
        settled = settle(order, self._clock.now())
        if settled is order:
            return order
        with _unavailable(), writing(self._engine) as connection:
            if _write(connection, order, settled):
                return settled
            current = _read(connection, order.number)
        return settle(current or order, self._clock.now())


class _KnownRequest:
    """An extension request with the seller whose it is."""

    def __init__(self, seller_id: str, request: ExtensionRequest) -> None:
        self.seller_id = seller_id
        self.request = request


def _read(connection: Connection, number: str) -> Order | None:
    facts = connection.execute(sa.select(orders.c.facts).where(orders.c.number == number)).scalar()
    return order_from(facts) if facts is not None else None


def _read_request(connection: Connection, condition: Any) -> _KnownRequest | None:
    row = connection.execute(
        sa.select(extensions.c.seller_id, extensions.c.facts).where(condition)
    ).first()
    return _KnownRequest(row.seller_id, extension_from(row.facts)) if row else None


def _write(connection: Connection, before: Order, after: Order, key: str | None = None) -> bool:
    """Writes an order if nobody changed it since it was read; tells whether it did."""
    if after is before:
        return True
    written = connection.execute(
        sa.update(orders)
        .where(orders.c.number == before.number, orders.c.version == before.version)
        .values(_row(after))
    )
    if written.rowcount != 1:
        return False
    if after.extension is not None and after.extension != before.extension:
        _write_request(connection, after, after.extension, key)
    return True


def _write_request(
    connection: Connection, order: Order, request: ExtensionRequest, key: str | None
) -> None:
    values = {
        "order_number": order.number,
        "seller_id": order.seller_id,
        "asked_at": request.asked_at,
        "state": request.state.value,
        "facts": to_json(request),
    }
    updated = connection.execute(
        sa.update(extensions).where(extensions.c.id == request.id).values(values)
    )
    if updated.rowcount == 0:
        row = {**values, "id": request.id, "idempotency_key": key}
        connection.execute(sa.insert(extensions).values(row))


def _row(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "seller_id": order.seller_id,
        "version": order.version,
        "placed_at": order.placed_at,
        "facts": to_json(order),
    }


@contextmanager
def _unavailable(changing: bool = False) -> Iterator[None]:
    """Translates the library's errors; a change that failed may still have been done."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        kind = OutcomeUnknown if changing else MarketplaceUnavailable
        raise kind(f"the orders' database refused: {type(error).__name__}") from error
