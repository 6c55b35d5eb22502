"""Small talk: greetings, thanks, what the assistant is, yes and no out of place."""

from __future__ import annotations

from bot.services.answers import Answer, Say, Understood
from bot.services.handoff import Handoff
from bot.services.turn_scope import TurnScope
from bot.support.conversations import ConversationState


class Talk:
    """Keeps a conversation going."""

    def __init__(self, handoff: Handoff) -> None:
        self._handoff = handoff

    def small_talk(self, scope: TurnScope, said: Understood) -> Answer:
        """Returns the small talk's answer; "laisse tomber" withdraws a request for a human."""
        stopped = said.intent == "stop" and scope.state is ConversationState.WAITING
        if stopped or self._handoff.no_longer_wanted(scope, said):
            return self._handoff.withdraw(scope)
        return Answer((Say(f"talk_{said.intent}"),), {"clarifications": 0})
