"""What conversations are about, as staff and sellers read it: every intent with its title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.services.live_content import LiveContent

REQUESTS = ("order_status", "request_extension", "my_completion_rate", "request_human")
SMALL_TALK = ("greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "help", "stop")
OUT_OF_SCOPE = "out_of_scope"
NOT_UNDERSTOOD = "nlu_fallback"
OTHER = (OUT_OF_SCOPE, NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Topic:
    """An intent as people read it; ``group`` is "faq", "request", "talk" or "other"."""

    intent: str
    title: str
    group: str


class Topics:
    """Names intents: an FAQ entry by its own title, any other by its response ``title_…``."""

    def __init__(self, live: LiveContent) -> None:
        self._live = live

    def all(self) -> list[Topic]:
        """Returns every topic: the FAQ first, then requests, small talk, and the rest."""
        return list(self._all())

    def title(self, intent: str) -> str:
        """Returns an intent's title; one nobody named (of an old model, say) stays as it is."""
        entry = self._live.current.entries.get(intent)
        if entry is not None:
            return entry.title
        response = self._live.current.responses.get(f"title_{intent}")
        return response.text if response is not None else intent

    def _all(self) -> Iterator[Topic]:
        groups = {
            "faq": tuple(self._live.current.entries),
            "request": REQUESTS,
            "talk": SMALL_TALK,
            "other": OTHER,
        }
        for group, intents in groups.items():
            for intent in intents:
                yield Topic(intent, self.title(intent), group)
