"""Removes what is past the periods of the settings: once a day, a little at a time.

A run of the job removes one batch of each kind and is due again a second later until nothing is
left: turns and other jobs come in between, and after a crash the next worker goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

from bot.language.phrasing import PARIS
from bot.services.ports import Clock, ConversationStore
from bot.services.privacy_ports import Periods, PrivacyStore
from bot.support.conversations import Job
from bot.support.privacy import EXPIRY_KIND

TOGETHER = 50
"""Things of one kind removed in one transaction."""
AGAIN_AFTER = timedelta(seconds=1)
HOUR = 3
"""O'clock in Paris, when the fewest write."""


class Retention:
    """Carries out periods; blocks."""

    def __init__(
        self, store: PrivacyStore, jobs: ConversationStore, clock: Clock, periods: Periods
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._periods = periods

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Returns what runs the job."""
        return {EXPIRY_KIND: self._run}

    def start(self) -> None:
        """Plans the day's run, unless it is planned or done; blocks, raises StorageError."""
        now = self._clock.now()
        self._jobs.put_job(_job(now.astimezone(PARIS), now), now)

    def _run(self, job: Job) -> bool:
        now = self._clock.now()
        removed = self._store.expire(self._periods, now, TOGETHER)
        if any(count >= TOGETHER for count in removed.values()):
            self._jobs.reschedule_job(job.key, now + AGAIN_AFTER, now)
            return False
        tomorrow = now.astimezone(PARIS) + timedelta(days=1)
        at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, HOUR, tzinfo=PARIS)
        self._jobs.put_job(_job(at, at.astimezone(timezone.utc)), now)
        return True


def _job(day: datetime, at: datetime) -> Job:
    return Job(f"{EXPIRY_KIND}:{day:%Y-%m-%d}", EXPIRY_KIND, at)
