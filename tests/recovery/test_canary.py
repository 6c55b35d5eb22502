"""Personal data planted through every surface is in no log, and after an erasure nowhere.

A real server process with the real model, a server that plays Slack, the real command. What is
searched: every byte of every file in the data folder (database, its write-ahead log, the server's
log), and all that stands in Slack.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from slack_sdk.signature import SignatureVerifier

from bot.adapters.marketplace_tables import extensions, orders
from bot.adapters.sql.engine import create_engine, reading, writing
from bot.adapters.sql.privacy_tables import erasures
from bot.adapters.sql.tables import JOB_WAITING, jobs
from bot.agents_command import seed_staff
from bot.bootstrap import accounts
from bot.settings import DEMO_SECRETS, read_settings
from bot.support.accounts import DEMO_PASSWORD
from tests.recovery.test_kill import PROJECT, Server
from tests.slack.conftest import SECRET, slack_settings
from tests.slack.slack_server import SlackServer
from tests.waiting import until

SITE, CONSOLE = "/api/site/v1", "/api/console/v1"
SELLER, NAME = "seller-canarelli", "Philiberte Canarelli"
MASKED = {
    "e-mail": "philiberte.canarelli@exemple-canari.fr",
    "phone": "06 39 98 47 51",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "card": "4970 1012 3456 7893",
}
ADDRESS = "17 rue des Canaris-Bleus"
FREE = {"name": NAME, "address": ADDRESS}
ALL = {**MASKED, **FREE}
EVERYTHING = f"je suis {NAME}, {ADDRESS}, " + ", ".join(MASKED.values())

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


def leaks(folder: Path, needles: dict[str, str], names: str = "*") -> list[str]:
    """Which file holds which of the needles; a folder without files holds nothing."""
    return [
        f"{path.name}: {kind}"
        for path in sorted(folder.rglob(names))
        if path.is_file()
        for kind, needle in needles.items()
        if needle.lower().encode() in path.read_bytes().lower()
        or needle.encode("unicode_escape").lower() in path.read_bytes().lower()
    ]


def test_the_search_finds_a_planted_leak(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text(f"turn failed: ValueError({NAME!r})\n")
    (tmp_path / "bot.db").write_bytes(b"\0\0" + ADDRESS.encode() + b"\0")
    assert leaks(tmp_path, ALL) == ["bot.db: address", "server.log: name"]


class Office(Server):
    """The server of the other tests, with Slack, and staff who can sign in."""

    def __init__(self, folder: Path, slack: SlackServer) -> None:
        super().__init__(folder)
        self.folder = folder
        self.environment = slack_settings(slack.url)
        os.environ.update(self.environment)
        self.engine = create_engine(self.url)
        settings = read_settings({"ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": self.url})
        seed_staff(accounts(settings, self.engine, self.clock))
        token = self.tokens.issue(SELLER, timedelta(minutes=30), NAME)
        self.seller = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", timeout=60, **more)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer()
    yield server
    server.stop()


@pytest.fixture
def office(tmp_path: Path, slack: SlackServer) -> Iterator[Office]:
    made = Office(tmp_path, slack)
    yield made
    for name in made.environment:
        os.environ.pop(name, None)


def as_seller(office: Office) -> str:
    """Writes through the site API, with good and with bad requests; returns the conversation."""
    begun = office.call(
        "POST", f"{SITE}/conversations", json={"client_id": uuid.uuid4().hex}, headers=office.seller
    )
    one = str(begun.json()["id"])
    url = f"{SITE}/conversations/{one}/messages"

    def answered() -> bool:
        found = office.call("GET", url, headers=office.seller).json()["messages"]
        return bool(found) and found[-1]["author"] != "seller"

    for text in (EVERYTHING, f"mon client {NAME} ne répond plus", "je veux parler à un humain"):
        body = {"client_id": uuid.uuid4().hex, "text": text}
        assert office.call("POST", url, json=body, headers=office.seller).status_code == 202
        until(answered, says=lambda: "an answer did not happen")
    office.call(
        "POST", f"{SITE}/conversations/{one}/rating", headers=office.seller,
        json={"stars": 2, "comment": f"{NAME} {ADDRESS}"},
    )  # fmt: skip
    header = {**office.seller, "user-agent": f"{MASKED['e-mail']} {NAME}"}
    office.call("GET", f"{SITE}/conversations/{MASKED['e-mail']}/messages", headers=header)
    office.call("POST", url, content=EVERYTHING.encode(), headers=header)
    office.call("POST", url, json={"text": {EVERYTHING: EVERYTHING}}, headers=header)
    office.call("POST", url, json={NAME: ADDRESS, "client_id": EVERYTHING}, headers=header)
    office.call("GET", f"{SITE}/session", headers={"Authorization": f"Bearer {MASKED['e-mail']}"})
    office.call("GET", f"/webhooks/{MASKED['e-mail']}?name={NAME}")
    return one


def as_staff(office: Office, one: str) -> None:
    """Claims, notes, replies, and looks for what is not there."""
    with httpx.Client(base_url=f"http://127.0.0.1:{office.port}", timeout=60) as nora:
        body = {"id": "nora", "password": DEMO_PASSWORD}
        csrf = nora.post(f"{CONSOLE}/login", json=body).json()["csrf_token"]
        nora.headers["x-csrf-token"] = csrf
        path = f"{CONSOLE}/conversations/{one}"
        assert nora.post(f"{path}/claim", json={}).is_success
        for what in ("notes", "reply"):
            said = {"client_id": uuid.uuid4().hex, "text": EVERYTHING}
            assert nora.post(f"{path}/{what}", json=said).status_code == 201
        nora.get(f"{CONSOLE}/queue", params={"text": NAME})
        nora.get(f"{CONSOLE}/conversations/{MASKED['e-mail']}")
        nora.post(f"{CONSOLE}/login", json={"id": MASKED["e-mail"], "password": NAME})


def as_others(office: Office, slack: SlackServer) -> None:
    """Hands over a ticket, and writes in the card's thread in Slack."""
    key = DEMO_SECRETS["triage_keys"].partition(":")[2]
    ticket = {"text": EVERYTHING, "subject": f"de {NAME}", "seller_id": SELLER,
              "reference": "T-1", "open": True}  # fmt: skip
    for body in (ticket, {**ticket, "reference": {NAME: 1}}, {NAME: ADDRESS}):
        headers = {"Authorization": f"Bearer {key}"}
        office.call("POST", "/api/triage", json=body, headers=headers)
    card = until(
        lambda: [m for m in slack.posted if not m.get("thread_ts")],
        says=lambda: "a card did not happen",
    )[0]
    event = {"type": "message", "channel": card["channel"], "user": "U0NORA", "ts": "1.7",
             "thread_ts": card["ts"], "text": EVERYTHING,
             "files": [{"id": "F1", "name": f"{NAME}.pdf"}]}  # fmt: skip
    for body in ({"type": "event_callback", "event_id": "Ev1", "event": event}, {"event": NAME}):
        raw = json.dumps(body).encode()
        stamp = str(int(time.time()))
        signed = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=raw)
        headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signed)}
        office.call("POST", "/slack/events", content=raw, headers=headers)


