"""The triage API over a real server, with an assistant that reads by a few words.

Every answer is checked against the API's own description.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from jsonschema import Draft202012Validator

from bot.adapters.clock import MovableClock
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.bootstrap import Application, build
from bot.errors import AssistantUnavailable
from bot.settings import DEMO_SECRETS, read_settings
from bot.web.app import create_app
from bot.web.triage.app import OPENAPI, PATH

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
KEY = DEMO_SECRETS["triage_keys"].partition(":")[2]
_TOPICS = {
    "annul": "faq_buyer_wants_cancel",
    "bloqu": "faq_block_buyer",
    "prolong": "request_extension",
    "répond": "faq_buyer_unresponsive",
}


class WordAssistant:
    """Finds the topic by one word, sure of it; ``held`` makes it wait, ``broken`` fails."""

    model = "words"

    def __init__(self) -> None:
        self.held: threading.Event | None = None
        self.broken = False
        self.texts: list[str] = []

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""

    async def respond(self, turn: Any) -> Any:
        raise AssistantUnavailable("no turns are taken in these tests")

    async def parse(self, text: str) -> dict[str, Any]:
        self.texts.append(text)
        while self.held is not None and not self.held.is_set():
            await asyncio.sleep(0.01)
        if self.broken or "cassé" in text:
            raise AssistantUnavailable("broken")
        if "explose" in text:
            raise KeyError("a secret of ours")
        intents = [intent for word, intent in _TOPICS.items() if word in text] or ["nlu_fallback"]
        return {
            "intent": {"name": intents[0], "confidence": 0.9},
            "intent_ranking": [{"name": intent, "confidence": 0.9} for intent in intents],
            "segments": [
                {"intent": intent, "confidence": 0.9, "start": 0, "end": 1} for intent in intents
            ],
            "entities": [],
            "kind": "",
            "language": "",
        }


class TriageServer:
    """The whole application behind a real port of this machine."""

    def __init__(self, folder: Path, **settings: str) -> None:
        url = f"sqlite:///{folder / 'bot.db'}"
        upgrade(url)
        self.clock = MovableClock()
        self.assistant = WordAssistant()
        self.marketplace = SqlMarketplace(create_engine(url), self.clock)
        environment = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": url,
            "ASSISTANT_LIMIT_ADDRESS": "1000000/minute",
            "ASSISTANT_LIMIT_TRIAGE": "1000000/minute",
            **settings,
        }
        self.application: Application = build(
            read_settings(environment),
            clock=self.clock,
            marketplace=self.marketplace,
            assistant=self.assistant,  # type: ignore[arg-type]
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        app = create_app(self.application)
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=self.port, ws="wsproto", log_level="error")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> TriageServer:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "no server"
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        if self.assistant.held is not None:
            self.assistant.held.set()
        self._server.should_exit = True
        with suppress(RuntimeError):
            self._thread.join(20)

    def post(self, body: Any, key: str | None = KEY, **options: Any) -> httpx.Response:
        """Posts a body and checks the answer against the description."""
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        headers |= options.pop("headers", {})
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = httpx.post(self.address + PATH, headers=headers, timeout=60, **content, **options)
        check_answer(answer)
        return answer


def check_answer(answer: httpx.Response, method: str = "post") -> None:
    """Fails unless status, headers, media type and body are as described."""
    says = DOCUMENT["paths"][PATH][method]["responses"][str(answer.status_code)]
    for name, header in says.get("headers", {}).items():
        assert not header["required"] or name in answer.headers, name
    assert answer.headers["content-type"] == "application/json"
    schema = says["content"]["application/json"]["schema"]
    Draft202012Validator({**DOCUMENT, **schema}).validate(answer.json())


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Callable[..., TriageServer]]:
    made: list[TriageServer] = []

    def make(**settings: str) -> TriageServer:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(TriageServer(folder, **settings).start())
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TriageServer]:
    server = TriageServer(tmp_path_factory.mktemp("triage")).start()
    yield server
    server.stop()


@pytest.fixture
def server(shared: TriageServer) -> TriageServer:
    """A server that many tests use; each has references of its own."""
    shared.assistant.broken = False
    return shared
