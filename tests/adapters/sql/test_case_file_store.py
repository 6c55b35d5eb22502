"""What a conversation has left behind is read from the tables that others write."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Engine

from bot.adapters.sql.case_file_store import MOST_SAID, MOST_TOLD, CaseFileStore
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.support.conversations import EffectState, Reply
from bot.support.desk import SuggestionChoice, SuggestionUse
from bot.support.feedback import Thumb, ThumbValue
from tests.adapters.sql.conftest import Chat, staff


def test_all_of_it(engine: Engine) -> None:
    chat = Chat(SqlConversationStore(engine))
    other = Chat(chat.store, "seller-2")
    other.answer(other.turn("autre"), Reply("Autre", "faq_success_score", 1))
    reply = Reply("Voici.", "faq_block_buyer", 2)
    chat.answer(
        chat.turn("comment le bloquer ?"),
        reply,
        tracker='{"checkpoint": null, "events": []}',
        understanding={"intent": {"name": "faq_block_buyer", "confidence": 0.9}},
        effects=(chat.effect(EffectState.CONFIRMED, {"extension_id": "e1"}),),
    )
    chat.store.put_thumb(Thumb(chat.id, 2, ThumbValue.UP, "faq_block_buyer", 2), chat.now)
    chat.claim("nora")
    use = SuggestionUse("faq_report_buyer", 1, SuggestionChoice.DISMISSED)
    chat.desk.use_suggestion(staff("nora"), chat.id, None, use, chat.now)
    chat.say("et après ?")
    chat.desk.reply(staff("nora"), chat.id, "Bonjour", "r1", chat.now + timedelta(minutes=1))
    found = CaseFileStore(engine).traces(chat.id)
    assert found is not None
    assert found.tracker == '{"checkpoint": null, "events": []}'
    assert [(m.number, m.response, m.response_version) for m in found.told] == [
        (2, "faq_block_buyer", 2)
    ]
    assert [m.text for m in found.said] == ["comment le bloquer ?", "et après ?"]
    assert found.said[0].understanding["intent"]["name"] == "faq_block_buyer"
    assert [(t.effect.key, t.effect.state) for t in found.tried] == [("k1", EffectState.CONFIRMED)]
    assert found.tried[0].at == chat.now
    assert found.thumbs == {2: ThumbValue.UP}
    assert found.suggestions_used == {"faq_report_buyer"}


def test_of_a_long_conversation_the_newest(engine: Engine) -> None:
    chat = Chat(SqlConversationStore(engine))
    for number in range(MOST_TOLD + 5):
        chat.answer(chat.turn(f"m{number}"), Reply(f"r{number}", "talk_thank", 1))
    found = CaseFileStore(engine).traces(chat.id)
    assert found is not None
    assert [m.text for m in found.said] == [f"m{n}" for n in range(MOST_TOLD + 5)][-MOST_SAID:]
    assert [m.text for m in found.told] == [f"r{n}" for n in range(MOST_TOLD + 5)][-MOST_TOLD:]


def test_an_unknown_conversation_left_nothing(engine: Engine) -> None:
    assert CaseFileStore(engine).traces("c_none") is None
