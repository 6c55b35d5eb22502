"""What staff ask, all the way: signed and delivered, dealt with once, answered at Slack."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.demo_orders import seed
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.bootstrap import build
from bot.errors import SettingsError
from bot.language.phrasing import PARIS
from bot.settings import read_settings
from tests.slack.conftest import TEAM, USERS, Office
from tests.slack.slack_server import ERROR_AFTER, OK

NORA, STRANGER = USERS["nora"], "U0STRANGER"
NUMBER = "FO21B8A4C9"


@pytest.fixture
def orders(office: Office) -> Office:
    seed(SqlMarketplace(office.engine, office.clock), office.clock.now())
    return office


def command(office: Office, text: str, user: str = NORA) -> None:
    form = {
        "command": "/vendeurs", "text": text, "user_id": user, "channel_id": TEAM,
        "trigger_id": f"1.{len(office.server.responses)}.{text}",
        "response_url": f"{office.server.address}/response/1",
    }  # fmt: skip
    raw = urlencode(form).encode()
    headers = {**office.sign(raw), "content-type": "application/x-www-form-urlencoded"}
    answer = office.post("/slack/commands", raw, headers)
    assert (answer.status_code, answer.text) == (200, "")
    office.work()


def message(user: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "channel_type": "im", "channel": "D0NORA", "user": user,
            "text": text, "ts": "1764014000.000100", **more}  # fmt: skip


def test_a_direct_message_is_answered_once_although_it_comes_twice(orders: Office) -> None:
    for _ in range(2):
        orders.event(message(NORA, f"statut {NUMBER}"), "Ev1")
        orders.work()
    (answer,) = orders.server.posted
    assert answer["channel"] == "D0NORA" and "Julie Martin" in json.dumps(answer["blocks"])


def test_an_answer_that_slack_took_but_did_not_confirm_is_not_given_twice(orders: Office) -> None:
    failures = iter([ERROR_AFTER])
    orders.server.goes = lambda method, sent: (
        next(failures, OK) if method == "chat.postMessage" else OK
    )
    orders.event(message(NORA, f"statut {NUMBER}"))
    for _ in range(3):
        orders.work()
        orders.clock.move(timedelta(minutes=2))
    assert len(orders.server.posted) == 1


def test_our_own_answers_and_other_bots_start_nothing(orders: Office) -> None:
    orders.event(message(NORA, "aide", bot_id="B1"))
    orders.event(message(NORA, "aide", subtype="message_changed"))
    orders.work()
    assert orders.server.calls == []


def test_commands_are_answered_at_their_response_url(orders: Office) -> None:
    command(orders, f"commande {NUMBER}")
    command(orders, f"commande {NUMBER}", STRANGER)
    told, refused = orders.server.responses
    assert told["response_type"] == "ephemeral" and "Julie Martin" in json.dumps(told)
    assert "Julie Martin" not in json.dumps(refused) and STRANGER in refused["text"]


def test_an_order_in_a_channel_is_told_to_who_asked_only(orders: Office) -> None:
    event = {"type": "app_mention", "channel": TEAM, "user": NORA, "ts": "1764014000.000300",
             "text": f"<@U0BOT> statut {NUMBER}"}  # fmt: skip
    orders.event(event)
    orders.work()
    (told,) = orders.server.ephemeral
    assert told["user"] == NORA and orders.server.posted == []


def test_the_home_is_published_and_its_button_claims(office: Office) -> None:
    one = office.waiting(name="Léa Martin")
    office.event({"type": "app_home_opened", "user": NORA, "channel": "D0NORA", "tab": "home"})
    office.work()
    shown = json.dumps(office.server.views[-1], ensure_ascii=False)
    assert office.server.views[-1]["user_id"] == NORA and "Léa Martin" in shown
    press = {"action_id": "home_next", "block_id": "b", "type": "button", "value": one}
    office.interaction({"type": "block_actions", "user": {"id": NORA}, "actions": [press]})
    office.work()
    assert "C'est à vous" in json.dumps(office.server.views[-1], ensure_ascii=False)
    holder = office.application.inbox.case(one).holder
    assert holder is not None and holder.id == "nora"


def test_without_a_model_triage_says_so_in_a_direct_message(office: Office) -> None:
    office.interaction(
        {
            "type": "message_action",
            "callback_id": "triage_message",
            "user": {"id": NORA},
            "action_ts": f"{office.clock.now().timestamp():.6f}",
            "channel": {"id": TEAM},
            "message": {"ts": "1.1", "text": "Mon client ne répond pas."},
        }
    )
    office.work()
    (told,) = office.server.posted
    assert "Réessayez" in told["text"]


def at_nine(days: int = 0) -> datetime:
    return datetime(2026, 11, 24, 9, tzinfo=PARIS) + timedelta(days=days)


def test_the_digest_comes_once_each_weekday(office: Office) -> None:
    one = office.waiting(name="Léa Martin")
    office.clock.move(at_nine() - timedelta(minutes=5) - office.clock.now())
    first, second = (office.started(ASSISTANT_SLACK_DIGEST_HOUR="9") for _ in range(2))
    for application in (first, second):  # two processes of one team
        assert application.digest is not None
        application.digest.start()
    office.clock.move(timedelta(minutes=6))
    for application in (first, second, first):
        application.jobs.run_due()
        assert application.slack is not None
        application.slack.outbox.run_due()
    digests = [each for each in office.server.posted if "en attente" in json.dumps(each)]
    assert [each["channel"] for each in digests] == [TEAM]
    assert one in json.dumps(digests)
    first.stop()
    second.stop()


def test_no_digest_by_default_and_no_hour_that_is_none(office: Office) -> None:
    assert office.application.digest is not None
    office.application.digest.start()
    office.clock.move(timedelta(days=2))
    office.application.jobs.run_due()
    assert office.server.posted == []
    with pytest.raises(SettingsError, match="DIGEST_HOUR"):
        office.started(ASSISTANT_SLACK_DIGEST_HOUR="neuf")


def test_off_without_its_settings() -> None:
    application = build(read_settings({"ASSISTANT_DEMO": "1"}), clock=MovableClock())
    assert application.slack is None and application.digest is None
    application.stop()
