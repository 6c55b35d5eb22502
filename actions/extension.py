"""The extension form: Rasa keeps it open, bot.services.extension_dialog conducts it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import SellerAction
from bot.errors import MarketplaceError
from bot.language.reasons import looks_like_question, reason_in
from bot.services.answers import Answer, Say, Understood, without_offers
from bot.services.extension_draft import Draft, End, Progress
from bot.services.extension_wording import unavailable
from bot.services.extensions import draft_from
from bot.services.segments import requests
from bot.services.turn_scope import TurnScope

FORM = "extension_form"
_SLOT_OF_STEP = {
    "order": "extension_order",
    "days": "extension_days",
    "reason": "extension_reason",
    "confirmation": "extension_confirmed",
}


class ValidateExtensionForm(SellerAction):
    """Takes one step of the dialog: reads the message, corrects, refuses, asks.

    Returning no slot makes Rasa reject the form for this message, so that an interruption is
    answered as anywhere else; after that this action is called again and asks again.
    """

    def name(self) -> str:
        """Returns the action's name."""
        return "validate_extension_form"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Is not used: the form needs more than an answer, see ``act``."""
        raise NotImplementedError

    def act(
        self, scope: TurnScope, said: Understood, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Says the step's messages and returns its slots and what is asked next."""
        resumed = _after_interruption(tracker)
        try:
            answer, progress = self.use_cases.extensions.step(
                scope, said, tracker.slots, resumed=resumed
            )
        except MarketplaceError:
            return self._broken(scope, said, tracker, dispatcher)
        if progress.interrupted:
            return []
        if not resumed:
            beside = without_offers(self.side_questions(scope, said, tracker))
            self.say(dispatcher, scope.content, beside)
        self.say(dispatcher, scope.content, answer.says)
        return [SlotSet(name, value) for name, value in _slots(answer, progress).items()]

    def side_questions(
        self, scope: TurnScope, said: Understood, tracker: Tracker
    ) -> tuple[Say, ...]:
        """Returns what is said to the questions beside the request or a value.

        "4 jours. et les clients voient mon taux ?" gives both.
        """
        if len(said.segments) < 2:
            beside = said.intent.startswith("faq_") and looks_like_question(said.text)
            return self.use_cases.faq.answer(scope, said, tracker.slots).says if beside else ()
        parts = (part for part in requests(said) if part.intent != "request_extension")
        return tuple(say for p in parts for say in self.beside(scope, p, tracker.slots).says)

    def _broken(
        self, scope: TurnScope, said: Understood, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        draft = draft_from(tracker.slots)
        if draft.asked is None:  # nothing is read into the draft yet
            draft = Draft(
                order_number=said.order_numbers[-1] if said.order_numbers else None,
                days=said.days[-1] if said.days else None,
                reason=reason_in(said.text),
            )
        self.say(dispatcher, scope.content, (unavailable(draft),))
        ended = {"end": End.REFUSED.value}
        return [
            SlotSet("extension_draft", ended),
            SlotSet("extension_confirmed", False),
            SlotSet("requested_slot", None),
        ]


class ActionFinishExtension(SellerAction):
    """Sends the confirmed request, once, or says that nothing was done."""

    def name(self) -> str:
        """Returns the action's name."""
        return "action_finish_extension"

    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the receipt, a refusal, or the end of the dialog."""
        return self.use_cases.extensions.finish(scope, tracker.slots)

    def whole_answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the end of the dialog alone: the form answered what stood beside it."""
        return self.answer(scope, said, tracker)


def _slots(answer: Answer, progress: Progress) -> dict[str, Any]:
    slots = dict(answer.remember)
    if progress.end is not None:
        slots["extension_draft"] = {**slots["extension_draft"], "end": progress.end.value}
        slots["extension_confirmed"] = progress.end is End.CONFIRMED
        slots["requested_slot"] = None
        return slots
    asked = progress.draft.asked
    slots["extension_confirmed"] = None
    slots["requested_slot"] = _SLOT_OF_STEP[asked.value] if asked else "extension_order"
    return slots


def _after_interruption(tracker: Tracker) -> bool:
    """Tells whether the form rejected this very message: it now comes back to ask again."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action_execution_rejected" and event.get("name") == FORM:
            return True
    return False
