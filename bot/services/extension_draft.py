"""What the extension dialog knows: the draft of the request, and what it may look at."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.marketplace.extensions import check_order
from bot.marketplace.orders import Order
from bot.marketplace.references import by_urgency, find_by_number
from bot.services.answers import Say


class Step(str, enum.Enum):
    """Names what is asked for, in the order it is asked."""

    ORDER = "order"
    DAYS = "days"
    REASON = "reason"
    CONFIRMATION = "confirmation"


class End(str, enum.Enum):
    """Says how the dialog ended."""

    CONFIRMED = "confirmed"
    GIVEN_UP = "given_up"
    REFUSED = "refused"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Former:
    """What each value of a draft was before it was last changed; ``last`` names that field."""

    order_number: str | None = None
    days: int | None = None
    reason: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Draft:
    """The request as far as it is known.

    ``until`` is a date asked for before the order was known; ``offered`` are the order numbers
    shown last as choices; ``unusable`` counts unusable answers in a row. ``later`` are further
    orders of the same message, each with its days: one request is made at a time. ``changing`` says
    that what to change was asked last: a yes to that sends nothing. ``former`` is what can be
    taken back.
    """

    order_number: str | None = None
    days: int | None = None
    until: date | None = None
    reason: str | None = None
    asked: Step | None = None
    unusable: int = 0
    offered: tuple[str, ...] = ()
    later: tuple[tuple[str, int | None], ...] = ()
    changing: bool = False
    former: Former = Former()


@dataclass(frozen=True)
class Progress:
    """One step of the dialog: what to say and where it stands.

    ``interrupted`` means that the message was not for the dialog: nothing changed.
    """

    draft: Draft
    says: tuple[Say, ...] = ()
    end: End | None = None
    interrupted: bool = False


@dataclass(frozen=True)
class Situation:
    """What the dialog may look at: the seller's orders, the order in hand and the time."""

    orders: Sequence[Order]
    now: datetime
    order_in_hand: str | None = None

    def order(self, number: str | None) -> Order | None:
        """Returns the seller's order of that number."""
        return find_by_number(self.orders, number) if number else None

    def extendable(self) -> list[Order]:
        """Returns the current orders that may be extended now, most urgent first."""
        return [
            o
            for o in by_urgency(self.orders, self.now)
            if o.is_current and check_order(o, self.now) is None
        ]
