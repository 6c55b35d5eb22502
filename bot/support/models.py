"""Trained models: which one answers, which one runs in its shadow, which are retired."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class ModelState(str, enum.Enum):
    """Says what a model is used for; there is at most one live model and one shadow."""

    LIVE = "live"  # answers sellers
    SHADOW = "shadow"  # reads what sellers write after they were answered, and says nothing
    RETIRED = "retired"  # was one of the two
    UNUSED = "unused"  # only lies in the folder: it has no row


class ModelProblem(str, enum.Enum):
    """Says why a model could not be used."""

    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True)
class Model:
    """One model, known by its file's name.

    ``pinned`` says that somebody decided that it is live; one that is live only because its file
    is the newest makes room for a newer one when the server starts. ``promotion`` grows with
    every promotion, so that a failed one can be told from a new one. ``live_until`` is when a
    live model made room for a later one: it is what a roll-back returns to.
    """

    name: str
    state: ModelState
    since: datetime | None = None
    pinned: bool = False
    promotion: int = 0
    live_until: datetime | None = None
    problem: ModelProblem | None = None
    trained_at: datetime | None = None
    size: int = 0


@dataclass(frozen=True)
class Reading:
    """What a model made of a message: its label and how sure it was, from 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class ShadowDifference:
    """A message that the shadow labels otherwise than the live model; ``text`` is masked."""

    conversation_id: str
    message_number: int
    text: str
    live: Reading
    shadow: Reading
    at: datetime


@dataclass(frozen=True)
class ShadowFigures:
    """How many messages a shadow read beside a live model, and what became of them.

    ``dropped`` were not read because too many waited; ``failed`` could not be read.
    """

    model: str
    live_model: str
    read: int = 0
    different: int = 0
    dropped: int = 0
    failed: int = 0
