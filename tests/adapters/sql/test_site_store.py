"""Conversations as clients replay and list them, and what sellers think of them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import reading
from bot.adapters.sql.tables import ratings, thumbs
from bot.errors import StorageError
from bot.services.site_ports import Replay, SiteStore
from bot.support.conversations import Button, ButtonState, Reply
from bot.support.feedback import Rating, Thumb, ThumbValue

OFFER = Reply(
    "Vous confirmez ?", "ask", 1, buttons=(Button("Oui", "affirm"), Button("Non", "deny"))
)
PLAIN = Reply("Bonjour !", "greet", 1)


def replay(chat: Any, after: int = 0, limit: int = 200) -> Replay:
    found = chat.store.replay(chat.id, after, limit, chat.now)
    assert found is not None
    return found


def numbers(messages: Any) -> list[int]:
    return [message.number for message in messages]


def test_it_is_a_site_store(store: SqlConversationStore) -> None:
    kept: SiteStore = store  # mypy checks the signatures
    names = [name for name in vars(SiteStore) if not name.startswith("_")]
    assert [name for name in names if not callable(getattr(kept, name, None))] == []


def test_a_replay_has_what_came_after_the_cursor(chat: Any) -> None:
    chat.answer(chat.turn("un"), PLAIN)
    chat.answer(chat.turn("deux"), PLAIN, PLAIN)
    whole = replay(chat)
    assert numbers(whole.messages) == [1, 2, 3, 4, 5]
    assert (whole.last_number, whole.last_seller_number) == (5, 3)
    assert numbers(replay(chat, 3).messages) == [4, 5]
    assert numbers(replay(chat, 1, limit=2).messages) == [2, 3]
    assert replay(chat, 1, limit=2).last_number == 5
    assert replay(chat, 99).messages == []
    assert chat.store.replay("c_unknown", 0, 1, chat.now) is None


def test_an_empty_conversation_has_no_numbers(chat: Any) -> None:
    empty = replay(chat)
    assert (empty.messages, empty.last_number, empty.last_seller_number) == ([], 0, 0)


def test_a_turn_that_runs_is_seen_until_it_ends_or_its_lease_does(chat: Any) -> None:
    start = chat.turn("bonjour")
    assert replay(chat).answering
    chat.answer(start, PLAIN)
    assert not replay(chat).answering
    chat.store.abandon_turn(chat.turn("encore"), "one", chat.now)
    assert not replay(chat).answering
    chat.store.begin_turn(chat.id, "one", chat.now)
    chat.wait(seconds=60)  # the process died
    assert not replay(chat).answering


def test_what_closed_earlier_buttons_brings_them_again(chat: Any) -> None:
    chat.answer(chat.turn("un"), OFFER, PLAIN)  # 2, 3
    chat.store.add_notice(chat.id, "k", OFFER, chat.now)  # 4
    [token, _] = [button.token for button in replay(chat, 3).messages[0].buttons]
    assert replay(chat, 3).changed == []  # the bot alone closes nothing
    chat.press(token)  # 5
    seen = replay(chat, 4)
    assert numbers(seen.messages) == [5] and numbers(seen.changed) == [2, 4]
    used = [[b.used for b in message.buttons] for message in seen.changed]
    assert used == [[False, False], [True, False]]
    assert replay(chat, 5).changed == []
    assert replay(chat, 0).changed == []  # whoever reads all reads them anyway
    assert numbers(replay(chat, 2).changed) == [2]  # 4 comes with its new state


def test_buttons_of_earlier_questions_do_not_come_again(chat: Any) -> None:
    chat.answer(chat.turn("un"), OFFER)  # 2
    chat.answer(chat.turn("deux"), OFFER)  # 4
    chat.say("trois")  # 5
    assert numbers(replay(chat, 4).changed) == [4]
    chat.say("quatre")  # 6
    assert replay(chat, 5).changed == []


def test_a_button_knows_its_state(chat: Any) -> None:
    [message] = chat.answer(chat.turn("un"), OFFER).messages
    [button, _] = message.buttons
    assert button.state(overtaken=False, now=chat.now) is ButtonState.OPEN
    assert button.state(overtaken=True, now=chat.now) is ButtonState.INERT
    chat.wait(hours=24)
    assert button.state(overtaken=False, now=chat.now) is ButtonState.INERT
    chat.wait(hours=-1)
    chat.press(button.token)
    [used, other] = replay(chat, 1, 1).messages[0].buttons
    assert used.state(overtaken=True, now=chat.now) is ButtonState.USED
    assert other.state(overtaken=True, now=chat.now) is ButtonState.INERT


def test_conversations_are_listed_by_their_newest_message(chat: Any, other_chat: Any) -> None:
    store = chat.store
    chat.answer(chat.turn("bonjour"), PLAIN)
    chat.wait(minutes=1)
    newer = store.open_conversation(chat.seller_id, "newer", chat.now)
    listed = store.conversations_of(chat.seller_id, 50)
    assert [(each.conversation.id, each.last_number, each.preview) for each in listed] == [
        (newer.id, 0, ""),
        (chat.id, 2, "Bonjour !"),
    ]
    chat.wait(minutes=1)
    chat.say("encore moi")
    listed = store.conversations_of(chat.seller_id, 50)
    assert [each.conversation.id for each in listed] == [chat.id, newer.id]
    assert (listed[0].updated_at, listed[0].preview) == (chat.now, "encore moi")
    assert store.conversations_of(chat.seller_id, 1) == listed[:1]
    assert store.overview(chat.id) == listed[0]
    assert store.overview("c_unknown") is None


def test_the_end_of_a_turn_is_no_news_for_the_list(chat: Any) -> None:
    start = chat.turn("bonjour")
    written = chat.now
    chat.wait(minutes=5)
    chat.store.abandon_turn(start, "one", chat.now)
    assert chat.store.overview(chat.id).updated_at == written


def test_a_button_is_known_in_its_own_conversation_only(chat: Any, other_chat: Any) -> None:
    [token, _] = chat.offer("Oui", "Non")
    assert chat.store.has_button(chat.id, token)
    assert not chat.store.has_button(other_chat.id, token)
    assert not chat.store.has_button(chat.id, "btn_unknown")


def test_the_newest_messages_are_read_in_order(chat: Any) -> None:
    for text in ("un", "deux", "trois"):
        chat.say(text)
    assert numbers(chat.store.newest_messages(chat.id, 2)) == [2, 3]
    assert numbers(chat.store.newest_messages(chat.id, 9)) == [1, 2, 3]
    assert chat.store.newest_messages("c_unknown", 9) == []


def test_a_thumb_replaces_the_one_before_and_can_be_taken_back(chat: Any, engine: Engine) -> None:
    chat.answer(chat.turn("un"), PLAIN)
    for value in (ThumbValue.UP, ThumbValue.DOWN):
        chat.store.put_thumb(Thumb(chat.id, 2, value, "greet", 1), chat.now)
    assert replay(chat).thumbs == {2: ThumbValue.DOWN}
    with reading(engine) as connection:
        [row] = connection.execute(sa.select(thumbs)).mappings()
    assert (row["response"], row["response_version"], row["given_at"]) == ("greet", 1, chat.now)
    chat.store.remove_thumb(chat.id, 2)
    chat.store.remove_thumb(chat.id, 2)
    assert replay(chat).thumbs == {}


def test_a_thumb_needs_a_message(chat: Any) -> None:
    with pytest.raises(StorageError):
        chat.store.put_thumb(Thumb(chat.id, 7, ThumbValue.UP, "greet", 1), chat.now)


def test_a_rating_replaces_the_one_before(chat: Any, engine: Engine, together: Any) -> None:
    assert not chat.store.overview(chat.id).rated
    together(lambda place: chat.store.put_rating(Rating(chat.id, place + 1), chat.now), 5)
    last = Rating(chat.id, 4, "Merci", "faq_x", 3)
    chat.store.put_rating(last, chat.now)
    assert chat.store.overview(chat.id).rated
    with reading(engine) as connection:
        [row] = connection.execute(sa.select(ratings)).mappings()
    kept = (row["stars"], row["comment"], row["response"], row["response_version"])
    assert kept == (4, "Merci", "faq_x", 3) and row["given_at"] == chat.now
