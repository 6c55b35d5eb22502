"""The ports of watching: what is counted, and what is asked whether it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Meters(Protocol):
    """Counts what happens; never blocks, never raises, and any thread may call it.

    Every label comes from a short list of ours: none is ever a seller, a text or an id. Times
    are in seconds.
    """

    def message_received(self, kind: str) -> None:
        """Counts a seller's message: ``typed``, ``button`` or ``resent``."""
        ...

    def turn_ended(self, outcome: str, family: str, seconds: float) -> None:
        """Counts a turn: ``answered``, ``apologised``, ``moved`` or ``failed`` (to be redone)."""
        ...

    def messages_answered(self, waited: Sequence[float]) -> None:
        """Counts messages that were answered, with how long each waited for it."""
        ...

    def handed_over(self, reason: str) -> None:
        """Counts a request for a human."""
        ...

    def job_ended(self, kind: str, outcome: str) -> None:
        """Counts a job that ran: ``done``, ``later`` or ``failed`` (to be tried again)."""
        ...

    def marketplace_called(self, operation: str, outcome: str, seconds: float) -> None:
        """Counts a call to the marketplace."""
        ...

    def refused(self, surface: str, code: str) -> None:
        """Counts a call that was refused for want of room, of a dependency, or for its rate."""
        ...

    def database_failed(self, kind: str) -> None:
        """Counts an error of the database, by the library's class of it."""
        ...

    def work_failed(self, work: str) -> None:
        """Counts a round of background work that failed."""
        ...

    def request_ended(self, surface: str, status: int, seconds: float) -> None:
        """Counts an HTTP request."""
        ...


class NoMeters:
    """Counts nothing: for parts that run on their own, in tests and in commands."""

    def message_received(self, kind: str) -> None:
        """Counts nothing."""

    def turn_ended(self, outcome: str, family: str, seconds: float) -> None:
        """Counts nothing."""

    def messages_answered(self, waited: Sequence[float]) -> None:
        """Counts nothing."""

    def handed_over(self, reason: str) -> None:
        """Counts nothing."""

    def job_ended(self, kind: str, outcome: str) -> None:
        """Counts nothing."""

    def marketplace_called(self, operation: str, outcome: str, seconds: float) -> None:
        """Counts nothing."""

    def refused(self, surface: str, code: str) -> None:
        """Counts nothing."""

    def database_failed(self, kind: str) -> None:
        """Counts nothing."""

    def work_failed(self, work: str) -> None:
        """Counts nothing."""

    def request_ended(self, surface: str, status: int, seconds: float) -> None:
        """Counts nothing."""


@dataclass(frozen=True)
class JobsDue:
    """Jobs of one kind that should have begun; ``oldest`` is since when the first of them."""

    kind: str
    due: int
    oldest: datetime


@dataclass(frozen=True)
class Backlog:
    """What waits in the database, for everybody together; moments are since when."""

    messages_waiting: int = 0
    oldest_message: datetime | None = None
    handoffs_waiting: int = 0
    oldest_handoff: datetime | None = None
    jobs: Sequence[JobsDue] = ()
    slack_waiting: int = 0
    oldest_slack: datetime | None = None
    slack_warnings: int = 0
    effects: Mapping[str, int] = field(default_factory=dict)
    """How many requests to the marketplace are in a state that is not the last."""


class WatchStore(Protocol):
    """What the database says of itself and of what waits there; every method blocks.

    Every method raises StorageError when the database does not answer or refuses.
    """

    def beat(self, owner: str, now: datetime) -> datetime:
        """Writes that a process is alive, and returns what time the database thinks it is."""
        ...

    def alive_since(self, moment: datetime) -> int:
        """Returns how many processes have written since."""
        ...

    def backlog(self, now: datetime) -> Backlog:
        """Returns what waits."""
        ...


@dataclass(frozen=True)
class CheckResult:
    """What a look at one dependency said; ``detail`` is for staff and names nobody's data.

    ``stops_service`` says that without it no seller can be served here; ``since`` is since when
    it has said the same.
    """

    name: str
    works: bool
    stops_service: bool
    detail: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class ProcessState:
    """What one process is doing at a moment.

    ``backlog`` is None where the database did not say; ``skew`` is how many seconds our clock
    is ahead of the database's.
    """

    model: str
    ready: bool
    checks: Sequence[CheckResult]
    now: datetime
    turns_running: int = 0
    turns_waiting: int = 0
    requests_inside: int = 0
    requests_waiting: int = 0
    streams: Mapping[str, int] = field(default_factory=dict)
    texts_waiting: int = 0
    backlog: Backlog | None = None
    processes_alive: int | None = None
    skew: float | None = None
