"""The content that is served now: one reference, swapped when something is published."""

from __future__ import annotations

from bot.support.responses import Content


class LiveContent:
    """Holds the approved texts that are served.

    Whoever answers takes ``current`` once and keeps it to the end, so that one turn never says
    two versions; nobody keeps it, or parts of it, any longer.
    """

    def __init__(self, content: Content) -> None:
        self._current = content

    @property
    def current(self) -> Content:
        """Returns what is served at this moment; it never changes itself."""
        return self._current

    def serve(self, content: Content) -> None:
        """Serves other texts from now on."""
        self._current = content
