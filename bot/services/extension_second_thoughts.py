"""Going back, in the extension dialog, to what the seller had said before: "remets la première"."""

from __future__ import annotations

from dataclasses import replace

from bot.language.answers import ordinal_choice
from bot.language.durations import bare_number, requested_durations
from bot.language.normalisation import fold
from bot.language.reasons import is_usable_reason
from bot.language.second_thoughts import GoingBack, goes_back, with_word_replaced
from bot.marketplace.extensions import MAX_REASON
from bot.marketplace.references import find_by_description
from bot.services.answers import Understood
from bot.services.extension_draft import Draft, Situation, Step

_FEWEST_LETTERS = 4


def reconsidered(said: Understood, draft: Draft, situation: Situation) -> Draft | None:
    """Returns the draft as the seller wants it again, or None when no second thought is told."""
    if said.choice is not None:
        return None
    wish = goes_back(said.text)
    if wish is not None and not _answers_what_is_asked(wish, draft, said.text):
        field = _field_wanted(wish, draft, situation)
        if field is not None:
            return _exchanged(draft, field)
    reason = _reason_put_right(said.text, draft, situation)
    return remembering(draft, replace(draft, reason=reason)) if reason else None


def remembering(before: Draft, after: Draft) -> Draft:
    """Returns a changed draft that remembers what each changed value was before."""
    former, last = before.former, before.former.last
    for field in ("order_number", "days", "reason"):
        old, new = getattr(before, field), getattr(after, field)
        if old is not None and old != new:
            former, last = replace(former, **{field: old}), field
    return replace(after, former=replace(former, last=last))


def _answers_what_is_asked(wish: GoingBack, draft: Draft, text: str) -> bool:
    """Tells an answer that sounds like going back: "je garde ma fille malade" is a reason."""
    if draft.asked is Step.REASON:
        return not (wish.former and wish.field == "reason")
    return draft.asked is Step.ORDER and ordinal_choice(text) is not None


def _reason_put_right(text: str, draft: Draft, situation: Situation) -> str | None:
    """Returns the reason with a word put right, unless the words are about orders or days."""
    if not draft.reason or draft.asked is not Step.CONFIRMATION:
        return None
    reason = with_word_replaced(text, draft.reason)
    if reason is None or not is_usable_reason(reason):
        return None
    elsewhere = requested_durations(text) or find_by_description(situation.orders, text)
    return None if elsewhere else reason[:MAX_REASON]


def _field_wanted(wish: GoingBack, draft: Draft, situation: Situation) -> str | None:
    """Returns the draft's field to take back, where there is an earlier value of it."""
    former = draft.former
    named = {"order": "order_number"}.get(wish.field or "", wish.field)
    if wish.former:
        field = named or former.last
        return field if field and getattr(former, field) is not None else None
    if former.days is not None and bare_number(wish.text) == former.days:
        return "days"
    if former.reason and _shares_a_word(wish.text, former.reason, draft.reason or ""):
        return "reason"
    orders = find_by_description(situation.orders, wish.text)
    return "order_number" if former.order_number in {order.number for order in orders} else None


def _exchanged(draft: Draft, field: str) -> Draft:
    wanted = getattr(draft.former, field)
    former = replace(draft.former, **{field: getattr(draft, field)}, last=field)
    changed = replace(draft, **{field: wanted}, former=former, unusable=0)
    return replace(changed, until=None) if field == "days" else changed


def _shares_a_word(text: str, former: str, present: str) -> bool:
    """Tells whether a text has a word of the former reason that the present one lacks."""
    telling = set(fold(former).replace("'", " ").split()) - set(
        fold(present).replace("'", " ").split()
    )
    return any(
        word in telling and len(word) >= _FEWEST_LETTERS
        for word in text.replace("'", " ").strip(" .!").split()
    )
