"""What outsiders put into a path, a body or a header is in no log line."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.adapters.sql.engine import create_engine, writing
from bot.adapters.sql.tables import conversations
from bot.support.accounts import DEMO_PASSWORD
from tests.web.test_rotation import NEW, SITE, Replicas

CANARY = "jeanne.canari@exemple.fr"
CONSOLE = "/api/console/v1"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    client = Replicas(tmp_path).with_(triage_keys=f"desk:{NEW}")
    body = {"id": "admin", "password": DEMO_PASSWORD}
    signed_in = client.post(f"{CONSOLE}/login", json=body).json()
    client.headers["x-csrf-token"] = signed_in["csrf_token"]
    return client


def test_nothing_typed_is_logged(
    client: TestClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seller = {"Authorization": f"Bearer {client.app.state.application.tokens.issue('lea')}"}  # type: ignore[attr-defined]
    asked = [
        client.get(f"{SITE}/conversations/{CANARY}/messages", headers=seller),
        client.get(f"{SITE}/{CANARY}", headers=seller),
        client.post(f"{SITE}/conversations", json={CANARY: CANARY}, headers=seller),
        client.post(f"{SITE}/conversations", content=CANARY, headers=seller),
        client.get(f"{SITE}/session", headers={"Authorization": f"Bearer {CANARY}"}),
        client.post(f"{CONSOLE}/login", json={"id": CANARY, "password": CANARY}),
        client.get(f"{CONSOLE}/conversations/{CANARY}"),
        client.get(f"{CONSOLE}/conversations/{CANARY}/timeline?after={CANARY}"),
        client.post(f"{CONSOLE}/conversations/{CANARY}/claim", json={}),
        client.get(f"{CONSOLE}/queue?text={CANARY}&{CANARY}=1"),
        client.get(f"{CONSOLE}/answers/{CANARY}"),
        client.post(f"{CONSOLE}/models/promote", json={"name": CANARY}),
        client.get(f"{CONSOLE}/session", headers={"sec-fetch-site": CANARY, "origin": CANARY}),
        client.post(f"{CONSOLE}/logout", headers={"sec-fetch-site": CANARY}),
        client.post("/api/triage", json={"text": 3, CANARY: 1},
                    headers={"Authorization": f"Bearer {NEW}"}),
        client.post("/api/triage", headers={"Authorization": f"Bearer {CANARY}"}, json={}),
        client.post("/webhooks/marketplace", content=CANARY),
        client.post("/slack/events", content=CANARY, headers={"x-slack-signature": CANARY}),
        client.post("/webhooks/rest/webhook", json={"sender": CANARY, "message": 3},
                    headers=seller),
        client.get(f"/console/{CANARY}"),
    ]  # fmt: skip
    assert all(answer.status_code < 500 for answer in asked), [a.status_code for a in asked]
    assert len(caplog.records) >= 12
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]
    leaks = [f"{record.name}: {record.getMessage()}" for record in ours
             if "canari" in record.getMessage().lower()]  # fmt: skip
    assert leaks == []


def test_the_search_would_find_a_leak(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("bot.web").info("GET %s", CANARY)
    assert [record for record in caplog.records if "canari" in record.getMessage()]


def test_an_error_of_the_database_quotes_nobody(tmp_path: Path) -> None:
    engine = Replicas(tmp_path) and create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    with pytest.raises(Exception) as caught, writing(engine) as connection:
        connection.execute(conversations.insert().values(id=CANARY, seller_id=CANARY))
    assert CANARY not in str(caught.value) and "hide_parameters" in str(caught.value)
