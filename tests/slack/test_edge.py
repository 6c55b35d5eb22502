"""What Slack sends: signed, kept once, acknowledged, and only then worked on."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.adapters.slack.signatures import SlackSigning
from bot.adapters.sql.engine import reading
from bot.adapters.sql.slack_tables import slack_deliveries
from bot.errors import SettingsError, StorageError
from bot.settings import read_settings
from bot.support.slack import SlackDelivery
from bot.web.app import create_app
from tests.slack.conftest import Office

CHALLENGE = json.dumps({"type": "url_verification", "challenge": "3eZbrw1"}).encode()
PATHS = ["/slack/events", "/slack/interactions", "/slack/commands"]


def kept(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        return list(connection.execute(sa.select(slack_deliveries.c.key)).scalars())


def test_the_address_is_verified(office: Office) -> None:
    answer = office.post("/slack/events", CHALLENGE, office.sign(CHALLENGE))
    assert answer.json() == {"challenge": "3eZbrw1"}
    assert kept(office) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "problem",
    ["unsigned", "bad", "other_secret", "other_body", "stale", "future", "no_number", "no_ascii"],
)
def test_nothing_unsigned_is_taken(office: Office, path: str, problem: str) -> None:
    raw = b"{this is not even JSON"  # nothing of it may be read before the signature
    headers = office.sign(raw)
    if problem == "unsigned":
        headers = {}
    elif problem == "bad":
        headers["x-slack-signature"] = "v0=" + "0" * 64
    elif problem == "other_secret":
        headers = office.sign(raw, secret="another secret")
    elif problem == "other_body":
        headers = office.sign(raw + b" ")
    elif problem == "stale":
        headers = office.sign(raw, age=301)
    elif problem == "future":
        headers = office.sign(raw, age=-302)
    elif problem == "no_number":
        headers["x-slack-request-timestamp"] = "now"
    elif problem == "no_ascii":
        headers["x-slack-signature"] = "v0=\xe9".encode("latin-1")  # type: ignore[assignment]
    answer = office.post(path, raw, headers)
    assert answer.status_code == 401
    assert kept(office) == []


def test_a_request_is_good_for_nearly_five_minutes(office: Office) -> None:
    for age in (290, -290):
        assert (
            office.post("/slack/events", CHALLENGE, office.sign(CHALLENGE, age=age)).status_code
            == 200
        )


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_nothing_is_right(office: Office, secret: str) -> None:
    signing = SlackSigning(secret, office.clock)
    stamp = str(int(office.clock.now().timestamp()))
    forged = hmac.new(secret.encode(), f"v0:{stamp}:x".encode(), hashlib.sha256).hexdigest()
    assert not signing.verify(b"x", stamp, f"v0={forged}")


@pytest.mark.parametrize("path", PATHS)
def test_without_settings_slack_is_off(office: Office, path: str) -> None:
    off = {name: "" for name in office.environment if "SLACK" in name and "URL" not in name}
    application = office.started(**off)
    assert application.slack is None
    answer = TestClient(create_app(application)).post(
        path, content=CHALLENGE, headers=office.sign(CHALLENGE)
    )
    assert answer.status_code == 401


def test_slack_by_half_is_refused() -> None:
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET and ASSISTANT_SLACK_CHANNELS"):
        read_settings({"ASSISTANT_DEMO": "1", "ASSISTANT_SLACK_BOT_TOKEN": "xoxb"})


@pytest.mark.parametrize("path", ["/slack/commands", "/slack/interactions"])
def test_ssl_check_is_answered_and_nothing_else(office: Office, path: str) -> None:
    raw = urlencode({"ssl_check": "1", "token": "x"}).encode()
    answer = office.post(path, raw, office.sign(raw))
    assert answer.status_code == 200
    assert kept(office) == []


def event(event_id: str = "Ev1", **more: Any) -> bytes:
    body = {"type": "event_callback", "event_id": event_id, "event": {"type": "app_home_opened"}}
    return json.dumps({**body, **more}).encode()


def test_an_event_sent_again_is_one_event(office: Office) -> None:
    seen: list[Any] = []
    office.slack.inbox._handlers["event:app_home_opened"] = lambda payload: (
        seen.append(payload) or []
    )  # type: ignore
    for attempt in range(3):
        headers = {**office.sign(event()), "x-slack-retry-num": str(attempt)}
        assert office.post("/slack/events", event(), headers).status_code == 200
        office.clock.move(timedelta(minutes=3))
        office.slack.inbox.run_due()
    assert len(seen) == 1


def test_a_retry_may_be_the_only_delivery(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one is not kept, so it is not acknowledged; the retry is."""

    def broken(*args: Any) -> bool:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(office.slack.inbox, "receive", broken)
        answer = office.post("/slack/events", event(), office.sign(event()))
        assert answer.status_code == 503
    headers = {
        **office.sign(event()),
        "x-slack-retry-num": "1",
        "x-slack-retry-reason": "http_error",
    }
    assert office.post("/slack/events", event(), headers).status_code == 200
    assert kept(office) == ["event:Ev1"]


