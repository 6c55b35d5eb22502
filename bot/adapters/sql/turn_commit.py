"""The commit of a turn: all that it leaves behind, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.effect_store import write_effect, write_late_effect
from bot.adapters.sql.handoff_store import open_escalation, withdraw_escalation
from bot.adapters.sql.job_store import insert_job
from bot.adapters.sql.rows import (
    insert_buttons,
    lock_conversation,
    mark_done,
    message_values,
    new_reply,
)
from bot.adapters.sql.tables import IS_RECEIVED, conversations, messages
from bot.adapters.sql.turn_store import TurnStore, release_lease
from bot.errors import ConversationMoved
from bot.services.ports import Committed, TurnCommit
from bot.support.conversations import ConversationState, Effect, EffectState, Job, Message
from bot.support.review import is_unsure


class TurnCommitStore(TurnStore):
    """Writes what a turn leaves behind, if the bot still holds the conversation."""

    def commit_turn(self, commit: TurnCommit, owner: str, now: datetime) -> Committed:
        """Writes replies, tracker, effects, escalations, jobs and ``done`` in one transaction.

        Raises ConversationMoved when fence or epoch changed or the bot may no longer speak:
        nothing of the turn is then kept, except the outcomes of effects and the jobs that name
        them. If a human holds the conversation, its messages are done all the same.
        """
        with self._writing() as connection:
            number = _enter(connection, commit, owner, now)
            if number is not None:
                return self._write(connection, commit, number, owner, now)
            _write_remains(connection, commit, owner, now)
        raise ConversationMoved(f"conversation {commit.start.conversation.id} moved on")

    def _write(
        self, connection: Connection, commit: TurnCommit, number: int, owner: str, now: datetime
    ) -> Committed:
        conversation_id = commit.start.conversation.id
        *earlier, last = commit.start.messages
        mark_done(connection, earlier)
        understanding, answers = commit.understanding, [r.response for r in commit.replies]
        mark_done(
            connection,
            [last],
            understanding=dict(understanding),
            model=commit.model,
            unsure=last.intent is None and is_unsure(understanding, answers),
        )
        replies = _insert_replies(connection, commit, number, now)
        for effect in commit.effects:
            write_effect(connection, effect, now)
        if commit.withdraw_escalation:
            withdraw_escalation(connection, conversation_id, now)
        for escalation in commit.escalations:
            open_escalation(connection, escalation, now)
        for job in commit.jobs:
            insert_job(connection, job, now)
        more = _has_received(connection, conversation_id)
        if more:
            self._keep_lease(connection, conversation_id, owner, now)
        return Committed(replies, more)

    def _keep_lease(
        self, connection: Connection, conversation_id: str, owner: str, now: datetime
    ) -> None:
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(lease_owner=owner, lease_until=now + self._lease)
        )


def _enter(connection: Connection, commit: TurnCommit, owner: str, now: datetime) -> int | None:
    """Returns the number of the first reply, or None when the conversation moved.

    One compare-and-set checks the hold, keeps other writers away, writes the tracker, gives the
    lease back and reserves the replies' numbers. It uses up the fence: even if the lease is then
    kept because more messages wait, the same turn cannot be committed twice.
    """
    conversation = commit.start.conversation
    silent = [state.value for state in ConversationState if not state.bot_may_speak]
    entered = connection.execute(
        sa.update(conversations)
        .where(
            conversations.c.id == conversation.id,
            conversations.c.fence == conversation.fence,
            conversations.c.lease_owner == owner,
            conversations.c.epoch == conversation.epoch,
            conversations.c.state.not_in(silent),
        )
        .values(
            next_number=conversations.c.next_number + len(commit.replies),
            tracker=commit.tracker,
            **_tracker_epoch(commit),
            fence=conversations.c.fence + 1,
            lease_owner=None,
            lease_until=None,
            updated_at=now,
        )
    )
    if entered.rowcount != 1:
        return None
    next_number: int = connection.execute(
        sa.select(conversations.c.next_number).where(conversations.c.id == conversation.id)
    ).scalar_one()
    return next_number - len(commit.replies)


def _tracker_epoch(commit: TurnCommit) -> dict[str, int]:
    """Returns the epoch of a tracker that was written now, nothing for one left as it was."""
    left = commit.start.interrupted and commit.tracker == commit.start.tracker
    return {} if left else {"tracker_epoch": commit.start.conversation.epoch}


def _insert_replies(
    connection: Connection, commit: TurnCommit, number: int, now: datetime
) -> tuple[Message, ...]:
    """Stores the replies under numbers from ``number`` on, as answers to the last message."""
    conversation_id, last = commit.start.conversation.id, commit.start.messages[-1]
    replies = tuple(
        new_reply(conversation_id, number + place, reply, now, reply_to=last.number)
        for place, reply in enumerate(commit.replies)
    )
    if replies:
        connection.execute(sa.insert(messages), [message_values(each) for each in replies])
        insert_buttons(connection, replies)
    return replies


def _has_received(connection: Connection, conversation_id: str) -> bool:
    statement = sa.select(messages.c.number).where(
        messages.c.conversation_id == conversation_id, IS_RECEIVED
    )
    return connection.execute(statement.limit(1)).first() is not None


def _write_remains(connection: Connection, commit: TurnCommit, owner: str, now: datetime) -> None:
    """Writes what stays true of a turn whose conversation moved."""
    row = lock_conversation(connection, commit.start.conversation.id)
    for effect in commit.effects:
        write_late_effect(connection, effect, now)
        if effect.state is EffectState.CONFIRMED:  # its receipt went with the replies
            key, payload = f"tell_outcome:{effect.key}", {"key": effect.key}
            insert_job(connection, Job(key, "tell_outcome", now, payload), now)
    for job in commit.jobs:
        if _belongs_to_an_effect(job, commit.effects):
            insert_job(connection, job, now)
    if not ConversationState(row["state"]).bot_may_speak:
        mark_done(connection, commit.start.messages)
    release_lease(connection, commit.start, owner, now)


def _belongs_to_an_effect(job: Job, effects: Sequence[Effect]) -> bool:
    """Tells whether a job names an effect's key, in its own key or in its payload."""
    named = list(job.payload.values())
    return any(effect.key in job.key or effect.key in named for effect in effects)
