"""Reviewed phrases become training data: nobody's any longer, checked, and only once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.names import training_phrase
from bot.services.learning_ports import NewPhrase, PhraseOutcome, ReviewStore, TrainingData
from bot.services.ports import Clock
from bot.support.review import ExportState


class PhraseExport:
    """Writes reviewed phrases into the training data and notes what became of each; blocks."""

    def __init__(self, store: ReviewStore, data: TrainingData, clock: Clock) -> None:
        self._store = store
        self._data = data
        self._clock = clock

    def run(self, *, dry_run: bool, again: bool) -> Sequence[tuple[NewPhrase, PhraseOutcome]]:
        """Returns each phrase with what became of it, or would with ``dry_run``.

        ``again`` tries those too that were refused before. Raises ContentError, with nothing
        written, when the data's checks find more than single phrases.
        """
        states = [ExportState.WAITING, *([ExportState.REFUSED] if again else [])]
        reviews = self._store.reviews(*states)
        phrases = [NewPhrase(training_phrase(r.text), r.intent, r.kind) for r in reviews]
        outcomes = self._data.add(phrases, dry_run=dry_run)
        if not dry_run:
            became = {
                review.id: (
                    ExportState.REFUSED if outcome.problem else ExportState.EXPORTED,
                    outcome.problem or outcome.location,
                )
                for review, outcome in zip(reviews, outcomes)
                if review.id is not None
            }
            self._store.mark_exported(became, self._clock.now())
        return list(zip(phrases, outcomes))
