"""Clients of the site API over a real server with the really trained model.

Every answer a client gets is checked against the OpenAPI document.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import simple_websocket
import sqlalchemy as sa
from jsonschema import Draft202012Validator

from bot.adapters.sql.engine import reading
from bot.adapters.sql.metadata import metadata
from bot.web.site.app import OPENAPI, PREFIX
from tests.conversations.conftest import Seller, Server

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
PATIENCE = 30
HTTP = httpx.Client(timeout=60)


def described(method: str, path: str) -> dict[str, Any]:
    """The operation that the document has for a path."""
    for template, operations in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"\\{.*?\\}", "[^/]+", re.escape(template)), path):
            return dict(operations[method.lower()])
    raise AssertionError(f"{path} is not described")


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in thing:
        return thing
    found: Any = DOCUMENT
    for part in thing["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def check_answer(method: str, path: str, answer: httpx.Response) -> None:
    """Fails unless status, headers, media type and body are as described."""
    says = resolved(described(method, path)["responses"][str(answer.status_code)])
    for name, header in says.get("headers", {}).items():
        assert not header["required"] or name in answer.headers, name
    ((media_type, content),) = says["content"].items()
    assert answer.headers["content-type"].partition(";")[0] == media_type
    if media_type == "application/json":
        Draft202012Validator({**DOCUMENT, **content["schema"]}).validate(answer.json())


def frame_validator() -> Draft202012Validator:
    return Draft202012Validator({**DOCUMENT, "$ref": "#/components/schemas/ServerFrame"})


class _Socket(simple_websocket.Client):
    """The library's client, with what browsers do besides."""

    def handshake(self) -> None:
        self.host = f"{self.host}:{self.port}"  # the Host header names the port
        super().handshake()
        # A close may come together with the handshake's answer; the reading thread then ends.
        self._handle_events()
        self.connected = True


class Stream:
    """A client's WebSocket; ``frames`` are all that came."""

    def __init__(self, server: Server, path: str, **headers: str) -> None:
        url = f"ws://127.0.0.1:{server.port}{PREFIX}{path}"
        self.socket = _Socket(url, headers=headers)
        self.frames: list[dict[str, Any]] = []

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next frame; fails when none comes."""
        received = self.socket.receive(timeout=seconds)
        assert received is not None, f"nothing came after {self.frames}"
        frame: dict[str, Any] = json.loads(received)
        frame_validator().validate(frame)
        self.frames.append(frame)
        return frame

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Reads frames up to the first that is wanted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            frame = self.next()
            if wanted(frame):
                return frame
        raise AssertionError(f"not among {self.frames}")

    def until_answered(self, number: int) -> list[dict[str, Any]]:
        """Reads until a message after ``number`` has come and nobody types; returns all."""

        def settled(frame: dict[str, Any]) -> bool:
            return any(m["number"] > number for m in self.messages) and not self.typing

        self.until(settled)
        return self.messages

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [frame["message"] for frame in self.frames if frame["type"] == "message"]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What a client shows: every message as it was told last, in order."""
        told: dict[int, dict[str, Any]] = {}
        for frame in self.frames:
            if frame["type"] in ("message", "update"):
                told[frame["message"]["number"]] = frame["message"]
        return [told[number] for number in sorted(told)]

    @property
    def typing(self) -> bool:
        states = [frame["on"] for frame in self.frames if frame["type"] == "typing"]
        return bool(states) and states[-1]

    def closed_with(self) -> int:
        """The code the server closes with, after whatever else it sends."""
        try:
            while True:
                assert self.socket.receive(timeout=PATIENCE) is not None, "it stays open"
        except simple_websocket.ConnectionClosed as closed:
            return int(closed.reason)

    def kill(self) -> None:
        """Cuts the connection as a lost network does: no close frame."""
        self.socket.sock.close()


@dataclass
class SiteClient:
    """One seller's client, in one conversation."""

    server: Server
    seller: Seller
    conversation: str = ""
    sent: int = 0
    streams: list[Stream] = field(default_factory=list)

    @property
    def token(self) -> str:
        return self.server.token(self.seller.id)

    def call(
        self, method: str, path: str, token: str | None = None, **options: Any
    ) -> httpx.Response:
        """Calls the API and checks the answer against its description."""
        headers = {"Authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        url = f"{self.server.address}{PREFIX}{path}"
        answer = HTTP.request(method, url, headers=headers, **options)
        check_answer(method, path.partition("?")[0], answer)
        return answer

    @property
    def path(self) -> str:
        return f"/conversations/{self.conversation}"

    def begin(self, client_id: str | None = None) -> SiteClient:
        body = {"client_id": client_id or uuid.uuid4().hex}
        self.conversation = self.call("POST", "/conversations", json=body).json()["id"]
        return self

    def send(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        return self._post({"text": text, "client_id": client_id or uuid.uuid4().hex})

    def press(self, token: str, client_id: str | None = None) -> dict[str, Any]:
        return self._post({"button": token, "client_id": client_id or uuid.uuid4().hex})

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.call("POST", f"{self.path}/messages", json=body)
        assert answer.status_code == 202, answer.text
        return dict(answer.json()["message"])

    def page(self, after: int = 0, limit: int = 200) -> dict[str, Any]:
        query = f"?after={after}&limit={limit}"
        return dict(self.call("GET", f"{self.path}/messages{query}").json())

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self.page(after)["messages"])

    def answered(self, number: int) -> list[dict[str, Any]]:
        """Polls until the message is answered and nobody types; returns what followed it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            page = self.page(number)
            if page["messages"] and not page["typing"]:
                return list(page["messages"])
            time.sleep(0.05)
        raise AssertionError("no answer came")

    def asks(self, text: str) -> list[dict[str, Any]]:
        """Says something and returns the answer."""
        return self.answered(self.send(text)["number"])

    def stream(self, after: int = 0) -> Stream:
        opened = Stream(self.server, f"{self.path}/stream")
        opened.send(type="hello", token=self.token, after=after)
        assert opened.next() == {"type": "ready"}
        self.streams.append(opened)
        return opened


def stored_rows(server: Server) -> dict[str, int]:
    """How many rows every table has."""
    with reading(server.application.store._engine) as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that does not wait for the rest of a burst, and limits nobody."""
    plenty = {
        f"ASSISTANT_LIMIT_{name}": "1000000/minute" for name in ("ADDRESS", "SELLER", "MESSAGES")
    }
    running = Server(tmp_path_factory.mktemp("web"), ASSISTANT_BURST_SECONDS="0", **plenty)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def new_client(server: Server) -> Iterator[Callable[..., SiteClient]]:
    """Makes clients of new sellers, or of a given one; their streams end with the test."""
    made: list[SiteClient] = []

    def make(seller: Seller | None = None) -> SiteClient:
        made.append(SiteClient(server, seller or Seller(server)))
        return made[-1]

    yield make
    for client in made:
        for stream in client.streams:
            stream.kill()


@pytest.fixture
def client(new_client: Callable[..., SiteClient]) -> SiteClient:
    """A new seller's client in a new conversation."""
    return new_client().begin()
