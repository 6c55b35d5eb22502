"""Tickets over HTTP: one, many, unreadable ones, and what becomes of them in the queue."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.adapters.demo_orders import seed
from bot.errors import SettingsError
from bot.services.desk_ports import InboxQuery
from bot.settings import DEMO_SECRETS, read_settings
from bot.support.conversations import MAX_MESSAGE_LENGTH
from bot.web.triage.app import PATH
from tests.web.triage.conftest import DOCUMENT, KEY, TriageServer

TICKET = {"text": "Bonjour,\nMon client ne répond plus sur FO21B8A4C9.\nCordialement\nLéa"}


def fresh() -> str:
    return f"T-{uuid.uuid4().hex[:12]}"


def test_a_ticket_is_read(server: TriageServer) -> None:
    answer = server.post({**TICKET, "reference": "T-1"}).json()
    assert answer["reference"] == "T-1"
    assert answer["said"] == "Mon client ne répond plus sur FO21B8A4C9."
    assert answer["topic"]["intent"] == "faq_buyer_unresponsive"
    assert (
        answer["topic"]["title"]
        == server.application.content.entries["faq_buyer_unresponsive"].title
    )
    assert answer["entities"] == {"order_numbers": ["FO21B8A4C9"], "days": []}
    assert [w["code"] for w in answer["urgency"]["why"]] == ["urgency_unresponsive"]
    assert answer["human"] == {"needed": False, "why": []}
    [suggestion] = answer["suggestions"]
    entry = server.application.content.entries["faq_buyer_unresponsive"]
    assert (suggestion["version"], suggestion["title"]) == (entry.version, entry.title)
    assert entry.text in suggestion["text"] and entry.offer not in suggestion["text"]
    assert suggestion["source_link"] in suggestion["text"]
    assert answer["conversation"] is None


def test_two_requests_in_one_ticket(server: TriageServer) -> None:
    answer = server.post({"text": "il veut annuler, et comment le bloquer ?"}).json()
    assert answer["topic"]["intent"] == "faq_buyer_wants_cancel"
    assert answer["second_topic"]["intent"] == "faq_block_buyer"
    assert [s["response"] for s in answer["suggestions"]] == [
        "faq_buyer_wants_cancel", "faq_block_buyer",
    ]  # fmt: skip


def test_the_wait_counts(server: TriageServer) -> None:
    received = server.clock.now() - timedelta(hours=30)
    answer = server.post({**TICKET, "received_at": received.isoformat()}).json()
    assert "urgency_waited_1_day" in [why["code"] for why in answer["urgency"]["why"]]
    future = server.clock.now() + timedelta(days=3)
    assert (
        server.post({**TICKET, "received_at": future.isoformat()}).json()["urgency"]["level"]
        == "low"
    )


@pytest.mark.parametrize("headers", [{"Authorization": f"bearer {KEY}"}, {"X-API-Key": KEY}])
def test_both_ways_to_show_a_key(server: TriageServer, headers: dict[str, str]) -> None:
    assert server.post(TICKET, key=None, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {KEY}"},
        {"X-API-Key": "demo"},
    ],
)
def test_without_a_key_nothing_is_read(server: TriageServer, headers: dict[str, str]) -> None:
    before = len(server.assistant.texts)
    answer = server.post(b"{", key=None, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key_invalid")
    assert len(server.assistant.texts) == before


def test_the_demo_key_is_refused_outside_demo_mode() -> None:
    production = {"ASSISTANT_JWT_KEYS": f"a:{'k' * 32}"}
    with pytest.raises(SettingsError, match="TRIAGE_KEYS"):
        read_settings({**production, "ASSISTANT_TRIAGE_KEYS": DEMO_SECRETS["triage_keys"]})
    with pytest.raises(SettingsError, match="TRIAGE_KEYS"):
        read_settings({**production, "ASSISTANT_TRIAGE_KEYS": f"desk:{'k' * 32},mail:short"})
    assert read_settings(production).triage_keys == ""


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 422, "unreadable"),
        (b"[]", 422, "unreadable"),
        (b'{"text": NaN}', 422, "unreadable"),
        (b"[" * 50_000, 422, "unreadable"),
        ({}, 422, "text_missing"),
        ({"text": None}, 422, "text_missing"),
        ({"text": "  \n"}, 422, "text_empty"),
        ({"text": "a" * 20_001}, 422, "text_too_long"),
        ({"text": "a", "subject": 1}, 422, "subject"),
        ({"text": "a", "subject": "a" * 301}, 422, "subject"),
        ({"text": "a", "seller_id": ""}, 422, "seller_id"),
        ({"text": "a", "seller_id": "l é a"}, 422, "seller_id"),
        ({"text": "a", "order_number": "FO 21"}, 422, "order_number"),
        ({"text": "a", "reference": "a/b"}, 422, "reference"),
        ({"text": "a", "received_at": "hier"}, 422, "received_at"),
        ({"text": "a", "received_at": "2026-02-30T10:00:00Z"}, 422, "received_at"),
        ({"text": "a", "received_at": "2026-02-03T10:00:00"}, 422, "received_at"),
        ({"text": "a", "open": "yes"}, 422, "open"),
        ({"text": "a", "open": True}, 422, "seller_missing"),
        ({"text": "a", "open": True, "seller_id": "lea"}, 422, "reference_missing"),
        ({"text": "a", "colour": "red"}, 422, "field_unknown"),
        ({"tickets": []}, 422, "batch_size"),
        ({"tickets": [{"text": "a"}] * 101}, 422, "batch_size"),
        ({"tickets": {"text": "a"}}, 422, "unreadable"),
        ({"tickets": [{"text": "a"}], "text": "a"}, 422, "unreadable"),
        (b" " * (4 * 1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_what_cannot_be_read_is_said(
    server: TriageServer, body: Any, status: int, code: str
) -> None:
    answer = server.post(body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_other_methods_are_refused_and_the_description_is_for_anybody(server: TriageServer) -> None:
    refused = httpx.get(server.address + PATH)
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "method_not_allowed")
    described = httpx.get(f"{server.address}{PATH}/openapi.json")
    assert described.json() == DOCUMENT


def test_one_bad_ticket_costs_the_others_nothing(server: TriageServer) -> None:
    batch: list[Any] = [
        {**TICKET, "reference": "A"},
        {"reference": "B"},
        None,
        {"text": "tout est cassé", "reference": "C"},
        {"text": "ça explose", "reference": "D"},
        {"text": "il veut annuler", "reference": "E"},
    ]
    results = server.post({"tickets": batch}).json()["results"]
    assert [r["reference"] for r in results] == ["A", "B", None, "C", "D", "E"]
    codes = [r["error"] and r["error"]["code"] for r in results]
    assert codes == [None, "text_missing", "unreadable", "late", "internal", None]
    assert [bool(r["assessment"]) for r in results] == [code is None for code in codes]
    assert "secret" not in str(results)


def test_when_the_model_fails_a_single_ticket_may_come_again(server: TriageServer) -> None:
    server.assistant.broken = True
    answer = server.post(TICKET)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "late")


def test_each_key_has_its_own_limit(new_server: Callable[..., TriageServer]) -> None:
    keys = {"ASSISTANT_TRIAGE_KEYS": "desk:one,mail:two", "ASSISTANT_LIMIT_TRIAGE": "10/minute"}
    server = new_server(**keys)
    assert server.post({"tickets": [TICKET] * 9}, "one").status_code == 200
    assert server.post(TICKET, "one").status_code == 200
    refused = server.post(TICKET, "one")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert int(refused.headers["retry-after"]) >= 1
    assert server.post(TICKET, "two").status_code == 200


def test_too_much_at_once_is_put_off_and_what_was_taken_on_is_answered(
    new_server: Callable[..., TriageServer],
) -> None:
    server = new_server()
    server.assistant.held = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        batches = [pool.submit(server.post, {"tickets": [TICKET] * 100}) for _ in range(3)]
        deadline = time.monotonic() + 30
        while server.post(TICKET, "wrong").status_code == 401:  # the web goes on answering
            if server.application.triage.lane.waiting == 300 or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        busy = server.post(TICKET)
        assert (busy.status_code, busy.json()["error"]["code"]) == (503, "busy")
        assert int(busy.headers["retry-after"]) >= 1
        server.assistant.held.set()
        for batch in batches:
            assert len(batch.result().json()["results"]) == 100
    assert server.post(TICKET).status_code == 200


def opening(**fields: Any) -> dict[str, Any]:
    return {**TICKET, "seller_id": "lea", "reference": fresh(), "open": True, **fields}


def test_a_ticket_can_be_opened_in_the_queue_once(server: TriageServer) -> None:
    ticket = opening(text="Mon client ne répond plus. Écrivez-moi : lea@mail.example")
    first, again = (server.post(ticket).json()["conversation"] for _ in range(2))
    assert (first["state"], first["created"]) == ("waiting", True)
    assert again == {**first, "created": False}
    case = server.application.inbox.case(first["id"])
    assert (case.source.value, case.conversation.seller_id) == ("ticket", "lea")
    [message] = server.application.inbox.timeline(first["id"]).messages
    assert "[e-mail masqué]" in message.text and "@" not in message.text


def test_what_the_caller_reads_tells_nothing_of_the_sellers_orders(
    new_server: Callable[..., TriageServer],
) -> None:
    """A late order of the seller's own, an unknown one and another seller's: the same answer."""
    server = new_server()
    seed(server.marketplace, server.clock.now())
    answers, cases = [], []
    for seller, number in (("lea", "FO93LATE30"), ("lea", "FO00NOWHERE"), ("karim", "FO93LATE30")):
        text = f"Mon client ne répond plus sur {number}"
        answer = server.post(opening(text=text, seller_id=seller)).json()
        cases.append(server.application.inbox.case(answer["conversation"].pop("id")))
        for hidden in ("said", "entities", "reference"):
            del answer[hidden]
        answers.append(answer)
    assert answers[0] == answers[1] == answers[2]
    assert "late" not in str(answers[0]["urgency"])
    known, unknown, others = cases
    assert known.order is not None and known.order["status"] == "late"
    assert "urgency_late" in known.urgency.why and known.urgency.level == "urgent"
    assert unknown.order is None and others.order is None


def test_the_marketplace_knows_better_than_the_seller_whether_an_order_is_late(
    new_server: Callable[..., TriageServer],
) -> None:
    server = new_server()
    seed(server.marketplace, server.clock.now())
    text = "La commande FO21B8A4C9 est en retard, mon client ne répond plus"
    answer = server.post(opening(text=text)).json()
    assert "urgency_late" in [why["code"] for why in answer["urgency"]["why"]]
    case = server.application.inbox.case(answer["conversation"]["id"])
    assert "urgency_late" not in case.urgency.why


def test_a_batch_opens_each_of_its_tickets(server: TriageServer) -> None:
    before = server.application.inbox.page(InboxQuery()).total
    same = opening()
    batch = [same, opening(seller_id="karim"), same, {**opening(), "seller_id": None}]
    results = server.post({"tickets": batch}).json()["results"]
    created = [r["assessment"] and r["assessment"]["conversation"]["created"] for r in results]
    assert created == [True, True, False, None]
    assert results[3]["error"]["code"] == "seller_missing"
    assert server.application.inbox.page(InboxQuery()).total == before + 2


def test_the_longest_ticket_is_read_and_kept_short(server: TriageServer) -> None:
    story = "Il m'écrit puis plus rien pendant des jours entiers. " * 370
    answer = server.post(opening(text=f"{story}Comment le bloquer ?")).json()
    assert len(answer["said"]) <= MAX_MESSAGE_LENGTH
    assert answer["topic"]["intent"] == "faq_block_buyer"
