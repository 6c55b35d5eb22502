"""Live news of the console: that something changed, who looks, and an end with the session."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import simple_websocket
from jsonschema import Draft202012Validator

from bot.support.staff import Role, Staff
from bot.web.console.access import COOKIE
from bot.web.console.app import PREFIX
from bot.web.console.stream import MOST_STREAMS
from tests.web.conftest import _Socket

from .conftest import DOCUMENT, Console, ConsoleClient

PATIENCE = 30
FRAMES = Draft202012Validator({**DOCUMENT, "$ref": "#/components/schemas/ServerFrame"})


class Window:
    """One window's stream; ``frames`` are all that came."""

    def __init__(self, console: Console, browser: ConsoleClient | None, **headers: str) -> None:
        url = f"ws://127.0.0.1:{console.port}{PREFIX}/stream"
        cookie = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"} if browser else {}
        sent = {"Origin": console.address, **cookie, **headers}
        self.socket = _Socket(url, headers={k: v for k, v in sent.items() if v})
        self.frames: list[dict[str, Any]] = []

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Reads frames up to one with these fields; fails when none comes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            received = self.socket.receive(timeout=PATIENCE)
            assert received is not None, f"nothing came after {self.frames}"
            frame: dict[str, Any] = json.loads(received)
            FRAMES.validate(frame)
            self.frames.append(frame)
            if wanted.items() <= frame.items():
                return frame
        raise AssertionError(f"{wanted} is not among {self.frames}")

    def until_looked_at(self, one: str, *names: str) -> None:
        """Reads frames until these people are the ones who look at a conversation."""
        while self.viewers(one) != list(names):
            self.until(type="viewers", id=one)

    def viewers(self, one: str) -> list[str]:
        """Who looks at a conversation, by what was told last."""
        told = [f["viewers"] for f in self.frames if f["type"] == "viewers" and f["id"] == one]
        return [person["id"] for person in told[-1]] if told else []

    def lose(self) -> None:
        """Cuts the connection without a word, as a lost network does."""
        self.socket.sock.shutdown(socket.SHUT_RDWR)

    def closed_with(self) -> int:
        """The code the server closes with, after whatever else it sends."""
        try:
            while True:
                assert self.socket.receive(timeout=PATIENCE) is not None, "it stays open"
        except simple_websocket.ConnectionClosed as closed:
            return int(closed.reason)


@pytest.fixture
def open_window(console: Console) -> Iterator[Any]:
    opened: list[Window] = []

    def open_one(browser: ConsoleClient | None, **headers: str) -> Window:
        window = Window(console, browser, **headers)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        with suppress(OSError):  # it may be gone already
            window.lose()


@pytest.fixture
def ready(open_window: Any) -> Any:
    def open_one(browser: ConsoleClient) -> Window:
        window: Window = open_window(browser)
        window.until(type="ready")
        return window

    return open_one


def test_the_queue_has_news_when_somebody_claims(console: Console, ready: Any) -> None:
    window = ready(console.client("nora"))
    one = console.waiting()
    console.client("sam").call("POST", f"/conversations/{one}/claim")
    assert window.until(type="queue") == {"type": "queue"}


def test_the_conversation_looked_at_has_news_and_frames_hold_nothing_of_it(
    console: Console, ready: Any
) -> None:
    nora, sam = console.client("nora"), console.client("sam")
    one, other = console.waiting(), console.waiting()
    window = ready(nora)
    window.send(type="viewing", id=one)
    window.until(type="viewers", id=one)
    body = {"client_id": uuid.uuid4().hex, "text": "très secret"}
    for name in (one, other):
        sam.call("POST", f"/conversations/{name}/notes", json=body)
    assert window.until(type="conversation", id=one) == {"type": "conversation", "id": one}
    assert "secret" not in json.dumps(window.frames)
    assert not any(f["type"] == "conversation" and f["id"] == other for f in window.frames)


def test_everybody_sees_who_looks_at_what(console: Console, ready: Any) -> None:
    nora, sam = ready(console.client("nora")), ready(console.client("sam"))
    one, other = console.waiting(), console.waiting()
    nora.send(type="viewing", id=one)
    sam.until_looked_at(one, "nora")
    sam.send(type="viewing", id=one)
    nora.until_looked_at(one, "nora", "sam")
    case = console.client("ines").call("GET", f"/conversations/{one}").json()["case"]
    assert case["viewers"] == [{"id": "nora", "name": "Nora"}, {"id": "sam", "name": "Sam"}]
    nora.send(type="viewing", id=other)
    sam.until_looked_at(one, "sam")
    sam.until_looked_at(other, "nora")
    nora.lose()
    sam.until_looked_at(other)


