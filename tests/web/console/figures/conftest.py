"""A console of its own, without a model, over a random history and the demo's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from bot.adapters.demo_history.seed import seed_history
from bot.adapters.sql.engine import writing
from tests.figures import histories
from tests.figures.test_queries import random_history
from tests.web.console.conftest import Console

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The console, at a standing day in November 2026."""
    running = Console(tmp_path_factory.mktemp("stats"))
    clock = running.application.clock
    clock.move(NOW - clock.now())  # type: ignore[attr-defined]
    with writing(running.engine) as connection:
        histories.write(connection, random_history(150))
    content = running.application.content
    seed_history(running.engine, content, clock.now(), ["s"], count=150, days=40)
    running.start()
    yield running
    running.stop()
