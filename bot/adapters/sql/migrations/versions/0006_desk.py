"""What staff do with conversations: claims that end, notes, the queue, and what is searched.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_BATCH = 1_000


def upgrade() -> None:
    """Adds the columns and the table, and folds what was said before for searching."""
    for column in _conversation_columns():
        op.add_column("conversations", column)
    op.create_index("ix_conversations_state", "conversations", ["state", "waiting_since"])
    op.create_index("ix_conversations_resolved", "conversations", ["resolved_at"])
    op.create_index("ix_conversations_merged", "conversations", ["merged_into"])
    for name, kind in (
        ("agent_id", sa.String),
        ("agent_name", sa.String),
        ("search_text", sa.Text),
    ):
        op.add_column("messages", sa.Column(name, kind()))
    op.add_column("escalations", sa.Column("order_then", sa.JSON))
    op.add_column("escalations", sa.Column("urgency_facts", sa.JSON))
    op.add_column("escalations", sa.Column("topic", sa.String))
    op.add_column("escalations", sa.Column("topic_confidence", sa.Float))
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("staff_id", sa.String, nullable=False),
        sa.Column("staff_name", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("client_id", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("conversation_id", "staff_id", "client_id", name="uq_notes_client_id"),
    )
    if not op.get_context().as_sql:  # statements that are only shown can read nothing
        _fill_in()


def downgrade() -> None:
    """Takes the table and the columns away again."""
    op.drop_table("notes")
    for name in ("order_then", "urgency_facts", "topic", "topic_confidence"):
        op.drop_column("escalations", name)
    for name in ("agent_id", "agent_name", "search_text"):
        op.drop_column("messages", name)
    for name in ("state", "resolved", "merged"):
        op.drop_index(f"ix_conversations_{name}", "conversations")
    for column in _conversation_columns():
        op.drop_column("conversations", column.name)


def _conversation_columns() -> list[sa.Column]:
    return [
        sa.Column("holder_name", sa.String),
        sa.Column("awaiting_since", _MOMENT),
        sa.Column("tracker_epoch", sa.Integer),
        sa.Column("seller_name", sa.String),
        sa.Column("source", sa.String, nullable=False, server_default="chat"),
        sa.Column("waiting_since", _MOMENT),
        sa.Column("reason", sa.String),
        sa.Column("order_number", sa.String),
        sa.Column("order_then", sa.JSON),
        sa.Column("topic", sa.String),
        sa.Column("topic_confidence", sa.Float),
        sa.Column("urgency_facts", sa.JSON),
        sa.Column("urgency_score", sa.Integer),
        sa.Column("prioritised", sa.String),
        sa.Column("snoozed_until", _MOMENT),
        sa.Column("merged_into", sa.String),
        sa.Column("outcome", sa.String),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("search_text", sa.Text),
    ]


def _fill_in() -> None:
    """Fills in what can be told of conversations that are there already."""
    connection = op.get_bind()
    conversations = sa.table(
        "conversations",
        *(sa.column(n) for n in ("id", "seller_id", "search_text", "epoch", "tracker_epoch")),
    )
    connection.execute(sa.update(conversations).values(tracker_epoch=conversations.c.epoch))
    for found in connection.execute(sa.select(conversations.c.id, conversations.c.seller_id)).all():
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == found.id)
            .values(search_text=_folded(found.seller_id))
        )
    connection.execute(
        sa.text(
            "UPDATE conversations SET waiting_since = (SELECT asked_at FROM escalations "
            "WHERE conversation_id = conversations.id AND closed_at IS NULL), "
            "reason = (SELECT reason FROM escalations "
            "WHERE conversation_id = conversations.id AND closed_at IS NULL), urgency_score = 15 "
            "WHERE id IN (SELECT conversation_id FROM escalations WHERE closed_at IS NULL)"
        )
    )
    _fold_messages(connection)


def _fold_messages(connection: sa.engine.Connection) -> None:
    names = ("conversation_id", "number", "text", "search_text")
    messages = sa.table("messages", *(sa.column(name) for name in names))
    missing = (
        sa.select(messages.c.conversation_id, messages.c.number, messages.c.text)
        .where(messages.c.search_text.is_(None))
        .limit(_BATCH)
    )
    while rows := connection.execute(missing).all():
        for row in rows:
            connection.execute(
                sa.update(messages)
                .where(
                    messages.c.conversation_id == row.conversation_id,
                    messages.c.number == row.number,
                )
                .values(search_text=_folded(row.text))
            )


def _folded(text: str) -> str:
    """Returns the text as bot.language.searching folds it, as that was when this was written."""
    lower = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join("".join(c for c in lower if not unicodedata.combining(c)).split())
