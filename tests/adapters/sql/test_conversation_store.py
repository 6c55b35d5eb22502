"""Conversations, their messages and notices."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import writing
from bot.errors import BadInput, StorageError
from bot.services.ports import ConversationStore
from bot.support.conversations import Button, ConversationState, Reply

RECEIPT = Reply("Votre client a accepté.", "extension_accepted", 2, {"days": 3})


def test_it_is_a_conversation_store(store: SqlConversationStore) -> None:
    kept: ConversationStore = store  # mypy checks the signatures
    names = [name for name in vars(ConversationStore) if not name.startswith("_")]
    assert [name for name in names if not callable(getattr(kept, name, None))] == []


def test_a_label_names_one_conversation_of_a_seller(chat: Any) -> None:
    opened = chat.store.open_conversation("seller-1", "site", chat.now)
    elsewhere = chat.store.open_conversation("seller-1", "mobile", chat.now)
    of_another = chat.store.open_conversation("seller-2", "site", chat.now)

    assert opened.id == chat.id
    assert opened == chat.store.conversation(chat.id)
    assert len({chat.id, elsewhere.id, of_another.id}) == 3
    assert opened.id.startswith("c_") and len(opened.id) > 20
    assert opened.created_at == chat.now


def test_a_conversation_opened_many_times_at_once_is_one(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    stores = [chat.store, other_store]
    opened = together(
        lambda place: stores[place % 2].open_conversation("seller-9", "site", chat.now).id, 12
    )
    assert len(set(opened)) == 1


def test_an_unknown_conversation_is_none(store: SqlConversationStore) -> None:
    assert store.conversation("c_unknown") is None
    assert store.messages_after("c_unknown", 0) == []


def test_messages_are_read_from_a_cursor(chat: Any) -> None:
    start = chat.turn("bonjour")
    chat.answer(start, Reply("Bonjour !", "greet", 1), Reply("Dites-moi.", "help", 1))

    assert [each.number for each in chat.store.messages_after(chat.id, 1)] == [2, 3]
    assert [each.number for each in chat.store.messages_after(chat.id, 0, limit=2)] == [1, 2]
    assert chat.store.messages_after(chat.id, 3) == []


def test_a_stored_reply_can_be_rendered_again(chat: Any) -> None:
    reply = Reply(
        "Prolonger de 2 jours ?",
        "ask_confirm",
        7,
        {"days": 2, "order": "FO21B8A4C9", "né": "été"},
        (Button("Oui", "affirm", {"days": 2}), Button("Non", "deny")),
    )
    [committed] = chat.answer(chat.turn(), reply).messages
    [read] = chat.store.messages_after(chat.id, 1)

    assert read == committed
    assert (read.text, read.response, read.response_version, read.values) == (
        reply.text,
        reply.response,
        reply.version,
        reply.values,
    )
    assert [(each.title, each.intent, each.entities) for each in read.buttons] == [
        ("Oui", "affirm", {"days": 2}),
        ("Non", "deny", {}),
    ]


def test_replies_are_found_by_the_message_they_answer(chat: Any) -> None:
    start = chat.turn("bonjour")
    chat.answer(start, Reply("Bonjour !", "greet", 1))
    again = chat.turn("merci")
    chat.answer(again, Reply("Avec plaisir !", "thank", 1))

    assert [each.text for each in chat.store.replies_to(chat.id, 1)] == ["Bonjour !"]
    assert [each.text for each in chat.store.replies_to(chat.id, 3)] == ["Avec plaisir !"]
    assert chat.store.replies_to(chat.id, 2) == []


def test_a_notice_is_added_once(chat: Any, other_chat: Any) -> None:
    added = chat.store.add_notice(chat.id, "extension:42", RECEIPT, chat.now)

    assert added is not None and (added.number, added.author.value) == (1, "bot")
    assert chat.store.add_notice(chat.id, "extension:42", RECEIPT, chat.now) is None
    assert chat.store.add_notice(other_chat.id, "extension:42", RECEIPT, chat.now) is None
    assert chat.texts() == [(1, "bot", RECEIPT.text)]
    assert chat.say("merci").message.number == 2
    assert other_chat.say("bonjour").message.number == 1  # no number was lost


def test_a_notice_added_many_times_at_once_is_one(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    stores = [chat.store, other_store]
    added = together(
        lambda place: stores[place % 2].add_notice(chat.id, "k", RECEIPT, chat.now), 10
    )
    assert len([each for each in added if each is not None]) == 1
    assert len(chat.texts()) == 1


def test_a_notice_while_an_agent_holds_the_conversation_is_not_the_bots(chat: Any) -> None:
    chat.claim()
    chat.store.add_notice(chat.id, "extension:42", RECEIPT, chat.now)
    assert chat.texts()[-1] == (2, "system", RECEIPT.text)


def test_what_only_the_bot_says_is_not_said_while_an_agent_holds_the_conversation(
    chat: Any,
) -> None:
    chat.claim()
    assert chat.store.add_notice(chat.id, "k", RECEIPT, chat.now, only_bot=True) is None
    chat.hand_back()
    assert chat.store.add_notice(chat.id, "k", RECEIPT, chat.now, only_bot=True) is not None


def test_notices_are_handed_over_once(chat: Any, together: Any) -> None:
    chat.answer(chat.turn(), Reply("Bonjour !", "greet", 1))
    for key in ("a", "b"):
        chat.store.add_notice(chat.id, key, RECEIPT, chat.now)

    taken = together(lambda _: chat.store.take_notices(chat.id), 6)

    assert [each.number for notices in taken for each in notices] == [3, 4]
    assert chat.store.take_notices(chat.id) == []
    assert len(chat.texts()) == 4


def test_a_notice_can_offer_buttons(chat: Any) -> None:
    reply = Reply("Prolonger encore ?", "offer", 1, buttons=(Button("Oui", "affirm"),))
    notice = chat.store.add_notice(chat.id, "offer:1", reply, chat.now)
    [taken] = chat.store.take_notices(chat.id)

    assert taken == notice
    assert chat.press(taken.buttons[0].token).message.intent == "affirm"


def test_an_unknown_conversation_takes_nothing(chat: Any) -> None:
    chat.id = "c_unknown"
    with pytest.raises(StorageError):
        chat.say("bonjour")
    with pytest.raises(StorageError):
        chat.store.add_notice(chat.id, "k", RECEIPT, chat.now)


def test_the_databases_errors_are_translated(chat: Any, engine: Engine) -> None:
    @sa.event.listens_for(engine, "before_cursor_execute")
    def refuse(*_: Any) -> None:
        raise sa.exc.OperationalError("SELECT", {"text": "mon secret"}, Exception("locked"))

    with pytest.raises(StorageError) as caught:
        chat.say("mon secret")
    assert isinstance(caught.value.__cause__, sa.exc.OperationalError)
    assert "secret" not in str(caught.value)
    with pytest.raises(StorageError):
        chat.store.conversation(chat.id)


def test_a_resolved_conversation_is_the_bots_again_when_the_seller_writes(
    chat: Any, engine: Engine
) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE conversations SET state = 'resolved'"))

    start = chat.turn("encore une question")

    assert start.conversation.state is ConversationState.BOT
    assert chat.store.conversation(chat.id).state is ConversationState.BOT


def test_a_nul_names_nothing_and_breaks_nothing(store: SqlConversationStore, chat: Any) -> None:
    try:
        assert store.conversation(chat.id + "\0") is None
    except BadInput:  # PostgreSQL cannot even be asked for it
        assert store._engine.dialect.name == "postgresql"
    assert store.conversation(chat.id) is not None
