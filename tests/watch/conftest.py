"""The whole application behind a real port, with an assistant that answers when it is let.

No model is loaded: what is tested here is how much is taken on, what is counted, and what is
said when something is away.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from bot.adapters.sql.migrate import upgrade
from bot.bootstrap import Application, build
from bot.errors import AssistantUnavailable
from bot.services.ports import Clock, Turn, TurnResult
from bot.settings import read_settings
from bot.support.conversations import Reply
from bot.web.app import create_app
from bot.web.site.app import PREFIX
from cluster.processes import free_port
from tests.waiting import until

PLENTY = {f"ASSISTANT_LIMIT_{name}": "1000000/minute" for name in ("ADDRESS", "SELLER", "MESSAGES")}


class LetAssistant:
    """Says one sentence; ``held`` makes every turn wait, ``broken`` makes it fail."""

    model = "let"

    def __init__(self) -> None:
        self.held = threading.Event()
        self.missing = False
        self.broken = False
        self.running = 0
        self.most_running = 0
        self.seen: list[str] = []
        self.asked: Callable[[Turn], None] = lambda turn: None

    def start(self) -> None:
        if self.missing:
            raise AssistantUnavailable("no model")

    def stop(self) -> None:
        """Has nothing to end."""

    async def respond(self, turn: Turn) -> TurnResult:
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            while self.held.is_set():
                await asyncio.sleep(0.01)
            self.asked(turn)
            if self.broken:
                raise AssistantUnavailable("broken")
        finally:
            self.running -= 1
        self.seen.append(turn.text)
        intent = {"name": "faq_block_buyer", "confidence": 0.9}
        said = Reply("Voici la réponse.", "faq_block_buyer", 1)
        return TurnResult((said,), turn.tracker, {"intent": intent}, self.model)

    async def parse(self, text: str) -> Mapping[str, Any]:
        return {"intent": {"name": "greet", "confidence": 1.0}, "intent_ranking": []}


class LightServer:
    """The application on a port of this machine."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        assistant: LetAssistant | None = None,
        port: int | None = None,
        **settings: str,
    ) -> None:
        upgrade(url)
        self.assistant = assistant or LetAssistant()
        self.port = port or free_port()
        self.environment = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": url,
            "ASSISTANT_BURST_SECONDS": "0",
            **PLENTY,
            **settings,
        }
        self.application: Application = build(
            read_settings(self.environment), clock=clock, assistant=self.assistant
        )
        self.app = create_app(self.application)
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, port=self.port, ws="wsproto", log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.address = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.address, timeout=30)

    def __enter__(self) -> LightServer:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "no server"
            time.sleep(0.02)
        return self

    def __exit__(self, *error: object) -> None:
        self.assistant.held.clear()
        self._server.should_exit = True
        self._thread.join(20)
        self.http.close()

    def figures(self, **headers: str) -> dict[str, float]:
        """Every sample of /metrics, by its name with labels as they are written."""
        answer = self.http.get("/metrics", headers=headers)
        assert answer.status_code == 200, answer.text
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    def comes_to(self, figures: dict[str, float]) -> None:
        """Waits for these figures: a request is counted after its last byte is out."""

        def differing() -> dict[str, float | None]:
            shown = self.figures()
            return {name: shown.get(name) for name in figures if shown.get(name) != figures[name]}

        until(lambda: not differing(), says=lambda: f"{figures}, but {differing()}")

    def ready(self) -> httpx.Response:
        return self.http.get("/readyz")

    def works(self, dependency: str) -> bool:
        return bool(self.ready().json()["checks"][dependency]["works"])

    def run(self) -> None:
        """Serves in this process until it is ended."""
        self._server.run()


class LightSeller:
    """One seller's calls of the site API, in one conversation."""

    def __init__(self, server: LightServer, name: str | None = None) -> None:
        self.id = name or f"seller-{uuid.uuid4().hex[:10]}"
        self._server = server
        self.token = server.application.tokens.issue(self.id, timedelta(hours=1))
        self.conversation = ""

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self._server.http.request(method, PREFIX + path, headers=headers, **options)

    def begin(self) -> LightSeller:
        answer = self.call("POST", "/conversations", json={"client_id": uuid.uuid4().hex})
        assert answer.status_code == 201, answer.text
        self.conversation = answer.json()["id"]
        return self

    @property
    def path(self) -> str:
        return f"/conversations/{self.conversation}/messages"

    def send(self, text: str, client_id: str | None = None, **options: Any) -> httpx.Response:
        body = {"client_id": client_id or uuid.uuid4().hex, "text": text}
        return self.call("POST", self.path, json=body, **options)

    def messages(self) -> list[dict[str, Any]]:
        answer = self.call("GET", self.path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    def answers(self) -> list[str]:
        return [m["response"] for m in self.messages() if m["author"] == "bot"]


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., LightServer]]:
    """Starts servers on a SQLite file of the test's own."""
    running: list[LightServer] = []

    def make(**settings: str) -> LightServer:
        server = LightServer(f"sqlite:///{tmp_path / 'bot.db'}", **settings)
        running.append(server.__enter__())
        return server

    yield make
    for server in running:
        server.__exit__()


@pytest.fixture
def server(make_server: Callable[..., LightServer]) -> LightServer:
    return make_server()


@pytest.fixture
def seller(server: LightServer) -> LightSeller:
    return LightSeller(server).begin()
