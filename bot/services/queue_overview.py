"""The queue in a few figures and cases: for who looks at it from elsewhere than the console."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.desk_ports import Case, InboxCounts, InboxQuery
from bot.services.inbox import Inbox
from bot.support.conversations import ConversationState
from bot.support.staff import Staff
from bot.support.triage import URGENT

MOST_SHOWN = 5


@dataclass(frozen=True)
class Overview:
    """The queue at one moment.

    ``at_risk`` are the first of the ``at_risk_total`` urgent cases, the most urgent first: the
    urgency table counts late orders, money, abuse and long waits. ``oldest`` is who has waited
    longest. ``next_case`` is the most urgent that nobody holds.
    """

    counts: InboxCounts
    at_risk: tuple[Case, ...]
    at_risk_total: int
    oldest: Case | None
    next_case: Case | None
    mine: tuple[Case, ...] = ()


class QueueOverview:
    """Reads overviews; every method blocks and raises StorageError."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def of(self, staff: Staff | None = None) -> Overview:
        """Returns the queue as it is now, with what ``staff`` hold themselves."""
        urgent = self._inbox.page(
            InboxQuery(urgency=URGENT, limit=MOST_SHOWN, asked_by=staff.id if staff else "")
        )
        waiting = (ConversationState.WAITING,)
        oldest = self._inbox.page(InboxQuery(states=waiting, sort="waiting", limit=1))
        upcoming = self.waiting(1)
        mine: tuple[Case, ...] = ()
        if staff is not None:
            held = InboxQuery(states=(ConversationState.HUMAN,), holder=staff.id, limit=MOST_SHOWN)
            mine = self._inbox.page(held).cases
        return Overview(
            counts=urgent.counts,
            at_risk=urgent.cases,
            at_risk_total=urgent.total,
            oldest=next(iter(oldest.cases), None),
            next_case=next(iter(upcoming), None),
            mine=mine,
        )

    def waiting(self, limit: int) -> tuple[Case, ...]:
        """Returns who waits for a person, the most urgent first."""
        states = (ConversationState.WAITING,)
        return self._inbox.page(InboxQuery(states=states, limit=limit)).cases
