"""What publishing needs of a database: every version for good, drafts, and what is served."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.support.publishing import (
    Approval,
    Draft,
    KeptVersion,
    ServedAnswer,
    Serving,
)
from bot.support.responses import FaqEntry, Response


@dataclass(frozen=True)
class Thumbs:
    """How often an answer was found helpful, and not."""

    up: int = 0
    down: int = 0


class AnswerStore(Protocol):
    """Keeps versions, drafts and what is served; every method is one transaction.

    All raise StorageError when the database does not answer or refuses. What is changed on the
    condition of a revision is changed by exactly one of those who try at once.
    """

    def keep_release(
        self, texts: Sequence[FaqEntry | Response], now: datetime
    ) -> Mapping[str, int]:
        """Keeps what the software delivers, and returns each text's version by its id.

        A text read before in the same words has the number it had then; a new one gets its own
        number, or the next free one where other words have that.
        """
        ...

    def change_counter(self) -> tuple[int, ...]:
        """Returns what is different after any change of what is kept or served."""
        ...

    def served(self) -> Mapping[str, ServedAnswer]:
        """Returns what is served, by answer; an answer never changed in the console is missing."""
        ...

    def kept(self, known: Collection[tuple[str, int]] = ()) -> Sequence[KeptVersion]:
        """Returns every version kept, except those known already, by id and version."""
        ...

    def open_drafts(self) -> Mapping[str, Draft]:
        """Returns the drafts that can still become something, by answer."""
        ...

    def save_draft(
        self,
        entry: FaqEntry,
        revision: int | None,
        based_on: int,
        author: str,
        why: str,
        now: datetime,
    ) -> Draft:
        """Writes a draft in place of the one of that revision, or begins one with None.

        An approval ends with it. Raises EditedMeanwhile when the open draft is another one.
        """
        ...

    def approve_draft(self, answer: str, approval: Approval) -> Draft:
        """Approves the open draft of the approval's revision; raises EditedMeanwhile."""
        ...

    def publish_draft(self, draft: Draft, over_release: int, by: str, now: datetime) -> int:
        """Keeps an approved draft as the next version, serves it, and returns its number.

        Raises EditedMeanwhile when the draft is no longer that one or not approved, and
        ServedMeanwhile when what is served is no longer what it was approved over.
        """
        ...

    def discard_draft(self, answer: str, revision: int, by: str, now: datetime) -> None:
        """Throws the open draft of that revision away; raises EditedMeanwhile."""
        ...

    def serve(self, chosen: ServedAnswer, serving: Serving) -> None:
        """Serves another version, or keeps one; ``chosen`` has the revision that follows.

        Raises ServedMeanwhile when another choice was made since.
        """
        ...

    def servings(self, answer: str) -> Sequence[Serving]:
        """Returns every change of what is served of an answer, the newest first."""
        ...

    def thumbs(self) -> Mapping[tuple[str, int], Thumbs]:
        """Returns what sellers thought, by answer and version."""
        ...
