"""kill -9 in the middle of an erasure: the same command goes on, and so does a server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.clock import SystemClock
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.migrate import upgrade
from bot.adapters.sql.tables import conversations, events
from bot.services.ports import IncomingMessage

PROJECT = Path(__file__).resolve().parents[2]
SELLER = "seller-killed"


def run(url: str, *arguments: str, fault_point: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "ASSISTANT_DEMO": "1",
        "ASSISTANT_DATABASE_URL": url,
        "ASSISTANT_FAULT_POINT": fault_point,
    }
    command = [sys.executable, "-m", "bot", "privacy", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def left(url: str) -> int:
    theirs = sa.select(sa.func.count()).where(conversations.c.seller_id == SELLER)
    with reading(create_engine(url)) as connection:
        return int(connection.execute(theirs).scalar_one())


@pytest.mark.timeout(600)
def test_killed_it_goes_on_where_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    store, now = SqlConversationStore(create_engine(url)), SystemClock().now()
    for number in range(45):
        one = store.open_conversation(SELLER, f"site:{number}", now, "Killed Seller").id
        store.accept(one, IncomingMessage("mon secret", f"m{number}"), "tests", now)

    asked = run(url, "erase", SELLER)
    assert asked.returncode == 2 and "--yes" in asked.stderr and left(url) == 45
    dry = run(url, "erase", SELLER, "--dry-run")
    assert "45 conversations" in dry.stdout and left(url) == 45

    killed = run(url, "erase", SELLER, "--yes", fault_point="erased:2")
    assert killed.returncode == -9 and left(url) == 5
    again = run(url, "erase", SELLER, "--yes")
    assert again.returncode == 0, again.stderr
    assert "45 conversations" in again.stdout and left(url) == 0
    with reading(create_engine(url)) as connection:
        recorded = sa.select(events.c.after).where(events.c.kind == "privacy.erased")
        (after,) = connection.execute(recorded).scalars()
    assert (after["conversations"], after["messages"]) == (45, 45)
    assert SELLER not in run(url, "export", SELLER).stdout.replace(f'"seller_id": "{SELLER}"', "")
