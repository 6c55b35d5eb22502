"""What a use case hands back to whoever speaks for it: what to say, and what to remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.language.danger import is_everyday_anger
from bot.support.conversations import Button

MAX_REPEATS = 2
"""How often the same answer is given; about to be given again, a human is brought in instead."""

REMEMBERED_ANSWERS = 16
SURE_OF_DANGER = 0.6
"""Staff are warned of no distress on less, unless the words say it."""

SURE_ENOUGH_TO_SAY = 0.95
"""No seller is told whom to call in danger on less, unless their own words say it."""


@dataclass(frozen=True)
class Say:
    """One message to be: a response's or an FAQ entry's id, its values, and more buttons."""

    response: str
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What to say, in order, and the slots to set."""

    says: tuple[Say, ...] = ()
    remember: Mapping[str, Any] = field(default_factory=dict)

    def then(self, other: Answer) -> Answer:
        """Returns this answer followed by another."""
        return Answer(self.says + other.says, {**self.remember, **other.remember})


def without_offers(says: Iterable[Say]) -> tuple[Say, ...]:
    """Returns the messages with no FAQ answer ending in its offer: one question at a time."""
    return tuple(
        replace(say, values={**say.values, "offers": False}, buttons=())
        if say.response.startswith("faq_")
        else say
        for say in says
    )


@dataclass(frozen=True)
class Understood:
    """A message as the model understood it.

    ``order_numbers`` and ``days`` are in the order of the text. ``choice`` holds the entities
    of a button; it is None for typed text. ``segments`` are the separate requests. ``kind`` is
    the kind of an out-of-scope message, ``language`` the code of one that is not French.
    """

    text: str
    intent: str
    confidence: float
    order_numbers: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    segments: tuple[Mapping[str, Any], ...] = ()
    ranking: tuple[Mapping[str, Any], ...] = ()
    choice: Mapping[str, Any] | None = None
    kind: str = ""
    language: str = ""

    @property
    def in_danger(self) -> str:
        """Returns who is in danger ("self", "threatened", "threatens"), "" when nobody is."""
        named = (self.choice or {}).get("danger")
        sure = self.kind == "distress" and self.confidence >= SURE_ENOUGH_TO_SAY
        return str(named or ("self" if sure and not is_everyday_anger(self.text) else ""))

    @property
    def declined(self) -> bool:
        """Tells whether the seller turned an offer down."""
        return bool((self.choice or {}).get("declined"))
