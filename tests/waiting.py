"""Waiting for what another thread, process or server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(
    true: Callable[[], Any],
    seconds: float = 60,
    says: Callable[[], str] = lambda: "it never came about",
) -> Any:
    """Returns what a call returns once that is true; fails with ``says`` when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, says()
        time.sleep(0.05)
    return found
