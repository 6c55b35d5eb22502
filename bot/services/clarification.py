"""What could not be understood is asked about once in a row; the second time a human comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.answers import Answer, Say, Understood
from bot.services.handoff import Handoff
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Button, EscalationReason

MAX_CHOICES = 3
MAX_CLARIFICATIONS = 2
"""Failed clarifications in a row after which a human is asked for."""

_NEVER_A_CHOICE = frozenset(
    {
        "nlu_fallback", "out_of_scope", "greet", "goodbye", "thank", "affirm", "deny",
        "bot_challenge", "stop", "help",
    }
)  # fmt: skip


class Clarification:
    """Asks what was meant, by the human-worded names of intents."""

    def __init__(self, handoff: Handoff) -> None:
        self._handoff = handoff

    def choices(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Offers at most three meanings and "autre chose"."""
        if self._handoff.no_longer_wanted(scope, said):
            return self._handoff.withdraw(scope)
        titles = scope.content.titles
        found = [
            Button(titles[label], label)
            for label in (str(score["name"]) for score in said.ranking)
            if label in titles and label not in _NEVER_A_CHOICE
        ][:MAX_CHOICES]
        if not found:
            return self._counted(scope, slots, Say("clarify_nothing_close"))
        other = Button(titles["other"], "help")
        return self._counted(scope, slots, Say("clarify", {}, (*found, other)))

    def unreadable(self, scope: TurnScope, slots: Mapping[str, Any]) -> Answer:
        """Asks for a question in words: emoji, random keys, "le truc de l'autre fois"."""
        return self._counted(scope, slots, Say("out_of_scope_unreadable"))

    def _counted(self, scope: TurnScope, slots: Mapping[str, Any], say: Say) -> Answer:
        failed = int(slots.get("clarifications") or 0) + 1
        if failed < MAX_CLARIFICATIONS:
            return Answer((say,), {"clarifications": failed})
        asked = self._handoff.request(
            scope, EscalationReason.NOT_UNDERSTOOD, slots.get("order_number")
        )
        return Answer((Say("not_understood_again"),), {"clarifications": 0}).then(asked)