def test_planted_data_is_in_no_log_and_after_an_erasure_nowhere(
    office: Office, slack: SlackServer
) -> None:
    with office.running():
        one = as_seller(office)
        as_staff(office, one)
        as_others(office, slack)
        until(lambda: len(slack.posted) > 6, says=lambda: "the thread did not happen")
        time.sleep(2)
        assert "AuthenticationError" in office.log.read_text()  # it logs what was refused
        assert leaks(office.folder, ALL, "*.log") == []
        held = {line.partition(": ")[2] for line in leaks(office.folder, FREE)}
        assert held == set(FREE)  # so that the search below is known to find them

        command = [sys.executable, "-m", "bot", "privacy", "erase", SELLER, "--yes"]
        environment = {**os.environ, "ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": office.url}
        erased = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
        )
        assert SELLER not in erased.stdout and NAME not in erased.stdout
        make_it_old(office)
        until(lambda: swept(office), says=lambda: "the sweep did not happen")
        until(
            lambda: NAME not in str(slack.posted),
            says=lambda: "the deletion in Slack did not happen",
        )
        with writing(office.engine) as connection:  # the marketplace's part of it
            of_theirs = extensions.c.seller_id == SELLER
            connection.execute(sa.delete(extensions).where(of_theirs))
            connection.execute(sa.delete(orders).where(orders.c.seller_id == SELLER))
        assert leaks(office.folder, {**ALL, "seller": SELLER}, "*.log") == []
    assert leaks(office.folder, {**ALL, "seller": SELLER}) == []
    assert ADDRESS not in str(slack.posted)


def make_it_old(office: Office) -> None:
    """Lets the minutes pass after which a server sweeps up."""
    with writing(office.engine) as connection:
        past = office.clock.now() - timedelta(minutes=6)
        connection.execute(sa.update(erasures).values(begun_at=past))
        connection.execute(
            sa.update(jobs)
            .where(jobs.c.kind == "go_on_erasing", jobs.c.state == JOB_WAITING)
            .values(run_at=past, claimed_until=None)
        )


def swept(office: Office) -> bool:
    with reading(office.engine) as connection:
        return connection.execute(sa.select(erasures.c.swept_at)).scalar_one() is not None
