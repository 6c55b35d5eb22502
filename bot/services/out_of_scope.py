"""What is not ours, by kind: said shortly and kindly, and people are brought in where needed.

Never an answer to the question itself: that would be inventing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.answers import Answer, Say, Understood
from bot.services.clarification import Clarification
from bot.services.handoff import Handoff
from bot.services.turn_scope import TurnScope
from bot.support.conversations import ConversationState, EscalationReason

MAX_INSULTS = 2
"""The insult at which a human is asked for."""

SURE = 0.6
"""Nobody is called insulting on less."""

_DANGERS = {"self": "distress", "threatened": "threatened", "threatens": "threatens"}

_RESPONSES = {
    "distress": "worried",
    "near": "out_of_scope",
    "contrast": "out_of_scope",
    "far": "out_of_scope_far",
}
_GREETED_LANGUAGES = frozenset({"en", "es", "it", "pt", "de", "nl", "ar", "ru", "zh", "ja"})


class OutOfScope:
    """Answers what the assistant does not answer."""

    def __init__(self, handoff: Handoff, clarification: Clarification) -> None:
        self._handoff = handoff
        self._clarification = clarification

    def answer(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Returns what is said about this kind of message; records a human where one is needed."""
        if said.in_danger:
            asked = self._handoff.request(
                scope, EscalationReason.POLICY, slots.get("order_number"), danger=True
            )
            return Answer((Say(_DANGERS[said.in_danger]),)).then(asked)
        if said.kind == "insult" and said.confidence >= SURE:
            return self._insult(scope, slots)
        if said.language or said.kind == "other_language":
            return self.foreign(said.language)
        if said.kind == "odd":
            return self._clarification.unreadable(scope, slots)
        response = _RESPONSES.get(said.kind, "out_of_scope")
        # Whoever waits for a person is not offered one again.
        waits = response == "out_of_scope" and scope.state is ConversationState.WAITING
        return Answer((Say("out_of_scope_waiting" if waits else response),))

    def _insult(self, scope: TurnScope, slots: Mapping[str, Any]) -> Answer:
        count = int(slots.get("insults") or 0) + 1
        remember = {"insults": count}
        if count < MAX_INSULTS:
            return Answer((Say("insult"),), remember)
        if scope.state is ConversationState.WAITING:
            return Answer((Say("insult_waiting"),), remember)
        asked = self._handoff.request(scope, EscalationReason.ABUSE, slots.get("order_number"))
        return Answer((Say("insult_again"),), remember).then(asked)

    def foreign(self, language: str) -> Answer:
        """Returns a kind line in French, and one in the language where it is known."""
        says = [Say("out_of_scope_language")]
        if language in _GREETED_LANGUAGES:
            says.append(Say(f"out_of_scope_language_{language}"))
        return Answer(tuple(says))
