"""What sellers think of answers and conversations, kept with the text's id and version."""

from __future__ import annotations

from bot.errors import AccessDenied
from bot.services.intake import kept_text
from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore
from bot.services.site_ports import SiteStore
from bot.support.conversations import Author, Message
from bot.support.feedback import Rating, Thumb, ThumbValue

_LOOKED_AT = 50
"""How many of the newest messages are searched for the answer a rating is about."""


class Feedback:
    """Takes thumbs on answers and ratings of conversations; every method blocks."""

    def __init__(
        self, store: ConversationStore, site: SiteStore, live: LiveContent, clock: Clock
    ) -> None:
        self._store = store
        self._site = site
        self._live = live
        self._clock = clock

    def thumb(self, conversation_id: str, number: int, value: ThumbValue | None) -> Message:
        """Stores a thumb on one answer, or takes it back with None; returns the answer.

        Raises AccessDenied when that message is no answer of the bot.
        """
        found = self._store.messages_after(conversation_id, number - 1, 1)
        if not found or found[0].number != number or not self.is_answer(found[0]):
            raise AccessDenied("no such answer")
        answer = found[0]
        if value is None:
            self._site.remove_thumb(conversation_id, number)
            return answer
        assert answer.response is not None and answer.response_version is not None
        given = Thumb(conversation_id, number, value, answer.response, answer.response_version)
        self._site.put_thumb(given, self._clock.now())
        return answer

    def rate(self, conversation_id: str, stars: int, comment: str) -> Rating:
        """Stores a rating of a conversation, with the answer that was given last."""
        newest = self._site.newest_messages(conversation_id, _LOOKED_AT)
        last = next((message for message in reversed(newest) if self.is_answer(message)), None)
        rating = Rating(
            conversation_id,
            stars,
            kept_text(comment),
            last.response if last else None,
            last.response_version if last else None,
        )
        self._site.put_rating(rating, self._clock.now())
        return rating

    def is_answer(self, message: Message) -> bool:
        """Tells whether a thumb may be given for a message."""
        return message.author is Author.BOT and self._live.current.is_answer(message.response)
