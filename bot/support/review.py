"""Sellers' messages that the model may learn from, and what staff decide about them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.support.models import Reading

UNSURE = "nlu_fallback"
LOW_CONFIDENCE = 0.55
"""Below this a label is worth a look, also where the model did not say that it is unsure."""


class ReviewReason(str, enum.Enum):
    """Says why a message is shown for review, the most telling first."""

    CORRECTED = "corrected"  # somebody on the staff gave the conversation another topic
    THUMBS_DOWN = "thumbs_down"  # the answer to it did not help
    ESCALATED = "escalated"  # the last thing asked before a human was called
    LOW_CONFIDENCE = "low_confidence"


class Decision(str, enum.Enum):
    """Says what was decided about a message."""

    ACCEPTED = "accepted"  # the proposed topic is right
    CORRECTED = "corrected"  # another one is
    SKIPPED = "skipped"  # it teaches nothing


class ExportState(str, enum.Enum):
    """Says whether a phrase has come into the training data."""

    WAITING = "waiting"
    EXPORTED = "exported"
    REFUSED = "refused"  # the data's own checks would refuse it
    NEVER = "never"  # skipped


@dataclass(frozen=True)
class ReviewItem:
    """One message to be reviewed; ``proposed`` comes first in ``ranking``.

    ``text`` is as the seller wrote it until the review service has masked it.
    """

    conversation_id: str
    message_number: int
    seller_id: str
    text: str
    created_at: datetime
    reasons: tuple[ReviewReason, ...]
    ranking: tuple[Reading, ...]
    kind: str = ""
    response: str | None = None
    model: str | None = None

    @property
    def proposed(self) -> str:
        """Returns the label that is accepted with one key."""
        return self.ranking[0].intent if self.ranking else UNSURE


@dataclass(frozen=True)
class Review:
    """A decision about one message, with the masked text it was made about.

    ``intent`` is "" when the message was skipped; ``kind`` divides what is out of scope.
    """

    conversation_id: str
    message_number: int
    text: str
    decision: Decision
    proposed: str
    intent: str
    kind: str
    reasons: tuple[ReviewReason, ...]
    staff_id: str
    at: datetime
    export: ExportState = ExportState.WAITING
    note: str = ""
    id: int | None = None


@dataclass(frozen=True)
class ReviewCounts:
    """How many messages wait for a decision, and what became of the others."""

    waiting: int
    to_export: int
    exported: int
    refused: int
    skipped: int


def is_unsure(understanding: Mapping[str, Any], responses: Iterable[str]) -> bool:
    """Tells whether a typed message was understood so badly that somebody should look.

    ``responses`` are the ids of what it was answered with: what a form asked for ("3 jours",
    "j'ai la grippe") is no topic, and being unsure about it means nothing.
    """
    label = understanding.get("intent")
    if not label or any(response.startswith("extension_") for response in responses):
        return False
    return label["name"] == UNSURE or float(label["confidence"]) < LOW_CONFIDENCE


def ranking_of(understanding: Mapping[str, Any]) -> tuple[Reading, ...]:
    """Returns the labels a model gave, its own choice first, then the others by confidence."""
    label = understanding.get("intent") or {}
    scores = [
        Reading(str(score["name"]), float(score["confidence"]))
        for score in understanding.get("intent_ranking") or ()
    ]
    chosen = [score for score in scores if score.intent == label.get("name")]
    return (*chosen, *(score for score in scores if score not in chosen))
