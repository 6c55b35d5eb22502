"""`python -m bot train`: in a process of its own, with progress here and Rasa's log in a file.

Rasa and TensorFlow write to the terminal by themselves, some of it from C code: only a process
of its own keeps that away from the reader.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.errors import ContentError

USUAL_SECONDS = 60
"""What training takes on the two cores it was measured on; the bar is a guess, and says so."""

_BAR = 30
_LINES_OF_A_FAILURE = 25


def train_in_background(command: Sequence[str], log: Path) -> float:
    """Runs a training command to its end, showing progress; returns the seconds it took.

    Raises ContentError with the end of the log when the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
        try:
            _show_progress(process, started)
        finally:
            if process.poll() is None:
                process.kill()
    if process.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()
        raise ContentError(
            "\n".join(["training failed:", *tail[-_LINES_OF_A_FAILURE:], f"(whole log: {log})"])
        )
    return time.monotonic() - started


def _show_progress(process: subprocess.Popen[bytes], started: float) -> None:
    """Redraws one line on a terminal, or writes a line every ten seconds elsewhere."""
    live = sys.stdout.isatty()
    told = 0.0
    while process.poll() is None:
        spent = time.monotonic() - started
        if live:
            filled = round(_BAR * min(spent / USUAL_SECONDS, 0.97))
            print(f"\r  [{'█' * filled}{'·' * (_BAR - filled)}] {spent:3.0f} s", end="", flush=True)
        elif spent - told >= 10:
            told = spent
            print(f"  still training: {spent:.0f} s", flush=True)
        time.sleep(0.25)
    if live:
        print("\r" + " " * (_BAR + 14) + "\r", end="")
