"""The digest of weekdays: what waits, told to the team once a day at a set hour in Paris."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

from bot.language.phrasing import PARIS
from bot.services.ports import Clock, ConversationStore
from bot.services.queue_overview import Overview, QueueOverview
from bot.support.conversations import Job

KIND = "slack_digest"
TOO_LATE = timedelta(hours=3)
"""How long after its hour a digest is still worth reading, where nothing ran at that hour."""

_SATURDAY = 5


class Digest:
    """Tells the overview at ``hour`` (0 to 23) each weekday; None: never.

    ``tell`` is given the overview and a key that is the same whenever the same day's is told
    again: telling must be harmless then.
    """

    def __init__(
        self,
        hour: int | None,
        overview: QueueOverview,
        store: ConversationStore,
        clock: Clock,
        tell: Callable[[Overview, str], None],
    ) -> None:
        self._hour = hour
        self._overview = overview
        self._store = store
        self._clock = clock
        self._tell = tell

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Returns what runs the job."""
        return {KIND: self._run}

    def start(self) -> None:
        """Plans the next digest, unless it is planned; blocks, raises StorageError."""
        if self._hour is not None:
            now = self._clock.now()
            self._store.put_job(_job(next_digest(now, self._hour), self._hour), now)

    def _run(self, job: Job) -> bool:
        """Tells one day's digest and plans the next; one planned for another hour is dropped."""
        if self._hour is None or job.payload.get("hour") != self._hour:
            return True
        now = self._clock.now()
        if now - datetime.fromisoformat(job.payload["at"]) <= TOO_LATE:
            self._tell(self._overview.of(), job.key)
        self._store.put_job(_job(next_digest(now, self._hour), self._hour), now)
        return True


def next_digest(now: datetime, hour: int) -> datetime:
    """Returns the next moment after ``now`` that is ``hour`` o'clock of a weekday in Paris."""
    local = now.astimezone(PARIS)
    day = local.date()
    while True:
        at = datetime(day.year, day.month, day.day, hour, tzinfo=PARIS).astimezone(timezone.utc)
        if at > now and day.weekday() < _SATURDAY:
            return at
        day += timedelta(days=1)


def parse_hour(text: str) -> int | None:
    """Reads the hour of a setting, None for ""; raises ValueError."""
    if not text.strip():
        return None
    hour = int(text)
    if not 0 <= hour <= 23:
        raise ValueError(f"{hour} is no hour of a day")
    return hour


def _job(at: datetime, hour: int) -> Job:
    key = f"{KIND}:{at.astimezone(PARIS):%Y-%m-%d}:{hour:02d}"
    return Job(key=key, kind=KIND, payload={"hour": hour, "at": at.isoformat()}, run_at=at)
