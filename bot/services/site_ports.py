"""The site API's ports: what clients replay, limits, news as it happens; and who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.support.conversations import Conversation, Message
from bot.support.feedback import Rating, Thumb, ThumbValue


@dataclass(frozen=True)
class Identity:
    """Who a verified token names, and until when; ``name`` is for greeting only."""

    seller_id: str
    expires_at: datetime
    name: str | None = None


@dataclass(frozen=True)
class Replay:
    """What a client lacks, and where the conversation stands.

    ``messages`` follow the client's cursor, in order. ``changed`` are earlier ones whose buttons
    those closed. ``last_number`` and ``last_seller_number`` are 0 in an empty conversation.
    ``answering`` says that a turn runs there now. ``thumbs`` are by message number.
    """

    conversation: Conversation
    messages: Sequence[Message]
    changed: Sequence[Message]
    last_number: int
    last_seller_number: int
    answering: bool
    thumbs: Mapping[int, ThumbValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Overview:
    """One line of a seller's list of conversations; ``preview`` is the newest message's text."""

    conversation: Conversation
    updated_at: datetime
    last_number: int
    preview: str
    rated: bool


class SiteStore(Protocol):
    """Reads conversations as clients see them, and keeps what sellers think of them; blocks.

    Every method raises StorageError when the database does not answer or refuses.
    """

    def replay(self, conversation_id: str, after: int, limit: int, now: datetime) -> Replay | None:
        """Returns what a client with the cursor ``after`` lacks; None without a conversation."""
        ...

    def conversations_of(self, seller_id: str, limit: int) -> list[Overview]:
        """Returns a seller's conversations, the one with the newest message first."""
        ...

    def overview(self, conversation_id: str) -> Overview | None:
        """Returns one conversation as the list shows it."""
        ...

    def has_button(self, conversation_id: str, token: str) -> bool:
        """Tells whether a button was ever offered in this conversation."""
        ...

    def newest_messages(self, conversation_id: str, limit: int) -> list[Message]:
        """Returns the newest messages, in order."""
        ...

    def put_thumb(self, thumb: Thumb, now: datetime) -> None:
        """Stores what a seller thinks of one answer, in place of what they thought before."""
        ...

    def remove_thumb(self, conversation_id: str, message_number: int) -> None:
        """Takes a thumb back, if there is one."""
        ...

    def put_rating(self, rating: Rating, now: datetime) -> None:
        """Stores what a seller thinks of a conversation, in place of what they thought before."""
        ...


class Listener(Protocol):
    """Waits for news of one conversation."""

    async def wait(self, seconds: float) -> None:
        """Returns at once when there was news since the last call, at the latest after a time."""
        ...


class Hub(Protocol):
    """Tells listeners, wherever they are connected, that a conversation has news.

    The news itself is in the store: a lost call delays it and loses nothing.
    """

    def publish(self, conversation_id: str) -> None:
        """Tells all listeners of a conversation; never blocks, and any thread may call it."""
        ...

    def listening(self, conversation_id: str) -> AbstractAsyncContextManager[Listener]:
        """Registers a listener for as long as the context lasts."""
        ...


Word = tuple[str, ...]
"""What replicas tell each other: its kind, whom or what it is about, and what else is said."""


class NewsStore(Protocol):
    """Finds news in what is stored, where none was heard; blocks, raises StorageError."""

    def changes_since(self, moment: datetime) -> list[tuple[str, str]]:
        """Returns what came into conversations: their ids, each with what names the change."""
        ...


class RateLimits(Protocol):
    """Counts what callers do."""

    async def hit(self, limit: str, caller: str, cost: int = 1) -> None:
        """Counts one call, or what is worth ``cost`` calls, under the limit of that name.

        Raises TooManyRequests when the caller has reached it.
        """
        ...
