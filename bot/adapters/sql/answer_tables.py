"""The tables of approved texts: every version for good, drafts, and what is served.

A change here needs a migration; a test compares both.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime
from bot.support.publishing import DraftState

kept_texts = sa.Table(
    "kept_texts",  # append-only, by triggers: what was said must be said again byte for byte
    metadata,
    sa.Column("text_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Column("approved_by", sa.String),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("kept_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("origin = 'release' OR approved_by IS NOT NULL", name="approved"),
)

served_answers = sa.Table(
    "served_answers",
    metadata,
    sa.Column("answer", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer),  # None: what the software delivers
    sa.Column("over_release", sa.Integer),
)

answer_servings = sa.Table(
    "answer_servings",
    metadata,
    sa.Column("answer", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)

answer_drafts = sa.Table(
    "answer_drafts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("based_on", sa.Integer, nullable=False),
    sa.Column("approved_by", sa.String),
    sa.Column("approved_at", UtcDateTime),
    sa.Column("approved_revision", sa.Integer),
    sa.Column("over_revision", sa.Integer),
    sa.Column("over_version", sa.Integer),
    sa.Column("published_as", sa.Integer),
    sa.UniqueConstraint("answer", "revision", name="uq_answer_drafts_revision"),
)

OPEN = tuple(state.value for state in DraftState if state.is_open)
IS_OPEN_DRAFT = answer_drafts.c.state.in_([sa.literal_column(f"'{state}'") for state in OPEN])

sa.Index(
    "uq_answer_drafts_open",  # at most one open draft of an answer
    answer_drafts.c.answer,
    unique=True,
    sqlite_where=IS_OPEN_DRAFT,
    postgresql_where=IS_OPEN_DRAFT,
)

draft_texts = sa.Table(
    "draft_texts",  # what everybody wrote, also what was written over
    metadata,
    sa.Column("draft_id", sa.Integer, sa.ForeignKey("answer_drafts.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
