"""The ledger of actions on the outside world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.rows import lock_conversation
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.adapters.sql.tables import IS_RECEIVED, effects, messages
from bot.errors import ConversationMoved
from bot.support.conversations import ConversationState, Effect, EffectState


class EffectStore(SqlStore):
    """Keeps effects, each known by its key."""

    def open_effect(self, effect: Effect, now: datetime) -> Effect:
        """Inserts a proposed effect, or returns the one already stored under its key.

        Raises ConversationMoved for a new one while an agent holds the conversation.
        """
        with self._writing() as connection:
            row = lock_conversation(connection, effect.conversation_id)
            # A turn that another version of the code began: its key had no message's id yet.
            before = f"{effect.conversation_id}:{effect.message_number}:{effect.action}"
            known = _read(connection, effects.c.key.in_((effect.key, before)))
            if known:
                return known[0]
            if not ConversationState(row["state"]).bot_may_speak:
                raise ConversationMoved("an agent holds the conversation: nothing is sent")
            if _insert(connection, effect, now):
                return effect
            return _read(connection, effects.c.key == effect.key)[0]

    def update_effect(
        self, key: str, state: EffectState, outcome: Mapping[str, Any] | None, now: datetime
    ) -> None:
        """Writes an effect's state in a transaction of its own; confirmed never goes back."""
        with self._writing() as connection:
            _update(connection, key, state, outcome, now)

    def effect(self, key: str) -> Effect | None:
        """Returns an effect by its key."""
        with self._reading() as connection:
            found = _read(connection, effects.c.key == key)
        return found[0] if found else None

    def effects_in(self, state: EffectState, before: datetime) -> list[Effect]:
        """Returns effects in a state and last changed before a moment, oldest first.

        Not those whose message still waits for its turn: that turn settles them.
        """
        turn_waits = sa.exists().where(
            messages.c.conversation_id == effects.c.conversation_id,
            messages.c.number == effects.c.message_number,
            IS_RECEIVED,
        )
        settled_by_nobody = (effects.c.updated_at < before, ~turn_waits)
        with self._reading() as connection:
            return _read(connection, effects.c.state == state.value, *settled_by_nobody)


def write_effect(connection: Connection, effect: Effect, now: datetime) -> None:
    """Writes an effect's state and outcome, with the effect itself if it is not there yet."""
    if not _insert(connection, effect, now):
        _update(connection, effect.key, effect.state, effect.outcome, now)


def write_late_effect(connection: Connection, effect: Effect, now: datetime) -> None:
    """Writes what a turn found out that is not committed any more.

    Another one may have been there since: only what was done counts against what it left.
    """
    if effect.state is EffectState.CONFIRMED:
        write_effect(connection, effect, now)
    elif not _insert(connection, effect, now):
        open_yet = effects.c.state.in_([EffectState.PROPOSED.value, EffectState.SENT.value])
        connection.execute(
            sa.update(effects)
            .where(effects.c.key == effect.key, open_yet)
            .values(state=effect.state.value, outcome=_plain(effect.outcome), updated_at=now)
        )


def _insert(connection: Connection, effect: Effect, now: datetime) -> bool:
    values = {
        "key": effect.key,
        "conversation_id": effect.conversation_id,
        "message_number": effect.message_number,
        "action": effect.action,
        "seller_id": effect.seller_id,
        "request": dict(effect.request),
        "state": effect.state.value,
        "outcome": _plain(effect.outcome),
        "created_at": now,
        "updated_at": now,
    }
    return insert_unless_present(connection, effects, values, "key")


def _update(
    connection: Connection,
    key: str,
    state: EffectState,
    outcome: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    statement = sa.update(effects).where(effects.c.key == key)
    if state is not EffectState.CONFIRMED:
        statement = statement.where(effects.c.state != EffectState.CONFIRMED.value)
    connection.execute(statement.values(state=state.value, outcome=_plain(outcome), updated_at=now))


def _read(connection: Connection, *conditions: sa.sql.ColumnElement) -> list[Effect]:
    statement = sa.select(effects).where(*conditions).order_by(effects.c.updated_at, effects.c.key)
    return [effect_of(row) for row in connection.execute(statement).mappings()]


def effect_of(row: Mapping[str, Any]) -> Effect:
    """Returns the effect a row of the table describes."""
    return Effect(
        key=row["key"],
        conversation_id=row["conversation_id"],
        message_number=row["message_number"],
        action=row["action"],
        seller_id=row["seller_id"],
        request=row["request"],
        state=EffectState(row["state"]),
        outcome=row["outcome"],
    )


def _plain(outcome: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if outcome is None else dict(outcome)
