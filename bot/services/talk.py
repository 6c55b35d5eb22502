"""Small talk: greetings, thanks, what the assistant is, yes and no out of place."""

from __future__ import annotations

from bot.language.waiting import lets_go_of_a_thing
from bot.services.answers import Answer, Say, Understood
from bot.services.handoff import Handoff
from bot.services.out_of_scope import OutOfScope
from bot.services.turn_scope import TurnScope
from bot.support.conversations import ConversationState

_OPENINGS = frozenset({"greet", "help", "bot_challenge"})
"""Small talk that tells in which language somebody wants to go on: "hello, can you help me?"."""


class Talk:
    """Keeps a conversation going."""

    def __init__(self, handoff: Handoff, out_of_scope: OutOfScope) -> None:
        self._handoff = handoff
        self._out_of_scope = out_of_scope

    def small_talk(self, scope: TurnScope, said: Understood) -> Answer:
        """Returns the small talk's answer; "laisse tomber" withdraws a request for a human."""
        waits = scope.state is ConversationState.WAITING
        stopped = waits and said.intent == "stop" and not lets_go_of_a_thing(said.text)
        if stopped or self._handoff.no_longer_wanted(scope, said):
            return self._handoff.withdraw(scope)
        if said.language and said.intent in _OPENINGS:
            return self._out_of_scope.foreign(said.language)
        if said.declined or (waits and said.intent == "deny"):
            return Answer((Say("offer_declined"),), {"clarifications": 0})
        return Answer((Say(f"talk_{said.intent}"),), {"clarifications": 0})
