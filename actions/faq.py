"""The answers of the FAQ."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.base import SellerAction
from bot.services.answers import Answer, Understood
from bot.services.turn_scope import TurnScope


class ActionAnswerFaq(SellerAction):
    """Answers every FAQ question of the message."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_answer_faq"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the approved answers, with the order or client the question names."""
        return self.use_cases.faq.answer(scope, said, tracker.slots)

    def whole_answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the answers to all questions: here they are the answer itself."""
        return self.answer(scope, said, tracker)
