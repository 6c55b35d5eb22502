"""Erasures, and a log of events that only they and retention may touch.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SAME = (
    "NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.kind = OLD.kind "
    "AND NEW.actor_kind = OLD.actor_kind"
)
REWRITE = f"EXISTS (SELECT 1 FROM event_permits WHERE kind = 'rewrite') AND {SAME}"
REMOVE = "EXISTS (SELECT 1 FROM event_permits WHERE kind = 'remove')"


def upgrade() -> None:
    """Creates the tables, and lets the triggers know permits."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seller_id", sa.String),
        sa.Column("by", sa.String),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("swept_at", sa.DateTime(timezone=True)),
        sa.Column("conversations", sa.JSON, nullable=False),
        sa.Column("threads", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("exported", sa.JSON, nullable=False),
    )
    under_way = sa.text("done_at IS NULL")
    op.create_index(
        "uq_erasures_under_way",
        "erasures",
        ["seller_id"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table("event_permits", sa.Column("kind", sa.String, primary_key=True))
    if op.get_bind().dialect.name == "postgresql":
        _replace_function(
            f"IF TG_OP = 'UPDATE' AND {REWRITE} THEN RETURN NEW; END IF; "
            f"IF TG_OP = 'DELETE' AND {REMOVE} THEN RETURN OLD; END IF; "
        )
        return
    _replace_triggers({"UPDATE": f"WHEN NOT ({REWRITE}) ", "DELETE": f"WHEN NOT ({REMOVE}) "})


def downgrade() -> None:
    """Drops them, and admits nothing any more."""
    if op.get_bind().dialect.name == "postgresql":
        _replace_function("")
    else:
        _replace_triggers({"UPDATE": "", "DELETE": ""})
    op.drop_table("event_permits")
    op.drop_table("erasures")


def _replace_function(unless: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_events() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {unless}RAISE EXCEPTION 'events are append-only'; END $$"
    )


def _replace_triggers(when: dict[str, str]) -> None:
    for change, condition in when.items():
        name = f"events_are_kept_{change.lower()}"
        op.execute(f"DROP TRIGGER {name}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON events {condition}"
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )
