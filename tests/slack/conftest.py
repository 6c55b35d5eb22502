"""Our application with Slack on, before a local server that plays Slack; no model, no sockets of ours.

Requests are signed by ``slack_sdk``'s own signer. Nothing runs by itself: ``office.work()`` does all
that is due.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from bot import bootstrap
from bot.adapters.clock import MovableClock
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.agents_command import seed_staff
from bot.bootstrap import Application, accounts, build, load_content
from bot.services.ports import IncomingMessage, TurnCommit
from bot.services.slack import Slack
from bot.settings import read_settings
from bot.support.conversations import Escalation, EscalationReason, Message, Reply
from bot.web.app import create_app
from tests.databases import Databases
from tests.slack.slack_server import SlackServer

SECRET = "a-signing-secret-of-slack"
TEAM, URGENT = "C0TEAM", "C0URGENT"
USERS = {"nora": "U0NORA", "sam": "U0SAM"}


def slack_settings(api_url: str, channels: str = f"default={TEAM}") -> dict[str, str]:
    """Returns the environment in which Slack is on."""
    return {
        "ASSISTANT_SLACK_BOT_TOKEN": "xoxb-test",
        "ASSISTANT_SLACK_SIGNING_SECRET": SECRET,
        "ASSISTANT_SLACK_CHANNELS": channels,
        "ASSISTANT_SLACK_API_URL": api_url,
    }


class NoAssistant:
    """Stands where the model would be: it is never asked here."""

    model = "none"

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""


class Office:
    """The application, Slack before it, and what both say to each other."""

    def __init__(self, url: str, server: SlackServer, assistant: Any = None) -> None:
        self.server = server
        self.url = url
        self.assistant = assistant or NoAssistant()
        self.engine = create_engine(self.url)
        self.clock = MovableClock()
        server.seconds = lambda: self.clock.now().timestamp()
        self.environment = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": self.url,
            **slack_settings(server.url, f"default={TEAM},urgent={URGENT}"),
            "ASSISTANT_CONSOLE_URL": "https://console.example.com",
        }
        self.application = self.started()
        self.store = SqlSlackStore(self.engine)
        self.client = TestClient(create_app(self.application))

    def started(self, **settings: str) -> Application:
        """Another process over the same database."""
        environment = {**self.environment, **settings}
        return build(read_settings(environment), clock=self.clock, assistant=self.assistant)

    @property
    def slack(self) -> Slack:
        assert self.application.slack is not None
        return self.application.slack

    def post(self, path: str, raw: bytes, headers: dict[str, str]) -> Any:
        return self.client.post(path, content=raw, headers=headers)

    def sign(self, raw: bytes, *, secret: str = SECRET, age: float = 0) -> dict[str, str]:
        timestamp = str(int(self.clock.now().timestamp() - age))
        signed = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=raw)
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": str(signed)}

    def event(self, event: dict[str, Any], event_id: str = "", **more: Any) -> None:
        """Slack tells of an event, and is told that it came."""
        body = {
            "type": "event_callback",
            "team_id": "T1",
            "api_app_id": "A1",
            "event_id": event_id or f"Ev{uuid.uuid4().hex[:10]}",
            "event_time": int(self.clock.now().timestamp()),
            "event": event,
            **more,
        }
        raw = json.dumps(body).encode()
        answer = self.post("/slack/events", raw, self.sign(raw))
        assert (answer.status_code, answer.text) == (200, "")

    def interaction(self, payload: dict[str, Any]) -> None:
        """Somebody presses or submits something, and Slack is told that it came."""
        payload = {"trigger_id": uuid.uuid4().hex, **payload}
        raw = urlencode({"payload": json.dumps(payload)}).encode()
        headers = {**self.sign(raw), "content-type": "application/x-www-form-urlencoded"}
        answer = self.post("/slack/interactions", raw, headers)
        assert (answer.status_code, answer.text) == (200, "")

    def work(self) -> None:
        """Does all that is due in Slack."""
        self.slack.inbox.run_due()
        self.slack.send()

    def waiting(
        self,
        text: str = "je veux parler à quelqu'un",
        *,
        seller: str | None = None,
        name: str | None = "Léa Martin",
        **asked: Any,
    ) -> str:
        """The id of a new conversation whose seller has asked for a human."""
        store, now = self.application.store, self.clock.now()
        seller = seller or f"seller-{uuid.uuid4().hex[:10]}"
        one = store.open_conversation(seller, f"site:{uuid.uuid4().hex}", now, name).id
        reason = asked.pop("reason", EscalationReason.CUSTOMER_REQUEST)
        escalations = (Escalation(one, reason, now, **asked),)
        self.turn(one, text, "Je transmets votre demande.", escalations=escalations)
        return one

    def turn(self, one: str, text: str, answer: str, **leaves: Any) -> None:
        """The seller writes and the bot answers."""
        store, now = self.application.store, self.clock.now()
        accepted = store.accept(one, IncomingMessage(text, uuid.uuid4().hex), "tests", now)
        assert accepted.turn is not None
        understood = {"intent": {"name": "faq_buyer_wants_cancel", "confidence": 0.8}}
        commit = TurnCommit(
            accepted.turn,
            (Reply(answer, "handoff_started", 1),),
            "{}",
            understood,
            "none",
            **leaves,
        )
        store.commit_turn(commit, "tests", now)

    def says(self, one: str, text: str) -> Message:
        """The seller writes to whoever holds the conversation."""
        message = IncomingMessage(text, uuid.uuid4().hex)
        return self.application.store.accept(one, message, "tests", self.clock.now()).message


@pytest.fixture
def server() -> Iterator[SlackServer]:
    made = SlackServer()
    yield made
    made.stop()


def with_staff(url: str) -> str:
    """Puts the staff into a migrated database, and says who they are in Slack."""
    engine = create_engine(url)
    settings = read_settings({"ASSISTANT_DEMO": "1"})
    seed_staff(accounts(settings, engine, MovableClock()))
    for name, user in USERS.items():
        SqlSlackStore(engine).map_user(user, name)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and staff, to be copied; the texts are read once, too."""
    file = tmp_path_factory.mktemp("slack") / "bot.db"
    upgrade(f"sqlite:///{file}")
    with_staff(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session", autouse=True)
def texts_read_once() -> Iterator[None]:
    """Reading all texts takes a second: every application of these tests has the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "load_content", functools.lru_cache(load_content))
        yield


@pytest.fixture(params=["sqlite"])
def office(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    new_database: Path,
    server: SlackServer,
    databases: Databases,
) -> Iterator[Office]:
    """An office on SQLite; with ``on_both_engines`` a test runs on PostgreSQL as well."""
    with contextlib.ExitStack() as stack:
        if request.param == "postgresql":
            url = with_staff(stack.enter_context(databases.migrated("postgresql")))
        else:
            shutil.copy(new_database, tmp_path / "bot.db")
            url = f"sqlite:///{tmp_path / 'bot.db'}"
        made = Office(url, server)
        yield made
        made.application.stop()
        made.engine.dispose()


on_both_engines = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)
