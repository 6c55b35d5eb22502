"""What every action shares: who speaks, what was understood, how an answer is said."""

from __future__ import annotations

import importlib
import json
import logging
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.errors import MarketplaceError, StorageError
from bot.services.answers import Answer, Say, Understood, without_offers
from bot.services.segments import requests
from bot.services.turn_scope import TurnScope
from bot.services.use_cases import UseCases
from bot.support.conversations import Button
from bot.support.responses import Content

logger = logging.getLogger(__name__)


_COURTESIES = frozenset({"thank", "affirm", "greet"})
_KEEPS_TOPIC = _COURTESIES | {"deny", "nlu_fallback", "out_of_scope", "bot_challenge"}


class SellerAction(Action):
    """Is one action over the use cases.

    Rasa's own action server makes actions without arguments: only then are the use cases
    found by themselves, in demo mode.
    """

    def __init__(self, use_cases: UseCases | None = None) -> None:
        self._use_cases = use_cases

    @property
    def use_cases(self) -> UseCases:
        """Returns the use cases, made for demo mode when none were given."""
        if self._use_cases is None:
            self._use_cases = importlib.import_module("bot.bootstrap").demo_use_cases()
        return self._use_cases

    @abstractmethod
    def name(self) -> str:
        """Returns the name by which Rasa calls the action."""

    @abstractmethod
    def answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns what this action says and remembers."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers in the scope of the running turn and returns the slots that are set."""
        latest = tracker.latest_message or {}
        message_id, text = latest.get("message_id") or "", latest.get("text") or ""
        scopes = self.use_cases.scopes
        with scopes.entered(tracker.sender_id, message_id, self.name(), text) as scope:
            return self.act(scope, understood(tracker), tracker, dispatcher)

    def act(
        self, scope: TurnScope, said: Understood, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Says the answer and returns the slots it sets."""
        answer = self.use_cases.follow_ups.answer(scope, said, tracker.slots)
        if answer is None:
            answer = self.guarded(scope, said, tracker)
        self.say(dispatcher, scope.content, answer.says)
        remember = {**self.forgotten(said, tracker), **answer.remember}
        return [SlotSet(name, value) for name, value in remember.items()]

    def forgotten(self, said: Understood, tracker: Tracker) -> dict[str, Any]:
        """Returns what an answered message forgets: failed clarifications, and the last topic.

        Courtesies, and what was not understood, leave the topic: "merci" is often followed by
        "et s'il refuse ?".
        """
        forgets: dict[str, Any] = {}
        if tracker.slots.get("clarifications"):
            forgets["clarifications"] = 0
        if tracker.slots.get("topic") and said.intent not in _KEEPS_TOPIC:
            forgets["topic"] = None
        return forgets

    def guarded(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the answer, or an honest sentence when the marketplace cannot be asked."""
        try:
            continued = self.use_cases.continuations.answer(scope, said, tracker.slots)
            return continued or self.whole_answer(scope, said, tracker)
        except MarketplaceError as error:
            logger.warning("marketplace failed in %s: %r", self.name(), error)
            return Answer((Say("marketplace_unavailable", {}, _again(said)),))
        except StorageError as error:
            # Nothing may be claimed: the turn is thrown away and redone.
            scope.failure = error
            return Answer()

    def whole_answer(self, scope: TurnScope, said: Understood, tracker: Tracker) -> Answer:
        """Returns the answers to everything the message asks, in its order."""
        if len(said.segments) < 2:
            return self.answer(scope, said, tracker)
        answer = Answer()
        for part in requests(said):
            if part.intent == said.intent:
                answer = answer.then(self.answer(scope, said, tracker))
            else:
                memory = {**tracker.slots, **answer.remember}
                answer = answer.then(self.beside(scope, part, memory))
        last = answer.says[-1:]
        return replace(answer, says=(*without_offers(answer.says[:-1]), *last))

    def beside(self, scope: TurnScope, part: Understood, slots: Mapping[str, Any]) -> Answer:
        """Answers what stands beside the request that leads: nothing that acts."""
        if part.intent.startswith("faq_"):
            return self.use_cases.faq.answer(scope, part, slots)
        if part.intent == "order_status":
            return self.use_cases.orders.status(scope, part, slots)
        if part.intent == "my_completion_rate":
            return self.use_cases.rates.current(scope)
        return Answer()

    def say(
        self, dispatcher: CollectingDispatcher, content: Content, says: tuple[Say, ...]
    ) -> None:
        """Renders approved texts and sends them with where they come from."""
        for one in says:
            reply = content.render(one.response, one.values, one.buttons)
            dispatcher.utter_message(**rasa_message(reply))


def _again(said: Understood) -> tuple[Button, ...]:
    """Returns the button that asks the same once more, as far as a button can."""
    if said.intent in _COURTESIES:
        return ()
    numbers = {"order_number": said.order_numbers[-1]} if said.order_numbers else {}
    return (Button("Réessayer", said.intent, said.choice or numbers),)


def rasa_message(reply: Any) -> dict[str, Any]:
    """Returns a reply as Rasa carries it: buttons with Rasa's own payloads, its provenance beside.

    The payloads serve Rasa's own shell and server only; ours makes opaque tokens of buttons.
    """
    return {
        "text": reply.text,
        "buttons": [
            {
                "title": button.title,
                "payload": f"/{button.intent}{json.dumps(dict(button.entities))}",
                "intent": button.intent,
                "entities": dict(button.entities),
            }
            for button in reply.buttons
        ],
        "provenance": {
            "response": reply.response,
            "version": reply.version,
            "values": dict(reply.values),
        },
    }


def understood(tracker: Tracker) -> Understood:
    """Returns the latest message as the model understood it."""
    latest = tracker.latest_message or {}
    entities = latest.get("entities") or []
    intent = latest.get("intent") or {}
    text = latest.get("text") or ""
    # Our own edge never lets a typed "/" through; Rasa's shell and server press buttons with it.
    pressed = bool(latest.get("button")) or text.startswith("/")
    return Understood(
        text=text,
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        order_numbers=tuple(e["value"] for e in entities if e["entity"] == "order_number"),
        days=tuple(e["value"] for e in entities if e["entity"] == "days"),
        segments=tuple(latest.get("segments") or ()),
        ranking=tuple(latest.get("intent_ranking") or ()),
        choice={e["entity"]: e["value"] for e in entities} if pressed else None,
        kind=latest.get("kind") or "",
        language=latest.get("language") or "",
    )
