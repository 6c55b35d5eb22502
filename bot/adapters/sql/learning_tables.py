"""The tables of learning: models, what a shadow read, and phrases under review."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime

models = sa.Table(
    "models",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("pinned", sa.Boolean, nullable=False),
    sa.Column("promotion", sa.Integer, nullable=False),
    sa.Column("live_until", UtcDateTime),  # when it made room for a later one; roll-back returns
    sa.Column("problem", sa.String),
)

IS_LIVE = models.c.state == sa.literal_column("'live'")
IS_SHADOW = models.c.state == sa.literal_column("'shadow'")

sa.Index(
    "uq_models_live", models.c.state, unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE
)
sa.Index(
    "uq_models_shadow",
    models.c.state,
    unique=True,
    sqlite_where=IS_SHADOW,
    postgresql_where=IS_SHADOW,
)

shadow_figures = sa.Table(
    "shadow_figures",
    metadata,
    sa.Column("model", sa.String, primary_key=True),
    sa.Column("live_model", sa.String, primary_key=True),
    sa.Column("read", sa.Integer, nullable=False),
    sa.Column("different", sa.Integer, nullable=False),
    sa.Column("dropped", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
)

shadow_differences = sa.Table(
    "shadow_differences",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("live_model", sa.String, nullable=False),
    sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("message_number", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # masked
    sa.Column("live_intent", sa.String, nullable=False),
    sa.Column("live_confidence", sa.Float, nullable=False),
    sa.Column("shadow_intent", sa.String, nullable=False),
    sa.Column("shadow_confidence", sa.Float, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_shadow_differences_model", "model", "id"),
)

phrase_reviews = sa.Table(
    "phrase_reviews",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("message_number", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # masked
    sa.Column("decision", sa.String, nullable=False),
    sa.Column("proposed", sa.String, nullable=False),
    sa.Column("intent", sa.String, nullable=False),  # "" when skipped
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("staff_id", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("export", sa.String, nullable=False),
    sa.Column("note", sa.Text, nullable=False),  # where it was exported to, or why it was refused
    sa.Column("exported_at", UtcDateTime),
    sa.UniqueConstraint("conversation_id", "message_number", name="uq_phrase_reviews_message"),
    sa.Index("ix_phrase_reviews_export", "export", "id"),
)
