"""Jobs that two replicas run: each done once, whoever takes it, whatever becomes of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine
from bot.errors import MarketplaceUnavailable
from bot.services.digest import Digest
from bot.services.jobs import Jobs
from bot.support.conversations import Job

Handler = Callable[[Job], bool]


class Workers:
    """Two replicas' jobs over one database."""

    def __init__(self, url: str) -> None:
        self.clock = MovableClock()
        self._engines = [create_engine(url) for _ in range(2)]
        self.stores = [SqlConversationStore(engine) for engine in self._engines]

    def jobs(self, place: int, **handlers: Handler) -> Jobs:
        nothing: Any = None
        return Jobs(
            self.stores[place], nothing, nothing, nothing, self.clock,
            owner=f"replica-{place}", handlers=handlers,
        )  # fmt: skip

    def put(self, *keys: str, kind: str = "card") -> None:
        now = self.clock.now()
        for key in keys:
            self.stores[0].put_job(Job(key, kind, now), now)

    def left(self) -> list[str]:
        """Returns what is still to be done at some time, and takes it."""
        later = self.clock.now() + timedelta(days=30)
        return sorted(job.key for job in self.stores[0].claim_jobs("test", later, 500))

    def stop(self) -> None:
        for engine in self._engines:
            engine.dispose()


@pytest.fixture
def workers(database_url: str) -> Iterator[Workers]:
    made = Workers(database_url)
    yield made
    made.stop()


def test_two_replicas_share_what_is_due(workers: Workers) -> None:
    keys = [f"job-{number:02}" for number in range(40)]
    workers.put(*keys)
    done: list[str] = []

    def card(job: Job) -> bool:
        done.append(job.key)
        return True

    replicas = [workers.jobs(place, card=card) for place in range(2)]
    with ThreadPoolExecutor(4) as pool:
        finished = [pool.submit(replicas[place % 2].run_due) for place in range(4)]
    assert sum(each.result() for each in finished) == len(keys)
    assert sorted(done) == keys
    assert workers.left() == []


def test_one_job_that_breaks_keeps_none_from_being_done(workers: Workers) -> None:
    workers.put("a breaks", "b is refused", "c", "d")

    def card(job: Job) -> bool:
        if job.key == "a breaks":
            raise KeyError("nobody thought of it")
        if job.key == "b is refused":
            raise MarketplaceUnavailable("no answer")
        return True

    assert workers.jobs(0, card=card).run_due() == 2
    assert workers.left() == ["a breaks", "b is refused"]  # later


def test_a_job_of_a_newer_version_waits_for_it(workers: Workers) -> None:
    workers.put("new", kind="of a newer version")
    workers.put("old")
    assert workers.jobs(0, card=lambda job: True).run_due() == 1
    assert workers.jobs(1, **{"of a newer version": lambda job: True}).run_due() == 1


def test_a_slow_job_keeps_none_from_the_other_replica(workers: Workers) -> None:
    workers.put("a slow one", "b")
    begun, end = threading.Event(), threading.Event()

    def slow(job: Job) -> bool:
        if job.key == "a slow one":
            begun.set()
            assert end.wait(30)
        return True

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(workers.jobs(0, card=slow).run_due)
        assert begun.wait(30)
        assert workers.jobs(1, card=lambda job: True).run_due() == 1
        end.set()
        assert first.result() == 1


def test_a_replica_that_was_too_slow_changes_nothing_any_more(workers: Workers) -> None:
    workers.put("a")
    again = workers.jobs(1, card=lambda job: False)  # to be done again later

    def slow(job: Job) -> bool:
        workers.clock.move(timedelta(seconds=61))
        assert again.run_due() == 0
        return True

    workers.jobs(0, card=slow).run_due()
    assert workers.left() == ["a"]


def test_the_digest_is_told_once_a_day(workers: Workers) -> None:
    monday = datetime(2026, 11, 30, 7, 30, tzinfo=timezone.utc)  # half past eight in Paris
    workers.clock = MovableClock(monday)
    told: list[str] = []
    overview: Any = type("Nothing", (), {"of": lambda self: None})()
    digests = [
        Digest(9, overview, store, workers.clock, lambda overview, key: told.append(key))
        for store in workers.stores
    ]
    for digest in digests:
        digest.start()
    replicas = [workers.jobs(place, **digests[place].handlers) for place in range(2)]
    workers.clock.move(timedelta(hours=1))
    for day in range(1, 5):
        with ThreadPoolExecutor(4) as pool:
            for place in range(4):
                pool.submit(replicas[place % 2].run_due)
        assert len(set(told)) == len(told) == day
        workers.clock.move(timedelta(days=1))
