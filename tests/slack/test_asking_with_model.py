"""Staff ask the really trained model in Slack, through a real port, Slack's server on the other side."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.adapters.demo_orders import seed
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.agents_command import seed_staff
from tests.conversations.conftest import Server
from tests.slack.conftest import SECRET, TEAM, USERS, slack_settings
from tests.slack.slack_server import SlackServer

NORA = USERS["nora"]
PATIENCE = 30


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    made = SlackServer()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, slack: SlackServer) -> Iterator[Server]:
    made = Server(
        tmp_path_factory.mktemp("asking"),
        **slack_settings(slack.url),
    )
    seed(made.marketplace, made.clock.now())
    seed_staff(made.application.accounts)
    SqlSlackStore(create_engine(made.application.settings.database_url)).map_user(NORA, "nora")
    made.start()
    yield made
    made.stop()


def send(running: Server, path: str, raw: bytes, media_type: str) -> None:
    timestamp = str(int(running.clock.now().timestamp()))
    signed = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=raw)
    headers = {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": str(signed),
        "content-type": media_type,
    }
    answer = httpx.post(running.address + path, content=raw, headers=headers, timeout=60)
    assert answer.status_code == 200


def asks(running: Server, text: str) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D0NORA", "user": NORA,
             "text": text, "ts": "1764014000.000100"}  # fmt: skip
    body = {"type": "event_callback", "event_id": uuid.uuid4().hex, "event": event}
    send(running, "/slack/events", json.dumps(body).encode(), "application/json")


def interacts(running: Server, **payload: Any) -> None:
    payload = {"trigger_id": uuid.uuid4().hex, "user": {"id": NORA}, **payload}
    raw = urlencode({"payload": json.dumps(payload)}).encode()
    send(running, "/slack/interactions", raw, "application/x-www-form-urlencoded")


def shown(found: Callable[[], list[dict[str, Any]]], count: int) -> str:
    """The last of what Slack was sent, once there is so much."""
    deadline = time.monotonic() + PATIENCE
    while len(found()) < count:
        assert time.monotonic() < deadline, f"{len(found())} of {count} came"
        time.sleep(0.05)
    return json.dumps(found()[-1], ensure_ascii=False)


def test_questions_orders_and_a_ticket(running: Server, slack: SlackServer) -> None:
    content = running.application.content
    asks(running, "comment je fais pour bloquer un client ?")
    answer = shown(lambda: slack.posted, 1)
    assert content.entries["faq_block_buyer"].parts[0][0][:60] in answer
    assert content.entries["faq_block_buyer"].source_name in answer

    asks(running, "quelle est la capitale du Pérou ?")
    assert "je n'invente rien" in shown(lambda: slack.posted, 2)

    asks(running, "statut FO21B8A4C9")
    assert "Julie Martin" in shown(lambda: slack.posted, 3)

    message = {
        "ts": "1764014000.000500",
        "text": "Mon client ne répond plus, ma commande est en retard.",
    }
    interacts(
        running,
        type="message_action",
        callback_id="triage_message",
        action_ts=f"{running.clock.now().timestamp():.6f}",
        channel={"id": TEAM},
        message=message,
    )
    # On a machine this busy the window may come too late: the result is then a direct message.
    told = shown(lambda: [*slack.views, *slack.posted[3:]], 1)
    assert content.entries["faq_buyer_unresponsive"].title in told
    assert "La commande est en retard." in told
