"""The embedded marketplace's orders and extension requests.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Creates the two tables, and the index that allows one pending request an order."""
    op.create_table(
        "marketplace_orders",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("seller_id", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index(
        "ix_marketplace_orders_seller_id", "marketplace_orders", ["seller_id"], unique=False
    )
    op.create_table(
        "marketplace_extensions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "order_number", sa.String, sa.ForeignKey("marketplace_orders.number"), nullable=False
        ),
        sa.Column("seller_id", sa.String, nullable=False),
        sa.Column("idempotency_key", sa.String, unique=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index(
        "ux_marketplace_extensions_one_pending",
        "marketplace_extensions",
        ["order_number"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def downgrade() -> None:
    """Drops both tables."""
    op.drop_table("marketplace_extensions")
    op.drop_table("marketplace_orders")
