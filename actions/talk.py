"""Small talk, what is not ours, and clarifications."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.base import SellerAction
from bot.services.answers import Answer, Say, Understood
from bot.services.turn_scope import TurnScope


class ActionSmallTalk(SellerAction):
    """Answers greetings, thanks and the like."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_small_talk"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the small talk's answer."""
        return self.use_cases.talk.small_talk(scope, said)


class ActionOutOfScope(SellerAction):
    """Says kindly what the assistant cannot help with."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_out_of_scope"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns that this is not ours, and what is."""
        return self.use_cases.out_of_scope.answer(scope, said, tracker.slots)


class ActionClarify(SellerAction):
    """Offers what the seller may have meant."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_clarify"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns at most three choices, or asks for a human the second time."""
        return self.use_cases.clarification.choices(scope, said, tracker.slots)


class ActionButtonInactive(SellerAction):
    """Says that a button can no longer be used."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_button_inactive"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns that the choice has expired."""
        return Answer((Say("button_inactive"),))
