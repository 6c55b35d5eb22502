"""The reference server and its description say the same."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from starlette.routing import Route

from bot.adapters.demo_orders import SELLERS, seed
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.errors import MarketplaceUnavailable, OutcomeUnknown, SettingsError
from bot.marketplace.extensions import ExtensionRefusal, RefusalReason
from bot.marketplace.orders import (
    Cancellation,
    CancellationCause,
    CancellationRequest,
    ExtensionRequest,
    ExtensionState,
    Order,
    OrderStatus,
    Party,
)
from bot.web.marketplace_api.app import OPENAPI, create_marketplace_app

NUMBER = "FO21B8A4C9"
DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]


class Api:
    """Calls the server, and checks every answer against the description."""

    def __init__(self, port: int, key: str) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self.headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        answer = requests.request(method, self._base + path, headers=headers, timeout=10, **more)
        described = next(
            operations[method.lower()]
            for template, operations in DOCUMENT["paths"].items()
            if re.fullmatch(re.sub(r"\\{.*?\\}", "[^/]*", re.escape(template)), path)
        )
        content = described["responses"][str(answer.status_code)]["content"]
        (media_type,) = content
        assert answer.headers["content-type"] == media_type
        schema = {**DOCUMENT, **content[media_type]["schema"]}
        Draft202012Validator(schema).validate(answer.json())
        if media_type == "application/problem+json":
            assert answer.json()["status"] == answer.status_code
        return answer

    def ask(self, days: Any = 2, reason: Any = "R.", key: str = "k1", **more: Any) -> Any:
        path = f"/v1/sellers/lea/orders/{NUMBER}/extensions"
        more = {"json": {"days": days, "reason": reason}, **more}
        return self.call("POST", path, headers={"Idempotency-Key": key}, **more)


@pytest.fixture
def api(api_port: int, api_key: str) -> Api:
    return Api(api_port, api_key)


def test_the_description_describes_the_routes(embedded: SqlMarketplace) -> None:
    routes = create_marketplace_app(embedded, "key").routes
    served = {
        (route.path.replace(":path", ""), method.lower())
        for route in routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    described = {(path, method) for path, found in DOCUMENT["paths"].items() for method in found}
    assert served - {("/openapi.json", "get")} == described


@pytest.mark.parametrize(
    "name, kind",
    [("Order", Order), ("Extension", ExtensionRequest), ("Refusal", ExtensionRefusal),
     ("Cancellation", Cancellation), ("CancellationRequest", CancellationRequest)],
)  # fmt: skip
def test_the_description_has_every_field_and_needs_what_we_need(name: str, kind: Any) -> None:
    fields = {field.name: field for field in dataclasses.fields(kind)}
    needed = {name for name, f in fields.items() if f.default is dataclasses.MISSING}
    assert set(SCHEMAS[name]["properties"]) == set(fields)
    assert set(SCHEMAS[name]["required"]) == needed


@pytest.mark.parametrize(
    "enum, schema",
    [
        (OrderStatus, SCHEMAS["Status"]),
        (ExtensionState, SCHEMAS["Extension"]["properties"]["state"]),
        (RefusalReason, SCHEMAS["Refusal"]["properties"]["reason"]),
        (Party, SCHEMAS["Cancellation"]["properties"]["cancelled_by"]),
        (Party, SCHEMAS["CancellationRequest"]["properties"]["asked_by"]),
        (CancellationCause, SCHEMAS["Cancellation"]["properties"]["cause"]),
    ],
)
def test_the_description_has_every_value(enum: Any, schema: dict[str, Any]) -> None:
    assert set(schema["enum"]) == {member.value for member in enum}


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)):
        assert name in SCHEMAS
    Draft202012Validator.check_schema(DOCUMENT["components"])


def test_the_description_is_public(api_port: int) -> None:
    answer = requests.get(f"http://127.0.0.1:{api_port}/openapi.json", timeout=10)
    assert answer.json() == DOCUMENT


def test_all_demo_orders_are_as_described(api: Api, embedded: SqlMarketplace, clock: Any) -> None:
    count = seed(embedded, clock.now())
    lists = [api.call("GET", f"/v1/sellers/{seller}/orders").json() for seller in SELLERS]
    found = [order for each in lists for order in each["orders"]]
    assert len(found) == count
    for order in found:
        path = f"/v1/sellers/{order['seller_id']}/orders/{order['number']}"
        assert api.call("GET", path).json() == order


def test_a_request_its_repetition_and_its_refusal(api: Api, place: Callable[..., Order]) -> None:
    place()
    made = api.ask()
    assert made.status_code == 201
    assert api.ask().json() == made.json()
    assert api.call("GET", "/v1/sellers/lea/extensions/k1").json() == made.json()
    refused = api.ask(key="k2")
    assert refused.status_code == 409
    assert refused.json()["refusal"]["reason"] == "already_pending"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 9000, b"{}", b'{"days": 2}',
             b'{"days": "2", "reason": "R."}', b'{"days": 2.5, "reason": "R."}',
             b'{"days": true, "reason": "R."}', b'{"days": 2, "reason": null}'],
)  # fmt: skip
def test_an_unreadable_body_is_a_bad_request(
    api: Api, place: Callable[..., Order], embedded: SqlMarketplace, body: bytes
) -> None:
    place()
    assert api.ask(json=None, data=body).status_code == 400
    assert embedded.requests_of(NUMBER) == []


def test_a_body_too_large_is_refused(api: Api, place: Callable[..., Order]) -> None:
    place()
    assert api.ask(reason="x" * 20_000).status_code == 413


@pytest.mark.parametrize("key", ["", "é", "k" * 201, "a b"])
def test_an_unfit_key_is_a_bad_request(api: Api, place: Callable[..., Order], key: str) -> None:
    place()
    headers = {"Idempotency-Key": key.encode("latin-1")}
    path = f"/v1/sellers/lea/orders/{NUMBER}/extensions"
    answer = api.call("POST", path, headers=headers, json={"days": 2, "reason": "R."})
    assert answer.status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic x", "Bearer é"])
@pytest.mark.parametrize(
    "path", ["/v1/sellers/lea/orders", f"/v1/sellers/lea/orders/{NUMBER}",
             "/v1/sellers/lea/extensions/k1"],
)  # fmt: skip
def test_nothing_is_open_without_the_key(
    api: Api, place: Callable[..., Order], path: str, header: str
) -> None:
    place()
    api.headers = {"Authorization": header.encode("latin-1")}  # type: ignore[dict-item]
    answer = api.call("GET", path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert NUMBER not in answer.text


def test_a_server_without_a_key_does_not_start(embedded: SqlMarketplace) -> None:
    with pytest.raises(SettingsError):
        create_marketplace_app(embedded, "")


@pytest.mark.parametrize(
    "error, status",
    [(MarketplaceUnavailable("x"), 503), (OutcomeUnknown("x"), 500), (KeyError("secret"), 500)],
)
def test_failures_are_told_apart_and_tell_nothing_more(
    api_port: int, api: Api, listening: Any, api_key: str, error: Exception, status: int
) -> None:
    class Failing:
        def __getattr__(self, name: str) -> Any:
            def fail(*_: Any) -> None:
                raise error

            return fail

    listening.app = create_marketplace_app(Failing(), api_key)  # type: ignore[arg-type]
    assert api.ask().status_code == status
    answer = api.call("GET", "/v1/sellers/lea/orders")
    assert answer.status_code == status
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "method, path, status",
    [("GET", "/nowhere", 404), ("GET", "/v1/sellers/lea/orders/", 404),
     ("DELETE", "/v1/sellers/lea/orders", 405)],
)  # fmt: skip
def test_what_is_not_served_is_a_problem_document_too(
    api_port: int, method: str, path: str, status: int
) -> None:
    answer = requests.request(
        method, f"http://127.0.0.1:{api_port}{path}", timeout=10, allow_redirects=False
    )
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    Draft202012Validator({**DOCUMENT, "$ref": "#/components/schemas/Problem"}).validate(
        answer.json()
    )
