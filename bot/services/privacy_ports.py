"""The ports of privacy: what is kept of a seller, found, handed out and taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class SlackPlace:
    """Where in Slack a conversation's card was posted, or may have been.

    ``ts`` is None while nobody knows; ``key`` is the call that posted it, ``since`` when.
    """

    channel: str
    ts: str | None
    key: str
    since: datetime


@dataclass(frozen=True)
class Erasure:
    """An erasure, under way or done; ``counts`` are rows by table.

    ``threads`` are what is still to be deleted in Slack; ``exported`` says where phrases of theirs
    went as training data, masked.
    """

    id: int
    begun_at: datetime
    done: bool = False
    swept: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    threads: Sequence[SlackPlace] = ()
    exported: Sequence[str] = ()


@dataclass(frozen=True)
class Periods:
    """How long things are kept; None: for ever."""

    conversations: timedelta | None = None
    tickets: timedelta | None = None
    reviews: timedelta | None = None
    deliveries: timedelta | None = None
    audit: timedelta | None = None


class PrivacyStore(Protocol):
    """Keeps erasures and carries them out; each method is one transaction and blocks.

    Every method raises StorageError when the database does not answer or refuses.
    """

    def holdings(self, seller_id: str) -> Mapping[str, int]:
        """Returns how many rows are held of a seller, by table; tables without any are left out."""
        ...

    def export(self, seller_id: str, now: datetime) -> dict[str, Any]:
        """Returns all that is held of a seller, as plain JSON values; records that it was read."""
        ...

    def begin_erasure(self, seller_id: str, by: str | None, now: datetime) -> Erasure:
        """Returns the seller's erasure: the one under way, or a new one with its job."""
        ...

    def erasure(self, erasure_id: int) -> Erasure | None:
        """Returns an erasure by its id."""
        ...

    def erase_some(self, erasure_id: int, limit: int) -> bool:
        """Erases some conversations of an erasure; tells whether there are more."""
        ...

    def finish_erasure(self, erasure_id: int, now: datetime) -> Erasure:
        """Forgets whose it was and records what was done. Once; afterwards it changes nothing."""
        ...

    def sweep(self, erasure_id: int, slack: Mapping[str, int], now: datetime) -> None:
        """Deletes what came late, and forgets what the erasure still knew.

        ``slack`` says how many messages there were deleted, and how many are left.
        """
        ...

    def scrub(self) -> None:
        """Takes what was deleted out of the database's files too, as far as they are ours."""
        ...

    def forget_staff(self, staff_id: str, now: datetime) -> None:
        """Takes name, password and Slack user off a disabled account; its id stays for the log.

        Raises UnknownAccount, and AccountRefused for one that is not disabled.
        """
        ...

    def expire(self, periods: Periods, now: datetime, limit: int) -> Mapping[str, int]:
        """Removes at most ``limit`` things of each kind that are past their period; counts rows."""
        ...
