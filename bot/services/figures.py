"""Figures of a period, beside those of the period before; docs/figures.md defines each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.services.ports import Clock
from bot.support.figures import SETTLING, Counts, DurationsBy, Period, until

AT_ONCE = 2
"""Queries run at a time: the database and the processors have sellers to answer first."""

COUNTED = ("conversations", "messages", "handling", "requests", "resolutions", "thumbs", "answers")
TIMED = ("waits", "first_replies", "responses")


class FigureStore(Protocol):
    """Runs the documented queries; blocks."""

    def figure_rows(
        self,
        name: str,
        first_day: date,
        last_day: date,
        until: datetime,
        settled_before: datetime,
    ) -> list[Mapping[str, Any]]:
        """Returns the rows of one figure; raises StorageError when the database does not answer."""
        ...


@dataclass(frozen=True)
class PeriodFigures:
    """All figures of one period; ``until`` is the moment from which on nothing is counted."""

    period: Period
    until: datetime
    conversations: Counts
    messages: Counts
    handling: Counts
    requests: Counts
    resolutions: Counts
    thumbs: Counts
    answers: Counts
    waits: DurationsBy
    first_replies: DurationsBy
    responses: DurationsBy


@dataclass(frozen=True)
class Comparison:
    """A period's figures and, where the calendar reaches back so far, those before it."""

    computed_at: datetime
    settled_before: datetime
    present: PeriodFigures
    before: PeriodFigures | None


class Figures:
    """Reads figures; ``compare`` blocks."""

    def __init__(self, store: FigureStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="figures")

    def compare(self, period: Period) -> Comparison:
        """Returns a period's figures beside those of the period before."""
        now = self._clock.now()
        settled_before = now - SETTLING
        periods = [period] if period.before is None else [period, period.before]
        asked = [(counted, until(period, counted, now)) for counted in periods]
        running = [
            [
                self._threads.submit(
                    self._store.figure_rows,
                    name, counted.first_day, counted.last_day, end, settled_before,
                )
                for name in (*COUNTED, *TIMED)
            ]
            for counted, end in asked
        ]  # fmt: skip
        found = [
            _figures(counted, end, [each.result() for each in rows])
            for (counted, end), rows in zip(asked, running)
        ]
        return Comparison(now, settled_before, found[0], found[1] if len(found) > 1 else None)

    def stop(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _figures(
    period: Period, end: datetime, rows: Sequence[Sequence[Mapping[str, Any]]]
) -> PeriodFigures:
    counted: Any = dict(zip(COUNTED, map(Counts, rows)))
    timed: Any = dict(zip(TIMED, map(DurationsBy, rows[len(COUNTED) :])))
    return PeriodFigures(period, end, **counted, **timed)
