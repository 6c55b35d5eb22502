"""Who is looking at a conversation and who is typing there now: in memory, and soon forgotten."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from bot.services.ports import Clock
from bot.support.desk import Holder
from bot.support.staff import Staff

LOOKING_LASTS = timedelta(seconds=45)
"""How long somebody looks at a conversation who does not say so again."""

TYPING_LASTS = timedelta(seconds=6)


def seller_typing_topic(conversation_id: str) -> str:
    """Returns the topic of the hub under which it is news that the seller types."""
    return f"seller-typing:{conversation_id}"


class Presence:
    """Remembers within this process; what it forgets costs a moment's sight, and nothing else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looking: dict[str, tuple[Holder, str, datetime]] = {}  # by connection
        self._typing: dict[str, tuple[Holder, datetime]] = {}
        self._sellers_typing: dict[str, datetime] = {}

    def look(self, connection: str, staff: Staff, conversation_id: str | None) -> set[str]:
        """Says what somebody looks at in one window, None at nothing; returns what changed.

        ``connection`` names the window: one person may have several.
        """
        with self._lock:
            self._forget_old()
            before = self._looking.pop(connection, None)
            changed = {before[1]} if before else set()
            if conversation_id is not None:
                until = self._clock.now() + LOOKING_LASTS
                self._looking[connection] = (Holder(staff.id, staff.name), conversation_id, until)
                changed ^= {conversation_id}  # still looking at the same changes nothing
            return changed

    def viewers(self, conversation_id: str) -> tuple[Holder, ...]:
        """Returns who looks at a conversation now, each once, by name."""
        now = self._clock.now()
        with self._lock:
            found = {
                who for who, where, until in self._looking.values()
                if where == conversation_id and until > now
            }  # fmt: skip
        return tuple(sorted(found, key=lambda who: (who.name, who.id)))

    def everywhere(self) -> dict[str, tuple[Holder, ...]]:
        """Returns who looks at what now, by conversation."""
        now = self._clock.now()
        with self._lock:
            looked_at = {where for _, where, until in self._looking.values() if until > now}
        return {where: self.viewers(where) for where in looked_at}

    def _forget_old(self) -> None:
        now = self._clock.now()
        for connection, (_, _, until) in list(self._looking.items()):
            if until <= now:
                del self._looking[connection]

    def type(self, staff: Staff, conversation_id: str) -> None:
        """Says that somebody on the staff types a message to the seller."""
        with self._lock:
            until = self._clock.now() + TYPING_LASTS
            self._typing[conversation_id] = (Holder(staff.id, staff.name), until)

    def stop_typing(self, conversation_id: str) -> None:
        """Says that nobody on the staff types any more: the message is there."""
        with self._lock:
            self._typing.pop(conversation_id, None)

    def typing(self, conversation_id: str) -> tuple[Holder, float] | None:
        """Returns who on the staff types now, and for how many seconds that is believed."""
        with self._lock:
            who, until = self._typing.get(conversation_id, (None, None))
            if who is None or until is None:
                return None
            left = (until - self._clock.now()).total_seconds()
            if left <= 0:
                del self._typing[conversation_id]
                return None
            return who, left

    def seller_types(self, conversation_id: str) -> None:
        """Says that the seller types a message."""
        now = self._clock.now()
        with self._lock:
            for one, until in list(self._sellers_typing.items()):
                if until <= now:
                    del self._sellers_typing[one]
            self._sellers_typing[conversation_id] = now + TYPING_LASTS

    def is_seller_typing(self, conversation_id: str) -> bool:
        """Tells whether the seller types now, as far as is known."""
        with self._lock:
            until = self._sellers_typing.get(conversation_id)
        return until is not None and until > self._clock.now()
