"""The first tables: conversations and what they set in motion.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("conversations", "messages", "buttons", "effects", "escalations", "jobs")
IN_ORDER = ["conversation_id", "number"]


def upgrade() -> None:
    """Creates the six tables with their indexes."""
    _create_conversations()
    _create_messages()
    _create_buttons()
    _create_effects()
    _create_escalations()
    _create_jobs()


def downgrade() -> None:
    """Drops them, those that refer to others first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("seller_id", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("next_number", sa.Integer, nullable=False),
        sa.Column("lease_owner", sa.String),
        _moment("lease_until", nullable=True),
        sa.Column("turn_until", sa.Integer),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("tracker", sa.Text),
        _moment("created_at"),
        _moment("updated_at"),
        sa.UniqueConstraint("seller_id", "label", name="uq_conversations_seller_label"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column(
            "conversation_id", sa.String, sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("client_id", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("reply_to", sa.Integer),
        sa.Column("response", sa.String),
        sa.Column("response_version", sa.Integer),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("understanding", sa.JSON, nullable=False),
        sa.Column("model", sa.String),
        sa.Column("notice_key", sa.String),
        sa.Column("handed_over", sa.Boolean, nullable=False),
        _moment("created_at"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
        sa.UniqueConstraint("notice_key", name="uq_messages_notice_key"),
    )
    _create_partial_index("ix_messages_received", "messages", IN_ORDER, "status = 'received'")
    _create_partial_index("ix_messages_notices", "messages", IN_ORDER, "notice_key IS NOT NULL")


def _create_buttons() -> None:
    op.create_table(
        "buttons",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("message_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("intent", sa.String, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        _moment("used_at", nullable=True),
        _moment("expires_at"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "message_number"],
            ["messages.conversation_id", "messages.number"],
            name="fk_buttons_message",
        ),
        sa.UniqueConstraint(
            "conversation_id", "message_number", "position", name="uq_buttons_position"
        ),
    )


def _create_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_number", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("seller_id", sa.String, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("outcome", sa.JSON),
        _moment("created_at"),
        _moment("updated_at"),
    )
    op.create_index("ix_effects_state", "effects", ["state", "updated_at"])


def _create_escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("order_number", sa.String),
        _moment("asked_at"),
        _moment("closed_at", nullable=True),
    )
    _create_partial_index(
        "uq_escalations_open", "escalations", ["conversation_id"], "closed_at IS NULL", unique=True
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        _moment("run_at"),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String),
        _moment("claimed_until", nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
    )
    _create_partial_index("ix_jobs_due", "jobs", ["run_at"], "state = 'waiting'")


def _create_partial_index(
    name: str, table: str, columns: list[str], condition: str, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
