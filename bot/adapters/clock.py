"""Clocks: the system's, and one that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


class SystemClock:
    """Tells the system's time."""

    def now(self) -> datetime:
        """Returns the present moment, aware UTC."""
        return datetime.now(timezone.utc)


class MovableClock:
    """Tells a time that can be moved, for tests and demonstrations; it ticks with the system's."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = (start - datetime.now(timezone.utc)) if start else timedelta()

    def now(self) -> datetime:
        """Returns the moved moment, aware UTC."""
        return datetime.now(timezone.utc) + self._offset

    def move(self, by: timedelta) -> None:
        """Moves the clock forward, or back."""
        self._offset += by
