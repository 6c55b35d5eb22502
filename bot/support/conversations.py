"""What a conversation is, and who holds it.

States and reasons come from shared/DESIGN.md, "Contract: conversation and hand-off".
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MAX_MESSAGE_LENGTH = 2_000
"""The longest text, in characters, that is kept of one message; the rest is cut."""

BUTTON_LIFE = timedelta(hours=24)
"""How long an offered button can be used."""


class ConversationState(str, enum.Enum):
    """Says who answers the seller."""

    BOT = "bot"
    WAITING = "waiting"  # a human was asked for; the bot may still help
    HUMAN = "human"  # an agent has claimed it; the bot is silent
    RESOLVED = "resolved"

    @property
    def bot_may_speak(self) -> bool:
        """Tells whether a bot message may reach the seller."""
        return self is not ConversationState.HUMAN


class Author(str, enum.Enum):
    """Says who wrote a message."""

    SELLER = "seller"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class MessageStatus(str, enum.Enum):
    """Says how far a seller's message has come."""

    RECEIVED = "received"
    DONE = "done"


class ButtonState(str, enum.Enum):
    """Says whether an offered button can still be pressed."""

    OPEN = "open"
    USED = "used"
    INERT = "inert"  # the conversation went on, or its time is over


class EscalationReason(str, enum.Enum):
    """Says why a human is asked for."""

    CUSTOMER_REQUEST = "customer_request"
    NOT_UNDERSTOOD = "not_understood"
    REPEATED_ANSWER = "repeated_answer"
    POLICY = "policy"
    TOOL_FAILURE = "tool_failure"
    ABUSE = "abuse"


class EffectState(str, enum.Enum):
    """Says how far an action on the outside world has come."""

    PROPOSED = "proposed"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Button:
    """A choice offered with a message.

    ``intent`` and ``entities`` stay on the server; what leaves is ``token``, opaque.
    ``used`` and ``expires_at`` are known once it was offered.
    """

    title: str
    intent: str
    entities: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    used: bool = False
    expires_at: datetime | None = None

    def state(self, *, overtaken: bool, now: datetime) -> ButtonState:
        """Returns its state; ``overtaken`` says that the seller has written since."""
        if self.used:
            return ButtonState.USED
        expired = self.expires_at is not None and self.expires_at <= now
        return ButtonState.INERT if overtaken or expired else ButtonState.OPEN


@dataclass(frozen=True)
class Reply:
    """One message of the bot, before it is stored.

    ``response`` is the id of the FAQ entry or response it was rendered from, ``version`` that
    text's version and ``values`` what was put in: rendered again it is the same, byte for byte.
    """

    text: str
    response: str
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """One conversation of one seller.

    ``epoch`` grows whenever it changes hands; ``label`` is the name the seller's client
    gave it. ``fence`` grows with every turn lease.
    """

    id: str
    seller_id: str
    label: str
    state: ConversationState
    epoch: int
    fence: int
    created_at: datetime


@dataclass(frozen=True)
class Message:
    """One stored message, numbered from 1 in its conversation.

    ``request_id`` is that of the request which brought it: logs name it.
    """

    conversation_id: str
    number: int
    author: Author
    text: str
    created_at: datetime
    status: MessageStatus = MessageStatus.DONE
    client_id: str | None = None
    intent: str | None = None  # of a used button
    entities: Mapping[str, Any] = field(default_factory=dict)
    reply_to: int | None = None
    response: str | None = None
    response_version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    understanding: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Effect:
    """One action on the outside world, known by its key."""

    key: str
    conversation_id: str
    message_number: int
    action: str
    seller_id: str
    request: Mapping[str, Any]
    state: EffectState
    outcome: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Escalation:
    """A request for a human, with its reason.

    ``order`` is the order it is about as it stood then, where the marketplace could be asked.
    ``facts`` are those of ``bot.support.triage.UrgencyFacts`` that are known besides the reason.
    ``team_open`` says whether the team was there at that moment, None where nobody knows.
    """

    conversation_id: str
    reason: EscalationReason
    asked_at: datetime
    order_number: str | None = None
    open: bool = True
    order: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    team_open: bool | None = None


@dataclass(frozen=True)
class Job:
    """Work to be done at or after ``run_at``; ``key`` makes it unique."""

    key: str
    kind: str
    run_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
