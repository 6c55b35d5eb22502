"""The seller's widget and the console in real browsers, Slack played by a server: one conversation."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import expect
from slack_sdk.signature import SignatureVerifier

from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.agents_command import seed_staff
from tests.browser.console.conftest import conversation_of
from tests.conversations.conftest import Server
from tests.slack.conftest import SECRET, TEAM, USERS, slack_settings
from tests.slack.slack_server import SlackServer

NORA = USERS["nora"]
PATIENCE = 30

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    made = SlackServer()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, slack: SlackServer) -> Iterator[Server]:
    """A server with Slack on; in place of the one other tests share."""
    running = Server(
        tmp_path_factory.mktemp("three"),
        ASSISTANT_BURST_SECONDS="0",
        **slack_settings(slack.url),
    )
    running.application.demo_sellers = {}
    seed_staff(running.application.accounts)
    SqlSlackStore(create_engine(running.application.settings.database_url)).map_user(NORA, "nora")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def place(server: Server) -> Any:
    return server


class InSlack:
    """What Slack sends us, and what it shows of one conversation."""

    def __init__(self, server: Server, slack: SlackServer, one: str) -> None:
        self.server = server
        self.slack = slack
        self.one = one

    def card(self) -> dict[str, Any]:
        """The conversation's card, waited for."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for message in self.slack.posted:
                if self.one in json.dumps(message.get("blocks", "")):
                    return message
            time.sleep(0.1)
        raise AssertionError("there is no card")

    def shows(self, text: str) -> None:
        """Waits until the card says something."""
        deadline = time.monotonic() + PATIENCE
        while text not in json.dumps(self.card(), ensure_ascii=False):
            assert time.monotonic() < deadline, self.card()
            time.sleep(0.1)

    def thread_says(self, text: str) -> list[str]:
        """Waits until the thread's last line says something; returns all lines."""
        deadline = time.monotonic() + PATIENCE
        while True:
            lines = [message["text"] for message in self.slack.thread(self.card()["ts"])]
            if lines and text in lines[-1]:
                return lines
            assert time.monotonic() < deadline, lines
            time.sleep(0.1)

    def press(self, action: str) -> None:
        card = self.card()
        (actions,) = [block for block in card["blocks"] if block["type"] == "actions"]
        pressed = {"action_id": action, "block_id": actions["block_id"], "type": "button"}
        payload = {
            "type": "block_actions", "trigger_id": uuid.uuid4().hex, "user": {"id": NORA},
            "channel": {"id": card["channel"]}, "message": {"ts": card["ts"]}, "actions": [pressed],
        }  # fmt: skip
        form = urlencode({"payload": json.dumps(payload)}).encode()
        self._send("/slack/interactions", form, "application/x-www-form-urlencoded")

    def write(self, text: str) -> None:
        card = self.card()
        inner = {"type": "message", "channel": card["channel"], "channel_type": "channel",
                 "user": NORA, "text": text, "ts": self.slack.next_ts(), "thread_ts": card["ts"]}  # fmt: skip
        self.event(inner)

    def event(self, inner: dict[str, Any]) -> None:
        body = {"type": "event_callback", "event_id": f"Ev{uuid.uuid4().hex}", "event": inner}
        self._send("/slack/events", json.dumps(body).encode(), "application/json")

    def _send(self, path: str, raw: bytes, media_type: str) -> None:
        timestamp = str(int(self.server.clock.now().timestamp()))
        signed = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=raw)
        headers = {
            "x-slack-request-timestamp": timestamp, "x-slack-signature": str(signed),
            "content-type": media_type,
        }  # fmt: skip
        answer = httpx.post(self.server.address + path, content=raw, headers=headers, timeout=30)
        assert answer.status_code == 200


