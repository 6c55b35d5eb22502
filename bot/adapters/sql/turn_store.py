"""The beginning and the end of a turn: incoming messages, and the lease on a conversation.

A turn runs under a lease: one owner at a time, until a moment, under a fencing number that grows
each time it is taken. An owner that was away too long finds another number and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.arrivals import append_incoming
from bot.adapters.sql.rows import (
    conversation_of,
    lock_conversation,
    read_messages,
)
from bot.adapters.sql.store import SqlStore
from bot.adapters.sql.tables import IS_RECEIVED, buttons, conversations, messages
from bot.services.ports import Accepted, IncomingMessage, TurnStart
from bot.support.conversations import (
    MAX_MESSAGE_LENGTH,
    Author,
    ConversationState,
    Message,
    MessageStatus,
)


class TurnStore(SqlStore):
    """Stores sellers' messages and says who may answer them."""

    def __init__(self, engine: Engine, lease_seconds: float = 60) -> None:
        super().__init__(engine)
        self._lease = timedelta(seconds=lease_seconds)

    def accept(
        self, conversation_id: str, message: IncomingMessage, owner: str, now: datetime
    ) -> Accepted:
        """Stores a message as received and, if nobody runs a turn there, takes the lease.

        While an agent holds the conversation it is theirs alone: done, and never a turn's.
        """
        with self._writing() as connection:
            row = lock_conversation(connection, conversation_id)
            known = read_messages(
                connection, conversation_id, messages.c.client_id == message.client_id
            )
            if known:
                refused = message.button is not None and known[0].intent is None
                return Accepted(known[0], created=False, inactive_button=refused)
            stored = _read_incoming(connection, row, message, now)
            row = append_incoming(connection, row, stored, now)
            if stored.status is MessageStatus.DONE:
                inactive = message.button is not None and stored.intent is None
                return Accepted(stored, created=True, inactive_button=inactive)
            turn = None if _is_leased(row, now) else self._start(connection, row, owner, now)
            return Accepted(stored, created=True, turn=turn)

    def begin_turn(
        self,
        conversation_id: str,
        owner: str,
        now: datetime,
        *,
        widen: bool = False,
        renew: bool = True,
    ) -> TurnStart | None:
        """Takes (or renews) the lease when messages wait and nobody else holds it.

        A turn that was begun and not committed is begun again with the same messages: it may
        have acted already, and must find its effect again. ``widen`` says that it has not run
        yet, so that what came since is read with it. A renewal is a new fence too: what the
        owner began before can no longer be committed. Without ``renew`` one's own lease counts as
        anybody's.
        """
        with self._writing() as connection:
            row = lock_conversation(connection, conversation_id)
            if _is_leased(row, now) and not (renew and row["lease_owner"] == owner):
                return None
            return self._start(connection, row, owner, now, widen=widen)

    def abandon_turn(self, start: TurnStart, owner: str, now: datetime) -> None:
        """Gives the lease back; the messages stay received, to be redone."""
        with self._writing() as connection:
            release_lease(connection, start, owner, now)

    def release_leases(self, now: datetime) -> None:
        """Gives all leases back: right only where no other process can hold one."""
        held = conversations.c.lease_until.is_not(None)
        with self._writing() as connection:
            connection.execute(
                sa.update(conversations).where(held).values(lease_owner=None, lease_until=None)
            )

    def waiting_conversations(self, now: datetime) -> Sequence[str]:
        """Returns ids of conversations with received messages and no live lease.

        The one that has waited longest comes first.
        """
        statement = (
            sa.select(messages.c.conversation_id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                IS_RECEIVED,
                sa.or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now),
            )
            .group_by(messages.c.conversation_id)
            .order_by(sa.func.min(messages.c.created_at), messages.c.conversation_id)
        )
        with self._reading() as connection:
            return list(connection.execute(statement).scalars())

    def _start(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        owner: str,
        now: datetime,
        *,
        widen: bool = False,
    ) -> TurnStart | None:
        """Takes the lease of a locked conversation, if messages wait there."""
        waiting = read_messages(connection, row["id"], IS_RECEIVED)
        if not waiting:
            return None
        begun = tuple(m for m in waiting if m.number <= (row["turn_until"] or 0))
        together = begun if begun and not widen else _read_together(waiting)
        lease = {
            "turn_until": together[-1].number,
            "lease_owner": owner,
            "lease_until": now + self._lease,
            "fence": row["fence"] + 1,
        }
        connection.execute(
            sa.update(conversations).where(conversations.c.id == row["id"]).values(lease)
        )
        conversation = replace(conversation_of(row), fence=lease["fence"])
        interrupted = row["tracker_epoch"] not in (None, row["epoch"])
        return TurnStart(conversation, together, row["tracker"], interrupted)


