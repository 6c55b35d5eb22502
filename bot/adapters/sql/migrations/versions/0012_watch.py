"""The id of the request that brought a message, and the signs of life of each process.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column and the table."""
    op.add_column("messages", sa.Column("request_id", sa.String))
    op.create_table(
        "heartbeats",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops both."""
    op.drop_table("heartbeats")
    op.drop_column("messages", "request_id")
