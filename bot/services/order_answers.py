"""Answers about the seller's own orders: one, several, or none; and which one is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.language import phrasing
from bot.language.answers import ordinal_choice, refers_to_other
from bot.language.normalisation import expand_sms, fold
from bot.marketplace.next_step import NextStep, next_step
from bot.marketplace.orders import ExtensionState, Order, OrderStatus, Party
from bot.marketplace.references import by_urgency, find_by_description, find_by_number, other_than
from bot.services.answers import Answer, Say, Understood
from bot.services.extension_wording import order_button
from bot.services.order_memory import (
    fresh_order_in_hand,
    offer,
    order_in_hand,
    take_in_hand,
)
from bot.services.ports import Marketplace
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Button

MAX_LISTED = 8
MAX_CHOICES = 5
MAX_TOLD = 3
"""Orders described in full at once."""

_SAME = re.compile(
    r"\b(?:elle|celle[- ]ci|celle[- ]la|cette|la meme|ladite|dessus|celui[- ]la)\b|"
    r"\b(?:l'|la |le )(?:annul|prolong|decal|repouss|livr|rend|cancel)\w*"
)
_PLURAL = re.compile(
    r"\b(?:les|des|commandes|livraisons|projets|autres?|quoi|prochaine?|urgent\w*)\b"
)
_ABOUT_ONE_ORDER = frozenset({"order_status", "preview_cancellation", "faq_extension_rules"})
_FEW_WORDS = 9
_SEVERAL = re.compile(r"\b(?:mes|toutes|tous|en cours|liste|les commandes)\b")


@dataclass(frozen=True)
class Meant:
    """Which orders a message means.

    ``unknown`` is a number that is none of the seller's; ``stale`` an order in hand for too
    long to be taken for granted; ``everything`` is True when no single order is pointed at.
    """

    orders: tuple[Order, ...] = ()
    unknown: str | None = None
    stale: Order | None = None
    everything: bool = False


def meant_orders(
    said: Understood, orders: Sequence[Order], slots: Mapping[str, Any], now: datetime
) -> Meant:
    """Returns which of the seller's orders a message means, by number, words or memory."""
    numbers = list(said.order_numbers)
    if said.choice and said.choice.get("order_number"):
        numbers = [str(said.choice["order_number"])]
    if numbers:
        found = tuple(o for o in (find_by_number(orders, n) for n in numbers) if o)
        missing = [n for n in numbers if find_by_number(orders, n) is None]
        return Meant(found, unknown=missing[0] if missing else None)
    if said.choice is not None:
        return Meant(everything=True)
    in_hand = order_in_hand(slots)
    ordinal = ordinal_choice(said.text)
    offered = slots.get("offered_orders") or []
    if ordinal is not None and offered and ordinal <= len(offered):
        order = find_by_number(orders, offered[ordinal if ordinal < 0 else ordinal - 1])
        if order is not None:
            return Meant((order,))
    if refers_to_other(said.text) and in_hand:
        return Meant(other_than(orders, in_hand))
    described = find_by_description(orders, said.text)
    if described:
        return Meant(tuple(described))
    folded = fold(expand_sms(said.text))
    if in_hand and _SAME.search(folded) and not _SEVERAL.search(folded):
        order = find_by_number(orders, in_hand)
        if order is not None:
            fresh = fresh_order_in_hand(slots, now) is not None
            return Meant((order,)) if fresh else Meant(stale=order)
    return Meant(everything=True)


