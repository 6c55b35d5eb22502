"""FAQ answers, with the seller's own order or client where the question names one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.marketplace.blocking import active_orders_with, is_called
from bot.marketplace.extensions import check_order
from bot.marketplace.orders import Order
from bot.services.answers import (
    MAX_REPEATS,
    REMEMBERED_ANSWERS,
    Answer,
    Say,
    Understood,
    without_offers,
)
from bot.services.handoff import Handoff
from bot.services.order_answers import OrderAnswers, describe
from bot.services.order_memory import take_in_hand
from bot.services.rate_answers import RateAnswers
from bot.services.segments import requests
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Button, EscalationReason

_SENT_TO_SUPPORT = frozenset({"faq_cancel_order", "faq_completion_rate_impact"})
"""Entries that send the seller on to the Assistance client, which answers here too."""

_ASK_TEAM = Button("Parler à l'Assistance client", "request_human", {"reason": "policy"})
_CAPITALISED = re.compile(r"\b[A-ZÉÈÀÂÎÔÛÇ][\w'’-]+")


class FaqAnswers:
    """Answers questions of the FAQ from the approved entries alone."""

    def __init__(self, orders: OrderAnswers, rates: RateAnswers, handoff: Handoff) -> None:
        self._orders = orders
        self._rates = rates
        self._handoff = handoff

    def answer(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Answers every FAQ question in the message, in its order."""
        answer = Answer()
        for question in questions(said):
            memory = {**slots, **answer.remember}
            answer = answer.then(self._one(scope, question, memory))
        if slots.get("extension_draft"):  # the form asks its own question next
            return replace(answer, says=without_offers(answer.says))
        return replace(answer, says=(*without_offers(answer.says[:-1]), *answer.says[-1:]))

    def about_buyer(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Returns only whether the client or order named can be blocked; empty if none is."""
        return replace(self._blocking(scope, said, slots), remember={"topic": "faq_block_buyer"})

    def _one(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        given = list(slots.get("answered") or [])
        personal = self._personal(scope, said, slots)
        told = bool(personal.says) and personal.says[0].response != "order_unknown"
        if told and said.intent in given:  # what was said already need not be said again
            return Answer((), {"topic": said.intent, "clarifications": 0}).then(personal)
        if given.count(said.intent) >= MAX_REPEATS:
            asked = self._handoff.request(
                scope, EscalationReason.REPEATED_ANSWER, slots.get("order_number")
            )
            return Answer((Say("repeated_answer"),)).then(asked)
        remember = {
            "answered": [*given, said.intent][-REMEMBERED_ANSWERS:],
            "topic": said.intent,
            "clarifications": 0,
        }
        ask_team = (_ASK_TEAM,) if said.intent in _SENT_TO_SUPPORT else ()
        return Answer((Say(said.intent, {}, ask_team),), remember).then(personal)

    def _personal(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Returns what the question means for the order or client it names, if it names one."""
        if said.intent == "faq_completion_rate_impact":
            return self._rates.preview(scope, said, slots, ask=False)
        if said.intent == "faq_buyer_unresponsive":
            return self._unresponsive(scope, said, slots)
        if said.intent == "faq_block_buyer":
            return self._blocking(scope, said, slots)
        return Answer()

    def _unresponsive(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        _, meant = self._orders.state_of(scope, said, slots)
        if meant.unknown:
            return Answer((Say("order_unknown", {"number": meant.unknown}),))
        if len(meant.orders) != 1:
            return Answer()
        order = meant.orders[0]
        remember = take_in_hand(order, scope.now, "faq_buyer_unresponsive")
        says = describe(order, scope.now)
        if check_order(order, scope.now) is None:
            target = {"order_number": order.number}
            ask = Button("Demander une prolongation", "request_extension", target)
            offer = Say("offer_extension", {"number": order.number}, (ask,))
            says = (*(replace(say, buttons=()) for say in says), offer)
        return Answer(says, remember)

    def _blocking(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        orders, meant = self._orders.state_of(scope, said, slots)
        if meant.unknown:
            return Answer((Say("order_unknown", {"number": meant.unknown}),))
        buyer = meant.orders[0] if len(meant.orders) == 1 else _named_buyer(said.text, orders)
        if buyer is None:
            return Answer()
        active = active_orders_with(orders, buyer_id=buyer.buyer_id)
        if not active:
            return Answer((Say("block_possible", {"buyer": buyer.buyer_name}),))
        listed = ", ".join(f"{o.number} « {o.title} »" for o in active)
        values = {"buyer": buyer.buyer_name, "orders": listed}
        see = Button("Voir cette commande", "order_status", {"order_number": active[0].number})
        return Answer((Say("block_active_order", values, (see,)),))


def questions(said: Understood) -> list[Understood]:
    """Returns the FAQ questions of a message, each with its own part of the text."""
    return [part for part in requests(said) if part.intent.startswith("faq_")]


def _named_buyer(text: str, orders: Sequence[Order]) -> Order | None:
    """Returns an order of the client whose name stands in the text, if exactly one does."""
    words = [word for word in _CAPITALISED.findall(text) if len(word) > 2]
    buyers = {o.buyer_id: o for o in orders for word in words if is_called(o.buyer_name, word)}
    return next(iter(buyers.values())) if len(buyers) == 1 else None
