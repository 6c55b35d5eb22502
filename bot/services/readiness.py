"""Whether sellers can be served here: every dependency is looked at again and again.

A look that does not come back in time has failed; it is not begun anew until it comes back, so
that what hangs costs one thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bot.services.ports import Clock
from bot.services.watch_ports import CheckResult

logger = logging.getLogger(__name__)

MOST_CHECKS = 8

LATE = "no answer in time"


@dataclass(frozen=True)
class Check:
    """One dependency: ``look`` returns what is worth saying, and raises when it does not work.

    ``every`` and ``patience`` are in seconds; together at most four, so that what stopped is
    known within five.
    """

    name: str
    look: Callable[[], str]
    stops_service: bool
    every: float = 1.0
    patience: float = 2.5


class Readiness:
    """Looks at dependencies on threads of its own, and remembers what they said last."""

    def __init__(self, checks: Sequence[Check], clock: Clock) -> None:
        self._checks = list(checks)
        self._clock = clock
        self._threads = ThreadPoolExecutor(MOST_CHECKS, thread_name_prefix="readiness")
        self._results: dict[str, CheckResult] = {}
        self._looking: dict[str, asyncio.Future[str]] = {}

    def also(self, check: Check) -> None:
        """Takes in the check of a part assembled later."""
        self._checks.append(check)
        assert len(self._checks) <= MOST_CHECKS  # each has a thread

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """Returns what each dependency said last, in the order they were given."""
        return tuple(self._results[c.name] for c in self._checks if c.name in self._results)

    @property
    def ready(self) -> bool:
        """Tells whether all that service needs works; not before everything was looked at."""
        results = self.results
        looked = len(results) == len(self._checks)
        return looked and all(r.works for r in results if r.stops_service)

    async def watch(self) -> None:
        """Looks at everything for as long as it is let."""
        await asyncio.gather(*(self._watch(check) for check in self._checks))

    async def look(self) -> None:
        """Looks at everything once."""
        await asyncio.gather(*(self._look(check) for check in self._checks))

    def stop(self) -> None:
        """Lets go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _watch(self, check: Check) -> None:
        while True:
            await asyncio.sleep(check.every)
            await self._look(check)

    async def _look(self, check: Check) -> None:
        looking = self._looking.get(check.name)
        if looking is None:
            loop = asyncio.get_running_loop()
            looking = loop.run_in_executor(self._threads, check.look)
            self._looking[check.name] = looking
        done, _ = await asyncio.wait([looking], timeout=check.patience)
        if not done:
            self._note(check, works=False, detail=LATE)
            return
        del self._looking[check.name]
        error = looking.exception()
        if error is None:
            self._note(check, works=True, detail=looking.result())
        else:
            self._note(check, works=False, detail=repr(error))

    def _note(self, check: Check, *, works: bool, detail: str) -> None:
        now, before = self._clock.now(), self._results.get(check.name)
        result = CheckResult(check.name, works, check.stops_service, detail, now)
        if before is not None and before.works == works:
            self._results[check.name] = replace(result, since=before.since)
            return
        self._results[check.name] = result
        if not works:
            logger.error("%s does not work: %s", check.name, detail)
        elif before is not None:
            logger.info("%s works again", check.name)
