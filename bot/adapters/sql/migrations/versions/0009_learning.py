"""Models, what a shadow read, and phrases under review.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, and marks messages that were understood badly from now on."""
    _models()
    _shadow()
    _reviews()
    op.add_column(
        "messages", sa.Column("unsure", sa.Boolean, nullable=False, server_default=sa.false())
    )
    unsure = sa.text("unsure")
    op.create_index(
        "ix_messages_unsure",
        "messages",
        ["created_at"],
        sqlite_where=unsure,
        postgresql_where=unsure,
    )


def _models() -> None:
    op.create_table(
        "models",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("promotion", sa.Integer, nullable=False),
        sa.Column("live_until", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.String),
    )
    for state in ("live", "shadow"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_models_{state}",
            "models",
            ["state"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def _shadow() -> None:
    op.create_table(
        "shadow_figures",
        sa.Column("model", sa.String, primary_key=True),
        sa.Column("live_model", sa.String, primary_key=True),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("different", sa.Integer, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
    )
    op.create_table(
        "shadow_differences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("live_model", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("live_intent", sa.String, nullable=False),
        sa.Column("live_confidence", sa.Float, nullable=False),
        sa.Column("shadow_intent", sa.String, nullable=False),
        sa.Column("shadow_confidence", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_shadow_differences_model", "shadow_differences", ["model", "id"])


def _reviews() -> None:
    op.create_table(
        "phrase_reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("proposed", sa.String, nullable=False),
        sa.Column("intent", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("staff_id", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("export", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("conversation_id", "message_number", name="uq_phrase_reviews_message"),
    )
    op.create_index("ix_phrase_reviews_export", "phrase_reviews", ["export", "id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_messages_unsure", "messages")
    op.drop_column("messages", "unsure")
    for table in ("phrase_reviews", "shadow_differences", "shadow_figures", "models"):
        op.drop_table(table)
