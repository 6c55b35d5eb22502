"""The demo's history is made up, the same for the same moment, and holds together."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.demo_history.seed import WAITING_MINUTES, seed_history, tell_history
from bot.adapters.demo_history.texts import DemoTexts
from bot.adapters.sql.engine import reading
from bot.adapters.sql.tables import conversations, events, messages
from bot.support.conversations import Author, ConversationState
from bot.support.responses import Content

NOW = datetime(2026, 11, 24, 17, 30, tzinfo=timezone.utc)


def test_the_same_moment_gives_the_same_history(content: Content) -> None:
    one, two = (list(tell_history(DemoTexts(content), NOW, 200, 30)) for _ in range(2))
    assert [story.messages for story in one] == [story.messages for story in two]
    assert [story.events for story in one] == [story.events for story in two]


def test_each_conversation_holds_together(content: Content) -> None:
    for story in tell_history(DemoTexts(content), NOW, 600, 30):
        assert [m.number for m in story.messages] == list(range(1, len(story.messages) + 1))
        assert story.messages[0].author is Author.SELLER
        moments = [m.created_at for m in story.messages]
        assert moments == sorted(moments)
        happened = [e.at for e in story.events]
        assert happened == sorted(happened)
        assert max([*moments, *happened]) <= NOW
        last = [e.after["state"] for e in story.events if "state" in e.after]
        assert story.state.value == (last[-1] if last else "bot")
        assert (story.staff is not None) == (story.state is ConversationState.HUMAN)


def test_bot_messages_are_approved_texts_that_render_again(content: Content) -> None:
    for story in tell_history(DemoTexts(content), NOW, 100, 30):
        for message in story.messages:
            if message.author is Author.BOT:
                again = content.render(str(message.response), message.values)
                assert (again.text, again.version) == (message.text, message.response_version)


def test_some_wait_in_the_queue_when_the_demo_starts(engine: Engine, content: Content) -> None:
    assert seed_history(engine, content, NOW, (), count=60, days=20) == 60 + len(WAITING_MINUTES)
    waiting = sa.select(conversations).where(
        conversations.c.state == "waiting", conversations.c.waiting_since > NOW - timedelta(hours=3)
    )
    with reading(engine) as connection:
        found = connection.execute(waiting).mappings().all()
        written = connection.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one()
        logged = connection.execute(sa.select(sa.func.count()).select_from(events)).scalar_one()
    assert len(found) >= len(WAITING_MINUTES)
    assert all(row["reason"] and row["urgency_score"] is not None for row in found)
    assert written and logged
    assert seed_history(engine, content, NOW, ()) == 0
