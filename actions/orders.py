"""The seller's own orders, rate and previews."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.base import SellerAction
from bot.services.answers import Answer, Understood
from bot.services.turn_scope import TurnScope


class ActionOrderStatus(SellerAction):
    """Tells where one order, or all current ones, stand."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_order_status"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the state of the orders meant."""
        return self.use_cases.orders.status(scope, said, tracker.slots)


class ActionCompletionRate(SellerAction):
    """Tells the seller's present completion rate."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_completion_rate"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the rate with the counts it comes from."""
        return self.use_cases.rates.current(scope)


class ActionPreviewCancellation(SellerAction):
    """Shows what a cancellation would do to the completion rate."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_preview_cancellation"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the preview for the order meant, or asks which."""
        return self.use_cases.rates.preview(scope, said, tracker.slots)
