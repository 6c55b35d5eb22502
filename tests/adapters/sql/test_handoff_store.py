"""Claims and hand-backs: one agent at a time."""

from __future__ import annotations

from typing import Any

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.support.conversations import ConversationState, Escalation, EscalationReason


def test_of_fifty_simultaneous_claims_one_wins(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    stores = [chat.store, other_store]
    won = together(lambda place: stores[place % 2].claim(chat.id, f"agent-{place}", chat.now), 50)

    assert won.count(True) == 1
    conversation = chat.store.conversation(chat.id)
    assert (conversation.state, conversation.epoch) == (ConversationState.HUMAN, 1)
    winner = f"agent-{won.index(True)}"
    loser = f"agent-{won.index(False)}"
    assert not chat.store.hand_back(chat.id, loser, chat.now)
    assert chat.store.hand_back(chat.id, winner, chat.now)


def test_a_claim_and_a_hand_back_each_begin_an_epoch(chat: Any) -> None:
    assert chat.store.claim(chat.id, "agent-1", chat.now)
    assert not chat.store.claim(chat.id, "agent-1", chat.now)
    assert chat.store.hand_back(chat.id, "agent-1", chat.now)
    assert not chat.store.hand_back(chat.id, "agent-1", chat.now)

    conversation = chat.store.conversation(chat.id)
    assert (conversation.state, conversation.epoch) == (ConversationState.BOT, 2)


def test_nobody_claims_an_unknown_conversation(store: SqlConversationStore, chat: Any) -> None:
    assert not store.claim("c_unknown", "agent-1", chat.now)
    assert not store.hand_back("c_unknown", "agent-1", chat.now)


def test_a_request_for_a_human_is_open_until_the_hand_back(chat: Any) -> None:
    asked = Escalation(chat.id, EscalationReason.POLICY, chat.now)
    chat.answer(chat.turn(), escalations=(asked,))

    chat.store.claim(chat.id, "agent-1", chat.now)
    assert chat.store.escalations() == [asked]
    chat.store.hand_back(chat.id, "agent-1", chat.now)
    assert chat.store.escalations() == []
