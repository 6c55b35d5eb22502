"""News that replicas could not tell each other, found in what is stored.

While Redis is away, listeners here hear a moment later, and the database is asked once a second
for all of them together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.services.desk import QUEUE
from bot.services.ports import Clock
from bot.services.site_ports import NewsStore

LOOK_BACK = timedelta(seconds=30)
"""How far back is looked: longer than a dead connection goes unnoticed and clocks differ."""


class MissedNews:
    """Publishes to this process's listeners what the other replicas could not; blocks."""

    def __init__(
        self,
        store: NewsStore,
        clock: Clock,
        publish: Callable[[str], None],
        linked: Callable[[], bool],
    ) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._linked = linked
        self._was_linked = False
        self._known: set[tuple[str, str]] = set()

    def catch_up(self) -> int:
        """Publishes what is new in the database unless Redis told it; returns how much that was.

        Once more after Redis has come back: what was published before everybody listened again.
        Raises StorageError; what was not found is then found the next time.
        """
        linked = self._linked()
        if linked and self._was_linked:
            self._known.clear()
            return 0
        found = set(self._store.changes_since(self._clock.now() - LOOK_BACK))
        new, self._known = found - self._known, found
        self._was_linked = linked
        for conversation_id in {conversation_id for conversation_id, _ in new}:
            self._publish(conversation_id)
        if new:
            self._publish(QUEUE)
        return len(new)
