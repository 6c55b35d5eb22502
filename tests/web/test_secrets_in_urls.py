"""No secret is part of an address: addresses are logged by proxies, browsers and servers.

The widget's own addresses: tests/widget/urls.test.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.adapters.marketplace_http import HttpMarketplace
from bot.adapters.slack.web_api import SlackWebApi
from bot.errors import AssistantError
from tests.slack.slack_server import SlackServer

STATIC = Path(__file__).resolve().parents[2] / "bot" / "web" / "static"
KEY = "the-marketplaces-secret-key"
REASON = "une-raison-que-lit-le-client"
IN_ADDRESS = re.compile(r"[?&](?:access_)?(?:token|key|secret|csrf\w*|password|jwt|session)=", re.I)


def test_the_marketplaces_client(monkeypatch: pytest.MonkeyPatch) -> None:
    urls: list[str] = []

    def recorded(session: requests.Session, method: str, url: str, **more: Any) -> Any:
        urls.append(url)
        assert session.headers["Authorization"] == f"Bearer {KEY}"
        raise requests.ConnectTimeout

    monkeypatch.setattr(requests.Session, "request", recorded)
    marketplace = HttpMarketplace("https://marketplace.example.com", KEY, retries=0)
    calls: list[Callable[[], Any]] = [
        lambda: marketplace.orders_of("lea"),
        lambda: marketplace.order("lea", "FO21B8A4C9"),
        lambda: marketplace.find_order("FO21B8A4C9"),
        lambda: marketplace.find_extension("lea", "k1"),
        lambda: marketplace.request_extension("lea", "FO21B8A4C9", 2, REASON, "k1"),
    ]
    for call in calls:
        with pytest.raises(AssistantError):
            call()
    assert len(urls) == len(calls)
    assert [u for u in urls if KEY in u or REASON in u or "?" in u] == []


def test_slacks_client() -> None:
    server = SlackServer()
    try:
        api = SlackWebApi("xoxb-test", server.url)
        now = datetime.now(timezone.utc)
        said = {"channel": "C1", "text": "ce que quelqu'un a écrit"}
        ts = str(api.call("chat.postMessage", said, "k")["ts"])
        api.call("chat.update", {**said, "ts": ts}, "k")
        api.find_posted("C1", None, "k", now - timedelta(minutes=1))
        api.thread_messages("C1", ts)
        api.call("chat.delete", {"channel": "C1", "ts": ts}, "k")
        assert len(server.paths) == 5
        assert [p for p in server.paths if "xoxb" in p or "text=" in p or "token" in p] == []
    finally:
        server.stop()


def test_the_scripts_build_no_address_with_a_secret() -> None:
    found = [
        f"{path.relative_to(STATIC)}: {match.group()}"
        for path in STATIC.rglob("*.js")
        for match in IN_ADDRESS.finditer(path.read_text("utf-8"))
    ]
    assert found == []
    sockets = [
        line.strip()
        for path in STATIC.rglob("*.js")
        for line in path.read_text("utf-8").splitlines()
        if "new WebSocket(" in line
    ]
    assert len(sockets) == 2 and not any("token" in line for line in sockets)


def test_the_pattern_finds_one() -> None:
    assert IN_ADDRESS.search("`${base}/stream?token=${token}`")