class OrderAnswers:
    """Tells sellers where their orders stand."""

    def __init__(self, marketplace: Marketplace) -> None:
        self._marketplace = marketplace

    def status(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer:
        """Answers where one order, the ones described, or all current ones stand.

        Raises MarketplaceUnavailable when the orders cannot be read.
        """
        orders = self._marketplace.orders_of(scope.seller_id)
        if not orders:
            return Answer((Say("order_none"),), {"topic": "order_status"})
        meant = meant_orders(said, orders, slots, scope.now)
        if meant.everything and _goes_on_about_one(said, slots):
            in_hand = find_by_number(orders, fresh_order_in_hand(slots, scope.now) or "")
            meant = Meant((in_hand,)) if in_hand else meant
        if meant.stale is not None:
            return Answer((ask_still_that_one(meant.stale, "order_status"),))
        unknown = (Say("order_unknown", {"number": meant.unknown}),) if meant.unknown else ()
        if meant.everything:
            return self._current(orders, scope.now)
        if not meant.orders and not unknown:
            return Answer((Say("order_no_other"),), {"topic": "order_status"})
        if len(meant.orders) > 1 and not said.order_numbers:
            return ask_which(meant.orders, "order_status")
        return Answer(unknown).then(_told(meant.orders, scope.now))

    def extension_news(
        self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]
    ) -> Answer | None:
        """Answers how an extension already asked for stands; None when there is none to tell of.

        Without an order named, those that wait for the client come first, then the one answered
        last. Raises MarketplaceUnavailable when the orders cannot be read.
        """
        orders, meant = self.state_of(scope, said, slots)
        asked = [o for o in (orders if meant.everything else meant.orders) if _extended(o)]
        if not asked and not said.order_numbers and not find_by_description(orders, said.text):
            asked = [order for order in orders if _extended(order)]  # "la" is the extension
        waiting = [o for o in asked if o.pending_extension is not None]
        told = waiting or sorted(asked, key=_asked_at)[-1:]
        return _told(told, scope.now) if told else None

    def state_of(
        self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]
    ) -> tuple[Sequence[Order], Meant]:
        """Returns the seller's orders and which are meant, for answers that need one."""
        orders = self._marketplace.orders_of(scope.seller_id)
        return orders, meant_orders(said, orders, slots, scope.now)

    def _current(self, orders: Sequence[Order], now: datetime) -> Answer:
        current = [o for o in by_urgency(orders, now) if o.is_current]
        if not current:
            return Answer((Say("order_none_current"),), {"topic": "order_status"})
        if len(current) == 1:
            says = (Say("order_only_current"), *describe(current[0], now))
            return Answer(says, take_in_hand(current[0], now, "order_status"))
        shown = current[:MAX_LISTED]
        lines = "\n".join(f"{i}. {line(order, now)}" for i, order in enumerate(shown, 1))
        buttons = tuple(order_button(order, "order_status") for order in shown[:MAX_CHOICES])
        values = {"count": str(len(current)), "lines": lines}
        response = "order_list" if len(current) <= MAX_LISTED else "order_list_beginning"
        return Answer((Say(response, values, buttons),), offer(shown, "order_status"))


def _told(orders: Sequence[Order], now: datetime) -> Answer:
    """Describes the first of some orders in full; the last one told of is then in hand."""
    answer = Answer()
    for order in orders[:MAX_TOLD]:
        remember = take_in_hand(order, now, "order_status")
        answer = answer.then(Answer(describe(order, now), remember))
    return answer


def _goes_on_about_one(said: Understood, slots: Mapping[str, Any]) -> bool:
    """Tells a question about the order just shown that does not name it: "c'est pour quand ?"."""
    folded = fold(expand_sms(said.text))
    plural = _SEVERAL.search(folded) or _PLURAL.search(folded)
    about_one = slots.get("topic") in _ABOUT_ONE_ORDER
    return about_one and said.choice is None and not plural and len(said.text.split()) <= _FEW_WORDS


def ask_which(orders: Sequence[Order], intent: str, response: str = "order_which") -> Answer:
    """Asks which of several orders is meant."""
    buttons = tuple(order_button(order, intent) for order in orders[:MAX_CHOICES])
    return Answer((Say(response, {}, buttons),), offer(orders[:MAX_CHOICES], intent))


def ask_still_that_one(order: Order, intent: str) -> Say:
    """Asks whether the order shown a while ago is still the one meant."""
    values = {"number": order.number, "title": order.title}
    others = Button("Une autre commande", "order_status")
    return Say("order_still_that_one", values, (order_button(order, intent), others))


