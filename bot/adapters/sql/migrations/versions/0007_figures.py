"""What figures are counted by: topics of messages, the days of Paris, and indexes.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

from bot.adapters.sql.functions import CREATE_JSON_EXTRACT, CREATE_UNIXEPOCH
from bot.adapters.sql.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2039, 12, 31)
INDEXES = {
    "ix_messages_author": (
        "messages", ["author", "created_at", "number", "conversation_id", "response"]
    ),
    "ix_messages_course": (
        "messages", ["conversation_id", "number", "author", "topic", "response", "created_at"]
    ),
    "ix_thumbs_given_at": ("thumbs", ["given_at", "response", "value"]),
}  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(CREATE_JSON_EXTRACT)
        op.execute(CREATE_UNIXEPOCH)
    op.add_column("messages", sa.Column("topic", sa.String))
    op.execute("UPDATE messages SET topic = json_extract(understanding, '$.intent.name')")
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.create_table(
        "calendar",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )
    rows = ", ".join(
        f"('{day}', '{_literal(start)}', '{_literal(end)}')" for day, start, end in paris_days()
    )
    op.execute(f"INSERT INTO calendar (day, starts_at, ends_at) VALUES {rows}")


def downgrade() -> None:
    op.drop_table("calendar")
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("messages", "topic")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION unixepoch(timestamp with time zone)")
        op.execute("DROP FUNCTION json_extract(json, text)")


def paris_days() -> Iterator[tuple[date, datetime, datetime]]:
    """Yields each day with its beginning and its end; two a year are not 24 hours long.

    By the rule of directive 2000/84/EC, not by the machine's own tables, which may be old: every
    database holds the same days. A test compares them with those of the test machine.
    """
    day, starts_at = FIRST_DAY, _midnight(FIRST_DAY)
    while day <= LAST_DAY:
        ends_at = _midnight(day + timedelta(days=1))
        yield day, starts_at, ends_at
        day, starts_at = day + timedelta(days=1), ends_at


def _literal(moment: datetime) -> str:
    """Returns a moment as SQLAlchemy writes it in either database."""
    zone = "+00" if op.get_context().dialect.name == "postgresql" else ""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}{zone}"


def _midnight(day: date) -> datetime:
    summer = _last_sunday(day.year, 3) < day <= _last_sunday(day.year, 10)
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(
        hours=2 if summer else 1
    )


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)  # March and October have 31 days
    return last - timedelta(days=(last.weekday() + 1) % 7)
