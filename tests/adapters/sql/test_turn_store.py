"""Incoming messages, buttons, and the lease on a conversation."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import reading
from bot.errors import ConversationMoved
from bot.services.ports import IncomingMessage
from bot.support.conversations import (
    BUTTON_LIFE,
    MAX_MESSAGE_LENGTH,
    Button,
    MessageStatus,
    Reply,
)

REPLY = Reply("Bonjour !", "greet", 1)
ASKING = Reply("Vous confirmez ?", "ask_confirm", 1, buttons=(Button("Oui", "affirm"),))


# --- numbers and resends


def test_numbers_have_no_gap_and_no_double_under_twenty_threads(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    one, two = chat.store, other_store

    def say(place: int) -> list[int]:
        store = one if place % 2 else two
        return [
            store.accept(
                chat.id, IncomingMessage("oui", f"{place}-{turn}"), "o", chat.now
            ).message.number
            for turn in range(5)
        ]

    said = together(say, 20)

    assert sorted(number for numbers in said for number in numbers) == list(range(1, 101))
    assert all(numbers == sorted(numbers) for numbers in said)
    assert len(chat.texts()) == 100


def test_a_resend_changes_nothing(chat: Any) -> None:
    first = chat.say("bonjour", client_id="a1")
    chat.wait(seconds=5)
    again = chat.say("autre texte", owner="two", client_id="a1")

    assert first.created and first.turn is not None
    assert not again.created and again.turn is None
    assert again.message == first.message
    assert chat.texts() == [(1, "seller", "bonjour")]
    assert chat.say("suite").message.number == 2


def test_a_resend_at_the_same_moment_is_stored_once(chat: Any, together: Any) -> None:
    accepted = together(lambda _: chat.say("bonjour", client_id="a1"), 10)

    assert [each.created for each in accepted].count(True) == 1
    assert len([each.turn for each in accepted if each.turn]) == 1
    assert {each.message.number for each in accepted} == {1}


def test_a_clients_id_counts_in_its_own_conversation(chat: Any, other_chat: Any) -> None:
    assert chat.say("bonjour", client_id="a1").created
    assert other_chat.say("bonjour", client_id="a1").created


def test_a_long_text_is_cut(chat: Any) -> None:
    assert chat.say("é" * (MAX_MESSAGE_LENGTH + 1)).message.text == "é" * MAX_MESSAGE_LENGTH


# --- the lease


def test_a_turn_reads_no_more_rows_in_a_long_conversation(chat: Any, engine: Engine) -> None:
    """Holds the indexes: on SQLite, which tells the steps of its plan."""
    chat.answer(chat.turn(), REPLY)
    executed: list[Any] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def collect(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "messages" in statement and statement.startswith("SELECT"):
            executed.append((statement, parameters))

    chat.answer(chat.turn("merci"), REPLY)
    chat.store.replies_to(chat.id, 3)
    sa.event.remove(engine, "before_cursor_execute", collect)

    assert len(executed) >= 4
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            for statement, parameters in executed:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                for step in plan.scalars("detail"):
                    assert "SCAN" not in step, statement
                    assert not step.endswith("(conversation_id=?)") or "received" in step


def test_two_owners_race_for_a_turn_and_one_wins(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    chat.store.abandon_turn(chat.turn(), "one", chat.now)
    stores = [chat.store, other_store]

    starts = together(
        lambda place: stores[place % 2].begin_turn(chat.id, f"owner-{place}", chat.now), 8
    )

    [won] = [start for start in starts if start is not None]
    assert [each.text for each in won.messages] == ["bonjour"]
    assert won.conversation.fence == 2


def test_a_message_during_a_turn_waits_for_the_next(chat: Any) -> None:
    start = chat.turn("bonjour")
    later = chat.say("mon client ne répond plus", owner="two")

    assert later.turn is None
    assert later.message.status is MessageStatus.RECEIVED
    assert chat.store.begin_turn(chat.id, "two", chat.now) is None
    assert chat.answer(start, REPLY).more
    following = chat.store.begin_turn(chat.id, "one", chat.now)
    assert [each.number for each in following.messages] == [2]


def test_fragments_are_read_together(chat: Any) -> None:
    chat.turn("bonjour")
    chat.say("mon client")
    chat.say("ne répond plus")
    start = chat.store.begin_turn(chat.id, "one", chat.now, widen=True)

    assert [each.text for each in start.messages] == ["bonjour", "mon client", "ne répond plus"]
    chat.answer(start, REPLY)
    found = chat.store.messages_after(chat.id, 0)
    assert {each.status for each in found} == {MessageStatus.DONE}
    assert found[-1].reply_to == 3


def test_a_turn_that_may_have_acted_is_redone_with_the_same_messages(chat: Any) -> None:
    first = chat.turn("oui")
    chat.store.abandon_turn(first, "one", chat.now)
    impatient = chat.say("oui ???").turn
    assert [each.text for each in impatient.messages] == ["oui"]
    assert chat.answer(impatient, REPLY).more
    following = chat.store.begin_turn(chat.id, "one", chat.now)
    assert [each.text for each in following.messages] == ["oui ???"]


def test_a_predecessors_leases_can_be_dropped(chat: Any) -> None:
    chat.turn("bonjour", owner="dead")
    assert chat.store.waiting_conversations(chat.now) == []
    chat.store.release_leases(chat.now)
    assert chat.store.waiting_conversations(chat.now) == [chat.id]


def test_a_lease_that_ran_out_can_be_taken_and_its_first_owner_is_too_late(chat: Any) -> None:
    late = chat.turn("bonjour", owner="one")
    chat.wait(seconds=59)
    assert chat.store.begin_turn(chat.id, "two", chat.now) is None
    assert chat.store.waiting_conversations(chat.now) == []
    chat.wait(seconds=1)
    assert chat.store.waiting_conversations(chat.now) == [chat.id]

    redone = chat.store.begin_turn(chat.id, "two", chat.now)

    assert redone.messages == late.messages
    assert redone.conversation.fence == late.conversation.fence + 1
    with pytest.raises(ConversationMoved):
        chat.answer(late, Reply("trop tard", "greet", 1), owner="one")
    chat.answer(redone, REPLY, owner="two")
    assert chat.texts() == [(1, "seller", "bonjour"), (2, "bot", "Bonjour !")]


def test_a_late_owner_does_not_end_the_turn_of_the_next(chat: Any) -> None:
    late = chat.turn(owner="one")
    chat.wait(seconds=61)
    redone = chat.store.begin_turn(chat.id, "two", chat.now)

    chat.store.abandon_turn(late, "one", chat.now)
    with pytest.raises(ConversationMoved):
        chat.answer(late, REPLY, owner="one")

    [message] = chat.store.messages_after(chat.id, 0)
    assert message.status is MessageStatus.RECEIVED
    assert chat.store.begin_turn(chat.id, "three", chat.now) is None
    assert chat.answer(redone, REPLY, owner="two").messages


def test_a_renewed_lease_makes_the_owners_earlier_turn_void(chat: Any) -> None:
    earlier = chat.turn(owner="one")
    renewed = chat.store.begin_turn(chat.id, "one", chat.now)

    with pytest.raises(ConversationMoved):
        chat.answer(earlier, REPLY)
    assert chat.answer(renewed, REPLY).messages


def test_only_the_leases_owner_can_commit(chat: Any) -> None:
    with pytest.raises(ConversationMoved):
        chat.answer(chat.turn(owner="one"), REPLY, owner="two")


def test_only_the_leases_owner_can_give_it_back(chat: Any) -> None:
    start = chat.turn(owner="one")
    chat.store.abandon_turn(start, "two", chat.now)
    assert chat.store.begin_turn(chat.id, "two", chat.now) is None


def test_an_abandoned_turn_is_redone(chat: Any) -> None:
    start = chat.turn()
    chat.store.abandon_turn(start, "one", chat.now)

    assert chat.store.waiting_conversations(chat.now) == [chat.id]
    assert chat.store.begin_turn(chat.id, "two", chat.now).messages == start.messages


def test_a_turn_needs_a_message(chat: Any) -> None:
    assert chat.store.begin_turn(chat.id, "one", chat.now) is None
    chat.answer(chat.turn(), REPLY)
    assert chat.store.begin_turn(chat.id, "one", chat.now) is None
    assert chat.store.waiting_conversations(chat.now) == []


def test_who_waits_longest_comes_first(chat: Any, other_chat: Any) -> None:
    other_chat.store.abandon_turn(other_chat.turn(), "one", chat.now)
    chat.wait(seconds=1)
    chat.store.abandon_turn(chat.turn(), "one", chat.now)
    other_chat.store.abandon_turn(other_chat.say("allô").turn, "one", chat.now)

    assert chat.store.waiting_conversations(chat.now) == [other_chat.id, chat.id]


def test_a_turn_begins_with_the_tracker_of_the_last(chat: Any) -> None:
    start = chat.turn()
    assert start.tracker is None
    chat.answer(start, REPLY, tracker='{"slots": {}}')
    assert chat.turn("merci").tracker == '{"slots": {}}'


# --- buttons


def test_a_button_becomes_its_intent_on_the_server(chat: Any) -> None:
    token, _ = chat.offer("Oui, prolonger", "Non")
    pressed = chat.press(token)

    assert not pressed.inactive_button
    [message] = pressed.turn.messages
    assert message == pressed.message
    assert (message.text, message.intent, message.entities) == (
        "Oui, prolonger",
        "affirm",
        {"days": 2},
    )
    assert token.startswith("btn_") and len(token) > 20


def test_a_button_works_once(chat: Any) -> None:
    yes, no = chat.offer("Oui", "Non")
    chat.answer(chat.press(yes).turn, REPLY)

    assert _is_refused(chat.press(yes), "Oui")
    assert _is_refused(chat.press(no), "Non")  # its message is answered
    assert chat.store.waiting_conversations(chat.now) == []


def test_a_button_pressed_many_times_at_once_works_once(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    [token] = chat.offer("Oui")
    pressed = together(lambda place: chat.press(token, owner=f"owner-{place}"), 10)

    assert len([each for each in pressed if not each.inactive_button]) == 1
    assert len([each for each in pressed if each.turn]) == 1


def test_a_pressed_button_can_be_sent_again(chat: Any) -> None:
    [token] = chat.offer("Oui")
    first = chat.press(token, client_id="b1")
    again = chat.press(token, client_id="b1")

    assert again.message == first.message
    assert not again.created and not again.inactive_button and again.turn is None


def test_a_refused_button_sent_again_is_refused_again(chat: Any) -> None:
    first = chat.press("btn_unknown", client_id="b1")
    again = chat.press("btn_unknown", client_id="b1")

    assert first.inactive_button and again.inactive_button
    assert not again.created and again.message == first.message


def test_another_conversations_button_is_inactive_and_stays_usable_there(
    chat: Any, other_chat: Any
) -> None:
    [token] = chat.offer("Oui")

    assert _is_refused(other_chat.press(token))
    assert not chat.press(token).inactive_button


def test_a_button_expires(chat: Any) -> None:
    [token] = chat.offer("Oui")
    chat.now += BUTTON_LIFE
    assert _is_refused(chat.press(token), "Oui")


def test_a_button_works_until_it_expires(chat: Any) -> None:
    [token] = chat.offer("Oui")
    chat.now += BUTTON_LIFE
    chat.wait(seconds=-1)
    assert not chat.press(token).inactive_button


def test_a_button_is_overtaken_by_what_the_seller_says_next(chat: Any) -> None:
    [token] = chat.offer("Oui")
    chat.answer(chat.turn("non, attendez"), REPLY)
    assert _is_refused(chat.press(token), "Oui")


def test_a_button_is_not_overtaken_by_what_was_said_before_it_or_by_a_notice(chat: Any) -> None:
    start = chat.turn("bonjour")
    chat.say("prolongez ma commande")
    [offered] = chat.answer(start, ASKING).messages
    chat.store.add_notice(chat.id, "n", REPLY, chat.now)

    assert offered.number == 3
    assert not chat.press(offered.buttons[0].token).inactive_button


def test_an_inactive_button_starts_no_turn_even_if_messages_wait(chat: Any) -> None:
    chat.store.abandon_turn(chat.turn("bonjour"), "one", chat.now)
    assert chat.press("btn_unknown").turn is None
    assert chat.store.waiting_conversations(chat.now) == [chat.id]


def test_buttons_are_never_read_together_with_text(chat: Any) -> None:
    [token] = chat.offer("Oui")
    pressed = chat.press(token)
    chat.say("et merci")
    chat.say("beaucoup")

    assert [each.number for each in pressed.turn.messages] == [3]
    assert chat.answer(pressed.turn, REPLY).more
    typed = chat.store.begin_turn(chat.id, "one", chat.now)
    assert [each.text for each in typed.messages] == ["et merci", "beaucoup"]


def test_text_before_a_button_is_read_without_it(chat: Any) -> None:
    start = chat.turn("bonjour")
    notice = chat.store.add_notice(chat.id, "n", ASKING, chat.now)
    assert not chat.press(notice.buttons[0].token).inactive_button
    chat.store.abandon_turn(start, "one", chat.now)

    typed = chat.store.begin_turn(chat.id, "one", chat.now)
    assert [each.text for each in typed.messages] == ["bonjour"]
    assert chat.answer(typed, REPLY).more
    pressed = chat.store.begin_turn(chat.id, "one", chat.now)
    assert [each.intent for each in pressed.messages] == ["affirm"]


def _is_refused(accepted: Any, title: str = "") -> bool:
    message = accepted.message
    return (
        accepted.inactive_button
        and accepted.created
        and accepted.turn is None
        and (message.text, message.intent, message.status) == (title, None, MessageStatus.DONE)
    )
