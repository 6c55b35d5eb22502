"""What a turn leaves behind: all of it or, when the conversation moved, only what stays true."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.engine import reading
from bot.adapters.sql.metadata import metadata
from bot.errors import ConversationMoved, StorageError
from bot.support.conversations import (
    Author,
    Button,
    ConversationState,
    EffectState,
    Escalation,
    EscalationReason,
    Job,
    MessageStatus,
    Reply,
)

REPLY = Reply("C'est fait.", "extension_receipt", 1, buttons=(Button("Merci", "thank"),))


def escalation(chat: Any, reason: EscalationReason) -> Escalation:
    return Escalation(chat.id, reason, chat.now, "FO21B8A4C9")


def test_a_turn_is_recorded_on_its_last_message(chat: Any) -> None:
    chat.turn("bonjour")
    chat.say("où en est ma commande ?")
    start = chat.store.begin_turn(chat.id, "one", chat.now, widen=True)
    understood = {"segments": [{"label": "order_status", "confidence": 0.91}]}
    chat.answer(start, REPLY, understanding=understood, model="2026-03-01")

    first, last, reply = chat.store.messages_after(chat.id, 0)
    assert (first.understanding, first.model, first.status) == ({}, None, MessageStatus.DONE)
    assert (last.understanding, last.model) == (understood, "2026-03-01")
    assert (reply.author, reply.reply_to, reply.status) == (Author.BOT, 2, MessageStatus.DONE)


def test_a_turn_may_leave_no_reply(chat: Any) -> None:
    committed = chat.answer(chat.turn())
    assert (committed.messages, committed.more) == ((), False)
    assert chat.turn("merci").messages[0].number == 2


def test_a_commit_lets_the_lease_go(chat: Any) -> None:
    chat.answer(chat.turn(owner="one"), REPLY)
    assert chat.turn("merci", owner="two").messages[0].number == 3


def test_a_commit_keeps_the_lease_while_messages_wait(chat: Any) -> None:
    start = chat.turn()
    chat.wait(seconds=50)
    chat.say("encore", owner="two")
    assert chat.answer(start, REPLY).more
    chat.wait(seconds=59)  # renewed at the commit

    assert chat.store.begin_turn(chat.id, "two", chat.now) is None
    assert chat.store.begin_turn(chat.id, "one", chat.now).messages[0].text == "encore"


def test_a_turn_is_committed_once(chat: Any) -> None:
    start = chat.turn()
    chat.answer(start, REPLY)
    with pytest.raises(ConversationMoved):
        chat.answer(start, REPLY)
    assert len(chat.texts()) == 2


def test_a_turn_is_committed_once_even_while_more_messages_wait(chat: Any) -> None:
    start = chat.turn()
    chat.say("encore")
    assert chat.answer(start, REPLY).more
    with pytest.raises(ConversationMoved):
        chat.answer(start, REPLY)
    assert [author for _, author, _ in chat.texts()] == ["seller", "seller", "bot"]


def test_a_lease_that_ran_out_unnoticed_can_still_commit(chat: Any) -> None:
    start = chat.turn()
    chat.wait(minutes=5)
    assert chat.answer(start, REPLY).messages


def test_effects_and_jobs_are_written_with_the_turn(chat: Any) -> None:
    opened = chat.effect(EffectState.PROPOSED)
    chat.store.open_effect(opened, chat.now)
    confirmed = chat.effect(EffectState.CONFIRMED, {"state": "pending"})
    never_opened = chat.effect(EffectState.REFUSED, key="k2")
    job = Job("card:1", "slack_card", chat.now, {"conversation": chat.id})
    chat.answer(chat.turn(), REPLY, effects=(confirmed, never_opened), jobs=(job, job))

    assert chat.store.effect("k1") == confirmed
    assert chat.store.effect("k2") == never_opened
    assert chat.store.claim_jobs("worker", chat.now) == [job]


# --- escalations


def test_an_escalation_makes_the_conversation_wait(chat: Any) -> None:
    asked = escalation(chat, EscalationReason.CUSTOMER_REQUEST)
    chat.answer(chat.turn("un humain svp"), REPLY, escalations=(asked,))

    assert chat.store.conversation(chat.id).state is ConversationState.WAITING
    assert chat.store.escalations() == [asked]
    assert chat.store.escalations(chat.id) == [asked]
    assert chat.answer(chat.turn("en attendant ?"), REPLY).messages  # the bot may still help


def test_a_second_escalation_keeps_the_first(chat: Any) -> None:
    first = escalation(chat, EscalationReason.NOT_UNDERSTOOD)
    chat.answer(chat.turn(), REPLY, escalations=(first,))
    chat.wait(minutes=1)
    second = escalation(chat, EscalationReason.ABUSE)
    chat.answer(chat.turn("?"), REPLY, escalations=(second,))

    assert chat.store.escalations() == [first]


def test_escalations_are_listed_oldest_first(chat: Any, other_chat: Any) -> None:
    other_chat.wait(minutes=-5)
    asked = [escalation(each, EscalationReason.POLICY) for each in (other_chat, chat)]
    chat.answer(chat.turn(), REPLY, escalations=(asked[1],))
    other_chat.answer(other_chat.turn(), REPLY, escalations=(asked[0],))

    assert chat.store.escalations() == asked
    assert chat.store.escalations(chat.id) == [asked[1]]


def test_a_withdrawn_escalation_gives_the_conversation_back_to_the_bot(chat: Any) -> None:
    first = escalation(chat, EscalationReason.CUSTOMER_REQUEST)
    chat.answer(chat.turn(), REPLY, escalations=(first,))
    chat.answer(chat.turn("non merci"), REPLY, withdraw_escalation=True)

    assert chat.store.conversation(chat.id).state is ConversationState.BOT
    assert chat.store.escalations() == []
    again = escalation(chat, EscalationReason.POLICY)
    chat.answer(chat.turn(), REPLY, escalations=(again,))
    assert chat.store.escalations() == [again]


def test_withdrawing_nothing_changes_nothing(chat: Any) -> None:
    chat.answer(chat.turn(), REPLY, withdraw_escalation=True)
    assert chat.store.conversation(chat.id).state is ConversationState.BOT


# --- the conversation moved


def moved_turn(chat: Any) -> dict[str, Any]:
    """Returns what a turn would leave behind, after its effect went out."""
    chat.store.open_effect(chat.effect(EffectState.PROPOSED), chat.now)
    return {
        "effects": (chat.effect(EffectState.CONFIRMED, {"id": "ext-1"}),),
        "jobs": (
            Job("accept:k1", "auto_accept", chat.now),
            Job("expire:1", "expire", chat.now, {"effect": "k1"}),
            Job("card:1", "slack_card", chat.now, {"conversation": chat.id}),
        ),
        "escalations": (escalation(chat, EscalationReason.POLICY),),
        "tracker": '{"moved": true}',
    }


def test_a_claim_in_the_middle_drops_the_replies_and_keeps_the_outcomes(chat: Any) -> None:
    start = chat.turn("prolongez de 2 jours")
    left = moved_turn(chat)
    chat.claim()

    with pytest.raises(ConversationMoved):
        chat.answer(start, REPLY, **left)

    assert [author for _, author, _ in chat.texts()] == ["seller", "system"]
    assert chat.store.messages_after(chat.id, 0)[0].status is MessageStatus.DONE
    assert chat.store.effect("k1") == left["effects"][0]
    due = chat.store.claim_jobs("worker", chat.now)
    assert {job.key for job in due} == {"accept:k1", "expire:1", "tell_outcome:k1"}
    assert chat.store.escalations() == []
    chat.hand_back()
    following = chat.turn("allô ?")  # so the lease is free
    assert following.tracker is None
    assert [each.text for each in following.messages] == ["allô ?"]


def test_what_is_said_while_an_agent_holds_the_conversation_begins_no_turn(chat: Any) -> None:
    chat.claim()
    accepted = chat.say("vous êtes là ?")
    assert accepted.turn is None
    assert accepted.message.status is MessageStatus.DONE
    assert chat.store.begin_turn(chat.id, "two", chat.now) is None
    assert chat.store.waiting_conversations(chat.now) == []


def test_what_a_claim_found_unanswered_is_not_answered_after_the_hand_back(chat: Any) -> None:
    start = chat.turn("bonjour")
    chat.claim()
    chat.say("vous êtes là ?")
    chat.hand_back()

    with pytest.raises(ConversationMoved):
        chat.answer(start, REPLY)

    assert chat.store.waiting_conversations(chat.now) == []
    following = chat.turn("et ma commande ?")
    assert [each.text for each in following.messages] == ["et ma commande ?"]
    assert following.conversation.epoch == 2


def test_a_turn_after_an_agent_knows_that_it_was_interrupted(chat: Any) -> None:
    assert not chat.turn().interrupted
    chat.answer(chat.store.begin_turn(chat.id, "one", chat.now), REPLY)
    start = chat.turn()
    assert not start.interrupted
    chat.answer(start, REPLY)
    chat.claim()
    chat.hand_back()
    start = chat.turn()
    assert start.interrupted
    chat.answer(start, REPLY)  # an apology, say: the tracker is left as it was
    start = chat.turn()
    assert start.interrupted
    chat.answer(start, REPLY, tracker='{"begun": "anew"}')
    assert not chat.turn().interrupted


def test_a_claim_and_a_commit_at_once_never_let_a_bot_message_follow_the_claim(
    chat: Any, together: Any
) -> None:
    for turn in range(10):
        start = chat.turn(f"message {turn}")
        before = len(chat.texts())

        def commit_or_claim(place: int, start: Any = start) -> bool:
            if place:
                return bool(chat.claim())
            try:
                return bool(chat.answer(start, REPLY).messages)
            except ConversationMoved:
                return False

        spoke, claimed = together(commit_or_claim, 2)
        assert claimed
        new = [author for _, author, _ in chat.texts()[before:]]
        assert new == ["bot", "system"][1 - spoke :]
        assert chat.store.waiting_conversations(chat.now) == []
        chat.hand_back()


def test_a_late_commit_does_not_undo_what_was_reconciled(chat: Any) -> None:
    start = chat.turn(owner="one")
    chat.store.open_effect(chat.effect(EffectState.SENT), chat.now)
    chat.wait(seconds=61)
    chat.store.begin_turn(chat.id, "two", chat.now)
    chat.store.update_effect("k1", EffectState.CONFIRMED, {"id": "ext-1"}, chat.now)

    with pytest.raises(ConversationMoved):
        chat.answer(start, effects=(chat.effect(EffectState.UNKNOWN),))
    assert chat.store.effect("k1") == chat.effect(EffectState.CONFIRMED, {"id": "ext-1"})


# --- the process dies


def contents(engine: Engine) -> dict[str, list[Any]]:
    """Returns every row of every table."""
    with reading(engine) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).mappings()))
            for table in metadata.sorted_tables
        }


def test_a_commit_that_fails_at_any_statement_leaves_nothing(chat: Any, engine: Engine) -> None:
    start = chat.turn("prolongez de 2 jours")
    chat.say("merci", owner="two")
    left = moved_turn(chat)
    before = contents(engine)
    executed: list[str] = []
    fail_at: int | None = None

    @sa.event.listens_for(engine, "before_cursor_execute")
    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append(statement)
        if len(executed) == fail_at:
            raise sa.exc.OperationalError(statement, {}, Exception("killed"))

    failures, committed = 0, None
    while committed is None:
        executed.clear()
        fail_at = failures + 1
        try:
            committed = chat.answer(start, REPLY, **left)
        except StorageError:
            failures += 1
            fail_at = None
            assert contents(engine) == before, executed[-1]
    fail_at = None

    assert failures >= 10  # the last of them at the renewal of the lease
    assert committed.more
    assert chat.texts()[-1] == (3, "bot", REPLY.text)
    assert contents(engine) != before


def test_a_commit_cut_off_before_its_end_leaves_nothing(chat: Any, engine: Engine) -> None:
    start = chat.turn("prolongez de 2 jours")
    left = moved_turn(chat)
    before = contents(engine)

    @sa.event.listens_for(engine, "commit")
    def die(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chat.answer(start, REPLY, **left)
    sa.event.remove(engine, "commit", die)

    assert contents(engine) == before
    redone = chat.store.begin_turn(chat.id, "one", chat.now)
    assert chat.answer(redone, REPLY, **left).messages[0].number == 2
