"""Bringing in a human."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import SellerAction
from bot.services.answers import Answer, Say, Understood
from bot.services.extensions import FORGET
from bot.services.turn_scope import TurnScope
from bot.support.conversations import EscalationReason


def asked_because(said: Understood) -> EscalationReason:
    """Returns why a human is asked for: a button may know, as where the rules send to the team."""
    sent = (said.choice or {}).get("reason") == EscalationReason.POLICY.value
    return EscalationReason.POLICY if sent else EscalationReason.CUSTOMER_REQUEST


class ActionRequestHuman(SellerAction):
    """Records that the seller wants a human; an open form ends, with nothing done."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_request_human"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns what happens next, honestly."""
        if self.use_cases.handoff.no_longer_wanted(scope, said):
            return self.use_cases.handoff.withdraw(scope)
        number = tracker.slots.get("order_number")
        reason = asked_because(said)
        asked = self.use_cases.handoff.request(scope, reason, number)
        if tracker.active_loop.get("name"):
            return asked.then(Answer((Say("extension_left_for_human"),), FORGET))
        return asked

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Says the answer and closes an open form."""
        events = super().run(dispatcher, tracker, domain)
        if tracker.active_loop.get("name"):
            events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        return events


class ActionWithdrawHuman(SellerAction):
    """Withdraws the request for a human."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_withdraw_human"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns that the request is withdrawn."""
        return self.use_cases.handoff.withdraw(scope)
