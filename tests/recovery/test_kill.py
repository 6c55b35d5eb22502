"""kill -9 between every two steps of the turn that requests an extension.

A real server process is killed at a named point, started again on the same database, and asked
again by an impatient seller: the marketplace's own ledger shows exactly one request, and the
receipt is true.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.demo_orders import demo_orders
from bot.adapters.jwt_tokens import JwtTokens, parse_keys
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.settings import DEMO_SECRETS, read_settings

PROJECT = Path(__file__).resolve().parents[2]
POINTS = ["accepted:2", "proposed", "sent", "acted", "answered:2", "committed:2"]
NUMBER = "FO21B8A4C9"

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


class Server:
    """One server process on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'bot.db'}"
        upgrade(self.url)
        self.clock = SystemClock()
        self.marketplace = SqlMarketplace(create_engine(self.url), self.clock)
        for order in demo_orders(self.clock.now()):
            self.marketplace.save(order)
        settings = read_settings({"ASSISTANT_DEMO": "1"})
        keys = parse_keys(DEMO_SECRETS["jwt_keys"])
        self.tokens = JwtTokens(keys, settings.jwt_audience, self.clock)
        self.log = folder / "server.log"

    @contextmanager
    def running(self, fault_point: str = "") -> Iterator[subprocess.Popen[bytes]]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": self.url,
            "ASSISTANT_PORT": str(self.port),
            "ASSISTANT_FAULT_POINT": fault_point,
        }
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=PROJECT, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self._wait(process)
            yield process
        finally:
            process.kill()
            process.wait(20)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError("the server did not start:\n" + self.log.read_text())

    def say(self, text: str, message_id: str) -> list[str]:
        """Posts a message and returns the response ids of the answer."""
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/webhooks/rest/webhook",
            json={"sender": "moi", "message": text, "message_id": message_id},
            headers={"Authorization": f"Bearer {self.tokens.issue('lea', timedelta(minutes=5))}"},
            timeout=40,
        )
        assert answer.is_success, answer.text
        return [message["metadata"]["response"] for message in answer.json()]


@pytest.mark.parametrize("point", POINTS)
def test_one_request_and_a_true_receipt_wherever_it_is_killed(point: str, tmp_path: Path) -> None:
    server = Server(tmp_path)
    with server.running(point) as process:
        asked = server.say(f"prolonge {NUMBER} de 4 jours, panne d'internet", "m1")
        assert asked == ["extension_confirm"]
        with pytest.raises(httpx.TransportError):
            server.say("oui", "m2")
        assert process.wait(20) == -9

    before = server.marketplace.requests_of(NUMBER)
    assert len(before) <= 1
    with server.running():
        answered = server.say("oui", "m2")  # the client sends again what got no answer
        assert answered == ["extension_receipt"]
        impatient = server.say("oui", "m3")
        assert "extension_receipt" not in impatient
    (request,) = server.marketplace.requests_of(NUMBER)
    assert (request.days, request.reason) == (4, "panne d'internet")
    if point in ("acted", "answered:2", "committed:2"):
        assert before == [request]
