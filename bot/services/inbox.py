"""The queue as staff see it."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import BadInput, UnknownConversation
from bot.services.desk_ports import (
    SORTS,
    Case,
    InboxPage,
    InboxQuery,
    InboxStore,
    Timeline,
)
from bot.services.ports import Clock
from bot.services.presence import Presence
from bot.support.triage import LEVELS

LARGEST_PAGE = 200
MESSAGES = 500
"""Messages of a timeline read at once."""


class Inbox:
    """Reads the queue; every method blocks and raises StorageError."""

    def __init__(self, store: InboxStore, clock: Clock, presence: Presence) -> None:
        self._store = store
        self._clock = clock
        self._presence = presence

    def page(self, query: InboxQuery) -> InboxPage:
        """Returns one page of cases; raises BadInput for what cannot be asked."""
        if query.sort not in SORTS:
            raise BadInput("sort is none", "sort_unknown")
        if query.urgency is not None and query.urgency not in LEVELS:
            raise BadInput("urgency is none", "level_unknown")
        if not 1 <= query.limit <= LARGEST_PAGE:
            raise BadInput("limit is out of range", "limit_out_of_range")
        page = self._store.cases(query, self._clock.now())
        return replace(page, cases=tuple(self._seen(case) for case in page.cases))

    def case(self, conversation_id: str) -> Case:
        """Returns one case, whatever its state; raises UnknownConversation."""
        found = self._store.case(conversation_id, self._clock.now())
        if found is None:
            raise UnknownConversation(conversation_id)
        return self._seen(found)

    def timeline(self, conversation_id: str, after: int = 0, limit: int = MESSAGES) -> Timeline:
        """Returns what was said after a message, and all notes and events, in order."""
        return self._store.timeline(conversation_id, after, limit)

    def duplicates_of(self, conversation_id: str) -> list[Case]:
        """Returns the conversations merged into this one."""
        return self._store.duplicates_of(conversation_id, self._clock.now())

    def _seen(self, case: Case) -> Case:
        return replace(case, viewers=self._presence.viewers(case.id))
