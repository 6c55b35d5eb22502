"""What is served, put together: what the software delivers, and what staff published over it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace

from bot.services.answer_ports import AnswerStore
from bot.services.live_content import LiveContent
from bot.services.ports import Clock
from bot.support.answer_checks import DEAD_REFERENCES, AnswerRules, answer_problems
from bot.support.publishing import KeptVersion, ServedAnswer, release_waits
from bot.support.responses import Content, FaqEntry, Response

logger = logging.getLogger(__name__)


class PublishedContent:
    """Keeps the live content what the database says it is, without training or restart.

    ``refresh`` is called at once where something is published, and every second elsewhere.
    """

    def __init__(self, live: LiveContent, store: AnswerStore, clock: Clock) -> None:
        self.live = live
        self._store = store
        self._clock = clock
        self._release = LiveContent(live.current)
        self._versions: dict[tuple[str, int], KeptVersion] = {}
        self._seen: tuple[int, ...] | None = None
        self._lock = threading.Lock()

    @property
    def release(self) -> Content:
        """Returns what the software delivers, each text with its version's number."""
        return self._release.current

    @property
    def rules(self) -> AnswerRules:
        """Returns what answers may refer to in this process."""
        return AnswerRules.of(self.release)

    @property
    def versions(self) -> Mapping[tuple[str, int], KeptVersion]:
        """Returns every version ever kept, by id and number."""
        return self._versions

    def start(self) -> None:
        """Keeps what the software delivers and serves what is published; raises StorageError."""
        release = self._release.current
        texts: list[FaqEntry | Response] = [
            *release.entries.values(),
            *release.responses.values(),
        ]
        numbers = self._store.keep_release(texts, self._clock.now())
        numbered = replace(
            release,
            entries={i: e.as_version(numbers[i]) for i, e in release.entries.items()},
            responses={i: r.as_version(numbers[i]) for i, r in release.responses.items()},
        )
        self._release.serve(numbered)
        self.refresh()
        for answer, served in self._store.served().items():
            self._report(answer, served)

    def refresh(self) -> bool:
        """Serves what the database says, if that changed; tells whether it did.

        Raises StorageError; what was served is then served on.
        """
        with self._lock:
            counter = self._store.change_counter()
            if counter == self._seen:
                return False
            # What is changed while this reads has another counter, and is read the next time;
            # versions are read last, so that each one that is served is among them.
            served = self._store.served()
            found = self._store.kept(self._versions)
            self._versions = {**self._versions, **{each.key: each for each in found}}
            self.live.serve(self._put_together(served))
            self._seen = counter
            return True

    def _put_together(self, served: Mapping[str, ServedAnswer]) -> Content:
        release = self._release.current
        return replace(
            release,
            entries={
                answer: self._entry(entry, served.get(answer))
                for answer, entry in release.entries.items()
            },
            versions={key: kept.text for key, kept in self._versions.items() if kept.may_be_served},
        )

    def _entry(self, delivered: FaqEntry, served: ServedAnswer | None) -> FaqEntry:
        """Returns the entry to serve: the chosen version, or the delivered one.

        The delivered one too where the chosen version leads somewhere that is no longer there.
        """
        if served is None or served.version in (None, delivered.version):
            return delivered
        kept = self._versions.get((served.answer, served.version or 0))
        if kept is None or not kept.may_be_served or not isinstance(kept.text, FaqEntry):
            logger.error("%s: version %s was never approved", served.answer, served.version)
            return delivered
        dead = [p for p in answer_problems(kept.text, self.rules) if p.code in DEAD_REFERENCES]
        if dead:
            says = "; ".join(problem.says for problem in dead)
            logger.error(
                "%s: version %d is not served, version %d is: %s",
                served.answer, served.version, delivered.version, says,
            )  # fmt: skip
            return delivered
        return kept.text

    def _report(self, answer: str, served: ServedAnswer) -> None:
        delivered = self._release.current.entries.get(answer)
        if delivered is None:
            logger.warning("%s: the software no longer delivers it", answer)
        elif release_waits(served, delivered.version):
            logger.warning(
                "%s: version %d is served, as staff chose; version %d, delivered with the "
                "software, waits for a decision at /console/answers",
                answer, served.version, delivered.version,
            )  # fmt: skip
