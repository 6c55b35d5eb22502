"""The answers of the FAQ."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

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

    def side_questions(
        self, scope: TurnScope, said: Understood, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> None:
        """Does nothing: here the questions are the answer itself."""
