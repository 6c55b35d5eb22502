"""What figures need is stored: topics of messages, and whether the team was there when asked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import reading
from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.migrate import downgrade, upgrade
from bot.adapters.sql.tables import messages
from bot.support.conversations import Escalation, EscalationReason, Reply
from bot.support.events import EventKind
from tests.adapters.sql.conftest import Chat

UNDERSTOOD = {"intent": {"name": "faq_cancel_order", "confidence": 0.8}, "entities": []}


def topics(engine: Engine) -> list[str | None]:
    with reading(engine) as connection:
        return list(connection.execute(sa.select(messages.c.topic).order_by(messages.c.number)).scalars())  # fmt: skip


def test_a_turn_stores_the_topic_of_what_it_read(engine: Engine) -> None:
    chat = Chat(SqlConversationStore(engine))
    turn = chat.turn("je veux annuler")
    assert topics(engine) == [None]
    chat.answer(turn, Reply("Voici comment.", "faq_cancel_order", 1), understanding=UNDERSTOOD)
    assert topics(engine) == ["faq_cancel_order", None]


def test_messages_stored_before_are_given_theirs(engine: Engine) -> None:
    chat = Chat(SqlConversationStore(engine))
    chat.answer(chat.turn("je veux annuler"), understanding=UNDERSTOOD)
    chat.answer(chat.turn("et puis ?"), understanding={})
    downgrade(engine, "0006")
    upgrade(engine)
    assert topics(engine) == ["faq_cancel_order", None]


@pytest.mark.parametrize("team_open", [True, False, None])
def test_a_request_says_whether_the_team_was_there(engine: Engine, team_open: bool | None) -> None:
    chat = Chat(SqlConversationStore(engine))
    asked = Escalation(chat.id, EscalationReason.POLICY, chat.now, team_open=team_open)
    chat.answer(chat.turn("je veux une personne"), escalations=(asked,))
    [event] = EventLog(engine).events(kinds=(EventKind.CONVERSATION_ESCALATED,))
    assert event.after.get("open") is team_open
    assert event.after["reason"] == "policy"
