"""« Trier ce ticket »: the window with the result, and the ticket put into the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.services.desk_ports import Case, InboxQuery
from tests.slack.asking_bench import Bench, check_call, said

TICKET = "Bonjour,\nmon client ne répond plus depuis 5 jours pour FO21B8A4C9 et je suis en retard."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("triage"))
    bench.assistant.understands(("faq_buyer_unresponsive", 0.88), ("faq_block_buyer", 0.2))
    yield bench
    bench.close()


@pytest.fixture
def bench(running: Bench) -> Bench:
    running.empty_queue()
    return running


def queue(bench: Bench) -> tuple[Case, ...]:
    return bench.application.inbox.page(InboxQuery()).cases


def shortcut(bench: Bench, text: str = TICKET, user: str = "UNORA", **more: Any) -> dict[str, Any]:
    at = bench.clock.now().timestamp()
    return {
        "type": "message_action", "callback_id": "triage_message", "trigger_id": "13.14.15",
        "action_ts": f"{at:.6f}", "user": {"id": user}, "channel": {"id": "C9"},
        "team": {"id": "T1"}, "message": {"type": "message", "ts": "1764000000.1", "text": text},
        "response_url": "https://hooks.slack.com/app/1", **more,
    }  # fmt: skip


def sent_off(view: dict[str, Any], seller: str, user: str = "UNORA") -> dict[str, Any]:
    text = next(
        b["element"]["initial_value"] for b in view["blocks"] if b.get("block_id") == "text"
    )
    values = {"seller": {"value": {"value": seller}}, "text": {"value": {"value": text}}}
    return {
        "type": "view_submission", "user": {"id": user}, "team": {"id": "T1"},
        "view": {**view, "id": "V1", "state": {"values": values}},
    }  # fmt: skip


def test_the_window_says_topic_urgency_why_and_the_approved_answer(bench: Bench) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench))
    assert call.method == "views.open" and call.arguments["trigger_id"] == "13.14.15"
    assert call.lasts is not None and timedelta() < call.lasts <= timedelta(seconds=3)
    text, entry = said(call), bench.application.content.entries["faq_buyer_unresponsive"]
    assert f"*{entry.title}* (88 %)" in text and "FO21B8A4C9" in text
    assert "Urgence" in text and "La commande est en retard." in text
    assert entry.text in text and "Source" in text
    assert call.arguments["view"]["callback_id"] == "triage_open"


def test_somebody_unmapped_may_read_it_and_open_nothing(bench: Bench) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench, user="USTRANGER"))
    view = call.arguments["view"]
    assert "submit" not in view and all(block["type"] != "input" for block in view["blocks"])
    (mapped,) = bench.does("shortcut:triage_message", shortcut(bench))
    (refused,) = bench.does(
        "view:triage_open", sent_off(mapped.arguments["view"], "awa", "USTRANGER")
    )
    assert "relié" in said(refused)
    assert queue(bench) == ()


def test_sent_off_the_ticket_is_in_the_queue_once(bench: Bench) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench))
    payload = sent_off(call.arguments["view"], " lea ")
    (told,) = bench.does("view:triage_open", payload)
    assert told.method == "chat.postMessage" and told.arguments["channel"] == "UNORA"
    assert "est dans la file" in said(told)
    (again,) = bench.does("view:triage_open", payload)
    assert "déjà dans la file" in said(again)
    (case,) = queue(bench)
    assert case.conversation.seller_id == "lea" and case.order_number == "FO21B8A4C9"
    assert case.source.value == "ticket" and case.id in said(told)


@pytest.mark.parametrize("seller", ["", "l é a", "x" * 200])
def test_a_sellers_id_that_is_none_opens_nothing(bench: Bench, seller: str) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench))
    (told,) = bench.does("view:triage_open", sent_off(call.arguments["view"], seller))
    assert "Rien n'a été ouvert" in said(told)
    assert queue(bench) == ()


def test_too_late_for_a_window_the_result_is_a_direct_message(bench: Bench) -> None:
    payload = shortcut(bench)
    bench.clock.move(timedelta(seconds=4))
    (call,) = bench.does("shortcut:triage_message", payload)
    assert call.method == "chat.postMessage" and call.arguments["channel"] == "UNORA"
    assert "n'a pas pu s'ouvrir" in said(call) and "Mon client ne répond pas" in said(call)


@pytest.mark.parametrize("text", ["", "  ", "<@U1>"])
def test_nothing_to_read(bench: Bench, text: str) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench, text))
    assert "rien à lire" in said(call) and "submit" not in call.arguments["view"]


def test_a_very_long_ticket_is_read_whole_and_its_limit_is_said(bench: Bench) -> None:
    (call,) = bench.does("shortcut:triage_message", shortcut(bench, "Mon client se tait. " * 400))
    check_call(call)
    assert "premiers caractères" in said(call)


def test_a_silent_model_says_so(bench: Bench) -> None:
    bench.assistant.broken = True
    try:
        (call,) = bench.does("shortcut:triage_message", shortcut(bench))
    finally:
        bench.assistant.broken = False
    assert call.method == "chat.postMessage" and "Réessayez" in said(call)
