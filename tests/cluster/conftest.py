"""One cluster for all tests that need replicas: it takes a quarter of a minute to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster import chaos
from cluster.whole import Cluster

TURN_SECONDS = "12"  # and so leases of 22 s instead of 30: a killed replica is waited for


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    settings = {**chaos.settings(), "ASSISTANT_TURN_SECONDS": TURN_SECONDS}
    running = Cluster(replicas=2, settings=settings)
    try:
        running.start_stores()
        chaos.prepare(running)
        running.start()
        yield running
    finally:
        running.stop()
