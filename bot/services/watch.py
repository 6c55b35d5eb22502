"""What is known of this process from outside: its counts, whether it is ready, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.services.ports import Clock
from bot.services.readiness import Readiness
from bot.services.watch_ports import Backlog, Meters, ProcessState, WatchStore

ALIVE_WITHIN = timedelta(seconds=15)
"""How recent the last sign of life of a process is that counts as alive."""


@dataclass
class Pulse:
    """Writes this process's signs of life, and compares its clock with the database's."""

    store: WatchStore
    clock: Clock
    owner: str
    skew: float | None = None
    """How many seconds our clock is ahead of the database's, None before it was asked."""

    def beat(self) -> str:
        """Writes one, and commits it; raises StorageError. Blocks."""
        now = self.clock.now()
        theirs = self.store.beat(self.owner, now)
        asked_for = self.clock.now() - now  # the answer is from a moment within
        self.skew = (now + asked_for / 2 - theirs).total_seconds()
        return ""


@dataclass
class Watch:
    """Brings together what is counted; ``write`` puts it down in the format that is read."""

    meters: Meters
    readiness: Readiness
    pulse: Pulse
    write: Callable[[ProcessState], bytes]
    streams: Counter[str] = field(default_factory=Counter)
    """Open WebSockets by surface."""

    def waiting(self) -> tuple[Backlog, int]:
        """Returns what waits in the database, and how many processes work on it; blocks.

        Raises StorageError.
        """
        now, store = self.pulse.clock.now(), self.pulse.store
        return store.backlog(now), store.alive_since(now - ALIVE_WITHIN)