def test_a_replayed_request_does_nothing(office: Office) -> None:
    payload = {"type": "block_actions", "trigger_id": "1.2.3", "user": {"id": "U1"}, "actions": []}
    raw = urlencode({"payload": json.dumps(payload)}).encode()
    headers = office.sign(raw)
    for _ in range(2):
        assert office.post("/slack/interactions", raw, headers).status_code == 200
    assert kept(office) == ["interaction:1.2.3"]


def test_a_command_is_kept_as_it_was_typed(office: Office) -> None:
    raw = urlencode(
        {"command": "/vendeurs", "text": "commande FO21B8A4C9", "user_id": "U1"}
    ).encode()
    assert office.post("/slack/commands", raw, office.sign(raw)).text == ""
    with reading(office.engine) as connection:
        [row] = connection.execute(sa.select(slack_deliveries)).mappings()
    assert row["payload"]["text"] == "commande FO21B8A4C9"


@pytest.mark.parametrize("raw", [b"{", b"[]", b"payload=%7B", b"\xff"])
@pytest.mark.parametrize("path", PATHS)
def test_signed_garbage_is_refused_or_ignored(office: Office, path: str, raw: bytes) -> None:
    answer = office.post(path, raw, office.sign(raw) if raw != b"\xff" else {})
    assert answer.status_code in (200, 400, 401)
    assert kept(office) == [] or path == "/slack/commands"


def test_what_breaks_its_handler_is_tried_again_and_stops_nobody(office: Office) -> None:
    tried: list[str] = []

    def breaks(payload: Any) -> list[Any]:
        tried.append(payload["event_id"])
        raise RuntimeError("nobody thought of that")

    office.slack.inbox._handlers["event:broken"] = breaks  # type: ignore
    office.slack.inbox.receive(
        SlackDelivery("event:1", "event", {"event_id": "1", "event": {"type": "broken"}}, "a")
    )
    office.slack.inbox.receive(SlackDelivery("event:2", "event", {"event": {"type": "fine"}}, "b"))
    for _ in range(20):
        office.slack.inbox.run_due()
        office.clock.move(timedelta(minutes=6))
    assert len(tried) == 12
    assert office.store.claim_delivery(office.clock.now()) is None


def test_a_worker_that_died_leaves_its_delivery_to_another(office: Office) -> None:
    office.slack.inbox.receive(SlackDelivery("event:1", "event", {}, "a"))
    assert office.store.claim_delivery(office.clock.now()) is not None
    assert office.store.claim_delivery(office.clock.now()) is None
    office.clock.move(timedelta(seconds=61))
    again = office.store.claim_delivery(office.clock.now())
    assert again is not None and again.key == "event:1"
