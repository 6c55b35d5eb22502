"""The table of processes that are alive."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("owner", sa.String, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)
