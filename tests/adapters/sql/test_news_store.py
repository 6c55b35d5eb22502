"""What came into conversations is found without anybody having told it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Engine

from bot.adapters.sql.news_store import SqlNewsStore
from bot.services.site_ports import NewsStore
from bot.support.conversations import Reply
from bot.support.staff import Role, Staff


def test_messages_and_events_of_the_last_moments_are_found(
    engine: Engine, chat: Any, other_chat: Any
) -> None:
    store: NewsStore = SqlNewsStore(engine)
    other_chat.say("bonjour")
    chat.wait(seconds=60)
    since = chat.now - timedelta(seconds=30)
    assert store.changes_since(since) == []

    chat.answer(chat.turn("ma commande ?"), Reply("Elle avance.", "faq", 1))
    assert set(store.changes_since(since)) >= {(chat.id, "message:1"), (chat.id, "message:2")}
    known = set(store.changes_since(since))
    chat.claim()
    chat.desk.note(Staff("agent-1", "Nora", Role.AGENT), chat.id, "à voir", "n1", chat.now)
    new = set(store.changes_since(since)) - known
    assert {one for one, _ in new} == {chat.id}
    assert {what.partition(":")[0] for _, what in new} == {"message", "event"}
    assert store.changes_since(chat.now) == []