def describe(order: Order, now: datetime) -> tuple[Say, ...]:
    """Returns one order's status, due date and next step, then what is asked about it."""
    values = {"number": order.number, "title": order.title, "buyer": order.buyer_name}
    step = next_step(order, now)
    if order.due_at is not None:
        values["due"] = phrasing.day_and_time(order.due_at)
        values["gap"] = phrasing.distance(now, order.due_at)
    if step.step is NextStep.BUYER_REVIEWS and step.until:
        values["review_ends"] = phrasing.day_and_time(step.until)
    for name in ("delivered_at", "completed_at"):
        moment = getattr(order, name)
        values[name] = phrasing.day(moment) if moment else ""
    cancelled = order.cancellation.cancelled_at if order.cancellation else None
    values["cancelled_at"] = phrasing.day(cancelled) if cancelled else ""
    says = [Say(_status_response(order, now), values, _buttons(order))]
    says.extend(_requests(order))
    return tuple(says)


def _status_response(order: Order, now: datetime) -> str:
    overdue = order.due_at is not None and order.due_at < now
    if order.status is OrderStatus.IN_REVISION and overdue:
        return "order_in_revision_late"
    return f"order_{order.status.value}"


def _buttons(order: Order) -> tuple[Button, ...]:
    target = {"order_number": order.number}
    buttons = []
    extendable = order.status in (
        OrderStatus.IN_PROGRESS, OrderStatus.LATE, OrderStatus.IN_REVISION,
    )  # fmt: skip
    if extendable and order.pending_extension is None:
        buttons.append(Button("Demander une prolongation", "request_extension", target))
    if order.is_current and order.status is not OrderStatus.DELIVERED:
        buttons.append(Button("Voir l'effet d'une annulation", "preview_cancellation", target))
    if order.status is OrderStatus.DELIVERED:
        buttons.append(Button("Mon client veut des modifications", "faq_buyer_wants_changes"))
    if order.status is OrderStatus.REQUIREMENTS_PENDING:
        buttons.append(Button("Mon client ne répond pas", "faq_buyer_unresponsive"))
    return tuple(buttons)


def _requests(order: Order) -> list[Say]:
    says = []
    extension = order.extension
    if extension is not None and _extended(order):
        values = {"days": phrasing.days(extension.days)}
        if extension.is_open:
            values["answer_by"] = phrasing.day_and_time(extension.answer_by)
        says.append(Say(f"order_extension_{extension.state.value}", values))
    request = order.cancellation_request
    if request is not None and order.is_current:
        who = "buyer" if request.asked_by is Party.BUYER else "seller"
        until = phrasing.day_and_time(request.answer_by)
        says.append(Say(f"order_cancellation_asked_by_{who}", {"answer_by": until}))
    return says


def _extended(order: Order) -> bool:
    """Tells whether there is an extension to tell of: while something is left to deliver."""
    extension = order.extension
    left = order.is_current and order.status is not OrderStatus.DELIVERED
    return left and extension is not None and extension.state is not ExtensionState.WITHDRAWN


def _asked_at(order: Order) -> datetime:
    assert order.extension is not None
    return order.extension.asked_at


def line(order: Order, now: datetime) -> str:
    """Returns one line of the list of orders."""
    head = f"{order.number} « {order.title} »"
    if order.status is OrderStatus.REQUIREMENTS_PENDING:
        return f"{head} : en attente des critères du client"
    if order.status is OrderStatus.DELIVERED:
        return f"{head} : livrée, en attente de l'avis du client"
    assert order.due_at is not None
    asked = ", prolongation demandée" if order.pending_extension else ""
    state = "en révision, " if order.status is OrderStatus.IN_REVISION else ""
    if order.due_at < now:
        return f"{head} : {state}en retard de {phrasing.distance(order.due_at, now)}{asked}"
    return f"{head} : {state}à livrer {phrasing.day_and_time(order.due_at)}{asked}"
