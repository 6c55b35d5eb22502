"""The ledger of effects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.services.turn_scope import scope_of
from bot.support.conversations import EffectState
from bot.support.responses import Content

CONTENT = Content({}, {})


def test_an_effect_is_opened_once(chat: Any) -> None:
    proposed = chat.effect(EffectState.PROPOSED)
    assert chat.store.open_effect(proposed, chat.now) == proposed
    chat.store.update_effect("k1", EffectState.SENT, None, chat.now)

    again = chat.store.open_effect(proposed, chat.now)

    assert again == chat.effect(EffectState.SENT)
    assert chat.store.effect("k1") == again
    assert chat.store.effect("k2") is None


def test_an_effect_opened_many_times_at_once_is_one(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    stores = [chat.store, other_store]
    proposed = chat.effect(EffectState.PROPOSED)
    opened = together(lambda place: stores[place % 2].open_effect(proposed, chat.now), 10)
    assert opened == [proposed] * 10


@pytest.mark.parametrize("later", [state for state in EffectState if state.value != "confirmed"])
def test_confirmed_never_goes_back(chat: Any, later: EffectState) -> None:
    confirmed = chat.effect(EffectState.CONFIRMED, {"id": "ext-1"})
    chat.store.open_effect(chat.effect(EffectState.PROPOSED), chat.now)
    chat.store.update_effect("k1", EffectState.CONFIRMED, {"id": "ext-1"}, chat.now)

    chat.store.update_effect("k1", later, None, chat.now)
    chat.answer(chat.turn(), effects=(chat.effect(later),))

    assert chat.store.effect("k1") == confirmed


def test_effects_in_a_state_are_listed_oldest_first(chat: Any) -> None:
    for key in ("k2", "k1", "k3"):
        chat.store.open_effect(chat.effect(EffectState.PROPOSED, key=key), chat.now)
        chat.store.update_effect(key, EffectState.UNKNOWN, None, chat.now)
        chat.wait(minutes=1)
    chat.store.update_effect("k3", EffectState.CONFIRMED, {}, chat.now)

    before = chat.now
    assert [each.key for each in chat.store.effects_in(EffectState.UNKNOWN, before)] == [
        "k2",
        "k1",
    ]
    chat.wait(minutes=-2)  # the moment k1 changed is not before itself
    assert [each.key for each in chat.store.effects_in(EffectState.UNKNOWN, chat.now)] == ["k2"]


def test_an_effect_of_the_version_before_is_found_under_its_own_key(chat: Any) -> None:
    old = f"{chat.id}:{chat.effect(EffectState.SENT).message_number}:{chat.effect(EffectState.SENT).action}"
    chat.store.open_effect(chat.effect(EffectState.PROPOSED, key=old), chat.now)
    chat.store.update_effect(old, EffectState.SENT, None, chat.now)

    again = chat.store.open_effect(chat.effect(EffectState.PROPOSED, key=f"{old}:0123"), chat.now)

    assert (again.key, again.state) == (old, EffectState.SENT)


def test_a_number_that_comes_again_after_a_restore_has_another_key(chat: Any) -> None:
    turn = chat.turn("prolonge la première")
    first = scope_of(turn, chat.now, CONTENT).effect_key("extend")
    assert scope_of(turn, chat.now, CONTENT).effect_key("extend") == first  # the turn redone
    message = replace(turn.messages[-1], client_id="another message of the same number")
    restored = replace(turn, messages=(message,))
    assert scope_of(restored, chat.now, CONTENT).effect_key("extend") != first
