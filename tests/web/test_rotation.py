"""Each secret is replaced while somebody is in the middle of something; nobody notices.

A replacement is what the runbook says: a process with both, then a process with the new one alone,
over the same database. No model: what a message is answered with is not the matter here.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import CancelledError
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from bot.adapters.clock import MovableClock
from bot.adapters.demo_orders import seed
from bot.adapters.jwt_tokens import JwtTokens
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.agents_command import seed_staff
from bot.bootstrap import accounts, build
from bot.errors import SettingsError
from bot.marketplace.signatures import sign
from bot.settings import DEMO_SECRETS, read_settings
from bot.support.accounts import DEMO_PASSWORD
from bot.web.app import create_app
from bot.web.marketplace_api.app import create_marketplace_app

OLD, NEW = "old-secret-" + "o" * 32, "new-secret-" + "n" * 32
SITE = "/api/site/v1"


class NoAssistant:
    """Stands where the model would be: it is never asked here."""

    model = "none"

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""


class Replicas:
    """Processes over one database, one after another, each with settings of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'bot.db'}"
        self.clock = MovableClock()
        engine = create_engine(self.url)
        upgrade(engine)
        seed(SqlMarketplace(engine, self.clock), self.clock.now())
        settings = read_settings({"ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": self.url})
        seed_staff(accounts(settings, engine, self.clock))

    def with_(self, **settings: str) -> TestClient:
        environment = {"ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": self.url}
        environment |= {f"ASSISTANT_{name.upper()}": value for name, value in settings.items()}
        built = build(read_settings(environment), clock=self.clock, assistant=NoAssistant())  # type: ignore[arg-type]
        return TestClient(create_app(built), base_url="http://127.0.0.1:8000")

    def token(self, kid: str, secret: str) -> dict[str, str]:
        issued = JwtTokens({kid: secret}, "seller-assistant", self.clock).issue(
            "lea", timedelta(minutes=30)
        )
        return {"Authorization": f"Bearer {issued}"}


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[Replicas]:
    yield Replicas(tmp_path)


