"""Log lines for people quote nobody either, whatever was raised."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.adapters.structured_logs import configure_logs
from bot.errors import StorageError

CANARY = "Jeanne Canari, 3 rue des Lilas"


@pytest.fixture(params=[False, True], ids=["text", "json"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, written = root.handlers[:], root.level, io.StringIO()
    configure_logs("INFO", as_json=request.param, stream=written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_exception_is_told_without_what_it_quotes(lines: io.StringIO) -> None:
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise StorageError("the database refused: ValueError") from error
    except StorageError:
        logging.getLogger("bot.x").exception("turn in c_1 failed")
    said = lines.getvalue()
    assert "Canari" not in said and "Lilas" not in said
    assert all(
        part in said for part in ("c_1", "StorageError", "the database refused", "ValueError")
    )
    assert "test_readable_logs.py" in said


def test_what_slips_into_a_line_is_masked(lines: io.StringIO) -> None:
    logging.getLogger("bot.x").warning("of %s at %s", "jeanne@canari.fr", "06 12 34 56 78")
    said = lines.getvalue()
    assert "[e-mail masqué]" in said and "[téléphone masqué]" in said and "canari" not in said
