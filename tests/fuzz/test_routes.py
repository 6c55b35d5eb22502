"""Every route takes any path, query, headers and body from anybody: it answers, and never with 5xx.

The routes are read from the application, so that a new one is fuzzed too. The test client raises
what the application raises: a crash fails the test even where an error page would hide it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from bot.marketplace.signatures import sign
from bot.settings import DEMO_SECRETS
from bot.web.marketplace_api.app import create_marketplace_app

from .conftest import PROFILE, Site, json_objects, json_values, names, said, segments

NOT_ONES_OWN = {"/logout"}
"""Signs the fuzzer out, and from then on nothing but 401 would be tried."""
LONG = {"/healthz", "/readyz", "/metrics"}


def routes(app: Starlette | Mount, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yields method and path template of every HTTP route, mounted ones too."""
    for route in app.routes:
        if isinstance(route, Mount):
            if route.routes:
                yield from routes(route, prefix + route.path)
            else:
                yield "GET", f"{prefix}{route.path}/{{path}}"
        elif isinstance(route, Route):
            for method in sorted((route.methods or {"GET", "POST"}) - {"HEAD"}):
                yield method, prefix + route.path


@st.composite
def requests(draw: st.DrawFn, templates: list[tuple[str, str]], known: list[str]) -> dict[str, Any]:
    """A call of one of the routes, its variables filled in, with a body of any kind."""
    method, template = draw(st.sampled_from(templates))
    path = ""
    for part in template.split("/")[1:]:
        if part.startswith("{"):
            value = draw(st.one_of(st.sampled_from(known), segments()))
            part = quote(value, safe=draw(st.sampled_from(["", "/", "/:@!$&'()*+,;="])))
        path += "/" + part
    query = draw(st.dictionaries(names(), st.one_of(said(), st.integers().map(str)), max_size=3))
    kind = draw(st.sampled_from(["json", "json", "json", "raw", "form", "none"]))
    headers = {}
    body = b""
    if kind == "json":
        value = draw(st.one_of(json_objects(), json_objects(), json_values()))
        body = json.dumps(value).encode("utf-8", "surrogatepass")
        headers["content-type"] = "application/json"
    elif kind == "raw":
        body = draw(st.binary(max_size=80))
        headers["content-type"] = draw(st.sampled_from(["application/json", "text/plain", "x", ""]))
    elif kind == "form":
        body = draw(st.binary(max_size=60))
        headers["content-type"] = "application/x-www-form-urlencoded"
    odd = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
    name = st.sampled_from(
        ["x-forwarded-for", "origin", "sec-fetch-site", "accept", "x-request-id", "cookie2",
         "accept-language", "if-none-match", "range", "user-agent"]
    )  # fmt: skip
    headers |= draw(st.dictionaries(name, odd.map(str.strip), max_size=2))
    return {
        "method": method,
        "url": path or "/",
        "params": query,
        "content": body,
        "headers": {k: v.encode("latin-1") for k, v in headers.items()},
    }


def call(client: TestClient, request: dict[str, Any], who: dict[str, str]) -> int:
    headers = {**request["headers"], **who}
    answer = client.request(**{**request, "headers": headers}, follow_redirects=False)
    assert answer.status_code < 500, answer.text
    return answer.status_code


def templates_of(site: Site) -> list[tuple[str, str]]:
    found = [
        (method, path)
        for method, path in routes(site.app)
        if not any(path.endswith(end) for end in NOT_ONES_OWN) and path not in LONG
    ]
    assert len(found) >= 60
    return found


@pytest.mark.parametrize("who", ["seller", "staff", "triage", "nobody"])
def test_any_call_of_any_route(site: Site, who: str) -> None:
    credentials = {} if who == "nobody" else getattr(site, who)
    known = [site.conversation, "faq_buyer_wants_cancel", "1", "nora", "FO21B8A4C9"]
    client = site.client if who == "staff" else TestClient(site.app, base_url=site.client.base_url)
    statuses: set[int] = set()

    @PROFILE
    @given(requests(templates_of(site), known))
    def answers(request: dict[str, Any]) -> None:
        statuses.add(call(client, request, credentials))

    answers()
    assert statuses & {400, 401, 404, 422}


@pytest.mark.parametrize("who", ["seller", "staff", "triage"])
def test_any_call_of_what_writes(site: Site, who: str) -> None:
    prefix = {"seller": "/api/site", "staff": "/api/console", "triage": "/api/triage"}[who]
    writes = [
        (method, path)
        for method, path in templates_of(site)
        if method != "GET" and path.startswith(prefix) and not path.endswith("/login")
    ]
    client = site.client if who == "staff" else TestClient(site.app, base_url=site.client.base_url)

    @PROFILE
    @given(requests(writes, [site.conversation, "faq_buyer_wants_cancel", "1", "nora"]))
    def answers(request: dict[str, Any]) -> None:
        assert call(client, request, getattr(site, who)) != 401

    answers()


@PROFILE
@given(said())
def test_any_message_is_stored(site: Site, text: str) -> None:
    url = f"/api/site/v1/conversations/{site.conversation}/messages"
    raw = json.dumps({"client_id": "c" + str(abs(hash(text))), "text": text})
    answer = site.client.post(
        url, content=raw.encode("utf-8", "surrogatepass"),
        headers={**site.seller, "content-type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (202, 400, 409, 413, 422), answer.text


@PROFILE
@given(st.one_of(json_objects().map(json.dumps).map(str.encode), st.binary(max_size=60)))
def test_any_signed_webhook(site: Site, raw: bytes) -> None:
    stamp = str(int(site.clock.now().timestamp()))
    signature = sign(DEMO_SECRETS["webhook_secret"], stamp, raw)
    headers = {"x-marketplace-timestamp": stamp, "x-marketplace-signature": signature}
    answer = site.client.post("/webhooks/marketplace", content=raw, headers=headers)
    assert answer.status_code in (200, 400), answer.text


@PROFILE
@given(st.data())
def test_any_call_of_the_reference_marketplace(site: Site, data: st.DataObject) -> None:
    app = create_marketplace_app(site.application.marketplace, "a-key")
    request = data.draw(requests(list(routes(app)), ["lea", "FO21B8A4C9", "k1"]))
    headers = {"authorization": "Bearer a-key", "idempotency-key": data.draw(segments())}
    headers = {k: v.encode("latin-1", "replace").strip() for k, v in headers.items()}  # type: ignore[misc]
    call(TestClient(app), request, headers)  # type: ignore[arg-type]


def test_sockets_are_known(site: Site) -> None:
    def sockets(app: Any, prefix: str = "") -> Iterator[str]:
        for route in app.routes:
            if isinstance(route, Mount):
                yield from sockets(route, prefix + route.path)
            elif isinstance(route, WebSocketRoute):
                yield prefix + route.path

    assert sorted(sockets(site.app)) == [
        "/api/console/v1/stream",
        "/api/site/v1/conversations/{conversation}/stream",
    ]
