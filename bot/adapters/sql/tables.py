"""The tables of conversations, and of what they set in motion.

A change here needs a migration; a test compares both.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.types import UtcDateTime
from bot.support.conversations import MessageStatus

JOB_WAITING = "waiting"
JOB_DONE = "done"

NOBODY = ""
"""The seller of a conversation that was erased: what is left is what figures are counted from."""


def _mapping(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON, nullable=False)


def _conversation_id(**options: bool) -> sa.Column:
    return sa.Column(
        "conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False, **options
    )


conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("seller_id", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("holder", sa.String),  # the agent's id while the state is human
    sa.Column("holder_name", sa.String),
    sa.Column("awaiting_since", UtcDateTime),  # since when the seller waits for the holder
    sa.Column("next_number", sa.Integer, nullable=False),
    sa.Column("lease_owner", sa.String),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("turn_until", sa.Integer),  # the last message of the turn begun last
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("tracker", sa.Text),  # a bounded checkpoint, rewritten at every turn
    sa.Column("tracker_epoch", sa.Integer),  # the epoch it was written in
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    # What the queue shows and sorts by; written in the transaction of what it follows from.
    sa.Column("seller_name", sa.String),
    sa.Column("source", sa.String, nullable=False, server_default="chat"),
    sa.Column("waiting_since", UtcDateTime),  # for a human; kept while one holds it
    sa.Column("reason", sa.String),  # of the newest request for a human
    sa.Column("order_number", sa.String),
    sa.Column("order_then", sa.JSON(none_as_null=True)),
    sa.Column("topic", sa.String),
    sa.Column("topic_confidence", sa.Float),
    sa.Column("urgency_facts", sa.JSON(none_as_null=True)),
    sa.Column("urgency_score", sa.Integer),  # without the wait, which the query adds
    sa.Column("prioritised", sa.String),
    sa.Column("snoozed_until", UtcDateTime),
    sa.Column("merged_into", sa.String),
    sa.Column("outcome", sa.String),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("search_text", sa.Text),  # folded: who, and which orders
    sa.UniqueConstraint("seller_id", "label", name="uq_conversations_seller_label"),
    sa.Index("ix_conversations_state", "state", "waiting_since"),
    sa.Index("ix_conversations_resolved", "resolved_at"),
    sa.Index("ix_conversations_merged", "merged_into"),
)

messages = sa.Table(
    "messages",
    metadata,
    _conversation_id(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("client_id", sa.String),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("intent", sa.String),
    _mapping("entities"),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("reply_to", sa.Integer),
    sa.Column("response", sa.String),
    sa.Column("response_version", sa.Integer),
    _mapping("values"),
    _mapping("understanding"),
    sa.Column("topic", sa.String),  # what it was understood as: understanding.intent.name
    sa.Column("model", sa.String),
    sa.Column("notice_key", sa.String),
    sa.Column("handed_over", sa.Boolean, nullable=False, default=False),
    sa.Column("agent_id", sa.String),
    sa.Column("agent_name", sa.String),
    sa.Column("request_id", sa.String),  # of the request that brought it, as logs name it
    sa.Column("search_text", sa.Text),  # folded
    # understood badly: somebody should look (bot.support.review)
    sa.Column("unsure", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
    sa.UniqueConstraint("notice_key", name="uq_messages_notice_key"),
)

# All that figures read of messages: the rows themselves, with their texts, are large.
sa.Index(
    "ix_messages_author",
    messages.c.author,
    messages.c.created_at,
    messages.c.number,
    messages.c.conversation_id,
    messages.c.response,
)
sa.Index(
    "ix_messages_course",
    messages.c.conversation_id,
    messages.c.number,
    messages.c.author,
    messages.c.topic,
    messages.c.response,
    messages.c.created_at,
)

# Literals, not bound values: SQLite uses a partial index only for a condition it can recognise.
# The number is in these indexes so that they serve the order too, and a long conversation is not
# read through at every turn.
IS_RECEIVED = messages.c.status == sa.literal_column(f"'{MessageStatus.RECEIVED.value}'")
IS_NOTICE = messages.c.notice_key.is_not(None)
IS_UNSURE = sa.literal_column("unsure")

sa.Index(
    "ix_messages_received",
    messages.c.conversation_id,
    messages.c.number,
    sqlite_where=IS_RECEIVED,
    postgresql_where=IS_RECEIVED,
)
sa.Index(
    "ix_messages_notices",
    messages.c.conversation_id,
    messages.c.number,
    sqlite_where=IS_NOTICE,
    postgresql_where=IS_NOTICE,
)
sa.Index(
    "ix_messages_unsure", messages.c.created_at, sqlite_where=IS_UNSURE, postgresql_where=IS_UNSURE
)

buttons = sa.Table(
    "buttons",
    metadata,
    sa.Column("token", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, nullable=False),
    sa.Column("message_number", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("intent", sa.String, nullable=False),
    _mapping("entities"),
    sa.Column("used_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["conversation_id", "message_number"],
        ["messages.conversation_id", "messages.number"],
        name="fk_buttons_message",
    ),
    sa.UniqueConstraint(
        "conversation_id", "message_number", "position", name="uq_buttons_position"
    ),
)

effects = sa.Table(
    "effects",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    _conversation_id(),
    sa.Column("message_number", sa.Integer, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("seller_id", sa.String, nullable=False),
    _mapping("request"),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index("ix_effects_state", "state", "updated_at"),
)

escalations = sa.Table(
    "escalations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _conversation_id(),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("order_number", sa.String),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("order_then", sa.JSON(none_as_null=True)),
    sa.Column("urgency_facts", sa.JSON(none_as_null=True)),
    sa.Column("topic", sa.String),
    sa.Column("topic_confidence", sa.Float),
)

IS_OPEN = escalations.c.closed_at.is_(None)

sa.Index(
    "uq_escalations_open",  # at most one open request per conversation
    escalations.c.conversation_id,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    _mapping("payload"),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.String),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

IS_WAITING = jobs.c.state == sa.literal_column(f"'{JOB_WAITING}'")

sa.Index("ix_jobs_due", jobs.c.run_at, sqlite_where=IS_WAITING, postgresql_where=IS_WAITING)

thumbs = sa.Table(
    "thumbs",
    metadata,
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("message_number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("response", sa.String, nullable=False),
    sa.Column("response_version", sa.Integer, nullable=False),
    sa.Column("given_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["conversation_id", "message_number"],
        ["messages.conversation_id", "messages.number"],
        name="fk_thumbs_message",
    ),
    sa.Index("ix_thumbs_response", "response", "response_version"),
    sa.Index("ix_thumbs_given_at", "given_at", "response", "value"),
)

ratings = sa.Table(
    "ratings",
    metadata,
    _conversation_id(primary_key=True),
    sa.Column("stars", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("response", sa.String),  # the answer given last, None before the first
    sa.Column("response_version", sa.Integer),
    sa.Column("given_at", UtcDateTime, nullable=False),
)

events = sa.Table(
    "events",  # append-only: a trigger of migration 0004 refuses changes
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("actor_kind", sa.String, nullable=False),
    sa.Column("actor_id", sa.String),
    sa.Column("conversation_id", sa.String),  # no foreign key: events outlive what they name
    sa.Column("target", sa.String),
    _mapping("before"),
    _mapping("after"),
    sa.Index("ix_events_at", "at"),
    sa.Index("ix_events_kind", "kind", "at"),
    sa.Index("ix_events_conversation", "conversation_id", "id"),
)

notes = sa.Table(
    "notes",  # between staff: nothing that sellers read is made from this table
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _conversation_id(),
    sa.Column("staff_id", sa.String, nullable=False),
    sa.Column("staff_name", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("client_id", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "staff_id", "client_id", name="uq_notes_client_id"),
)

calendar = sa.Table(
    "calendar",  # the days of Europe/Paris, which figures are counted by
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
)
