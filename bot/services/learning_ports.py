"""The ports of learning: trained models and their table, phrases under review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.services.ports import Assistant
from bot.support.models import Model, ModelProblem, ShadowDifference, ShadowFigures
from bot.support.review import ExportState, Review, ReviewCounts, ReviewItem


class LoadableAssistant(Assistant, Protocol):
    """An assistant over one model, which takes seconds to load."""

    def start(self) -> None:
        """Loads and warms the model; raises AssistantUnavailable when it cannot be loaded."""
        ...

    def stop(self) -> None:
        """Ends its threads; turns under way are lost."""
        ...


@dataclass(frozen=True)
class ModelFile:
    """A model as it lies in the folder of models; ``size`` is in bytes."""

    name: str
    trained_at: datetime
    size: int


class ModelFiles(Protocol):
    """The folder of trained models."""

    def files(self) -> Sequence[ModelFile]:
        """Returns the models, the newest first."""
        ...


class ModelStore(Protocol):
    """Keeps what each model is used for; every method blocks and raises StorageError.

    ``staff_id`` is who decided, None for the command line. Every change is an event.
    """

    def models(self) -> list[Model]:
        """Returns the models that have ever been used, live and shadow first."""
        ...

    def note_newest(self, name: str, now: datetime) -> None:
        """Says that a model is live because its file is the newest; no decision, no event."""
        ...

    def set_shadow(self, name: str | None, live: str, staff_id: str | None, now: datetime) -> None:
        """Makes a model the shadow, None for none, and pins ``live`` as the live one."""
        ...

    def promote(self, name: str, live: str | None, staff_id: str | None, now: datetime) -> None:
        """Makes a model live; ``live`` is what answers now and becomes its predecessor."""
        ...

    def roll_back(self, staff_id: str | None, now: datetime) -> tuple[str, str] | None:
        """Makes the live model's predecessor live again; returns (from, to), None without one."""
        ...

    def promotion_failed(
        self, failed: Model, serving: str, problem: ModelProblem, now: datetime
    ) -> bool:
        """Says that a live model cannot be served, and makes the one that is served live again.

        Returns False, and changes nothing, when something else was decided meanwhile.
        """
        ...

    def shadow_failed(self, name: str, problem: ModelProblem, now: datetime) -> None:
        """Retires a shadow that cannot be loaded."""
        ...

    def add_shadow_readings(
        self, figures: ShadowFigures, differences: Sequence[ShadowDifference]
    ) -> None:
        """Adds to the figures of a shadow beside a live model, and keeps the differences."""
        ...

    def shadow_figures(self, model: str) -> list[ShadowFigures]:
        """Returns a shadow's figures, one for each live model it ran beside."""
        ...

    def shadow_differences(
        self, model: str, limit: int, before_id: int | None = None
    ) -> list[tuple[int, ShadowDifference]]:
        """Returns differing labels with their ids, the newest first."""
        ...


class ReviewStore(Protocol):
    """Keeps what is to be reviewed and what was decided; every method blocks."""

    def review_items(self, since: datetime, limit: int) -> list[ReviewItem]:
        """Returns messages without a decision, the most telling first, then the newest."""
        ...

    def review_item(self, conversation_id: str, number: int, since: datetime) -> ReviewItem | None:
        """Returns one message that waits for a decision, None when it does not."""
        ...

    def put_review(self, review: Review) -> Review | None:
        """Stores a decision; returns None when somebody decided about that message before."""
        ...

    def review_of(self, conversation_id: str, number: int) -> Review | None:
        """Returns the decision about a message."""
        ...

    def remove_review(self, review_id: int, staff_id: str, now: datetime) -> Review | None:
        """Takes back a decision of one's own that was not exported yet; returns it, or None."""
        ...

    def reviews(self, *states: ExportState) -> list[Review]:
        """Returns decisions in the order they were made."""
        ...

    def mark_exported(self, outcomes: Mapping[int, tuple[ExportState, str]], now: datetime) -> None:
        """Says what became of reviews by id: exported (where to) or refused (why)."""
        ...

    def review_counts(self, since: datetime) -> ReviewCounts:
        """Returns how many messages wait and what became of the others."""
        ...


@dataclass(frozen=True)
class NewPhrase:
    """A phrase to be added; ``kind`` names the block of what is out of scope, else ""."""

    text: str
    intent: str
    kind: str = ""


@dataclass(frozen=True)
class PhraseOutcome:
    """What became of a new phrase: ``location`` is where it stands, or would.

    ``problem`` says why it is refused; ``already`` that the same phrase stood there before.
    """

    location: str
    problem: str = ""
    already: bool = False


class TrainingData(Protocol):
    """The phrases that models are trained from."""

    def add(self, phrases: Sequence[NewPhrase], *, dry_run: bool) -> Sequence[PhraseOutcome]:
        """Adds all phrases that the data's checks accept, unless ``dry_run``.

        Raises ContentError, and changes nothing, when the checks find more than single phrases.
        """
        ...
