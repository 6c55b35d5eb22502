"""Reading and writing single orders and extension requests, within somebody's transaction.

The whole order is one JSON document beside the columns that are searched; the ledger of
requests keeps every request with the key it was made under.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.marketplace_tables import extensions, orders
from bot.errors import OrderNotFound
from bot.marketplace.life_cycle import settle
from bot.marketplace.orders import ExtensionRequest, ExtensionState, Order
from bot.marketplace.wire import extension_from, order_from, to_json


class Overtaken(Exception):
    """Says that somebody else changed the order since it was read."""


class KnownRequest(NamedTuple):
    """An extension request with the seller whose it is."""

    seller_id: str
    request: ExtensionRequest


def read_order(connection: Connection, number: str) -> Order | None:
    """Returns an order by its number, as stored."""
    if not number.isprintable():  # PostgreSQL takes no NUL, and neither takes half a surrogate
        return None
    facts = connection.execute(sa.select(orders.c.facts).where(orders.c.number == number)).scalar()
    return order_from(facts) if facts is not None else None


def read_request(connection: Connection, key: str) -> KnownRequest | None:
    """Returns the request made with a key."""
    statement = sa.select(extensions.c.seller_id, extensions.c.facts)
    row = connection.execute(statement.where(extensions.c.idempotency_key == key)).first()
    return KnownRequest(row.seller_id, extension_from(row.facts)) if row else None


def settle_order(connection: Connection, number: str, now: datetime) -> Order:
    """Returns an order as time left it, and stores that; raises OrderNotFound."""
    order = read_order(connection, number)
    if order is None:
        raise OrderNotFound(number)
    settled = settle(order, now)
    write_order(connection, order, settled)
    return settled


def settle_request(
    connection: Connection, request: ExtensionRequest, now: datetime
) -> ExtensionRequest:
    """Returns a request in its present state; one that is closed never changes again."""
    settle_order(connection, request.order_number, now)
    statement = sa.select(extensions.c.facts).where(extensions.c.id == request.id)
    return extension_from(connection.execute(statement).scalar())


def close_request(connection: Connection, number: str, now: datetime) -> ExtensionRequest | None:
    """Settles an order; returns its pending request if that is what closed it."""
    before = read_order(connection, number)
    settled = settle_order(connection, number, now)
    was_open = before is not None and before.pending_extension is not None
    return settled.extension if was_open and settled.pending_extension is None else None


def write_order(
    connection: Connection, before: Order, after: Order, key: str | None = None
) -> None:
    """Writes an order; raises Overtaken if somebody changed it since it was read."""
    if after is before:
        return
    written = connection.execute(
        sa.update(orders)
        .where(orders.c.number == before.number, orders.c.version == before.version)
        .values(_row(after))
    )
    if written.rowcount != 1:
        raise Overtaken
    if after.extension is not None and after.extension != before.extension:
        _write_request(connection, after, after.extension, key)


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


def save_order(connection: Connection, order: Order) -> None:
    """Inserts or replaces an order, whatever was there."""
    where = orders.c.number == order.number
    version = connection.execute(sa.select(orders.c.version).where(where)).scalar()
    if version is None:
        connection.execute(sa.insert(orders).values(_row(order)))
    else:  # the version goes on, so that who read the order before cannot overwrite this
        row = {**_row(order), "version": max(order.version, version + 1)}
        row["facts"]["version"] = row["version"]
        connection.execute(sa.update(orders).where(where).values(row))
    request = order.extension
    connection.execute(
        sa.delete(extensions).where(
            extensions.c.order_number == order.number,
            extensions.c.state == ExtensionState.PENDING.value,
            extensions.c.id != (request.id if request else ""),
        )
    )
    if request is not None:
        _write_request(connection, order, request, key=None)


def _row(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "seller_id": order.seller_id,
        "version": order.version,
        "placed_at": order.placed_at,
        "facts": to_json(order),
    }
