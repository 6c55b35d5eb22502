"""kill -9 under a client of the site API: it resends, replays from its cursor, and sees all once."""

from __future__ import annotations

import contextlib
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.web.site.app import PREFIX
from tests.recovery.test_kill import NUMBER, Server

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

# Before the client heard of its message; while the turn acts; when the answer was only stored.
POINTS = ["accepted:2", "acted", "committed:2"]


class Client:
    """A client that keeps its cursor and what it has shown, across the server's lives."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.conversation = ""
        self.shown: list[dict[str, Any]] = []

    def call(self, method: str, path: str, **options: Any) -> Any:
        token = self._server.tokens.issue("lea", timedelta(minutes=5))
        url = f"http://127.0.0.1:{self._server.port}{PREFIX}{path}"
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(method, url, headers=headers, timeout=30, **options)
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def messages(self) -> str:
        return f"/conversations/{self.conversation}/messages"

    def read(self) -> bool:
        """Shows what is new; tells whether the assistant has answered and types no more."""
        after = self.shown[-1]["number"] if self.shown else 0
        page = self.call("GET", f"{self.messages}?after={after}")
        self.shown += page["messages"]
        return self.shown[-1]["author"] == "bot" and not page["typing"]

    def read_until_answered(self) -> None:
        deadline = time.monotonic() + 60
        while not self.read():
            assert time.monotonic() < deadline, "no answer came"
            time.sleep(0.1)


@pytest.mark.parametrize("point", POINTS)
def test_a_press_is_answered_once_wherever_the_server_is_killed(point: str, tmp_path: Path) -> None:
    server = Server(tmp_path)
    client = Client(server)
    with server.running(point) as process:
        client.conversation = client.call("POST", "/conversations", json={"client_id": "c"})["id"]
        asked = {"client_id": "m1", "text": f"prolonge {NUMBER} de 4 jours, panne d'internet"}
        client.call("POST", client.messages, json=asked)
        client.read_until_answered()
        press = {"client_id": "m2", "button": client.shown[-1]["buttons"][0]["token"]}
        with contextlib.suppress(httpx.TransportError):
            client.call("POST", client.messages, json=press)
        assert process.wait(20) == -9
    with server.running():
        client.call("POST", client.messages, json=press)
        client.read_until_answered()
        client.call("POST", client.messages, json=press)
        client.read()
    assert [message["number"] for message in client.shown] == [1, 2, 3, 4]
    assert [message["response"] for message in client.shown] == [
        None,
        "extension_confirm",
        None,
        "extension_receipt",
    ]
    (request,) = server.marketplace.requests_of(NUMBER)
    assert (request.days, request.reason) == (4, "panne d'internet")
