"""The digest: on weekdays at its hour in Paris, once, and not at all when it is off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.adapters.clock import MovableClock
from bot.language.phrasing import PARIS
from bot.services.digest import KIND, Digest, next_digest, parse_hour
from bot.support.conversations import Job


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(timezone.utc)


@pytest.mark.parametrize(
    ("now", "hour", "at"),
    [
        ("2026-11-24 08:59", 9, "2026-11-24 09:00"),  # a Tuesday
        ("2026-11-24 09:00", 9, "2026-11-25 09:00"),
        ("2026-11-27 09:01", 9, "2026-11-30 09:00"),  # Friday, then Monday
        ("2026-11-28 03:00", 9, "2026-11-30 09:00"),
        ("2026-03-27 10:00", 9, "2026-03-30 09:00"),  # over the change to summer time
        ("2026-10-23 10:00", 9, "2026-10-26 09:00"),
        ("2026-11-24 23:30", 0, "2026-11-25 00:00"),
    ],
)
def test_when(now: str, hour: int, at: str) -> None:
    assert next_digest(paris(now), hour) == paris(at)


@dataclass
class Kept:
    """Keeps jobs as the store does: each key once."""

    jobs: dict[str, Job] = field(default_factory=dict)

    def put_job(self, job: Job, now: datetime) -> None:
        self.jobs.setdefault(job.key, job)


class Quiet:
    """An overview nobody looks into here."""

    def of(self) -> str:
        return "overview"


def digest(hour: int | None, clock: MovableClock) -> tuple[Digest, Kept, list[tuple[Any, str]]]:
    told: list[tuple[Any, str]] = []
    kept = Kept()
    made = Digest(hour, Quiet(), kept, clock, lambda *said: told.append(said))  # type: ignore[arg-type]
    return made, kept, told


def run(made: Digest, job: Job) -> bool:
    return made.handlers[KIND](job)


def keys(jobs: Sequence[Job]) -> list[str]:
    return [job.key for job in jobs]


def at(moment: datetime) -> MovableClock:
    return MovableClock(moment)


def test_off_by_default_nothing_is_planned_and_old_plans_are_dropped() -> None:
    made, kept, told = digest(parse_hour(""), at(paris("2026-11-24 08:00")))
    made.start()
    assert not kept.jobs
    planned, others, _ = digest(9, at(paris("2026-11-24 08:00")))
    planned.start()
    (job,) = others.jobs.values()
    assert run(made, job) and not told and not kept.jobs


def test_each_day_is_told_once_and_the_next_is_planned() -> None:
    clock = at(paris("2026-11-24 08:00"))
    made, kept, told = digest(9, clock)
    made.start()
    made.start()  # another process, or another start
    (job,) = kept.jobs.values()
    clock.move(job.run_at + timedelta(seconds=5) - clock.now())
    assert run(made, job) and run(made, job)
    assert {key for _, key in told} == {job.key}  # the same key: told again it is sent once
    assert keys(list(kept.jobs.values())) == [
        "slack_digest:2026-11-24:09", "slack_digest:2026-11-25:09",
    ]  # fmt: skip


def test_what_nobody_told_in_time_is_left_out() -> None:
    clock = at(paris("2026-11-24 08:00"))
    made, kept, told = digest(9, clock)
    made.start()
    (job,) = kept.jobs.values()
    clock.move(timedelta(hours=9))
    assert run(made, job) and not told and len(kept.jobs) == 2


def test_another_hour_drops_the_old_plan() -> None:
    clock = at(paris("2026-11-24 07:00"))
    made, kept, _ = digest(9, clock)
    made.start()
    (job,) = kept.jobs.values()
    changed, _, told = digest(8, clock)
    clock.move(timedelta(hours=2))
    assert run(changed, job) and not told


@pytest.mark.parametrize("text", ["24", "-1", "9h", "neuf"])
def test_an_hour_that_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        parse_hour(text)