def test_whoever_comes_later_learns_who_looks_already(console: Console, ready: Any) -> None:
    one = console.waiting()
    first = ready(console.client("nora"))
    first.send(type="viewing", id=one)
    first.until(type="viewers", id=one)
    later = ready(console.client("sam"))
    assert later.until(type="viewers", id=one)["viewers"] == [{"id": "nora", "name": "Nora"}]


def test_it_ends_when_the_session_does(console: Console, ready: Any) -> None:
    staff = Staff(f"new-{uuid.uuid4().hex[:8]}", "Nouvelle", Role.AGENT)
    console.application.accounts.add(staff, "une phrase assez longue")
    for end in (
        lambda browser: browser.call("POST", "/logout"),
        lambda browser: console.application.accounts.change_role(staff.id, Role.SUPERVISOR),
        lambda browser: console.application.accounts.disable(staff.id),
    ):
        browser = console.stranger()
        assert browser.sign_in(staff.id, "une phrase assez longue").status_code == 200
        window = ready(browser)
        end(browser)
        assert window.closed_with() == 4401


def test_strangers_and_other_sites_hear_nothing(console: Console, open_window: Any) -> None:
    assert open_window(None).closed_with() == 4401
    assert open_window(None, Cookie=f"{COOKIE}=forged").closed_with() == 4401
    nora = console.client("nora")
    for origin in ("https://evil.example", "null", ""):
        with pytest.raises(simple_websocket.ConnectionError, match="403"):
            open_window(nora, Origin=origin)


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        '{"type": "other"}',
        '{"type": "viewing", "id": 3}',
        '{"type": "typing"}',
        '{"type":"viewing","id":"' + "x" * 65 + '"}',
        '{"a":"' + "x" * 5000 + '"}',
    ],
)
def test_what_is_no_frame_ends_it(console: Console, ready: Any, frame: str) -> None:
    window = ready(console.client("nora"))
    window.socket.send(frame)
    assert window.closed_with() == 4400


def test_one_person_has_only_so_many_windows(console: Console, open_window: Any) -> None:
    staff = Staff(f"new-{uuid.uuid4().hex[:8]}", "Nouvelle", Role.AGENT)
    console.application.accounts.add(staff, "une phrase assez longue")
    browser = console.stranger()
    browser.sign_in(staff.id, "une phrase assez longue")
    for _ in range(MOST_STREAMS):
        open_window(browser).until(type="ready")  # counted before the next one comes
    assert open_window(browser).closed_with() == 4429


def test_each_side_sees_the_other_type(console: Console, ready: Any) -> None:
    seller = f"seller-{uuid.uuid4().hex[:10]}"
    one = console.waiting(seller=seller)
    nora = console.client("nora")
    nora.call("POST", f"/conversations/{one}/claim")
    window = ready(nora)
    window.send(type="viewing", id=one)
    window.until_looked_at(one, "nora")

    address = f"ws://127.0.0.1:{console.port}/api/site/v1/conversations/{one}/stream"
    chat = _Socket(address)
    token = console.application.tokens.issue(seller, timedelta(minutes=5))
    chat.send(json.dumps({"type": "hello", "token": token}))
    chat.send(json.dumps({"type": "typing"}))
    window.until(type="typing", id=one, author="seller")

    def heard() -> Iterator[dict[str, Any]]:
        while True:
            received = chat.receive(timeout=PATIENCE)
            assert received is not None, "nothing came"
            yield json.loads(received)

    window.send(type="typing", id=one)
    typing = next(frame for frame in heard() if frame["type"] == "typing")
    assert typing == {"type": "typing", "on": True, "author": "agent", "agent_name": "Nora"}
    body = {"client_id": uuid.uuid4().hex, "text": "Bonjour"}
    assert nora.call("POST", f"/conversations/{one}/reply", json=body).status_code == 201
    after = [next(f for f in heard() if f["type"] in ("typing", "message")) for _ in range(2)]
    assert [frame["type"] for frame in after] == ["typing", "message"]
    assert after[0]["on"] is False
    assert after[1]["message"]["agent_name"] == "Nora"
    with suppress(OSError):
        chat.sock.shutdown(socket.SHUT_RDWR)
