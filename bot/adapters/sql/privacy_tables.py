"""The tables of privacy: erasures under way, and what may change the log of events meanwhile."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seller_id", sa.String),  # until it is done; then nobody knows whose it was
    sa.Column("by", sa.String),  # the account that asked for it; None: the command line
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Column("swept_at", UtcDateTime),
    sa.Column("conversations", sa.JSON, nullable=False),  # ids that are gone, until it is swept
    sa.Column("threads", sa.JSON, nullable=False),  # where in Slack, until it is swept
    sa.Column("counts", sa.JSON, nullable=False),  # rows by table
    sa.Column("exported", sa.JSON, nullable=False),  # where phrases went, masked, as training data
)

UNDER_WAY = erasures.c.done_at.is_(None)

sa.Index(
    "uq_erasures_under_way",  # two commands for one seller are one erasure
    erasures.c.seller_id,
    unique=True,
    sqlite_where=UNDER_WAY,
    postgresql_where=UNDER_WAY,
)

event_permits = sa.Table(
    "event_permits",
    # Empty at every commit. A row within a transaction lets the triggers of migration 0011 admit
    # what maintenance does to the log of events; bot.adapters.sql.event_maintenance.
    metadata,
    sa.Column("kind", sa.String, primary_key=True),  # "rewrite" or "remove"
)