def begin(client: TestClient, headers: dict[str, str]) -> str:
    answer = client.post(f"{SITE}/conversations", json={"client_id": uuid4().hex}, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def reads(client: TestClient, conversation: str, headers: dict[str, str]) -> int:
    return int(
        client.get(f"{SITE}/conversations/{conversation}/messages", headers=headers).status_code
    )


def test_sellers_keys(replicas: Replicas) -> None:
    before, after = replicas.token("2026-11", OLD), replicas.token("2026-12", NEW)
    old = replicas.with_(jwt_keys=f"2026-11:{OLD}")
    conversation = begin(old, before)
    both = replicas.with_(jwt_keys=f"2026-12:{NEW},2026-11:{OLD}")
    assert reads(both, conversation, before) == reads(both, conversation, after) == 200
    alone = replicas.with_(jwt_keys=f"2026-12:{NEW}")
    assert reads(alone, conversation, after) == 200
    assert reads(alone, conversation, before) == 401
    assert reads(old, conversation, after) == 401


def test_an_open_stream_outlives_the_key_it_began_with(replicas: Replicas) -> None:
    before, after = replicas.token("a", OLD), replicas.token("b", NEW)
    both = replicas.with_(jwt_keys=f"b:{NEW},a:{OLD}")
    conversation = begin(both, before)
    went_on = False
    # Leaving cancels the stream, which starlette's client raises.
    left = contextlib.suppress(CancelledError)
    with left, both.websocket_connect(f"{SITE}/conversations/{conversation}/stream") as stream:
        stream.send_json({"type": "hello", "token": before["Authorization"][7:], "after": 0})
        assert stream.receive_json()["type"] == "ready"
        stream.send_json({"type": "token", "token": after["Authorization"][7:]})
        assert reads(both, conversation, after) == 200
        assert stream.receive_json()["type"] in ("state", "ping", "message")
        went_on = True
    assert went_on


def test_a_console_session_depends_on_no_key(replicas: Replicas) -> None:
    keys = {"jwt_keys": f"a:{OLD}", "webhook_secret": OLD, "triage_keys": f"desk:{OLD}"}
    client = replicas.with_(**keys)
    signed_in = client.post("/api/console/v1/login", json={"id": "nora", "password": DEMO_PASSWORD})
    assert signed_in.status_code == 200, signed_in.text
    other = replicas.with_(**{name: value.replace(OLD, NEW) for name, value in keys.items()})
    other.cookies = client.cookies
    assert other.get("/api/console/v1/session").json()["staff"]["id"] == "nora"


def triage(client: TestClient, key: str) -> int:
    answer = client.post(
        "/api/triage", json={"text": ""}, headers={"Authorization": f"Bearer {key}"}
    )
    return int(answer.status_code)


def test_triage_keys(replicas: Replicas) -> None:
    both = replicas.with_(triage_keys=f"desk2:{NEW},desk:{OLD}")
    assert {triage(both, OLD), triage(both, NEW)} == {422}  # let in: the empty ticket is refused
    alone = replicas.with_(triage_keys=f"desk2:{NEW}")
    assert (triage(alone, NEW), triage(alone, OLD)) == (422, 401)


def webhook(replicas: Replicas, client: TestClient, secret: str) -> int:
    raw = json.dumps({"event": "extension.answered", "extension_id": "x"}).encode()
    stamp = str(int(replicas.clock.now().timestamp()))
    headers = {
        "x-marketplace-timestamp": stamp,
        "x-marketplace-signature": sign(secret, stamp, raw),
    }
    return int(client.post("/webhooks/marketplace", content=raw, headers=headers).status_code)


def test_the_secret_of_webhooks(replicas: Replicas) -> None:
    both = replicas.with_(webhook_secret=f"{NEW},{OLD}")
    assert webhook(replicas, both, OLD) == webhook(replicas, both, NEW) == 200
    assert webhook(replicas, both, "") == webhook(replicas, both, f"{NEW},{OLD}") == 401
    alone = replicas.with_(webhook_secret=NEW)
    assert (webhook(replicas, alone, NEW), webhook(replicas, alone, OLD)) == (200, 401)


def slack(replicas: Replicas, client: TestClient, secret: str) -> int:
    raw = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
    stamp = str(int(replicas.clock.now().timestamp()))
    signed = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=raw)
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signed)}
    return int(client.post("/slack/events", content=raw, headers=headers).status_code)


def test_slacks_signing_secret(replicas: Replicas) -> None:
    on: dict[str, Any] = {"slack_bot_token": "xoxb-test", "slack_channels": "default=C0TEAM"}
    both = replicas.with_(slack_signing_secret=f"{NEW}, {OLD}", **on)
    assert slack(replicas, both, OLD) == slack(replicas, both, NEW) == 200
    alone = replicas.with_(slack_signing_secret=NEW, **on)
    assert (slack(replicas, alone, NEW), slack(replicas, alone, OLD)) == (200, 401)


def test_the_marketplaces_key(replicas: Replicas) -> None:
    marketplace = SqlMarketplace(create_engine(replicas.url), replicas.clock)

    def status(keys: str, key: str) -> int:
        client = TestClient(create_marketplace_app(marketplace, keys))
        headers = {"Authorization": f"Bearer {key}"}
        return int(client.get("/v1/sellers/lea/orders", headers=headers).status_code)

    assert status(f"{NEW},{OLD}", OLD) == status(f"{NEW},{OLD}", NEW) == 200
    assert (status(NEW, NEW), status(NEW, OLD)) == (200, 401)
    assert status(f"{NEW},", "") == 401


@pytest.mark.parametrize("name", ["webhook_secret", "marketplace_key"])
def test_a_demo_secret_is_refused_beside_another_too(name: str) -> None:
    environment = {
        "ASSISTANT_JWT_KEYS": f"a:{NEW}",
        f"ASSISTANT_{name.upper()}": f"{NEW},{DEMO_SECRETS[name]}",
    }
    with pytest.raises(SettingsError, match="demo secret"):
        read_settings(environment)
