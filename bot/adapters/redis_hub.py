"""News of conversations in all replicas: this one's at once, the others' through Redis."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from bot.adapters.live_hub import LiveHub, LiveListener
from bot.adapters.redis_link import RedisLink
from bot.services.site_ports import Word

_NEWS = "news"


class RedisHub:
    """Tells listeners in every replica.

    ``here`` are this process's own listeners: they never wait for Redis.
    """

    def __init__(self, link: RedisLink, here: LiveHub) -> None:
        self._link = link
        self._here = here
        link.hear(_NEWS, self._heard)

    def publish(self, conversation_id: str) -> None:
        """Tells all listeners of a conversation; never blocks, and any thread may call it."""
        self._here.publish(conversation_id)
        self._link.tell((_NEWS, conversation_id))

    def listening(self, conversation_id: str) -> AbstractAsyncContextManager[LiveListener]:
        """Registers a listener for as long as the context lasts."""
        return self._here.listening(conversation_id)

    def _heard(self, word: Word) -> None:
        self._here.publish(word[1])
