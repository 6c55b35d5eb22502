"""The tables of the embedded marketplace: orders and the ledger of extension requests."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime

orders = sa.Table(
    "marketplace_orders",
    metadata,
    sa.Column("number", sa.String, primary_key=True),
    sa.Column("seller_id", sa.String, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("placed_at", UtcDateTime, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),  # the order as bot.marketplace.wire writes it
)

extensions = sa.Table(
    "marketplace_extensions",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column(
        "order_number", sa.String, sa.ForeignKey("marketplace_orders.number"), nullable=False
    ),
    sa.Column("seller_id", sa.String, nullable=False),
    sa.Column("idempotency_key", sa.String, unique=True),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
)

one_pending = sa.Index(
    "ux_marketplace_extensions_one_pending",
    extensions.c.order_number,
    unique=True,
    sqlite_where=extensions.c.state == "pending",
    postgresql_where=extensions.c.state == "pending",
)
"""At most one request of an order waits for its client, whatever races."""
