"""Answers about the seller's own completion rate, and what a cancellation would do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.language import phrasing
from bot.language.cancelling import is_mutual, who_cancels
from bot.marketplace.completion_rate import (
    WINDOW,
    CompletionRate,
    Weight,
    can_preview,
    completion_rate,
    preview_cancellation,
)
from bot.marketplace.orders import Order, Party
from bot.marketplace.references import by_urgency
from bot.services.answers import Answer, Say, Understood
from bot.services.order_answers import ask_which, meant_orders
from bot.services.order_memory import fresh_order_in_hand, take_in_hand
from bot.services.ports import Marketplace
from bot.services.turn_scope import TurnScope

_PARTIES = {"buyer": Party.BUYER, "seller": Party.SELLER}
NO_RATE = "pas encore de taux"


class RateAnswers:
    """Tells sellers their rate; ``window`` is how far back orders count."""

    def __init__(self, marketplace: Marketplace, window: timedelta = WINDOW) -> None:
        self._marketplace = marketplace
        self._window = window

    def current(self, scope: TurnScope) -> Answer:
        """Answers the seller's present rate with the counts it comes from."""
        orders = self._marketplace.orders_of(scope.seller_id)
        rate = completion_rate(orders, scope.now, self._window)
        if rate.value is None:
            return Answer((Say("rate_none", {"window": str(rate.window_days)}),))
        values = {
            "rate": phrasing.percent(rate.value),
            "completed": phrasing.count(rate.completed, "commande terminée", "commandes terminées"),
            "cancelled": phrasing.count(
                rate.counted_cancellations, "annulation qui compte", "annulations qui comptent"
            )
            if rate.counted_cancellations
            else "aucune annulation qui compte",
            "window": str(rate.window_days),
        }
        says = [Say("rate_current", values)]
        if rate.undecided:
            undecided = phrasing.count(rate.undecided, "annulation")
            says.append(Say("rate_undecided", {"undecided": undecided}))
        return Answer(tuple(says))

    def preview(
        self, scope: TurnScope, said: Understood, slots: Mapping[str, Any], *, ask: bool = True
    ) -> Answer:
        """Answers what cancelling the order meant would do; asks which one when unclear.

        With ``ask`` False a message that names no order gets no answer here.
        """
        orders = self._marketplace.orders_of(scope.seller_id)
        meant = meant_orders(said, orders, slots, scope.now)
        if meant.unknown:
            return Answer((Say("order_unknown", {"number": meant.unknown}),))
        open_ones = [order for order in meant.orders if can_preview(order)]
        only = meant.orders if len(meant.orders) == 1 else open_ones
        if len(only) == 1:
            return self._preview(orders, only[0], scope, said)
        if not ask and not open_ones:
            return Answer()
        in_hand = fresh_order_in_hand(slots, scope.now)
        for order in orders:
            if order.number == in_hand and said.choice is not None and can_preview(order):
                return self._preview(orders, order, scope, said)
        choices = open_ones or [o for o in by_urgency(orders, scope.now) if can_preview(o)]
        if not choices:
            return Answer((Say("order_none_current"),))
        if len(choices) == 1:
            return self._preview(orders, choices[0], scope, said)
        response = "order_which" if len(open_ones) > 1 else "preview_which"
        return ask_which(choices, "preview_cancellation", response)

    def _preview(
        self, orders: Sequence[Order], order: Order, scope: TurnScope, said: Understood
    ) -> Answer:
        remember = take_in_hand(order, scope.now, "preview_cancellation")
        if not can_preview(order):
            values = {"number": order.number, "title": order.title}
            return Answer((Say(f"preview_ended_{order.status.value}", values),), remember)
        preview = preview_cancellation(
            orders,
            order,
            scope.now,
            by=_PARTIES.get(who_cancels(said.text) or ""),
            mutual=is_mutual(said.text),
            window=self._window,
        )
        values = {
            "number": order.number,
            "title": order.title,
            "rate": _shown(preview.now),
            "if_counted": _shown(preview.if_counted),
            "if_exempt": _shown(preview.if_exempt),
        }
        response = f"preview_{preview.weight.value}"
        if preview.now.value is None:  # "passe de pas encore de taux à…" is no French
            response += "_no_rate"
        says = [Say(response, values)]
        if preview.weight is not Weight.EXEMPT:
            says.extend(Say(f"preview_rule_{rule.value}") for rule in preview.rules)
        return Answer(tuple(says), remember)


def _shown(rate: CompletionRate) -> str:
    return NO_RATE if rate.value is None else phrasing.percent(rate.value)
