"""Claims and hand-backs: one agent at a time, under a fence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.desk_store import SqlDeskStore
from bot.errors import AlreadyClaimed, NotHolder, NotPossible, UnknownConversation
from bot.support.conversations import (
    ConversationState,
    Escalation,
    EscalationReason,
    MessageStatus,
    Reply,
)
from bot.support.desk import Claim, Holder
from bot.support.staff import Role

from .conftest import staff

EXPIRED = Reply("Votre demande est revenue dans la file.", "handoff_claim_expired", 1)
LIMIT = timedelta(minutes=10)


def asked(chat: Any, reason: EscalationReason = EscalationReason.POLICY) -> Escalation:
    """Lets the bot ask for a human."""
    escalation = Escalation(chat.id, reason, chat.now)
    chat.answer(chat.turn(), escalations=(escalation,))
    return escalation


def test_of_fifty_simultaneous_claims_one_wins_and_the_others_learn_who(
    chat: Any, other_engine: Engine, together: Any
) -> None:
    asked(chat)
    desks = [chat.desk, SqlDeskStore(other_engine)]

    def claim(place: int) -> Claim | AlreadyClaimed:
        try:
            return chat.claim(f"agent-{place}", desks[place % 2])  # type: ignore[no-any-return]
        except AlreadyClaimed as lost:
            return lost

    results = together(claim, 50)

    [won] = [each for each in results if isinstance(each, Claim)]
    assert [each.holder for each in results] == [won.holder] * 50
    assert (won.conversation_id, won.epoch) == (chat.id, 1)
    assert results.index(won) == int(won.holder.id.partition("-")[2])
    case = chat.desk.case(chat.id, chat.now)
    assert (case.conversation.state, case.conversation.epoch) == (ConversationState.HUMAN, 1)
    assert case.holder == won.holder
    assert chat.events().count("conversation.claimed") == 1


def test_who_holds_it_gets_the_same_claim_again(chat: Any) -> None:
    assert chat.claim() == chat.claim() == Claim(chat.id, Holder("agent-1", "Agent-1"), 1)
    assert [author for _, author, _ in chat.texts()] == ["system"]
    assert chat.events() == ["conversation.claimed"]


def test_a_claim_and_a_hand_back_each_begin_an_epoch(chat: Any) -> None:
    assert chat.claim().epoch == 1
    with pytest.raises(NotHolder) as refused:
        chat.hand_back("agent-2")
    assert refused.value.holder == Holder("agent-1", "Agent-1")
    chat.hand_back()
    with pytest.raises(NotHolder) as nobody:
        chat.hand_back()
    assert nobody.value.holder is None
    conversation = chat.store.conversation(chat.id)
    assert (conversation.state, conversation.epoch) == (ConversationState.BOT, 2)


def test_nobody_claims_an_unknown_conversation(chat: Any) -> None:
    chat.id = "c_unknown"
    with pytest.raises(UnknownConversation):
        chat.claim()
    with pytest.raises(UnknownConversation):
        chat.hand_back()


def test_a_request_for_a_human_is_open_until_the_hand_back(chat: Any) -> None:
    escalation = asked(chat)
    chat.claim()
    assert chat.store.escalations() == [escalation]
    chat.hand_back()
    assert chat.store.escalations() == []


def test_the_hand_back_is_the_bots_first_message_since_the_claim(chat: Any) -> None:
    asked(chat)
    chat.claim()
    chat.say("bonjour")
    chat.hand_back()
    assert [author for _, author, _ in chat.texts()] == ["seller", "system", "seller", "bot"]


def test_a_released_claim_goes_back_to_its_place_in_the_queue(chat: Any) -> None:
    asked(chat)
    since = chat.now
    chat.wait(minutes=5)
    claim = chat.claim()
    with pytest.raises(NotHolder):
        chat.desk.release(staff("agent-2"), chat.id, chat.now)
    with pytest.raises(NotHolder):
        chat.desk.release(staff("agent-1"), chat.id, chat.now, epoch=claim.epoch - 1)
    chat.desk.release(staff("agent-1"), chat.id, chat.now, epoch=claim.epoch)
    case = chat.desk.case(chat.id, chat.now)
    assert (case.conversation.state, case.waiting_since) == (ConversationState.WAITING, since)
    assert case.holder is None
    assert chat.store.escalations() != []


# --- a claim nobody answers under


def due_claims(chat: Any) -> list[dict[str, Any]]:
    return [
        dict(job.payload)
        for job in chat.store.claim_jobs("worker", chat.now)
        if job.kind == "expire_claim"
    ]


def expire(chat: Any, claim: Claim) -> Any:
    return chat.desk.expire_claim(chat.id, claim.epoch, chat.now, LIMIT, EXPIRED)


def test_a_claim_nobody_answers_under_goes_back_to_the_queue(chat: Any) -> None:
    asked(chat)
    claim = chat.claim()
    chat.wait(minutes=9)
    assert due_claims(chat) == []
    assert expire(chat, claim) == chat.now + timedelta(minutes=1)
    chat.wait(minutes=1)
    assert due_claims(chat) == [{"conversation_id": chat.id, "epoch": claim.epoch}]
    assert expire(chat, claim) is None
    assert chat.state() is ConversationState.WAITING
    assert chat.texts()[-1][1:] == ("bot", EXPIRED.text)
    assert expire(chat, claim) is None  # done again, nothing more is said
    assert chat.events()[-1] == "conversation.claim_expired"
    with pytest.raises(NotHolder):
        chat.desk.reply(staff("agent-1"), chat.id, "Me voici", "r1", chat.now)


def test_a_reply_keeps_the_claim_until_the_seller_waits_again(chat: Any) -> None:
    claim = chat.claim()
    chat.wait(minutes=9)
    chat.desk.reply(staff("agent-1"), chat.id, "Je regarde.", "r1", chat.now)
    chat.wait(hours=5)
    assert expire(chat, claim) == chat.now + LIMIT
    chat.say("alors ?")
    chat.wait(minutes=9)
    chat.say("vous êtes là ?")  # the wait began with the first
    chat.wait(minutes=1)
    assert expire(chat, claim) is None
    assert chat.state() is ConversationState.WAITING


def test_a_claim_put_away_does_not_expire_before_it_is_woken(chat: Any) -> None:
    claim = chat.claim()
    until = chat.now + timedelta(days=1)
    chat.desk.snooze(staff("agent-1"), chat.id, until, chat.now)
    chat.wait(hours=1)
    assert expire(chat, claim) == until + LIMIT
    assert chat.state() is ConversationState.HUMAN


def test_the_end_of_an_old_claim_does_not_end_a_new_one(chat: Any) -> None:
    old = chat.claim()
    chat.hand_back()
    chat.wait(minutes=30)
    chat.claim("agent-2")
    assert expire(chat, old) is None
    assert chat.state() is ConversationState.HUMAN


# --- handed on


def test_only_the_holder_or_a_supervisor_hands_a_claim_on(chat: Any) -> None:
    until = chat.now + LIMIT
    chat.claim()
    with pytest.raises(NotHolder):
        chat.desk.reassign(staff("agent-2"), chat.id, staff("agent-2"), chat.now, until)
    chat.desk.reassign(staff("agent-1"), chat.id, staff("agent-2"), chat.now, until)
    assert chat.desk.case(chat.id, chat.now).holder == Holder("agent-2", "Agent-2")
    with pytest.raises(NotHolder):
        chat.desk.reply(staff("agent-1"), chat.id, "encore moi", "r1", chat.now)
    ines = staff("ines", Role.SUPERVISOR)
    chat.desk.reassign(ines, chat.id, ines, chat.now, until)
    assert chat.desk.case(chat.id, chat.now).holder == Holder("ines", "Ines")
    with pytest.raises(NotPossible, match="same_holder"):
        chat.desk.reassign(ines, chat.id, ines, chat.now, until)
    assert chat.state() is ConversationState.HUMAN


def test_a_supervisor_takes_nothing_from_nobody(chat: Any) -> None:
    ines = staff("ines", Role.SUPERVISOR)
    with pytest.raises(NotHolder):
        chat.desk.reassign(ines, chat.id, ines, chat.now, chat.now + LIMIT)
    assert chat.state() is ConversationState.BOT


# --- what staff write


def test_a_reply_needs_the_claim_and_is_stored_once(chat: Any) -> None:
    nora = staff("nora")
    with pytest.raises(NotHolder):
        chat.desk.reply(nora, chat.id, "Bonjour", "r1", chat.now)
    claim = chat.claim("nora")
    with pytest.raises(NotHolder):
        chat.desk.reply(nora, chat.id, "Bonjour", "r1", chat.now, epoch=claim.epoch + 1)
    sent = chat.desk.reply(nora, chat.id, "Bonjour", "r1", chat.now)
    assert chat.desk.reply(nora, chat.id, "Bonjour", "r1", chat.now) == sent
    assert (sent.agent_id, sent.agent_name, sent.author.value) == ("nora", "Nora", "agent")
    assert chat.texts()[1:] == [(2, "agent", "Bonjour")]
    chat.hand_back("nora")
    # Sent again after the claim is over, it is still the message that was stored.
    assert chat.desk.reply(nora, chat.id, "Bonjour", "r1", chat.now) == sent
    with pytest.raises(NotHolder):
        chat.desk.reply(nora, chat.id, "Encore", "r2", chat.now)


def test_a_pulling_client_gets_replies_too(chat: Any) -> None:
    chat.claim("nora")
    chat.desk.reply(staff("nora"), chat.id, "Bonjour", "r1", chat.now)
    assert [each.text for each in chat.store.take_notices(chat.id)][1:] == ["Bonjour"]


def test_notes_are_no_messages(chat: Any) -> None:
    chat.claim("nora")
    before = chat.texts()
    note = chat.desk.note(staff("sam"), chat.id, "Attention, VIP", "n1", chat.now)
    assert chat.desk.note(staff("sam"), chat.id, "Attention, VIP", "n1", chat.now) == note
    assert chat.texts() == before
    assert chat.store.take_notices(chat.id) != []
    assert chat.store.take_notices(chat.id) == []
    assert chat.desk.timeline(chat.id, 0, 10).notes == [note]
    replay = chat.store.replay(chat.id, 0, 100, chat.now)
    assert "VIP" not in " ".join(message.text for message in replay.messages)


def test_what_is_received_under_a_claim_is_the_holders(chat: Any) -> None:
    chat.claim()
    stored = chat.say("vous êtes là ?").message
    assert stored.status is MessageStatus.DONE
