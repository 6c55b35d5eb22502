"""Every kind of payload that Slack sends, over the signed edge, with the effect it must have.

What staff write and press in threads is in test_threads.py, how requests are taken in test_edge.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.services.desk_ports import InboxQuery
from tests.slack.asking_bench import ChosenAssistant
from tests.slack.conftest import TEAM, USERS, Office

NORA = USERS["nora"]
TICKET = "Bonjour, mon client ne répond plus depuis 5 jours pour FO21B8A4C9."


@pytest.fixture
def understanding(office: Office) -> Iterator[ChosenAssistant]:
    """The office with an assistant that understands what a test says; it is started."""
    assistant = ChosenAssistant()
    office.assistant = assistant
    office.application.stop()
    office.application = office.started()
    office.client.app.state.application = office.application  # type: ignore[attr-defined]
    office.application.start()
    yield assistant


def post(office: Office, body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    assert office.post("/slack/events", raw, office.sign(raw)).status_code == 200
    office.work()


def kept_open(office: Office) -> object:
    office.clock.move(timedelta(minutes=10))
    return office.store.claim_delivery(office.clock.now())


def test_the_triage_shortcut_opens_a_window_and_puts_the_ticket_into_the_queue(
    office: Office, understanding: ChosenAssistant
) -> None:
    understanding.understands(("faq_buyer_unresponsive", 0.88), ("faq_block_buyer", 0.2))
    shortcut = {
        "type": "message_action", "callback_id": "triage_message", "user": {"id": NORA},
        "action_ts": f"{office.clock.now().timestamp():.6f}", "team": {"id": "T1"},
        "channel": {"id": TEAM}, "message": {"type": "message", "ts": "1764000000.1", "text": TICKET},
    }  # fmt: skip
    office.interaction({**shortcut, "trigger_id": "13.14.15"})
    office.work()
    (opened,) = office.server.made("views.open")
    assert opened["trigger_id"] == "13.14.15"
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    assert view["callback_id"] == "triage_open" and "FO21B8A4C9" in json.dumps(view)

    values = {"seller": {"value": {"value": "lea"}}, "text": {"value": {"value": TICKET}}}
    sent = {"type": "view_submission", "user": {"id": NORA}, "team": {"id": "T1"},
            "view": {**view, "id": "V1", "state": {"values": values}}}  # fmt: skip
    for _ in range(2):  # sent off twice, it is one ticket
        office.interaction(sent)
        office.work()
    (case,) = office.application.inbox.page(InboxQuery()).cases
    assert (case.conversation.seller_id, case.order_number) == ("lea", "FO21B8A4C9")
    told = [m["text"] for m in office.server.posted if m["channel"] == f"D{NORA[1:]}"]
    assert len(told) == 2 and "dans la file" in told[0]


def test_a_window_that_is_closed_sends_nothing(office: Office) -> None:
    one = office.waiting()
    office.work()
    before = len(office.server.calls)
    view = {"id": "V1", "callback_id": "case_reply", "private_metadata": json.dumps({"conversation": one})}  # fmt: skip
    office.interaction({"type": "view_closed", "user": {"id": NORA}, "view": view})
    office.work()
    assert len(office.server.calls) == before
    assert kept_open(office) is None, "dealt with, and not tried again"


def test_a_topic_that_is_chosen_is_answered_in_place_of_the_choices(
    office: Office, understanding: ChosenAssistant
) -> None:
    understanding.understands(
        ("nlu_fallback", 0.7), ("faq_cancel_order", 0.34), ("faq_completion_rate_impact", 0.33),
        ("faq_block_buyer", 0.3),
    )  # fmt: skip
    office.event({"type": "message", "channel_type": "im", "channel": "D0NORA", "user": NORA,
                  "text": "annuler sans que ça compte", "ts": "1764014000.000100"})  # fmt: skip
    office.work()
    (asked,) = office.server.posted
    offered = [e for b in asked["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert len(offered) >= 2
    chosen = next(e for e in offered if e["action_id"] == "ask_topic:1")
    office.interaction(
        {
            "type": "block_actions", "user": {"id": NORA}, "channel": {"id": "D0NORA"},
            "response_url": f"{office.server.address}/response/1",
            "actions": [{**chosen, "block_id": "b"}],
        }
    )  # fmt: skip
    office.work()
    (answer,) = office.server.responses
    entry = office.application.content.entries[chosen["value"]]
    assert answer["replace_original"] is True
    assert entry.title in json.dumps(answer, ensure_ascii=False)


def test_events_that_slack_holds_back_are_a_warning_for_a_while(office: Office) -> None:
    post(
        office,
        {"type": "app_rate_limited", "token": "x", "team_id": "T1", "api_app_id": "A1",
         "minute_rate_limited": int(office.clock.now().timestamp()) // 60 * 60},
    )  # fmt: skip
    (said,) = office.slack.health.sentences
    assert "retient" in said and "console" in said
    office.clock.move(timedelta(minutes=9))
    office.work()
    assert office.slack.health.sentences == (said,)
    office.clock.move(timedelta(minutes=2))
    office.work()
    assert office.slack.health.sentences == ()


def test_a_channel_that_is_opened_again_gets_what_waited(office: Office) -> None:
    office.event({"type": "channel_archive", "channel": TEAM, "user": "U1"})
    office.server.goes = lambda method, sent: "is_archived"
    office.waiting()
    office.work()
    assert len(office.slack.health.sentences) == 1
    office.server.goes = lambda method, sent: "ok"
    office.event({"type": "channel_unarchive", "channel": TEAM, "user": "U1"})
    office.clock.move(timedelta(minutes=11))
    office.work()
    assert office.slack.health.sentences == ()
    assert len([m for m in office.server.posted if not m.get("thread_ts")]) == 1


@pytest.mark.parametrize(
    "kind", ["reaction_added", "member_joined_channel", "something_of_tomorrow"]
)
def test_what_nobody_deals_with_is_taken_and_forgotten(office: Office, kind: str) -> None:
    office.event({"type": kind, "user": NORA, "channel": TEAM})
    office.work()
    assert office.server.calls == []
    assert kept_open(office) is None