def release_lease(connection: Connection, start: TurnStart, owner: str, now: datetime) -> bool:
    """Gives a turn's lease back; tells whether the owner still held it under that fence."""
    released = connection.execute(
        sa.update(conversations)
        .where(
            conversations.c.id == start.conversation.id,
            conversations.c.lease_owner == owner,
            conversations.c.fence == start.conversation.fence,
        )
        .values(lease_owner=None, lease_until=None, updated_at=now)
    )
    return bool(released.rowcount == 1)


def _is_leased(row: Mapping[str, Any], now: datetime) -> bool:
    return row["lease_until"] is not None and row["lease_until"] > now


def _read_together(waiting: Sequence[Message]) -> tuple[Message, ...]:
    """Returns what one turn reads: a leading run of typed messages, or one button alone.

    A button is a decision about what stood before it; text around it must not blur it.
    """
    typed = tuple(takewhile(lambda message: message.intent is None, waiting))
    return typed or (waiting[0],)


def _read_incoming(
    connection: Connection, row: Mapping[str, Any], message: IncomingMessage, now: datetime
) -> Message:
    """Returns the message to store: typed, of a used button, or done for an inactive one."""
    stored = Message(
        conversation_id=row["id"],
        number=row["next_number"],
        author=Author.SELLER,
        text=message.text[:MAX_MESSAGE_LENGTH],
        created_at=now,
        status=_status_in(row),
        client_id=message.client_id,
        request_id=message.request_id,
    )
    if message.button is None:
        return stored
    button = _use_button(connection, row["id"], message.button, now)
    if button is None:
        title = _title_of(connection, row["id"], message.button)
        return replace(stored, text=title, status=MessageStatus.DONE)
    return replace(
        stored, text=button["title"], intent=button["intent"], entities=button["entities"]
    )


def _status_in(row: Mapping[str, Any]) -> MessageStatus:
    may_speak = ConversationState(row["state"]).bot_may_speak
    return MessageStatus.RECEIVED if may_speak else MessageStatus.DONE


def _use_button(
    connection: Connection, conversation_id: str, token: str, now: datetime
) -> Mapping[str, Any] | None:
    """Returns a button's row, now used; None for a token that is inactive here."""
    overtaken = (
        sa.exists()
        .where(
            messages.c.conversation_id == buttons.c.conversation_id,
            messages.c.number > buttons.c.message_number,
            messages.c.author == Author.SELLER.value,
        )
        .correlate(buttons)
    )
    used = connection.execute(
        sa.update(buttons)
        .where(
            buttons.c.token == token,
            buttons.c.conversation_id == conversation_id,
            buttons.c.used_at.is_(None),
            buttons.c.expires_at > now,
            ~overtaken,
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return None
    row: Mapping[str, Any] = (
        connection.execute(sa.select(buttons).where(buttons.c.token == token)).mappings().one()
    )
    return row


def _title_of(connection: Connection, conversation_id: str, token: str) -> str:
    """Returns the title of a button offered in this conversation, "" for any other token."""
    statement = sa.select(buttons.c.title).where(
        buttons.c.token == token, buttons.c.conversation_id == conversation_id
    )
    title: str | None = connection.execute(statement).scalar_one_or_none()
    return title or ""
