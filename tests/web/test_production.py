"""As a marketplace would run it: its own keys, limits, pages of another origin, and no demo."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
import simple_websocket
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from bot.web.security_headers import HEADERS
from bot.web.site.app import PREFIX
from bot.web.site.stream import MOST_STREAMS
from tests.conversations.conftest import Seller, Server
from tests.forged_tokens import claims, signed
from tests.web.conftest import SiteClient, Stream, stored_rows

pytestmark = pytest.mark.model

SHOP = "https://marche.example"
SECRET = "a secret of the marketplace with 32 characters or more"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SENT, CALLS, CALLS_OF_AN_ADDRESS = 4, 40, 60


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("production")
    (folder / "site.pem").write_bytes(PUBLIC_PEM)
    running = Server(
        folder,
        ASSISTANT_DEMO="0",
        ASSISTANT_BURST_SECONDS="0",
        ASSISTANT_JWT_KEYS=f"k1:{SECRET}",
        ASSISTANT_JWT_PUBLIC_KEYS=f"site:{folder / 'site.pem'}",
        ASSISTANT_SITE_ORIGINS=f"{SHOP}, https://autre.example",
        ASSISTANT_LIMIT_ADDRESS=f"{CALLS_OF_AN_ADDRESS}/hour",
        ASSISTANT_LIMIT_SELLER=f"{CALLS}/hour",
        ASSISTANT_LIMIT_MESSAGES=f"{SENT}/hour",
    )
    running.start()
    yield running
    running.stop()


class Visitor(SiteClient):
    """A client behind the site's proxy, with an address of its own."""

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> Any:
        headers = {"X-Forwarded-For": self.address, **options.pop("headers", {})}
        return super().call(method, path, token, headers=headers, **options)

    @property
    def address(self) -> str:
        number = uuid.uuid5(uuid.NAMESPACE_OID, self.seller.id).int
        return f"10.{number % 251}.{number // 251 % 251}.{number // 63001 % 251}"


@pytest.fixture
def visitor(production: Server) -> Visitor:
    return Visitor(production, Seller(production))


def rs256(key: Any = PRIVATE, kid: str = "site", alg: str = "RS256", **changed: Any) -> str:
    return signed(key=key, kid=kid, alg=alg, **changed)


def test_a_token_of_the_sites_private_key_is_good(visitor: Visitor) -> None:
    answer = visitor.call("GET", "/session", rs256(sub=visitor.seller.id, name="Léa"))
    assert answer.json()["seller"] == {"id": visitor.seller.id, "name": "Léa"}


def test_keys_and_algorithms_are_never_mixed_up(visitor: Visitor) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    before = stored_rows(visitor.server)
    wrong = {
        "another private key": rs256(stranger),
        "RS256 under the secret's id": rs256(private, kid="k1"),
        "the secret under the public key's id": signed(key=SECRET, kid="site"),
        "another algorithm of the same key": rs256(alg="RS512"),
        "the demo key": signed(),
        # What a library that reads "alg" from the token falls for: the public key as a secret.
        "the public key as a secret": _hs256_with(PUBLIC_PEM, kid="site"),
        "the public key as the secret's": _hs256_with(PUBLIC_PEM, kid="k1"),
    }
    for kind, token in wrong.items():
        answer = visitor.call("POST", "/conversations", token, json={"client_id": "x"})
        assert answer.status_code == 401, kind
    assert stored_rows(visitor.server) == before


