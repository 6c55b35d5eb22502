"""The case file's port: what a conversation has left behind, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.support.conversations import Effect, Message
from bot.support.feedback import ThumbValue


@dataclass(frozen=True)
class Tried:
    """An action on the outside world, and when it last changed."""

    effect: Effect
    at: datetime


@dataclass(frozen=True)
class Traces:
    """What a conversation has left behind.

    ``tracker`` is the assistant's state, None before its first turn. ``told`` are the bot's newest
    messages that say an approved text, ``said`` the seller's newest, both oldest first.
    ``suggestions_used`` are the answers staff have sent or dismissed.
    """

    tracker: str | None
    told: Sequence[Message] = ()
    said: Sequence[Message] = ()
    tried: Sequence[Tried] = ()
    thumbs: Mapping[int, ThumbValue] = field(default_factory=dict)
    suggestions_used: frozenset[str] = frozenset()


class CaseFileStore(Protocol):
    """Reads what conversations have left behind; blocks, and raises StorageError."""

    def traces(self, conversation_id: str) -> Traces | None:
        """Returns what a conversation has left behind; None when there is no such one."""
        ...
