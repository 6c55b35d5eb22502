"""What a seller's message changes in its conversation: it opens, wakes or reopens it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.event_log import record
from bot.adapters.sql.rows import message_values
from bot.adapters.sql.tables import conversations, messages
from bot.support.conversations import ConversationState, Message
from bot.support.events import ActorKind, Event, EventKind


def append_incoming(
    connection: Connection, row: Mapping[str, Any], message: Message, now: datetime
) -> Mapping[str, Any]:
    """Stores a seller's message in a locked conversation; returns its row as it is then.

    A seller who writes reopens a resolved conversation, takes a merged one out again, and wakes
    one that was put away.
    """
    state = ConversationState(row["state"])
    resolved = state is ConversationState.RESOLVED
    changed: dict[str, Any] = {"next_number": message.number + 1, "updated_at": now}
    if resolved:
        changed.update(
            state=ConversationState.BOT.value,
            resolved_at=None,
            outcome=None,
            merged_into=None,
            waiting_since=None,
            prioritised=None,
        )
    if row["snoozed_until"] is not None:
        changed["snoozed_until"] = None
    if state is ConversationState.HUMAN and row["awaiting_since"] is None:
        changed["awaiting_since"] = now
    connection.execute(sa.insert(messages).values(message_values(message)))
    connection.execute(
        sa.update(conversations).where(conversations.c.id == row["id"]).values(changed)
    )
    _record(connection, row, message, now)
    return {**row, **changed}


def _record(
    connection: Connection, row: Mapping[str, Any], message: Message, now: datetime
) -> None:
    """Records what the message changed."""
    state, said = row["state"], {"number": message.number, "epoch": row["epoch"]}
    happened: list[tuple[EventKind, dict[str, Any], dict[str, Any]]] = []
    if message.number == 1:
        happened.append((EventKind.CONVERSATION_OPENED, {}, {"state": state}))
    if state == ConversationState.RESOLVED.value:
        since = row["resolved_at"]
        seconds = int((now - since).total_seconds()) if since else None
        before = {"state": state, "outcome": row["outcome"], "merged_into": row["merged_into"]}
        after = {"state": ConversationState.BOT.value, "seconds": seconds}
        happened.append((EventKind.CONVERSATION_REOPENED, before, after))
    if row["snoozed_until"] is not None:
        before = {"state": state, "snoozed_until": row["snoozed_until"].isoformat()}
        happened.append((EventKind.CONVERSATION_WOKEN, before, {"state": state}))
    for kind, before, after in happened:
        kept = {name: value for name, value in before.items() if value is not None}
        record(
            connection,
            Event(
                kind, now, ActorKind.SELLER, row["seller_id"], row["id"],
                before=kept, after={**said, **after},
            ),
        )  # fmt: skip