def _hs256_with(secret: bytes, kid: str) -> str:
    """Signs by hand: the library refuses to make such a token."""
    import base64
    import hashlib
    import hmac
    import json

    payload = {**claims(), "exp": 4102444800}
    parts = [{"alg": "HS256", "kid": kid}, payload]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    signature = hmac.new(secret, b".".join(encoded), hashlib.sha256).digest()
    return b".".join([*encoded, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_outside_demo_mode_there_is_no_demo(production: Server) -> None:
    for method, path in (("GET", "/"), ("GET", "/demo"), ("GET", "/demo/token"), ("POST", "/demo/seller")):  # fmt: skip
        assert httpx.request(method, production.address + path).status_code == 404, path


def test_a_seller_who_sends_too_much_is_asked_to_wait(visitor: Visitor) -> None:
    visitor.begin()
    for _ in range(SENT - 1):
        visitor.answered(visitor.send("bonjour")["number"])
    before = stored_rows(visitor.server)
    body = {"client_id": "one-too-many", "text": "encore moi"}
    for path, sent in ((f"{visitor.path}/messages", body), ("/conversations", {"client_id": "x"})):
        answer = visitor.call("POST", path, json=sent)
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many")
        assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert stored_rows(visitor.server) == before
    other = Visitor(visitor.server, Seller(visitor.server)).begin()
    assert other.send("bonjour")["number"] == 1  # nobody else waits


def test_a_seller_who_calls_too_often_is_asked_to_wait(visitor: Visitor) -> None:
    for _ in range(CALLS):
        assert visitor.call("GET", "/session").status_code == 200
    assert visitor.call("GET", "/session").status_code == 429
    stream = Stream(visitor.server, "/conversations/c_any/stream", **{"X-Forwarded-For": "9.9.9.9"})
    stream.send(type="hello", token=visitor.token)
    assert stream.closed_with() == 4429


def test_an_address_that_calls_too_often_is_asked_to_wait_whoever_it_says_it_is(
    production: Server,
) -> None:
    def call(address: str) -> httpx.Response:
        headers = {"Authorization": "Bearer guessed", "X-Forwarded-For": address}
        return httpx.get(f"{production.address}{PREFIX}/session", headers=headers)

    statuses = [call("2001:db8:1:2::7").status_code for _ in range(CALLS_OF_AN_ADDRESS)]
    assert set(statuses) == {401}
    assert call("2001:db8:1:2::8").status_code == 429  # the same network
    assert call("2001:db8:1:3::7").status_code == 401
    path, same = "/conversations/c_any/stream", {"X-Forwarded-For": "2001:db8:1:2::9"}
    assert Stream(production, path, **same).closed_with() == 4429


def test_a_seller_has_only_so_many_streams(visitor: Visitor) -> None:
    visitor.begin()
    opened = [Stream(visitor.server, f"{visitor.path}/stream", **{"X-Forwarded-For": visitor.address}) for _ in range(MOST_STREAMS + 1)]  # fmt: skip
    for stream in opened[:-1]:
        stream.send(type="hello", token=visitor.token)
        assert stream.next() == {"type": "ready"}
    opened[-1].send(type="hello", token=visitor.token)
    assert opened[-1].closed_with() == 4429
    opened[0].socket.close()
    again = Stream(visitor.server, f"{visitor.path}/stream", **{"X-Forwarded-For": visitor.address})
    again.send(type="hello", token=visitor.token)
    assert again.next() == {"type": "ready"}
    for stream in (again, *opened[1:-1]):
        stream.kill()


def preflight(production: Server, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return httpx.options(f"{production.address}{PREFIX}/conversations", headers=headers)


def test_a_page_on_the_list_may_call(production: Server, visitor: Visitor) -> None:
    asked = preflight(production, SHOP)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SHOP
    for token in (visitor.token, "forged"):
        answer = visitor.call("GET", "/session", token, headers={"Origin": SHOP})
        assert answer.headers["access-control-allow-origin"] == SHOP  # refusals can be read too
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{SHOP}.evil.example", "http://marche.example", "null"]
)
def test_any_other_page_may_not(production: Server, visitor: Visitor, origin: str) -> None:
    assert "access-control-allow-origin" not in preflight(production, origin).headers
    answer = visitor.call("GET", "/session", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    with pytest.raises(simple_websocket.ConnectionError, match="403"):
        Stream(production, "/conversations/c_any/stream", Origin=origin)


def test_streams_open_for_pages_on_the_list_and_for_our_own(
    production: Server, visitor: Visitor
) -> None:
    visitor.begin()
    for origin in (SHOP, production.address):
        stream = Stream(production, f"{visitor.path}/stream", Origin=origin)
        stream.send(type="hello", token=visitor.token)
        assert stream.next() == {"type": "ready"}
        stream.kill()


@pytest.mark.parametrize("path", [f"{PREFIX}/session", f"{PREFIX}/openapi.json", f"{PREFIX}/nothing", "/nothing", "/healthz"])  # fmt: skip
def test_every_answer_keeps_browsers_from_doing_more(production: Server, path: str) -> None:
    answer = httpx.get(production.address + path, headers={"X-Forwarded-For": "10.9.9.9"})
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    if path.startswith("/api/"):
        assert answer.headers["cache-control"] == "no-store"


def test_a_token_runs_out_to_the_second(visitor: Visitor) -> None:
    expiry = visitor.server.clock.now() + timedelta(seconds=30)
    token = jwt.encode(claims(sub=visitor.seller.id, exp=expiry), SECRET, headers={"kid": "k1"})
    assert visitor.call("GET", "/session", token).status_code == 200
    visitor.server.clock.move(timedelta(seconds=31))
    assert visitor.call("GET", "/session", token).status_code == 401
