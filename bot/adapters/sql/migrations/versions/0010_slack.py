"""Slack: deliveries, the outbox, threads, who is who, and what is wrong.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "slack_users",
        sa.Column("slack_user_id", sa.String, primary_key=True),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff_accounts.id"), nullable=False),
    )
    _work()
    op.create_table(
        "slack_threads",
        sa.Column(
            "conversation_id", sa.String, sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("ts", sa.String),
        sa.Column("mirrored", sa.Integer, nullable=False),
        sa.Column("noted", sa.Integer, nullable=False),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("card", sa.String, nullable=False),
        sa.Column("watched", sa.Boolean, nullable=False),
    )
    op.create_index("ix_slack_threads_place", "slack_threads", ["channel", "ts"])
    watched = sa.text("watched")
    op.create_index(
        "ix_slack_threads_watched",
        "slack_threads",
        ["conversation_id"],
        sqlite_where=watched,
        postgresql_where=watched,
    )
    op.create_table(
        "slack_warnings",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
    )


def _work() -> None:
    """Creates what is to be done: what came in, what goes out."""
    op.create_table(
        "slack_deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("family", sa.String, nullable=False),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("run_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("done_at", _MOMENT),
    )
    op.create_table(
        "slack_outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String),
        sa.Column("put_at", _MOMENT, nullable=False),
        sa.Column("run_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("tried_at", _MOMENT),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("done_at", _MOMENT),
        sa.Column("refused", sa.String),
    )
    still_open = sa.text("done_at IS NULL")
    for table in ("slack_deliveries", "slack_outbox"):
        op.create_index(
            f"ix_{table}_open",
            table,
            ["lane", "id"],
            sqlite_where=still_open,
            postgresql_where=still_open,
        )


def downgrade() -> None:
    """Drops them again."""
    for table in (
        "slack_warnings",
        "slack_threads",
        "slack_outbox",
        "slack_deliveries",
        "slack_users",
    ):
        op.drop_table(table)
