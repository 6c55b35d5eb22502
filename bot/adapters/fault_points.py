"""Where a process kills itself, so that tests see what survives it; demo mode only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def fault_point(point: str) -> Callable[[str], None]:
    """Returns what kills the process, without any clean-up, at a named point.

    "acted" kills when the point is reached first, "committed:2" when it is reached again.
    """

    wanted, _, times = point.partition(":")
    left = int(times or 1)

    def reached(name: str) -> None:
        nonlocal left
        if point and name == wanted:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
