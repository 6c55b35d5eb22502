"""Who is looking at a conversation and who is typing there now: in memory, and soon forgotten.

Each replica remembers what people do at all of them: what is done here is told to the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.services.ports import Clock
from bot.services.site_ports import Word
from bot.support.desk import Holder
from bot.support.staff import Staff

LOOKING_LASTS = timedelta(seconds=45)
"""How long somebody looks at a conversation who does not say so again."""

TYPING_LASTS = timedelta(seconds=6)

LOOKS, TYPES, STOPPED, SELLER_TYPES = "looks", "types", "stopped", "seller_types"
"""Kinds of words between replicas; the second part is the window or the conversation."""

_Until = TypeVar("_Until", bound=tuple[Any, ...])  # its last part is a moment


def seller_typing_topic(conversation_id: str) -> str:
    """Returns the topic of the hub under which it is news that the seller types."""
    return f"seller-typing:{conversation_id}"


class Presence:
    """Remembers within this process; what it forgets costs a moment's sight, and nothing else.

    ``tell`` tells other replicas, whose words ``hear`` takes. What a replica that died said is
    forgotten like what nobody repeats.
    """

    def __init__(self, clock: Clock, tell: Callable[[Word], None] = lambda word: None) -> None:
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._looking: dict[str, tuple[Holder, str, datetime]] = {}  # by connection
        self._typing: dict[str, tuple[Holder, datetime]] = {}
        self._sellers_typing: dict[str, datetime] = {}

    def look(self, connection: str, staff: Staff, conversation_id: str | None) -> set[str]:
        """Says what somebody looks at in one window, None at nothing; returns what changed.

        ``connection`` names the window: one person may have several.
        """
        who = Holder(staff.id, staff.name)
        changed = self._look(connection, who, conversation_id)
        if changed or conversation_id is not None:
            self._tell((LOOKS, connection, who.id, who.name, conversation_id or ""))
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

    def type(self, staff: Staff, conversation_id: str) -> None:
        """Says that somebody on the staff types a message to the seller."""
        who = Holder(staff.id, staff.name)
        self._type(conversation_id, who)
        self._tell((TYPES, conversation_id, who.id, who.name))

    def stop_typing(self, conversation_id: str) -> None:
        """Says that nobody on the staff types any more: the message is there."""
        self._stop_typing(conversation_id)
        self._tell((STOPPED, conversation_id))

    def typing(self, conversation_id: str) -> tuple[Holder, float] | None:
        """Returns who on the staff types now, and for how many seconds that is believed."""
        with self._lock:
            who, until = self._typing.get(conversation_id, (None, None))
        if who is None or until is None:
            return None
        left = (until - self._clock.now()).total_seconds()
        return (who, left) if left > 0 else None

    def seller_types(self, conversation_id: str) -> None:
        """Says that the seller types a message."""
        self._seller_types(conversation_id)
        self._tell((SELLER_TYPES, conversation_id))

    def is_seller_typing(self, conversation_id: str) -> bool:
        """Tells whether the seller types now, as far as is known."""
        with self._lock:
            until = self._sellers_typing.get(conversation_id)
        return until is not None and until > self._clock.now()

    def hear(self, word: Word) -> None:
        """Takes in what another replica tells; raises ValueError for what it cannot have told."""
        kind, about, *more = word
        if kind == LOOKS:
            staff_id, name, where = more
            self._look(about, Holder(staff_id, name), where or None)
        elif kind == TYPES:
            staff_id, name = more
            self._type(about, Holder(staff_id, name))
        elif kind == STOPPED:
            self._stop_typing(about)
        elif kind == SELLER_TYPES:
            self._seller_types(about)
        else:
            raise ValueError(f"{kind} is none of presence's words")

    def _look(self, connection: str, who: Holder, conversation_id: str | None) -> set[str]:
        now = self._clock.now()
        with self._lock:
            _forget_old(self._looking, now)
            before = self._looking.pop(connection, None)
            changed = {before[1]} if before else set()
            if conversation_id is not None:
                self._looking[connection] = (who, conversation_id, now + LOOKING_LASTS)
                changed ^= {conversation_id}  # still looking at the same changes nothing
            return changed

    def _type(self, conversation_id: str, who: Holder) -> None:
        now = self._clock.now()
        with self._lock:
            _forget_old(self._typing, now)
            self._typing[conversation_id] = (who, now + TYPING_LASTS)

    def _stop_typing(self, conversation_id: str) -> None:
        with self._lock:
            self._typing.pop(conversation_id, None)

    def _seller_types(self, conversation_id: str) -> None:
        now = self._clock.now()
        with self._lock:
            for one in [one for one, until in self._sellers_typing.items() if until <= now]:
                del self._sellers_typing[one]
            self._sellers_typing[conversation_id] = now + TYPING_LASTS


def _forget_old(kept: dict[str, _Until], now: datetime) -> None:
    for key in [key for key, value in kept.items() if value[-1] <= now]:
        del kept[key]
