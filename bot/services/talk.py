"""Small talk, what is not ours, and "Vouliez-vous dire…" when the model is unsure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.answers import Answer, Say, Understood
from bot.services.handoff import Handoff
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Button, ConversationState, EscalationReason

MAX_CHOICES = 3
MAX_CLARIFICATIONS = 2
"""Failed clarifications in a row after which a human is asked for."""

_NEVER_A_CHOICE = frozenset(
    {"out_of_scope", "greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "stop", "help"}
)


class Talk:
    """Keeps a conversation going; ``titles`` are the human-worded names of intents."""

    def __init__(self, titles: Mapping[str, str], handoff: Handoff) -> None:
        self._titles = titles
        self._handoff = handoff

    def small_talk(self, scope: TurnScope, said: Understood) -> Answer:
        """Answers greetings, thanks, yes and no out of place, and what the assistant is."""
        stopped = said.intent == "stop" and scope.state is ConversationState.WAITING
        if stopped or self._handoff.no_longer_wanted(scope, said):
            return self._handoff.withdraw(scope)
        return Answer((Say(f"talk_{said.intent}"),), {"clarifications": 0})

    def clarify(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Offers at most three meanings and "autre chose"; the second time in a row a human."""
        if self._handoff.no_longer_wanted(scope, said):
            return self._handoff.withdraw(scope)
        failed = int(slots.get("clarifications") or 0) + 1
        if failed >= MAX_CLARIFICATIONS:
            asked = self._handoff.request(scope, EscalationReason.NOT_UNDERSTOOD)
            return Answer((Say("not_understood_again"),), {"clarifications": 0}).then(asked)
        choices = [
            Button(self._titles[label], label)
            for label in (str(score["name"]) for score in said.ranking)
            if label in self._titles and label not in _NEVER_A_CHOICE
        ][:MAX_CHOICES]
        other = Button(self._titles["other"], "help")
        response = "clarify" if choices else "clarify_nothing_close"
        return Answer((Say(response, {}, (*choices, other)),), {"clarifications": failed})
