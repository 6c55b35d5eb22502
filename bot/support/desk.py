"""What staff do with conversations: claims, notes, outcomes, and what can be taken back."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.support.events import EventKind

UNDO_TIME = timedelta(seconds=30)
"""How long a change can be taken back, if nothing happened since."""

MAX_NOTE_LENGTH = 4_000
"""The longest note, in characters."""

LONGEST_SNOOZE = timedelta(days=31)

UNDOABLE = frozenset(
    {
        EventKind.CONVERSATION_RESOLVED,
        EventKind.CONVERSATION_RELEASED,
        EventKind.CONVERSATION_REASSIGNED,
        EventKind.CONVERSATION_SNOOZED,
        EventKind.CONVERSATION_MERGED,
    }
)
"""What can be taken back: nothing of it has reached the seller before UNDO_TIME is over."""


TOLD_LATER = frozenset(
    {
        EventKind.CONVERSATION_RESOLVED,
        EventKind.CONVERSATION_RELEASED,
        EventKind.CONVERSATION_MERGED,
    }
)
"""What the seller is told of once it can no longer be taken back."""


class Outcome(str, enum.Enum):
    """Says how a conversation ended."""

    ANSWERED = "answered"
    SOLVED = "solved"
    NO_REPLY = "no_reply"  # the seller did not come back
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"


class Source(str, enum.Enum):
    """Says where a conversation came in."""

    CHAT = "chat"
    TICKET = "ticket"


class SuggestionChoice(str, enum.Enum):
    """Says what somebody made of a suggested answer."""

    SENT = "sent"  # as it was
    EDITED = "edited"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Holder:
    """Names somebody on the staff, as others see them."""

    id: str
    name: str


@dataclass(frozen=True)
class Claim:
    """Says who holds a conversation; ``epoch`` is the fence: any later claim has a higher one."""

    conversation_id: str
    holder: Holder
    epoch: int


@dataclass(frozen=True)
class Change:
    """What somebody on the staff changed: its event, and until when it can be taken back."""

    conversation_id: str
    event_id: int
    undo_until: datetime | None = None


@dataclass(frozen=True)
class Note:
    """What staff write to each other; it is never a message and never reaches the seller."""

    id: int
    conversation_id: str
    staff: Holder
    text: str
    created_at: datetime


@dataclass(frozen=True)
class SuggestionUse:
    """Says which suggested answer, of which version, a reply was made from, and how."""

    response: str
    version: int
    choice: SuggestionChoice


@dataclass(frozen=True)
class CaseTopic:
    """What a conversation is about: an intent, and how sure that is (1 when staff say so)."""

    intent: str
    confidence: float
