"""Who a token does not name reads nothing, does nothing, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.web.site.app import PREFIX
from tests.forged_tokens import forged, signed
from tests.web.conftest import DOCUMENT, SiteClient, Stream, stored_rows

pytestmark = pytest.mark.model

# Method, path of a conversation, body: every call of the API.
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/session", None),
    ("GET", "/conversations", None),
    ("POST", "/conversations", {"client_id": "stolen"}),
    ("GET", "{one}/messages", None),
    ("POST", "{one}/messages", {"client_id": "stolen", "text": "mes commandes"}),
    ("POST", "{one}/messages/2/thumb", {"value": "up"}),
    ("POST", "{one}/rating", {"stars": 1}),
    ("GET", "{one}/transcript", None),
]
OF_ONE = [call for call in CALLS if "{one}" in call[1]]
KINDS = list(forged())


@pytest.fixture
def victim(client: SiteClient) -> SiteClient:
    """A seller with a secret order, an answer, and a conversation."""
    order = client.seller.has_order(title="Projet secret")
    client.asks(f"statut {order.number}")
    return client


def test_the_calls_are_all_there_are() -> None:
    described = {
        (m.upper(), p) for p, ms in DOCUMENT["paths"].items() for m in ms if m != "parameters"
    }
    called = {
        (m, p.replace("{one}", "/conversations/{conversation}").replace("/2/", "/{number}/"))
        for m, p, _ in CALLS
    }
    assert called == described


def test_the_form_of_the_forged_tokens_is_right(victim: SiteClient) -> None:
    for method, path, body in CALLS:
        token = signed(sub=victim.seller.id)
        path = path.format(one=victim.path)
        assert victim.call(method, path, token, json=body).status_code < 300


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_token_is_nobody_on_every_call(victim: SiteClient, kind: str) -> None:
    token, before = forged(victim.seller.id)[kind], stored_rows(victim.server)
    for method, path, body in CALLS:
        answer = victim.call(method, path.format(one=victim.path), token, json=body)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == (
            "token_expired" if kind == "expired" else "token_invalid"
        )
        assert "secret" not in answer.text
    assert stored_rows(victim.server) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_token_opens_no_stream(victim: SiteClient, kind: str) -> None:
    stream = Stream(victim.server, f"{victim.path}/stream")
    stream.send(type="hello", token=forged(victim.seller.id)[kind], after=0)
    assert stream.closed_with() == 4401
    assert stream.frames == []


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic dTpw"])
def test_without_a_bearer_token_nothing_is_answered(
    victim: SiteClient, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path, body in CALLS:
        url = f"{victim.server.address}{PREFIX}{path.format(one=victim.path)}"
        answer = httpx.request(method, url, json=body, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def without_its_id(refusal: dict[str, Any]) -> dict[str, Any]:
    """Returns a refusal without the id of the request, which every request has its own of."""
    assert refusal["error"].pop("request_id")
    return refusal


@pytest.mark.parametrize("call", OF_ONE, ids=lambda call: f"{call[0]} {call[1]}")
def test_another_sellers_conversation_is_not_there(
    victim: SiteClient, new_client: Callable[..., SiteClient], call: tuple[str, str, Any]
) -> None:
    thief, (method, path, body) = new_client(), call
    before = stored_rows(victim.server)
    stolen = thief.call(method, path.format(one=victim.path), json=body)
    unknown = thief.call(method, path.format(one="/conversations/c_unknown"), json=body)
    assert (stolen.status_code, unknown.status_code) == (404, 404)
    assert without_its_id(stolen.json()) == without_its_id(unknown.json())
    assert stored_rows(victim.server) == before


def test_another_sellers_stream_is_not_there(
    victim: SiteClient, new_client: Callable[..., SiteClient]
) -> None:
    thief = new_client()
    for path in (victim.path, "/conversations/c_unknown"):
        stream = Stream(victim.server, f"{path}/stream")
        stream.send(type="hello", token=thief.token, after=0)
        assert stream.closed_with() == 4404
        assert stream.frames == []


def test_another_sellers_conversations_are_not_listed(
    victim: SiteClient, new_client: Callable[..., SiteClient]
) -> None:
    assert new_client().call("GET", "/conversations").json() == {"conversations": []}


def test_the_same_client_id_of_another_seller_is_another_conversation(
    new_client: Callable[..., SiteClient],
) -> None:
    one, other = new_client().begin("same"), new_client().begin("same")
    assert one.conversation != other.conversation


def test_a_stolen_button_is_not_there_and_stores_nothing(
    client: SiteClient, new_client: Callable[..., SiteClient]
) -> None:
    order = client.seller.has_order()
    [asked] = client.asks(f"prolonge {order.number} de 3 jours, je déménage")
    thief = new_client().begin()
    before = stored_rows(client.server)
    body = {"client_id": "x", "button": asked["buttons"][0]["token"]}
    assert thief.call("POST", f"{thief.path}/messages", json=body).status_code == 404
    assert stored_rows(client.server) == before
    assert client.seller.requests(order) == []
    client.press(asked["buttons"][0]["token"])
    assert client.answered(3)[0]["response"] == "extension_receipt"


def test_a_conversation_outlives_its_tokens(client: SiteClient) -> None:
    old = client.server.application.tokens.issue(client.seller.id, timedelta(seconds=50))
    body = {"client_id": "m1", "text": "bonjour"}
    assert client.call("POST", f"{client.path}/messages", old, json=body).status_code == 202
    client.answered(1)
    client.server.clock.move(timedelta(seconds=60))
    refused = client.call("GET", f"{client.path}/messages", old)
    assert refused.json()["error"]["code"] == "token_expired"
    assert [m["author"] for m in client.messages()] == ["seller", "bot"]


def test_a_stream_asks_for_the_next_token_and_goes_on_with_it(client: SiteClient) -> None:
    stream = Stream(client.server, f"{client.path}/stream")
    tokens = client.server.application.tokens
    stream.send(type="hello", token=tokens.issue(client.seller.id, timedelta(seconds=20)), after=0)
    stream.until(lambda frame: frame["type"] == "renew")
    stream.send(type="token", token=tokens.issue(client.seller.id, timedelta(hours=1)))
    stream.send(type="something newer clients say")  # is ignored
    client.asks("bonjour")  # takes long enough for both frames to be read
    client.server.clock.move(timedelta(seconds=25))
    client.asks("où en sont mes commandes ?")
    stream.until(lambda frame: frame.get("message", {}).get("response") == "order_none")
    stream.kill()


def test_a_stream_ends_with_its_token(client: SiteClient) -> None:
    stream = Stream(client.server, f"{client.path}/stream")
    short = client.server.application.tokens.issue(client.seller.id, timedelta(seconds=60))
    stream.send(type="hello", token=short, after=0)
    stream.until(lambda frame: frame["type"] == "state")
    client.server.clock.move(timedelta(seconds=61))
    client.send("un secret")
    assert stream.closed_with() == 4401
    assert "un secret" not in str(stream.frames)


def test_a_stream_does_not_change_hands(
    client: SiteClient, new_client: Callable[..., SiteClient]
) -> None:
    stream = client.stream()
    stream.send(type="token", token=new_client().token)
    assert stream.closed_with() == 4401


def test_a_stream_refuses_what_it_cannot_read(client: SiteClient) -> None:
    for sent in (
        "{",
        "[]",
        '"hello"',
        '{"type": "token"}',
        '{"type": "hello", "after": -1}',
        "é" * 9_000,
    ):
        stream = Stream(client.server, f"{client.path}/stream")
        stream.socket.send(sent)
        assert stream.closed_with() in (4400, 4401, 1009)
    stream = Stream(client.server, f"{client.path}/stream")
    stream.socket.send(b"\x00\x01")
    assert stream.closed_with() == 4400


def test_a_stream_that_says_nothing_is_closed(client: SiteClient) -> None:
    assert Stream(client.server, f"{client.path}/stream").closed_with() == 4408
