"""The tables of Slack: deliveries, calls to be made, threads, who is who, and what is wrong."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime

slack_users = sa.Table(
    "slack_users",
    metadata,
    sa.Column("slack_user_id", sa.String, primary_key=True),
    sa.Column("staff_id", sa.String, sa.ForeignKey("staff_accounts.id"), nullable=False),
)

slack_deliveries = sa.Table(
    "slack_deliveries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("family", sa.String, nullable=False),
    sa.Column("lane", sa.String, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)

slack_outbox = sa.Table(
    "slack_outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("lane", sa.String, nullable=False),
    sa.Column("method", sa.String, nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("conversation_id", sa.String),
    sa.Column("put_at", UtcDateTime, nullable=False),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("tried_at", UtcDateTime),  # from then on it may have reached Slack
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    sa.Column("refused", sa.String),  # why it was given up
)

slack_threads = sa.Table(
    "slack_threads",
    metadata,
    sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("ts", sa.String),
    sa.Column("mirrored", sa.Integer, nullable=False),
    sa.Column("noted", sa.Integer, nullable=False),
    sa.Column("event", sa.Integer, nullable=False),
    sa.Column("card", sa.String, nullable=False),  # SHA-256 of the card as it was put last
    sa.Column("watched", sa.Boolean, nullable=False),
    sa.Index("ix_slack_threads_place", "channel", "ts"),
)

slack_warnings = sa.Table(
    "slack_warnings",
    metadata,
    sa.Column("subject", sa.String, primary_key=True),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)

# Literals, as in bot.adapters.sql.tables: SQLite uses a partial index only for what it recognises.
DELIVERY_OPEN = slack_deliveries.c.done_at.is_(None)
CALL_OPEN = slack_outbox.c.done_at.is_(None)
IS_WATCHED = sa.literal_column("slack_threads.watched")
_WATCHED = sa.literal_column("watched")

sa.Index(
    "ix_slack_deliveries_open",
    slack_deliveries.c.lane,
    slack_deliveries.c.id,
    sqlite_where=DELIVERY_OPEN,
    postgresql_where=DELIVERY_OPEN,
)
sa.Index(
    "ix_slack_outbox_open",
    slack_outbox.c.lane,
    slack_outbox.c.id,
    sqlite_where=CALL_OPEN,
    postgresql_where=CALL_OPEN,
)
sa.Index(
    "ix_slack_threads_watched",
    slack_threads.c.conversation_id,
    sqlite_where=_WATCHED,
    postgresql_where=_WATCHED,
)
