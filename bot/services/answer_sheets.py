"""FAQ answers as staff read them: what is served, what is being written, and what there was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import UnknownAnswer
from bot.services.answer_ports import AnswerStore, Thumbs
from bot.services.published_content import PublishedContent
from bot.support.answer_checks import Problem, answer_problems
from bot.support.publishing import (
    Draft,
    KeptVersion,
    ServedAnswer,
    Serving,
    approval_holds,
    release_waits,
)
from bot.support.responses import FaqEntry


@dataclass(frozen=True)
class AnswerSheet:
    """All about one answer.

    ``choice`` is what staff chose, ``served`` what sellers get, ``delivered`` what comes with the
    software. ``problems`` are the draft's, or without one those of what is served.
    """

    choice: ServedAnswer
    served: FaqEntry
    delivered: FaqEntry
    draft: Draft | None
    problems: Sequence[Problem]
    versions: Sequence[KeptVersion]
    thumbs: Mapping[int, Thumbs]

    @property
    def release_waits(self) -> bool:
        """Tells whether the software delivers a version that nobody has decided about yet."""
        return release_waits(self.choice, self.delivered.version)

    @property
    def chosen_is_dead(self) -> bool:
        """Tells whether what staff chose leads nowhere, so that the delivered one is served."""
        return self.choice.version not in (None, self.served.version)

    @property
    def approval_holds(self) -> bool:
        """Tells whether the draft may be published as it stands."""
        return self.draft is not None and approval_holds(
            self.draft, self.choice, self.served.version
        )


class AnswerSheets:
    """Reads all about answers; every method blocks and raises StorageError."""

    def __init__(self, store: AnswerStore, published: PublishedContent) -> None:
        self._store = store
        self._published = published

    def all(self) -> list[AnswerSheet]:
        """Returns every answer that the software delivers, by title."""
        self._published.refresh()
        choices, drafts = self._store.served(), self._store.open_drafts()
        thumbs = self._store.thumbs()
        found = [
            self._sheet(answer, choices, drafts, thumbs)
            for answer in self._published.release.entries
        ]
        return sorted(found, key=lambda sheet: sheet.served.title)

    def one(self, answer: str) -> AnswerSheet:
        """Returns one answer; raises UnknownAnswer."""
        if answer not in self._published.release.entries:
            raise UnknownAnswer(answer)
        self._published.refresh()
        store = self._store
        return self._sheet(answer, store.served(), store.open_drafts(), store.thumbs())

    def servings(self, answer: str) -> Sequence[Serving]:
        """Returns every change of what is served, the newest first."""
        return self._store.servings(answer)

    def _sheet(
        self,
        answer: str,
        choices: Mapping[str, ServedAnswer],
        drafts: Mapping[str, Draft],
        thumbs: Mapping[tuple[str, int], Thumbs],
    ) -> AnswerSheet:
        served = self._published.live.current.entries[answer]
        draft = drafts.get(answer)
        versions = [
            kept for key, kept in sorted(self._published.versions.items()) if key[0] == answer
        ]
        return AnswerSheet(
            choice=choices.get(answer, ServedAnswer(answer)),
            served=served,
            delivered=self._published.release.entries[answer],
            draft=draft,
            problems=answer_problems(draft.entry if draft else served, self._published.rules),
            versions=versions[::-1],
            thumbs={version: each for (name, version), each in thumbs.items() if name == answer},
        )
