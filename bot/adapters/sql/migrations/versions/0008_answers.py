"""Approved texts: every version for good, drafts of FAQ answers, and what is served.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, and the triggers that keep a version as it was said."""
    op.create_table(
        "kept_texts",
        sa.Column("text_id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("approved_by", sa.String),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin = 'release' OR approved_by IS NOT NULL", name="ck_kept_texts_approved"
        ),
    )
    _keep_for_good()
    _create_served()
    _create_drafts()


def _create_served() -> None:
    op.create_table(
        "served_answers",
        sa.Column("answer", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("over_release", sa.Integer),
    )
    op.create_table(
        "answer_servings",
        sa.Column("answer", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )


def _create_drafts() -> None:
    op.create_table(
        "answer_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("approved_by", sa.String),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("approved_revision", sa.Integer),
        sa.Column("over_revision", sa.Integer),
        sa.Column("over_version", sa.Integer),
        sa.Column("published_as", sa.Integer),
        sa.UniqueConstraint("answer", "revision", name="uq_answer_drafts_revision"),
    )
    is_open = sa.text("state IN ('draft', 'approved')")
    op.create_index(
        "uq_answer_drafts_open",
        "answer_drafts",
        ["answer"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "draft_texts",
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("answer_drafts.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _keep_for_good() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_texts() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'kept texts never change'; END $$"
        )
        op.execute(
            "CREATE TRIGGER texts_are_kept BEFORE UPDATE OR DELETE ON kept_texts "
            "FOR EACH ROW EXECUTE FUNCTION keep_texts()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER texts_are_kept_{change.lower()} BEFORE {change} ON kept_texts "
            "BEGIN SELECT RAISE(ABORT, 'kept texts never change'); END"
        )


def downgrade() -> None:
    """Drops the tables, and with them their triggers."""
    for table in (
        "draft_texts",
        "answer_drafts",
        "answer_servings",
        "served_answers",
        "kept_texts",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_texts()")
