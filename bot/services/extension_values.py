"""What a message says about an extension: which order, how long, why; yes, no, or never mind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.language.answers import Reply as Reaction
from bot.language.answers import (
    corrects_itself,
    hesitates,
    last_said,
    ordinal_choice,
    points_at_one,
    read_reply,
    refers_to_other,
    takes_one_back,
)
from bot.language.clauses import asks_something
from bot.language.deadlines import find_deadlines
from bot.language.durations import asks_for_most, bare_number, only_amount, requested_durations
from bot.language.normalisation import clean, fold
from bot.language.order_numbers import find_order_numbers
from bot.language.phrasing import PARIS
from bot.language.reasons import (
    gives_cause,
    is_courtesy,
    is_usable_reason,
    leans_on_before,
    looks_like_question,
    named_reason,
    reason_in,
    tells_trouble,
)
from bot.marketplace.extensions import MAX_DAYS, MAX_REASON
from bot.marketplace.orders import Order
from bot.marketplace.references import find_by_description, other_than
from bot.services.answers import Understood
from bot.services.extension_draft import Draft, Situation, Step

QUESTION_CONFIDENCE = 0.5
_NEGATED = re.compile(
    r"(?:\bpas|\bplus|\bet non|au lieu d[e']|plutot que?|sauf)\s*(?:de\s|d')?\s*$"
)
_INSTEAD = re.compile(r"\b(\d{1,2})(?:\s*j\w*)?\s+(?:au lieu|a la place) d[e']")
_UNTIL = re.compile(
    r"\b(?:jus\w*|d'?ici|avant|pour|au|a|vers|decal\w*|repouss\w*|report\w*|prolong\w*)\b[^,.;]{0,14}$"
)
_NAMING_WORDS = 5
_ASKS_FOR_TIME = re.compile(
    r"\b(?:(?:de|en) plus|plutot|prolong|rallong|rajout|ajout|mets|mettez|faut|faudrait|veux|"
    r"voudrais|besoin|demand|finalement|de rab|supplementaire)"
)
_PLACE_AFTER_ALL = re.compile(r"(?:(?:euh|heu|non|nan|plutot|en fait|pardon)[\s,]+)*(?:la|celle)\b")
_FREE_TEXT_YIELDS_TO = frozenset({"request_human", "order_status", "my_completion_rate"})


@dataclass(frozen=True)
class Values:
    """What one message brings.

    ``candidates`` are the orders a description fits when it fits several; ``unknown_number``
    is a number that is none of the seller's.
    """

    order_number: str | None = None
    candidates: tuple[str, ...] = ()
    unknown_number: str | None = None
    days: int | None = None
    until: date | None = None
    reason: str | None = None
    reaction: Reaction = Reaction.NONE
    field_to_change: str | None = None

    @property
    def names_order(self) -> bool:
        """Tells whether the message points at any order."""
        return bool(self.order_number or self.candidates or self.unknown_number)

    @property
    def any(self) -> bool:
        """Tells whether the message brings anything the dialog can use."""
        return self.names_order or bool(self.days is not None or self.until or self.reason)


def read_values(said: Understood, draft: Draft, situation: Situation, asked: Step | None) -> Values:
    """Returns what a message says about the extension, given what was asked."""
    if said.choice is not None:
        return _from_button(said, situation)
    reaction = _reaction(said)
    if reaction in (Reaction.YES, Reaction.NO, Reaction.GIVE_UP):
        return Values(reaction=reaction)
    step = asked
    if step is Step.REASON and not named_reason(said.text) and reaction is not Reaction.CORRECTION:
        return _reason_values(said, situation)
    number, candidates, unknown = _order(said, draft, situation, step, reaction)
    days, until = _amount(said, situation, step, reaction)
    if number and _names_place(said.text, step) and not requested_durations(said.text):
        days, until = None, None  # "euh la 1" is the first of the list, not one day
    reason = named_reason(said.text) or _reason_beside(said.text, situation)
    named = step is not None and named_reason(said.text) is not None
    stray = step is not None and days is None and until is None and not number and not named
    given = draft.reason is not None and not named and not gives_cause(said.text)
    if (stray or given) and not tells_trouble(said.text):
        reason = None  # a stray clause is no reason by itself, nor does it replace one
    return Values(
        number, candidates, unknown, days, until, reason[:MAX_REASON] if reason else None, reaction
    )


def several_orders(said: Understood, situation: Situation) -> list[tuple[str, int | None]]:
    """Returns the seller's orders that one message wants extended, each with its days.

    Empty unless there are at least two; "A, non, B" is one order put right, not two.
    """
    if said.choice is not None or corrects_itself(said.text):
        return []
    named: dict[str, int] = {}
    for number in find_order_numbers(said.text):
        order = situation.order(number.value)
        if order is not None and not _negated(said.text, number.start):
            named.setdefault(order.number, number.start)
    if len(named) < 2:
        return []
    spoken = [d for d in requested_durations(said.text) if not _negated(said.text, d.start)]
    if len(spoken) == len(named):
        return [(number, duration.days) for number, duration in zip(named, spoken)]
    days = spoken[0].days if len(spoken) == 1 else None
    return [(number, days) for number in named]


def _from_button(said: Understood, situation: Situation) -> Values:
    choice: dict[str, Any] = dict(said.choice or {})
    if said.intent in ("affirm", "deny", "stop"):
        reactions = {"affirm": Reaction.YES, "deny": Reaction.NO, "stop": Reaction.GIVE_UP}
        return Values(reaction=reactions[said.intent])
    if said.intent == "change_extension":
        return Values(field_to_change=str(choice.get("field", "")))
    number = choice.get("order_number")
    known = situation.order(number)
    until = choice.get("until")
    return Values(
        order_number=known.number if known else None,
        unknown_number=number if number and not known else None,
        days=choice.get("days"),
        until=date.fromisoformat(until) if until else None,
        reason=choice.get("reason"),
    )


def _reaction(said: Understood) -> Reaction:
    reaction = read_reply(said.text)
    names_value = said.days or said.order_numbers or any(map(str.isdigit, said.text))
    surely_stops = said.intent == "stop" and said.confidence >= 0.7 and not names_value
    if reaction is Reaction.NONE and surely_stops:
        return Reaction.GIVE_UP
    return reaction


def _reason_values(said: Understood, situation: Situation) -> Values:
    """Reads free text as the reason, unless it is a question, a request or a correction."""
    if looks_like_question(said.text) and said.confidence >= QUESTION_CONFIDENCE:
        return Values()
    if said.intent in _FREE_TEXT_YIELDS_TO and said.confidence >= 0.6 and asks_something(said.text):
        return Values()
    plain = said.text.strip(" .!")
    amount = int(plain) if plain.isdecimal() and len(plain) <= 3 else only_amount(said.text)
    if amount is not None:
        return Values(days=amount)
    if leans_on_before(said.text) and find_by_description(situation.orders, said.text):
        return Values()  # "et pour le flyer pareil" is for later
    asks = said.intent == "request_extension" and bool(_ASKS_FOR_TIME.search(fold(said.text)))
    if asks and said.confidence >= 0.6 and said.days:
        reason = reason_in(said.text)
        return Values(days=said.days[-1], reason=reason)
    if not is_usable_reason(said.text) or is_courtesy(said.text) or hesitates(said.text):
        return Values()
    return Values(reason=clean(said.text).replace("\n", " ")[:MAX_REASON])


def _reason_beside(text: str, situation: Situation) -> str | None:
    """Returns the clause that says why, unless it only names an order: "le flyer, 3 jours"."""
    reason = reason_in(text)
    if reason is None or tells_trouble(reason) or len(reason.split()) > _NAMING_WORDS:
        return reason
    return None if find_by_description(situation.orders, reason) else reason


def _order(
    said: Understood, draft: Draft, situation: Situation, step: Step | None, reaction: Reaction
) -> tuple[str | None, tuple[str, ...], str | None]:
    """Returns (the order named, the orders it could be, a number that is none of theirs)."""
    numbers = find_order_numbers(said.text)
    named = [n.value for n in numbers if not _negated(said.text, n.start)]
    if named:
        order = situation.order(named[-1])
        return (order.number, (), None) if order else (None, (), named[-1])
    if step is Step.ORDER or _names_place(said.text, step):
        ordinal = ordinal_choice(said.text)
        if ordinal is not None and draft.offered and -1 <= ordinal <= len(draft.offered):
            return draft.offered[ordinal if ordinal < 0 else ordinal - 1], (), None
    if refers_to_other(said.text) and (draft.order_number or situation.order_in_hand):
        others = other_than(situation.orders, draft.order_number or situation.order_in_hand or "")
        return _one_or_many([o for o in others if o in situation.extendable()])
    points = points_at_one(said.text) or takes_one_back(said.text) or _objects(said.text)
    if points or step in (None, Step.ORDER) or reaction is Reaction.CORRECTION:
        return _one_or_many(find_by_description(situation.orders, last_said(said.text)))
    return None, (), None


def _one_or_many(orders: Sequence[Order]) -> tuple[str | None, tuple[str, ...], None]:
    if len(orders) == 1:
        return orders[0].number, (), None
    return None, tuple(o.number for o in orders), None


def _amount(
    said: Understood, situation: Situation, step: Step | None, reaction: Reaction
) -> tuple[int | None, date | None]:
    """Returns (days, date): what stands last and is not taken back."""
    spoken = requested_durations(said.text)
    kept = [d for d in spoken if not _negated(said.text, d.start)]
    if kept:
        return kept[-1].days, None
    instead = _INSTEAD.search(fold(said.text)) if step is not None else None
    if instead:
        return int(instead.group(1)), None
    if step is Step.DAYS and asks_for_most(said.text):
        return MAX_DAYS, None
    today = situation.now.astimezone(PARIS).date()
    expected = step is Step.DAYS or reaction is Reaction.CORRECTION
    dates = [
        d
        for d in find_deadlines(said.text, today)
        if not _negated(said.text, d.start) and (expected or _is_target(said.text, d.start, d.end))
    ]
    if dates:
        return None, dates[-1].date
    later_steps = (Step.REASON, Step.CONFIRMATION)
    only_digits = step is Step.CONFIRMATION and said.text.strip(" .!").isdigit()
    corrected = step in later_steps and reaction is Reaction.CORRECTION
    if step is Step.DAYS or corrected or only_digits:
        if not find_order_numbers(said.text) and not looks_like_question(said.text):
            return bare_number(said.text), None
    return None, None


def _names_place(text: str, step: Step | None) -> bool:
    """Tells second thoughts about the order just chosen from a list: "euh non, la 1"."""
    if step is not Step.DAYS:
        return False
    return bool(_PLACE_AFTER_ALL.match(fold(text)))


def _objects(text: str) -> bool:
    """Tells a no with something after it: "non c'est pour Nadia"."""
    return bool(re.match(r"(?:non|nan|nope)\b[\s,]+\w", fold(text)))


def _negated(text: str, start: int) -> bool:
    return bool(_NEGATED.search(fold(text[:start]) + " "))


def _is_target(text: str, start: int, end: int) -> bool:
    before, spoken = fold(text[:start]), fold(text[start:end])
    return bool(_UNTIL.search(before + " ") or re.match(r"(?:jus|d'?ici|avant|pour)", spoken))
