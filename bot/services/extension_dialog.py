"""The conversation about one extension request, as a pure state machine.

Takes what the first sentence said, asks only for what is missing, may be corrected at any
point, interrupted and given up. It decides nothing about the order itself: those rules are in
bot.marketplace.extensions. It acts on nothing: the end ``CONFIRMED`` says that the seller
wants it done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.language.answers import Reply as Reaction
from bot.language.answers import hesitates, points_at_one
from bot.language.offers import asks_to_extend_it
from bot.language.phrasing import PARIS
from bot.language.reasons import looks_like_question, reason_in
from bot.marketplace.extensions import (
    check_extension,
    check_order,
    days_to_reach,
    extended_due_at,
)
from bot.marketplace.orders import Order
from bot.services import extension_wording as wording
from bot.services.answers import Say, Understood
from bot.services.extension_draft import Draft, End, Progress, Situation, Step
from bot.services.extension_second_thoughts import reconsidered, remembering
from bot.services.extension_values import Values, read_values, several_orders

MAX_UNUSABLE = 2
"""Unusable answers in a row after which the dialog gives up kindly and offers a human."""

INTERRUPTION_CONFIDENCE = 0.5
_SERIOUS_KINDS = frozenset({"insult", "distress"})
_DIALOG_INTENTS = frozenset(
    {"request_extension", "affirm", "deny", "stop", "change_extension", "nlu_fallback"}
)


def begin(said: Understood, situation: Situation) -> Progress:
    """Starts the dialog with what the first sentence already said."""
    several = several_orders(said, situation)
    if several:
        return _first_of(several, Draft(), said, situation)
    values = read_values(said, Draft(), situation, asked=None)
    draft = Draft()
    if not values.names_order and situation.order_in_hand:
        in_hand = situation.order(situation.order_in_hand)
        # "Je peux la prolonger ?" is about the order in hand, also where the answer is no.
        meant = in_hand is not None and asks_to_extend_it(said.text)
        if in_hand is not None and (meant or check_order(in_hand, situation.now) is None):
            draft = replace(draft, order_number=in_hand.number)
    return _take(draft, values, situation, first=True)


def advance(draft: Draft, said: Understood, situation: Situation) -> Progress:
    """Goes on with the seller's next message."""
    several = several_orders(said, situation) if said.intent == "request_extension" else []
    if several:
        return _first_of(several, draft, said, situation)
    again = reconsidered(said, draft, situation)
    if again is not None:  # "remets la commande d'avant, mais 6 jours" says more
        more = read_values(said, again, situation, asked=again.asked)
        return _take(again, Values(days=more.days, until=more.until), situation)
    values = read_values(said, draft, situation, asked=draft.asked)
    if values.reaction is Reaction.GIVE_UP:
        return Progress(draft, end=End.GIVEN_UP)
    if values.field_to_change is not None:
        return _change(draft, values.field_to_change, situation)
    if _asks_something_else(said, draft, values):
        return Progress(draft, interrupted=True)
    if values.any:
        return _take(draft, values, situation)
    if draft.asked is Step.CONFIRMATION and values.reaction is Reaction.YES:
        return _what_to_change(draft) if draft.changing else Progress(draft, end=End.CONFIRMED)
    if _interrupts(said, draft):
        return Progress(draft, interrupted=True)
    if draft.asked is Step.CONFIRMATION and values.reaction in (Reaction.NO, Reaction.CORRECTION):
        return _what_to_change(draft)
    return _unusable(draft, situation)


def resume(draft: Draft, said: Understood, situation: Situation) -> Progress:
    """Asks again what was asked, after a question in between.

    Somebody in danger is asked nothing more: the dialog ends without a word.
    """
    if said.in_danger:
        return Progress(draft, end=End.REFUSED)
    return _ask(draft, situation, resumed=True)


def _interrupts(said: Understood, draft: Draft) -> bool:
    if said.choice is not None:
        return said.intent not in _DIALOG_INTENTS
    if hesitates(said.text):
        return False
    wants_person = said.intent == "request_human" or said.kind in _SERIOUS_KINDS
    if draft.asked is Step.ORDER and points_at_one(said.text) and not wants_person:
        return False  # an attempt at the answer, however the words are labelled
    if said.intent == "out_of_scope" and said.kind not in _SERIOUS_KINDS:
        return looks_like_question(said.text) and any(map(str.isalpha, said.text))
    return said.intent not in _DIALOG_INTENTS and said.confidence >= INTERRUPTION_CONFIDENCE


def _asks_something_else(said: Understood, draft: Draft, values: Values) -> bool:
    """Tells a question that merely names an order or days from an answer that gives them.

    "FO… c'est à rendre quand ?" must not put that order into the request.
    """
    if said.choice is not None or values.reaction is Reaction.CORRECTION:
        return False
    given = values.days is not None or values.until is not None
    if draft.asked is Step.DAYS and given and said.intent != "order_status":
        return False
    return looks_like_question(said.text) and _interrupts(said, draft)


def _first_of(
    several: Sequence[tuple[str, int | None]], draft: Draft, said: Understood, situation: Situation
) -> Progress:
    """Takes the first of several orders; the others are offered once it is done."""
    (number, days), *later = several
    reason = reason_in(said.text) or draft.reason
    draft = replace(
        draft, order_number=number, days=days, until=None, reason=reason, later=tuple(later)
    )
    progress = _check(draft, situation, [])
    note = wording.one_at_a_time(number, [other for other, _ in later])
    return replace(progress, says=(note, *progress.says))


