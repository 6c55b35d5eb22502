"""The console over a real server, without a model: nothing here waits for an answer of the bot.

``console.client("nora")`` is a signed-in browser of one of the staff.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from jsonschema import Draft202012Validator

from bot.adapters.clock import MovableClock
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.agents_command import seed_staff
from bot.bootstrap import Application, build
from bot.errors import AssistantUnavailable
from bot.services.ports import IncomingMessage, TurnCommit
from bot.settings import read_settings
from bot.support.accounts import DEMO_PASSWORD
from bot.support.conversations import Escalation, EscalationReason, Reply
from bot.web.app import create_app
from bot.web.console.app import OPENAPI, PREFIX

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the description leads to."""
    if "$ref" not in thing:
        return thing
    found: Any = DOCUMENT
    for part in thing["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def check_answer(method: str, path: str, answer: httpx.Response) -> None:
    """Fails unless status, headers, media type and body are as described."""
    operations = next(
        (
            found
            for template, found in DOCUMENT["paths"].items()
            if re.fullmatch(re.sub(r"\\{.*?\\}", "[^/]+", re.escape(template)), path)
        ),
        {},
    )
    if method.lower() not in operations:
        assert answer.status_code in (404, 405), f"{method} {path} is not described"
        return
    says = resolved(operations[method.lower()]["responses"][str(answer.status_code)])
    for name, header in says.get("headers", {}).items():
        assert not header["required"] or name in answer.headers, name
    content = says.get("content")
    if content is None:
        assert answer.content == b""
        return
    ((media_type, media),) = content.items()
    assert answer.headers["content-type"].partition(";")[0] == media_type
    if media_type == "application/json":
        Draft202012Validator({**DOCUMENT, **media["schema"]}).validate(answer.json())


class NoAssistant:
    """Stands where the model would be: it is never asked here, and says so if it is."""

    model = "none"

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""

    async def respond(self, turn: Any) -> Any:
        raise AssistantUnavailable("there is no model in these tests")

    async def parse(self, text: str) -> Any:
        raise AssistantUnavailable("there is no model in these tests")


class ConsoleClient(httpx.Client):
    """One browser at the console; writes carry the CSRF token once somebody is signed in."""

    def __init__(self, console: Console) -> None:
        super().__init__(base_url=console.address, timeout=30)
        self.csrf = ""

    def sign_in(self, name: str, password: str = DEMO_PASSWORD) -> httpx.Response:
        answer = self.post(f"{PREFIX}/login", json={"id": name, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf_token"]
        return answer

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Calls the JSON of the console, and checks the answer against its description."""
        headers = {"X-CSRF-Token": self.csrf, **options.pop("headers", {})}
        answer = self.request(method, PREFIX + path, headers=headers, **options)
        check_answer(method, path.partition("?")[0], answer)
        return answer


class Console:
    """The whole application behind a real port of this machine."""

    def __init__(self, folder: Path, **settings: str) -> None:
        url = f"sqlite:///{folder / 'bot.db'}"
        upgrade(url)
        self.clock = MovableClock()
        environment = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": url,
            "ASSISTANT_LIMIT_SIGN_IN_ADDRESS": "1000000/minute",
            "ASSISTANT_LIMIT_SIGN_IN_ACCOUNT": "1000000/minute",
            "ASSISTANT_LIMIT_STAFF": "1000000/minute",
            "ASSISTANT_LIMIT_ADDRESS": "1000000/minute",
            **settings,
        }
        self.application: Application = build(
            read_settings(environment), clock=self.clock, assistant=NoAssistant()
        )
        self.engine = create_engine(url)
        seed_staff(self.application.accounts)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.app = create_app(self.application)
        config = uvicorn.Config(self.app, port=self.port, ws="wsproto", log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._clients: list[ConsoleClient] = []

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "no server"
            time.sleep(0.02)

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self._server.should_exit = True
        self._thread.join(20)
        with suppress(RuntimeError):
            self.engine.dispose()

    def waiting(
        self,
        text: str = "je veux parler à quelqu'un",
        *,
        seller: str | None = None,
        intent: str = "faq_buyer_wants_cancel",
        reason: EscalationReason = EscalationReason.CUSTOMER_REQUEST,
        **asked: Any,
    ) -> str:
        """The id of a new conversation whose seller has asked for a human."""
        store, now = self.application.store, self.clock.now()
        seller = seller or f"seller-{uuid.uuid4().hex[:10]}"
        one = store.open_conversation(seller, f"site:{uuid.uuid4().hex}", now).id
        accepted = store.accept(one, IncomingMessage(text, uuid.uuid4().hex), "tests", now)
        assert accepted.turn is not None
        said = Reply("Je transmets votre demande.", "handoff_started", 1)
        understood = {"intent": {"name": intent, "confidence": 0.8}}
        escalations = (Escalation(one, reason, now, **asked),)
        store.commit_turn(
            TurnCommit(accepted.turn, (said,), "{}", understood, "none", escalations=escalations),
            "tests",
            now,
        )
        return one

    def stranger(self) -> ConsoleClient:
        """A browser nobody is signed in with."""
        self._clients.append(ConsoleClient(self))
        return self._clients[-1]

    def client(self, name: str) -> ConsoleClient:
        """A browser of one of the demo staff."""
        client = self.stranger()
        assert client.sign_in(name).status_code == 200
        return client


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One server for all tests of a run; what a test changes, it makes for itself."""
    running = Console(tmp_path_factory.mktemp("console"))
    running.start()
    yield running
    running.stop()
