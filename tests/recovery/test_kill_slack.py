"""kill -9 in the middle of what is sent to Slack: after a restart nothing is lost, nothing doubled.

A real server process kills itself before or after a call to Slack, which a local server plays and
which goes on meanwhile; the same seller's conversation then has one card, and each line once.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.agents_command import seed_staff
from bot.bootstrap import accounts
from bot.settings import read_settings
from tests.recovery.test_kill import Server
from tests.slack.conftest import SECRET, TEAM, USERS, slack_settings
from tests.slack.slack_server import SlackServer
from tests.waiting import until

# Before the card's call, before the thread's first and second line; and after the card was posted.
POINTS = ["slack_claimed:1", "slack_claimed:2", "slack_claimed:3", "slack_called:1"]
PATIENCE = 60

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    made = SlackServer()
    for name, value in slack_settings(made.url).items():
        monkeypatch.setitem(os.environ, name, value)
    yield made
    made.stop()


@pytest.fixture
def server(slack: SlackServer, tmp_path: Path) -> Server:
    made = Server(tmp_path)
    engine = create_engine(made.url)
    seed_staff(accounts(read_settings({"ASSISTANT_DEMO": "1"}), engine, made.clock))
    SqlSlackStore(engine).map_user(USERS["nora"], "nora")
    return made


def cards(slack: SlackServer) -> list[dict[str, Any]]:
    return [message for message in slack.posted if not message.get("thread_ts")]


def is_whole(slack: SlackServer, server: Server) -> bool:
    """Tells whether the thread has each stored message once and in order, its choices below it."""
    found, kept = cards(slack), stored(server)
    thread = slack.thread(found[0]["ts"]) if found else []
    lines = [message["text"].partition("\n")[2] for message in thread]
    return len(lines) == len(kept) and all(
        line == text or line.startswith(text + "\n") for line, text in zip(lines, kept)
    )


def ended(server: Server) -> Callable[[], str]:
    """Returns what reads the end of the server's log."""
    return lambda: server.log.read_text()[-3000:]


def stored(server: Server) -> list[str]:
    with create_engine(server.url).connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT text FROM messages ORDER BY conversation_id, number"
        )
        return [row[0] for row in rows]


def posts(server: Server, event: dict[str, Any], event_id: str) -> None:
    raw = json.dumps({"type": "event_callback", "event_id": event_id, "event": event}).encode()
    timestamp = str(int(time.time()))
    signed = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=raw)
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": str(signed)}
    address = f"http://127.0.0.1:{server.port}/slack/events"
    assert httpx.post(address, content=raw, headers=headers, timeout=60).status_code == 200


@pytest.mark.parametrize("point", POINTS)
def test_a_card_and_its_thread_are_there_once_wherever_it_is_killed(
    point: str, server: Server, slack: SlackServer
) -> None:
    with server.running(point) as process:
        with contextlib.suppress(httpx.TransportError):  # then it is asked again below
            assert server.say("je veux parler à une personne", "m1")
        assert process.wait(PATIENCE) == -9
    before = len(slack.calls)

    with server.running():
        server.say(
            "je veux parler à une personne", "m1"
        )  # what was said once already is not said again
        until(lambda: len(cards(slack)) == 1 and is_whole(slack, server), PATIENCE, ended(server))
        assert len(slack.calls) > before
        # It goes on from there, in order, and what comes from Slack twice is done once.
        ts = slack.next_ts()
        note = {"type": "message", "channel": TEAM, "channel_type": "channel", "user": USERS["nora"],
                "text": "vu", "ts": ts, "thread_ts": cards(slack)[0]["ts"]}  # fmt: skip
        for _ in range(2):
            posts(server, note, "Ev1")
        until(lambda: len(slack.reactions) == 1, PATIENCE, ended(server))
    assert len(cards(slack)) == 1
    assert is_whole(slack, server)
    assert len(stored(server)) >= 2