def _take(draft: Draft, values: Values, situation: Situation, *, first: bool = False) -> Progress:
    """Writes new values into the draft, checks them, and asks for what is missing."""
    notes: list[Say] = []
    before = draft
    if values.unknown_number:
        notes.append(wording.unknown_order(values.unknown_number))
        draft = replace(draft, unusable=draft.unusable + (0 if first else 1))
    if values.order_number:
        draft = replace(draft, order_number=values.order_number)
    elif len(values.candidates) > 1:
        draft = replace(draft, order_number=None, offered=values.candidates)
    if values.days is not None:
        draft = replace(draft, days=values.days, until=None)
    elif values.until is not None:
        draft = replace(draft, days=None, until=values.until)
    if values.reason:
        draft = replace(draft, reason=values.reason)
    draft = remembering(before, draft)
    if draft.unusable >= MAX_UNUSABLE:
        return Progress(draft, tuple(notes), end=End.NOT_UNDERSTOOD)
    if draft.asked is Step.ORDER and not values.names_order:  # something else, and useful
        notes.append(wording.noted())
    return _check(draft, situation, notes)


def _check(draft: Draft, situation: Situation, notes: list[Say]) -> Progress:
    if not notes and draft.asked is not Step.DAYS:
        draft = replace(draft, unusable=0)
    order = situation.order(draft.order_number)
    if order is not None:
        refusal = check_order(order, situation.now)
        if refusal is not None:
            says = (*notes, wording.refused(order, refusal, situation.extendable()))
            return Progress(draft, says, end=End.REFUSED)
        draft, note = _settle_days(draft, order, situation)
        if note is not None:
            return _ask_days_again(draft, situation, [*notes, note])
        if not notes:
            draft = replace(draft, unusable=0)
    return _ask(draft, situation, notes=notes)


def _settle_days(draft: Draft, order: Order, situation: Situation) -> tuple[Draft, Say | None]:
    """Turns a date into days and refuses days that the rules refuse."""
    if draft.until is not None and order.due_at is not None:
        days = days_to_reach(order.due_at, draft.until, PARIS)
        if days < 1:
            return replace(draft, until=None, days=None), wording.date_not_later(order, draft.until)
        draft = replace(draft, days=days, until=None)
    if draft.days is None:
        return draft, None
    refusal = check_extension(order, draft.days, draft.reason or "-", situation.now)
    if refusal is None:
        return draft, None
    return replace(draft, days=None), wording.days_refused(order, refusal)


def _ask_days_again(draft: Draft, situation: Situation, notes: list[Say]) -> Progress:
    again = draft.asked is Step.DAYS
    draft = replace(draft, asked=Step.DAYS, unusable=draft.unusable + (1 if again else 0))
    if draft.unusable >= MAX_UNUSABLE:
        return Progress(draft, tuple(notes), end=End.NOT_UNDERSTOOD)
    return Progress(draft, tuple(notes))


def _ask(
    draft: Draft,
    situation: Situation,
    *,
    notes: Sequence[Say] = (),
    resumed: bool = False,
) -> Progress:
    """Asks for the first thing missing, or shows everything and asks to confirm."""
    order = situation.order(draft.order_number)
    if order is None:
        return _ask_order(draft, situation, notes)
    if draft.days is None:
        asked = replace(draft, asked=Step.DAYS)
        return Progress(asked, (*notes, wording.ask_days(order)))
    if not draft.reason:
        asked = replace(draft, asked=Step.REASON)
        return Progress(asked, (*notes, wording.ask_reason(order, draft.days)))
    if draft.asked is not Step.CONFIRMATION:
        notes = (*notes, *wording.cancellation_asked(order))
    assert order.due_at is not None  # check_order refuses an order whose time has not begun
    due = extended_due_at(order.due_at, draft.days)
    confirm = wording.confirm(order, draft.days, draft.reason, due, resumed=resumed)
    shown = replace(draft, asked=Step.CONFIRMATION, changing=False)
    return Progress(shown, (*notes, confirm))


def _ask_order(draft: Draft, situation: Situation, notes: Sequence[Say]) -> Progress:
    choices = [o for o in map(situation.order, draft.offered) if o is not None]
    choices = choices or situation.extendable()
    if not choices:
        return Progress(draft, (*notes, wording.nothing_to_extend(situation.orders)), End.REFUSED)
    if len(choices) == 1 and not draft.offered and not notes and draft.asked is not Step.ORDER:
        return _check(replace(draft, order_number=choices[0].number), situation, list(notes))
    offered = tuple(o.number for o in choices)
    asked = replace(draft, order_number=None, asked=Step.ORDER, offered=offered)
    return Progress(asked, (*notes, wording.ask_order(choices)))


def _change(draft: Draft, name: str, situation: Situation) -> Progress:
    cleared = {
        "order": replace(draft, order_number=None, offered=(), asked=Step.ORDER),
        "days": replace(draft, days=None, until=None),
        "reason": replace(draft, reason=None),
    }.get(name)
    if cleared is None:
        return _what_to_change(draft)
    return _ask(remembering(draft, replace(cleared, unusable=0)), situation)


def _what_to_change(draft: Draft) -> Progress:
    """Asks what to change; until all is shown again, a yes sends nothing."""
    return Progress(replace(draft, changing=True), (wording.ask_change(),))


def _unusable(draft: Draft, situation: Situation) -> Progress:
    draft = replace(draft, unusable=draft.unusable + 1)
    if draft.unusable >= MAX_UNUSABLE:
        return Progress(draft, end=End.NOT_UNDERSTOOD)
    return _ask(draft, situation, notes=(wording.not_usable(draft.asked or Step.ORDER),))
