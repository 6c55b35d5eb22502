"""A migrated database for figures, as the other SQL tests have it; and the approved texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.content_yaml import load_content
from bot.support.responses import Content
from tests.adapters.sql.conftest import engine  # noqa: F401 - a fixture

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(PROJECT / "data", "https://example.com/{article}")