def test_claimed_in_slack_answered_from_its_thread_closed_at_the_console(
    visit: Callable[..., Any], at_console: Callable[..., Any], server: Server, slack: SlackServer
) -> None:
    seller = visit().arrive().open()
    seller.say("mon client ne répond plus")
    before = seller.by("bot").count()
    seller.choose("Parler à une personne")
    seller.answered(before)
    one = conversation_of(server, seller.seller)
    staff = InSlack(server, slack, one)
    sam = at_console("sam").look_at(one)
    expect(sam.page.locator("#badges")).to_contain_text("En attente")

    # Claimed in Slack: the card, the console and the seller are told.
    staff.press("case_claim")
    staff.shows("prise en charge par Nora")
    expect(sam.page.locator("#badges")).to_contain_text("En cours")
    expect(sam.notices).to_contain_text("Nora s’occupe de cette conversation")
    expect(seller.panel.locator(".subtitle")).to_have_text("Vous parlez à une personne")

    # The seller writes, thrice what the bot would answer: it keeps still, both surfaces have it.
    of_the_bot = seller.by("bot").count()
    for text in ("c'est quoi mon taux ?", "bonjour", "je veux annuler"):
        seller.write(text)
        expect(sam.said_by("seller").last).to_have_text(text)
        staff.thread_says(text)

    # What is written in the thread is a note, until it is meant for the seller.
    staff.write("il a déjà écrit hier")
    expect(sam.transcript.locator(".note-line")).to_contain_text("il a déjà écrit hier")
    staff.write("@vendeur Bonjour, je regarde tout de suite.")
    expect(seller.by("agent").last).to_contain_text("Bonjour, je regarde tout de suite.")
    expect(seller.by("agent").last).to_contain_text("Nora")
    expect(sam.said_by("agent").last).to_have_text("Bonjour, je regarde tout de suite.")
    lines = staff.thread_says("Bonjour, je regarde tout de suite.")
    assert "envoyé au vendeur" in lines[-1]
    assert not any("déjà écrit hier" in text for text in seller.texts())
    assert seller.by("bot").count() == of_the_bot

    # Closed at the console by who claimed it in Slack: the card changes in its place.
    nora = at_console("nora").look_at(one)
    nora.act("resolve")
    nora.pick("Résolu")
    expect(nora.page.locator("#badges")).to_contain_text("Close")
    staff.shows("résolue : Problème réglé")
    (actions,) = [block for block in staff.card()["blocks"] if block["type"] == "actions"]
    assert [each["action_id"] for each in actions["elements"]] == ["case_open"]
    cards = [m for m in slack.posted if not m.get("thread_ts") and one in json.dumps(m)]
    assert len(cards) == 1

    # One order everywhere.
    kept = [text for _, text in seller.stored()]
    mirrored = [m["text"].partition("\n")[2] for m in slack.thread(staff.card()["ts"])]
    assert len(mirrored) == len(kept)
    for line, text in zip(mirrored, kept):  # choices stand below the message they belong to
        assert line == text or line.startswith(text + "\n")
    said = [re.sub(r"\s+", " ", text).strip() for text in kept]
    assert [text for text in seller.texts() if text in said] == [t for t in said if t in seller.texts()]  # fmt: skip


def test_a_warning_about_slack_shows_at_once_and_goes_again(
    at_console: Callable[..., Any], server: Server, slack: SlackServer
) -> None:
    nora = at_console("nora").queue()
    warnings = nora.page.locator("#warnings")
    expect(warnings).to_be_empty()
    staff = InSlack(server, slack, "")
    staff.event({"type": "channel_archive", "channel": TEAM, "user": NORA})
    expect(warnings.locator(".notice")).to_contain_text(TEAM)
    assert nora.axe() == []
    # It stands above the queue and takes nothing of its place.
    above, main = warnings.bounding_box(), nora.page.locator("#main").bounding_box()
    window = nora.page.viewport_size
    assert above["y"] + above["height"] <= main["y"] + 1
    assert main["y"] + main["height"] == pytest.approx(window["height"], abs=1)
    assert main["height"] > window["height"] / 2
    nora.page.reload()
    expect(warnings.locator(".notice")).to_contain_text(TEAM)
    staff.event({"type": "channel_unarchive", "channel": TEAM, "user": NORA})
    expect(warnings).to_be_empty()
