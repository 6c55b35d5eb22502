"""Writes the demo's history into an empty database, or one that holds demo sellers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.demo_history.courses import COURSES, PARIS, WAITING, moments, tell
from bot.adapters.demo_history.story import Story
from bot.adapters.demo_history.texts import DemoTexts
from bot.adapters.sql.desk_rows import update_row
from bot.adapters.sql.engine import reading, writing
from bot.adapters.sql.queue_facts import queue_facts
from bot.adapters.sql.rows import message_values
from bot.adapters.sql.store import storage_errors
from bot.adapters.sql.tables import (
    NOBODY,
    conversations,
    escalations,
    events,
    messages,
    thumbs,
)
from bot.errors import SettingsError
from bot.language.searching import searchable
from bot.support.conversations import ConversationState, Escalation, EscalationReason
from bot.support.responses import Content

WEEKS = 10
CONVERSATIONS = 1_400
WAITING_MINUTES = (3, 8, 17, 34, 61, 95)
"""How long those wait for a human that are in the queue when the demo starts."""
_PREFIX = "c_demo_"
_TOGETHER = 500


def seed_history(
    engine: Engine, content: Content, now: datetime, own_sellers: Iterable[str],
    count: int = CONVERSATIONS, days: int = 7 * WEEKS,
) -> int:  # fmt: skip
    """Writes the history unless it is there; returns how many conversations were written.

    Raises SettingsError where somebody else than the demo's own sellers has ever written: that
    is no demo's database.
    """
    texts = DemoTexts(content)
    with storage_errors(), reading(engine) as connection:
        sellers = set(connection.execute(sa.select(conversations.c.seller_id).distinct()).scalars())
        is_there = conversations.c.id.startswith(_PREFIX, autoescape=True)
        there = connection.execute(sa.select(conversations.c.id).where(is_there).limit(1)).first()
    if there is not None:
        return 0
    if sellers - {*own_sellers, NOBODY}:
        raise SettingsError("sellers have written here: no demo's history is put beside theirs")
    stories = tell_history(texts, now, count, days)
    with storage_errors():
        while together := list(islice(stories, _TOGETHER)):
            with writing(engine) as connection:
                write(connection, together)
    return count + len(WAITING_MINUTES)


def tell_history(texts: DemoTexts, now: datetime, count: int, days: int) -> Iterator[Story]:
    """Yields the conversations of some days up to now, in the order they began."""
    today = now.astimezone(PARIS).date()
    chance = Random(f"demo {today}")
    began = moments(today - timedelta(days=days - 1), today, count, chance)
    for number, moment in enumerate(began):
        seller = chance.choice(texts.sellers)
        story = Story(f"{_PREFIX}{number:06}", seller, min(moment, now), now, texts, chance)
        tell(story, chance.choices(list(COURSES), list(COURSES.values()))[0])
        yield story
    for place, minutes in enumerate(WAITING_MINUTES, count):
        begun = now - timedelta(minutes=minutes)
        story = Story(
            f"{_PREFIX}{place:06}",
            texts.sellers[place % len(texts.sellers)],
            begun,
            now,
            texts,
            chance,
        )
        tell(story, WAITING)
        yield story


def write(connection: Connection, stories: Sequence[Story]) -> None:
    """Writes all rows of some conversations."""
    _insert(connection, conversations, [_conversation(story) for story in stories])
    _insert(connection, messages, [
        {**message_values(message), "handed_over": True} for s in stories for message in s.messages
    ])  # fmt: skip
    _insert(connection, escalations, [
        {"conversation_id": s.id, **request} for s in stories for request in s.requests
    ])  # fmt: skip
    for story in stories:
        if story.request is not None:
            _queue(connection, story)
    _insert(connection, events, [
        {
            "kind": e.kind.value, "at": e.at, "actor_kind": e.actor_kind.value,
            "actor_id": e.actor_id, "conversation_id": e.conversation_id,
            "target": e.target, "before": dict(e.before), "after": dict(e.after),
        }
        for s in stories for e in s.events
    ])  # fmt: skip
    _insert(connection, thumbs, [
        {
            "conversation_id": t.conversation_id, "message_number": t.message_number,
            "value": t.value.value, "response": t.response,
            "response_version": t.response_version, "given_at": at,
        }
        for s in stories for t, at in s.thumbs
    ])  # fmt: skip


def _queue(connection: Connection, story: Story) -> None:
    """Writes what the queue sorts by, of a conversation that waits or that somebody holds."""
    assert story.request is not None
    escalation = Escalation(
        story.id, EscalationReason(story.request["reason"]), story.request["asked_at"]
    )
    update_row(connection, story.id, queue_facts(connection, escalation))


def _insert(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), list(rows))


def _conversation(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "seller_id": story.seller_id,
        "label": story.id,
        "state": story.state.value,
        "epoch": story.epoch,
        "holder": story.staff[0] if story.staff else None,
        "holder_name": story.staff[1] if story.staff else None,
        "seller_name": story.seller_name,
        "search_text": searchable(story.seller_id, story.seller_name),
        "outcome": story.outcome,
        "resolved_at": story.ended_at if story.state is ConversationState.RESOLVED else None,
        "next_number": len(story.messages) + 1,
        "fence": 0,
        "created_at": story.begun_at,
        "updated_at": story.messages[-1].created_at if story.messages else story.begun_at,
    }
