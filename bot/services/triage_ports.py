"""The triage API's port: where tickets are kept as conversations in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.support.conversations import Conversation, EscalationReason


@dataclass(frozen=True)
class Opened:
    """The conversation of a ticket; ``created`` is False when it had been opened before."""

    conversation: Conversation
    created: bool


@dataclass(frozen=True)
class NewTicket:
    """A ticket to be put into the queue: who wrote it, where it comes from, what it says.

    ``label`` is the same whenever the same ticket is sent again.
    """

    seller_id: str
    label: str
    text: str
    asked_at: datetime
    reason: EscalationReason
    understanding: Mapping[str, Any]
    model: str
    order_number: str | None = None
    order: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class TicketStore(Protocol):
    """Keeps tickets as conversations; blocks, and raises StorageError."""

    def open_ticket(self, ticket: NewTicket, now: datetime) -> Opened:
        """Puts a ticket into the queue as a conversation of its seller, once per label."""
        ...
