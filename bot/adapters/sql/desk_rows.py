"""What all that staff do with a conversation shares: the locked row, the fence, the event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.event_log import record
from bot.adapters.sql.job_store import insert_job
from bot.adapters.sql.rows import insert_buttons, message_values, new_reply
from bot.adapters.sql.store import insert_unless_present
from bot.adapters.sql.tables import (
    IS_OPEN,
    IS_RECEIVED,
    conversations,
    escalations,
    messages,
)
from bot.errors import NotHolder, UnknownConversation
from bot.support.conversations import Author, ConversationState, Job, MessageStatus, Reply
from bot.support.desk import TOLD_LATER, UNDO_TIME, UNDOABLE, Change, Holder
from bot.support.events import ActorKind, Event, EventKind
from bot.support.staff import Staff

HUMAN = ConversationState.HUMAN.value
WAITING = ConversationState.WAITING.value
BOT = ConversationState.BOT.value
RESOLVED = ConversationState.RESOLVED.value

FREE: Mapping[str, Any] = {"holder": None, "holder_name": None, "awaiting_since": None}
"""The columns of a conversation that nobody holds."""

NOBODY_WAITS: Mapping[str, Any] = {"waiting_since": None, "snoozed_until": None}

_TOLD = (
    "state", "holder", "holder_name", "epoch", "merged_into", "outcome", "prioritised", "topic",
)  # fmt: skip
"""What events say of a conversation; never what people wrote."""


def locked(connection: Connection, conversation_id: str) -> Mapping[str, Any]:
    """Returns a conversation's row, kept from other writers; raises UnknownConversation."""
    statement = sa.select(conversations).where(conversations.c.id == conversation_id)
    row: Mapping[str, Any] | None = (
        connection.execute(statement.with_for_update()).mappings().one_or_none()
    )
    if row is None:
        raise UnknownConversation(conversation_id)
    return row


def held(
    connection: Connection, staff: Staff, conversation_id: str, epoch: int | None
) -> Mapping[str, Any]:
    """Returns the locked row of a conversation this person holds; raises NotHolder.

    This is the fence: it is looked at in the transaction of the write itself.
    """
    row = locked(connection, conversation_id)
    mine = row["state"] == HUMAN and row["holder"] == staff.id
    if not mine or (epoch is not None and epoch != row["epoch"]):
        raise NotHolder(holder_of(row))
    return row


def holder_of(row: Mapping[str, Any]) -> Holder | None:
    """Returns who holds a conversation, None when nobody does."""
    if row["holder"] is None:
        return None
    return Holder(row["holder"], row["holder_name"] or row["holder"])


def change(
    connection: Connection,
    row: Mapping[str, Any],
    kind: EventKind,
    staff: Staff | None,
    now: datetime,
    values: Mapping[str, Any],
    *,
    moves: bool = True,
    **after: Any,
) -> tuple[Mapping[str, Any], Change]:
    """Writes values over a locked row and records what changed; returns the row as it is then.

    ``moves`` begins an epoch. ``after`` adds to what the event says.
    """
    epoch = row["epoch"] + 1 if moves else row["epoch"]
    written = {**values, "epoch": epoch, "updated_at": now}
    update_row(connection, row["id"], written)
    new = {**row, **written}
    event_id = record(
        connection,
        Event(
            kind=kind,
            at=now,
            actor_kind=ActorKind.STAFF if staff else ActorKind.SYSTEM,
            actor_id=staff.id if staff else None,
            conversation_id=row["id"],
            before=_said_of(row),
            after={**_said_of(new), "number": row["next_number"] - 1, **after},
        ),
    )
    until = now + UNDO_TIME if staff and kind in UNDOABLE else None
    if until is not None and kind in TOLD_LATER:
        _tell_later(connection, new, kind, until, now)
    return new, Change(row["id"], event_id, until)


def _tell_later(
    connection: Connection, row: Mapping[str, Any], kind: EventKind, at: datetime, now: datetime
) -> None:
    """Lets the seller be told once the change can no longer be taken back."""
    payload = {
        "conversation_id": row["id"],
        "epoch": row["epoch"],
        "state": row["state"],
        "kind": kind.value,
    }
    insert_job(connection, Job(f"tell:{row['id']}:{row['epoch']}", "tell_seller", at, payload), now)


def update_row(connection: Connection, conversation_id: str, values: Mapping[str, Any]) -> None:
    """Writes values over a conversation's row."""
    connection.execute(
        sa.update(conversations).where(conversations.c.id == conversation_id).values(dict(values))
    )


def tell(
    connection: Connection, row: Mapping[str, Any], key: str, reply: Reply, now: datetime
) -> bool:
    """Adds a message about the hand-off itself, once per key, to a locked conversation.

    While an agent holds it its author is the system, otherwise the bot. Tells whether it did.
    """
    author = Author.SYSTEM if row["state"] == HUMAN else Author.BOT
    number = connection.execute(
        sa.select(conversations.c.next_number).where(conversations.c.id == row["id"])
    ).scalar_one()
    notice = new_reply(row["id"], number, reply, now, author)
    values = {**message_values(notice), "notice_key": key}
    if not insert_unless_present(connection, messages, values, "notice_key"):
        return False
    insert_buttons(connection, [notice])
    update_row(connection, row["id"], {"next_number": number + 1, "updated_at": now})
    return True


def leave_to_staff(connection: Connection, conversation_id: str) -> None:
    """Marks what the bot has not answered yet as done: staff have it before them now."""
    connection.execute(
        sa.update(messages)
        .where(messages.c.conversation_id == conversation_id, IS_RECEIVED)
        .values(status=MessageStatus.DONE.value)
    )


def close_escalation(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Closes the open request for a human, if there is one."""
    connection.execute(
        sa.update(escalations)
        .where(IS_OPEN, escalations.c.conversation_id == conversation_id)
        .values(closed_at=now)
    )


def open_last_escalation(connection: Connection, conversation_id: str) -> None:
    """Opens the newest request for a human again, if there is one and none is open."""
    newest = (
        sa.select(sa.func.max(escalations.c.id))
        .where(escalations.c.conversation_id == conversation_id)
        .scalar_subquery()
    )
    connection.execute(
        sa.update(escalations).where(escalations.c.id == newest).values(closed_at=None)
    )


def _said_of(row: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in _TOLD if row[name] is not None}
    if row["snoozed_until"] is not None:
        said["snoozed_until"] = row["snoozed_until"].isoformat()
    return said
