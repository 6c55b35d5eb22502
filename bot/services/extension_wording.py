"""Which response says what in the extension dialog; the French is in data/responses/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.language import phrasing
from bot.marketplace.extensions import MAX_DAYS, MIN_DAYS, ExtensionRefusal, RefusalReason
from bot.marketplace.orders import ExtensionRequest, ExtensionState, Order, Party
from bot.services.answers import Say
from bot.services.extension_draft import Draft, Step
from bot.support.conversations import Button

MAX_CHOICES = 6
"""Orders shown as buttons at once; more can always be named."""


_OUTCOMES = {
    ExtensionState.ACCEPTED: "notice_extension_accepted",
    ExtensionState.AUTO_ACCEPTED: "notice_extension_auto_accepted",
    ExtensionState.REFUSED: "notice_extension_refused",
    ExtensionState.WITHDRAWN: "notice_extension_withdrawn",
}
DONE = frozenset({"extension_receipt", *_OUTCOMES.values()})
"""Responses that say that the marketplace has the request."""


def order_button(order: Order, intent: str) -> Button:
    """Returns the button that chooses an order."""
    return Button(f"{order.title} ({order.number})", intent, {"order_number": order.number})


def unknown_order(number: str) -> Say:
    """Says that there is no such order: the same for somebody else's."""
    return Say("order_unknown", {"number": number})


def ask_order(choices: Sequence[Order]) -> Say:
    """Asks which order, offering the seller's own."""
    buttons = tuple(order_button(order, "request_extension") for order in choices[:MAX_CHOICES])
    return Say("extension_ask_order", {}, buttons)


def ask_days(order: Order) -> Say:
    """Asks for how long."""
    assert order.due_at is not None
    values = {
        "number": order.number,
        "title": order.title,
        "due": phrasing.day_and_time(order.due_at),
    }
    return Say("extension_ask_days", values)


def ask_reason(order: Order, days: int) -> Say:
    """Asks why."""
    return Say("extension_ask_reason", {"number": order.number, "days": phrasing.days(days)})


def confirm(order: Order, days: int, reason: str, due: datetime, *, resumed: bool) -> Say:
    """Echoes client, order, days, resulting date and reason, and asks to confirm."""
    values = {
        "buyer": order.buyer_name,
        "number": order.number,
        "title": order.title,
        "days": phrasing.days(days),
        "due": phrasing.day_and_time(due),
        "reason": reason,
    }
    return Say("extension_confirm_again" if resumed else "extension_confirm", values)


def cancellation_asked(order: Order) -> tuple[Say, ...]:
    """Says that the client wants this order cancelled, where that is so."""
    request = order.cancellation_request
    if request is None or request.asked_by is not Party.BUYER:
        return ()
    until = phrasing.day_and_time(request.answer_by)
    return (Say("extension_cancellation_asked", {"buyer": order.buyer_name, "answer_by": until}),)


def one_at_a_time(number: str, later: Sequence[str]) -> Say:
    """Says that several orders are extended one after another, and which is first."""
    return Say("extension_one_at_a_time", {"number": number, "later": _joined(later)})


def next_one(number: str, days: int | None, reason: str | None) -> Say:
    """Offers to go on with the next of several orders, for the same reason."""
    known = {"order_number": number, "days": days, "reason": reason}
    entities = {name: value for name, value in known.items() if value}
    button = Button(f"Prolonger {number}", "request_extension", entities)
    return Say("extension_next", {"number": number}, (button,))


def again_button(title: str, draft: Draft) -> Button:
    """Returns the button that begins anew with what is known already."""
    known = {
        "order_number": draft.order_number,
        "days": draft.days,
        "until": draft.until.isoformat() if draft.until else None,
        "reason": draft.reason,
    }
    return Button(title, "request_extension", {k: v for k, v in known.items() if v is not None})


def not_understood(draft: Draft) -> Say:
    """Says that nothing was requested, and offers to begin anew or a human."""
    return Say("extension_not_understood", {}, (again_button("Recommencer", draft),))


