"""Acknowledged before the work: shown by the order of what happens, with work that cannot end.

The application runs with its loops. A handler, or Slack's own API, is held until the test lets go:
were it waited for, no request would ever be answered.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from bot.web.app import create_app
from tests.slack.asking_bench import ChosenAssistant
from tests.slack.conftest import TEAM, USERS, Office

NORA = USERS["nora"]
PATIENCE = 30
FORM = "application/x-www-form-urlencoded"


class Held:
    """Work that goes on when it is let go; ``order`` is what happened, as it happened."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.began = threading.Event()
        self.ended = threading.Event()
        self._gate = threading.Event()

    def wait(self) -> None:
        self.order.append("began")
        self.began.set()
        assert self._gate.wait(PATIENCE)
        self.order.append("ended")
        self.ended.set()

    def let_go(self) -> None:
        self._gate.set()


@pytest.fixture
def held() -> Iterator[Held]:
    made = Held()
    yield made
    made.let_go()


@pytest.fixture
def running(office: Office, held: Held) -> Iterator[Office]:
    """The office with its loops, as a server runs it."""
    office.application.stop()
    office.assistant = ChosenAssistant()
    office.application = office.started()
    with TestClient(create_app(office.application)) as client:
        office.client = client
        yield office
        held.let_go()


def event() -> tuple[str, bytes, str]:
    inner = {"type": "message", "channel_type": "im", "channel": "D0NORA", "user": NORA,
             "text": "aide", "ts": "1764014000.000100"}  # fmt: skip
    body = {"type": "event_callback", "event_id": "Ev1", "event": inner}
    return "/slack/events", json.dumps(body).encode(), "application/json"


def click() -> tuple[str, bytes, str]:
    action = {"action_id": "home_refresh", "block_id": "b", "type": "button", "value": ""}
    payload = {
        "type": "block_actions",
        "trigger_id": "1",
        "user": {"id": NORA},
        "actions": [action],
    }
    return "/slack/interactions", urlencode({"payload": json.dumps(payload)}).encode(), FORM


def command() -> tuple[str, bytes, str]:
    form = {"command": "/vendeurs", "text": "aide", "user_id": NORA, "trigger_id": "2",
            "channel_id": TEAM, "response_url": "http://127.0.0.1:9/response"}  # fmt: skip
    return "/slack/commands", urlencode(form).encode(), FORM


@pytest.mark.parametrize(
    ("sent", "kind"),
    [(event, "event:message.im"), (click, "action:home_refresh"), (command, "command:/vendeurs")],
)
def test_a_request_is_acknowledged_while_its_work_has_no_end(
    running: Office, held: Held, sent: Any, kind: str
) -> None:
    def works(payload: Any) -> list[Any]:
        held.wait()
        return []

    running.slack.inbox._handlers[kind] = works  # type: ignore[index]
    path, raw, media_type = sent()
    answer = running.post(path, raw, {**running.sign(raw), "content-type": media_type})
    assert answer.status_code == 200
    held.order.append("acknowledged")
    assert held.began.wait(PATIENCE)
    held.let_go()
    assert held.ended.wait(PATIENCE)
    assert held.order.index("acknowledged") < held.order.index("ended")
    assert held.order.count("began") == 1


def test_a_request_is_acknowledged_while_slacks_own_api_hangs(running: Office, held: Held) -> None:
    hung: list[str] = []

    def hangs(method: str, arguments: dict[str, Any]) -> str:
        if not hung:
            hung.append(method)
            held.wait()
        return "ok"

    running.server.goes = hangs
    path, raw, media_type = event()
    headers = {**running.sign(raw), "content-type": media_type}
    assert running.post(path, raw, headers).status_code == 200
    assert held.began.wait(PATIENCE), "the answer is on its way, and Slack does not take it"
    path, raw, media_type = click()
    headers = {**running.sign(raw), "content-type": media_type}
    assert running.post(path, raw, headers).status_code == 200
    held.order.append("acknowledged")
    held.let_go()
    assert held.ended.wait(PATIENCE)
    assert held.order == ["began", "acknowledged", "ended"]
