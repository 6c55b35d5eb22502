"""What sellers say of answers and conversations: thumbs and ratings.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the two tables."""
    op.create_table(
        "thumbs",
        sa.Column("conversation_id", sa.String, primary_key=True),
        sa.Column("message_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("response", sa.String, nullable=False),
        sa.Column("response_version", sa.Integer, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "message_number"],
            ["messages.conversation_id", "messages.number"],
            name="fk_thumbs_message",
        ),
    )
    op.create_index("ix_thumbs_response", "thumbs", ["response", "response_version"])
    op.create_table(
        "ratings",
        sa.Column(
            "conversation_id", sa.String, sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("response", sa.String),
        sa.Column("response_version", sa.Integer),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops both tables."""
    op.drop_table("ratings")
    op.drop_table("thumbs")