def not_sent(draft: Draft) -> Say:
    """Says that the marketplace does not answer, and offers to try again as it was."""
    return Say("extension_not_sent", {}, (again_button("Réessayer", draft),))


def unavailable(draft: Draft) -> Say:
    """Says that orders cannot be read, and offers to try again with what is known."""
    return Say("marketplace_unavailable_extension", {}, (again_button("Réessayer", draft),))


def _joined(numbers: Sequence[str]) -> str:
    return " et ".join(filter(None, (", ".join(numbers[:-1]), numbers[-1])))


def noted() -> Say:
    """Says that a value nobody had asked for yet is kept."""
    return Say("extension_noted")


def given_up(draft: Draft) -> Say:
    """Says that nothing was requested; what is known can be taken up again."""
    again = (again_button("Reprendre la demande", draft),) if draft.order_number else ()
    return Say("extension_given_up", {}, again)


def ask_change() -> Say:
    """Asks what should be changed."""
    return Say("extension_ask_change")


def not_usable(step: Step) -> Say:
    """Says that the answer could not be used, and what would help."""
    return Say(f"extension_not_usable_{step.value}")


def date_not_later(order: Order, until: date) -> Say:
    """Says that the date asked for is not after the present due date."""
    assert order.due_at is not None
    noon = datetime.combine(until, time(12), phrasing.PARIS)
    values = {"date": phrasing.day(noon), "due": phrasing.day_and_time(order.due_at)}
    return Say("extension_date_not_later", values)


def days_refused(order: Order, refusal: ExtensionRefusal) -> Say:
    """Says why this many days cannot be asked for, and how many can."""
    if refusal.reason is RefusalReason.DATE_STILL_PAST and refusal.minimum_days is not None:
        minimum = phrasing.days(refusal.minimum_days)
        return Say("extension_date_still_past", {"minimum": minimum, "number": order.number})
    if refusal.reason is RefusalReason.DATE_STILL_PAST:
        return Say("extension_too_late", {"number": order.number})
    limits = {"minimum": str(MIN_DAYS), "maximum": str(MAX_DAYS)}
    return Say("extension_days_out_of_range", limits)


def refused(order: Order, refusal: ExtensionRefusal, others: Sequence[Order]) -> Say:
    """Says why the order cannot be extended and what is possible instead."""
    values = {"number": order.number, "title": order.title}
    if refusal.reason is RefusalReason.ALREADY_PENDING and refusal.answer_by is not None:
        values["answer_by"] = phrasing.day_and_time(refusal.answer_by)
        values["days"] = phrasing.days(order.extension.days if order.extension else 0)
    buttons = tuple(order_button(o, "request_extension") for o in others[:3])
    return Say(f"extension_refused_{refusal.reason.value}", values, buttons)


def nothing_to_extend(orders: Sequence[Order]) -> Say:
    """Says that no order can be extended now."""
    current = any(order.is_current for order in orders)
    return Say("extension_nothing_extendable" if current else "extension_no_order")


def receipt(order: Order, request: ExtensionRequest, due: datetime) -> Say:
    """Returns the receipt: order, days, new date if accepted, until when the client may answer."""
    values = {
        "number": order.number,
        "title": order.title,
        "days": phrasing.days(request.days),
        "due": phrasing.day_and_time(due),
        "answer_by": phrasing.day_and_time(request.answer_by),
    }
    return Say("extension_receipt", values)


def outcome(request: ExtensionRequest, due: datetime) -> Say:
    """Tells how the client, or two days of silence, answered."""
    values = {"number": request.order_number, "days": phrasing.days(request.days)}
    if request.state in (ExtensionState.ACCEPTED, ExtensionState.AUTO_ACCEPTED):
        values["due"] = phrasing.day_and_time(due)
    elif request.state is ExtensionState.REFUSED:
        values["due"] = phrasing.day_and_time(request.previous_due_at)
    return Say(_OUTCOMES[request.state], values)
