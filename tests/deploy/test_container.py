"""The image's account, folders and commands, tried for real: see jail.py."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import simple_websocket

from tests.deploy.jail import Jail, instruction
from tests.waiting import until

KEY = "a-signing-key-of-the-marketplace-with-40-characters"
API = "/api/site/v1"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Jail:
    assert os.geteuid() == 0, "becoming another account takes root, as in .ci/run"
    made = Jail(tmp_path_factory.mktemp("container"), {"ASSISTANT_BURST_SECONDS": "1.5"})
    made.secret("JWT_KEYS", f"2026-11:{KEY}")
    return made


@pytest.fixture(scope="module")
def before(jail: Jail) -> set[str]:
    return jail.files()


@pytest.fixture(scope="module")
def migrated(jail: Jail, before: set[str]) -> None:
    assert jail.run(["python", "-m", "bot", "migrate", "--check"])[0] == 1
    code, output = jail.run(["python", "-m", "bot", "migrate"])
    assert code == 0, output
    assert jail.run(["python", "-m", "bot", "migrate", "--check"])[0] == 0


@pytest.fixture
def running(jail: Jail, migrated: None, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    log = tmp_path / "server.log"
    with log.open("w") as written:
        process = jail.start(instruction("CMD"), stdout=written, stderr=written)
    deadline = time.monotonic() + 120
    while not answers(jail, "/readyz"):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    yield process
    process.kill()
    process.wait(20)


def answers(jail: Jail, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{jail.port}{path}", timeout=5).is_success
    except httpx.TransportError:
        return False


def figures(jail: Jail) -> str:
    return httpx.get(f"http://127.0.0.1:{jail.port}/metrics", timeout=60).text


def seller(jail: Jail) -> httpx.Client:
    expiry = datetime.now(timezone.utc) + timedelta(minutes=10)
    claims = {"sub": f"s-{uuid.uuid4().hex}", "aud": "seller-assistant", "exp": expiry,
              "iat": datetime.now(timezone.utc)}  # fmt: skip
    token = jwt.encode(claims, KEY, headers={"kid": "2026-11"})
    return httpx.Client(
        base_url=f"http://127.0.0.1:{jail.port}", timeout=60,
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def said(client: httpx.Client, conversation: str) -> list[dict[str, Any]]:
    page = client.get(f"{API}/conversations/{conversation}/messages", params={"after": 0})
    return list(page.json()["messages"])


def test_nothing_can_be_written_but_what_is_meant_to_be(jail: Jail, before: set[str]) -> None:
    for place in ("bot/x", "models/x", "data/x", ".venv/x", "/srv/x", "/etc/x", "/srv/secrets/x"):
        code, output = jail.run(["touch", place])
        assert code != 0 and ("Read-only" in output or "denied" in output), (place, output)
    for place in ("var/x", "/tmp/x"):
        assert jail.run(["touch", place]) == (0, "")
    assert jail.run(["cat", "/etc/shadow"])[0] != 0


def test_it_serves_as_an_account_without_rights(
    jail: Jail, before: set[str], running: subprocess.Popen[str]
) -> None:
    status = Path(f"/proc/{running.pid}/status").read_text()
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert facts["Uid"].split() == facts["Gid"].split() == ["10001"] * 4
    assert (facts["NoNewPrivs"], facts["Groups"].strip()) == ("1", "")
    assert {facts[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    secrets = (
        Path(f"/proc/{running.pid}/environ").read_text()
        + Path(f"/proc/{running.pid}/cmdline").read_text()
    )
    assert KEY not in secrets

    code, output = jail.run(instruction("CMD", "\n".join(_health())))
    assert code == 0, output
    with seller(jail) as client:
        body = {"sender": "moi", "message": "bonjour", "message_id": "m1"}
        answer = client.post("/webhooks/rest/webhook", json=body)
        assert answer.status_code == 200 and answer.json()[0]["text"]
    assert jail.files() == before


def _health() -> list[str]:
    from tests.deploy.jail import FINAL

    lines = FINAL.splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.startswith("HEALTHCHECK")]
    return [lines[at][lines[at].index("CMD ") :]]


def test_the_check_of_health_fails_where_nothing_serves(jail: Jail, migrated: None) -> None:
    assert jail.run(instruction("CMD", "\n".join(_health())))[0] != 0


@pytest.mark.timeout(600)
def test_stopping_finishes_what_runs_and_lets_streams_go(
    jail: Jail, running: subprocess.Popen[str], tmp_path: Path
) -> None:
    with seller(jail) as client:
        begun = client.post(f"{API}/conversations", json={"client_id": uuid.uuid4().hex}).json()
        messages = f"{API}/conversations/{begun['id']}/messages"
        address = f"ws://127.0.0.1:{jail.port}{API}/conversations/{begun['id']}/stream"
        stream = simple_websocket.Client.connect(address)
        waiting: list[httpx.Response] = []
        asked = {"sender": "autre", "message": "comment annuler une commande ?", "message_id": "r1"}
        call = threading.Thread(
            target=lambda: waiting.append(client.post("/webhooks/rest/webhook", json=asked))
        )
        call.start()
        accepted = client.post(messages, json={"client_id": uuid.uuid4().hex, "text": "mon client"})
        assert accepted.status_code == 202
        until(lambda: 'received_total{kind="typed"} 2.0' in figures(jail))
        # A fragment waits for the rest: both turns have yet to run when it is told to stop.
        running.send_signal(signal.SIGTERM)
        assert running.wait(45) in (0, -signal.SIGTERM)
        call.join(5)
        assert [answer.status_code for answer in waiting] == [200]
        assert waiting[0].json()[0]["text"]
        with pytest.raises(simple_websocket.ConnectionClosed):
            while True:
                stream.receive(timeout=5)

        again = jail.start(instruction("CMD"), stdout=subprocess.DEVNULL)
        try:
            while not answers(jail, "/readyz"):
                assert again.poll() is None
                time.sleep(0.2)
            told = said(client, begun["id"])
            assert [m["author"] for m in told if m["author"] == "seller"] == ["seller"]
            assert told[-1]["author"] == "bot"
        finally:
            again.kill()
            again.wait(20)
