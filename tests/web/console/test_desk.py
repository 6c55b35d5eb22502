"""What staff do with a conversation, over HTTP: one holder, undo, and refusals that say who."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.marketplace_sql import SqlMarketplace
from bot.marketplace.orders import Order, OrderStatus
from bot.web.console.refusals import SENTENCES

from .conftest import Console, ConsoleClient


@pytest.fixture
def nora(console: Console) -> ConsoleClient:
    return console.client("nora")


@pytest.fixture
def sam(console: Console) -> ConsoleClient:
    return console.client("sam")


def act(browser: ConsoleClient, one: str, name: str, **body: Any) -> httpx.Response:
    return browser.call("POST", f"/conversations/{one}/{name}", json=body)


def done(browser: ConsoleClient, one: str, name: str, **body: Any) -> dict[str, Any]:
    answer = act(browser, one, name, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    assert answer.json()["error"]["message"] == SENTENCES[code]
    return dict(answer.json()["error"])


def written(text: str = "Bonjour, je regarde.") -> dict[str, str]:
    return {"client_id": uuid.uuid4().hex, "text": text}


def test_every_refusal_of_the_desk_has_a_sentence() -> None:
    sources = [*Path("bot/services").glob("*.py"), *Path("bot/adapters/sql").glob("*.py"), *Path("bot/web/console").glob("*.py"), Path("bot/support/accounts.py")]  # fmt: skip
    named = r'(?:NotPossible\(|BadInput\(\s*f?"[^"]*",\s*|AccountRefused\(\s*f?"[^"]*",\s*)"(\w+)"'
    codes = {code for path in sources for code in re.findall(named, path.read_text("utf-8"))}
    assert len(codes) > 10
    # What only the command line says is said in English there.
    codes -= {
        "account_id",
        "account_name",
        "account_taken",
        "password_weak",
        "comment_too_long",
        "not_disabled",
    }
    assert codes - SENTENCES.keys() == set()


def test_of_many_who_claim_at_once_one_wins_and_the_others_learn_who(console: Console) -> None:
    one = console.waiting()
    browsers = [console.client(name) for name in ("nora", "sam", "ines", "admin")] * 3
    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(lambda browser: act(browser, one, "claim"), browsers))
    won = {a.json()["case"]["holder"]["id"] for a in answers if a.status_code == 200}
    assert len(won) == 1
    for answer in answers:
        if answer.status_code != 200:
            assert {refused(answer, 409, "already_claimed")["holder"]["id"]} == won
    assert sum(answer.status_code == 200 for answer in answers) == 3  # the winner's three windows


def test_only_the_holder_replies(console: Console, nora: ConsoleClient, sam: ConsoleClient) -> None:
    one = console.waiting()
    error = refused(act(nora, one, "reply", **written()), 409, "not_holder")
    assert error["holder"] is None
    done(nora, one, "claim")
    error = refused(act(sam, one, "reply", **written()), 409, "not_holder")
    assert error["holder"] == {"id": "nora", "name": "Nora"}
    said = written("  Bonjour <b>Léa</b>  ")
    answer = act(nora, one, "reply", **said)
    assert answer.status_code == 201
    message = answer.json()["message"]
    assert message["author"] == "agent" and message["agent"] == {"id": "nora", "name": "Nora"}
    assert message["text"] == "Bonjour <b>Léa</b>"
    again = act(nora, one, "reply", **said)
    assert (again.status_code, again.json()) == (201, answer.json())
    page = nora.call(
        "GET", f"/conversations/{one}/timeline", params={"after": message["number"] - 1}
    )
    assert page.json()["messages"] == [message] and page.json()["last_number"] == message["number"]


def test_a_claim_that_is_over_writes_nothing_more(console: Console, nora: ConsoleClient) -> None:
    one = console.waiting()
    before = done(nora, one, "claim")["case"]["epoch"]
    done(nora, one, "release")
    done(nora, one, "claim")
    refused(act(nora, one, "reply", epoch=before, **written()), 409, "not_holder")
    refused(act(nora, one, "resolve", outcome="solved", epoch=before), 409, "not_holder")


def test_a_supervisor_overrides_and_an_agent_hands_on(
    console: Console, nora: ConsoleClient, sam: ConsoleClient
) -> None:
    one = console.waiting()
    done(nora, one, "claim")
    refused(act(sam, one, "take-over"), 403, "role_missing")
    assert done(console.client("ines"), one, "take-over")["case"]["holder"]["id"] == "ines"
    refused(act(nora, one, "reassign", to="sam"), 409, "not_holder")
    other = console.waiting()
    done(nora, other, "claim")
    refused(act(nora, other, "reassign", to="nobody"), 409, "unknown_staff")
    assert done(nora, other, "reassign", to="sam")["case"]["holder"]["name"] == "Sam"


def test_what_was_just_done_is_taken_back(
    console: Console, nora: ConsoleClient, sam: ConsoleClient
) -> None:
    one = console.waiting()
    done(nora, one, "claim")
    ended = done(nora, one, "resolve", outcome="solved")
    assert ended["case"]["state"] == "resolved" and ended["case"]["outcome"] == "solved"
    undo = {"event_id": ended["undo"]["event_id"]}
    history = nora.call("GET", f"/conversations/{one}").json()["history"]
    assert history[-1]["id"] == undo["event_id"] and history[-1]["undoable"] is True
    assert history[-1]["text"] == "Résolue : problème réglé" and history[-1]["actor"] == "Nora"
    assert not any(line["undoable"] for line in history[:-1])
    assert not sam.call("GET", f"/conversations/{one}").json()["history"][-1]["undoable"]
    refused(sam.call("POST", "/undo", json=undo), 409, "cannot_undo")
    back = nora.call("POST", "/undo", json=undo).json()["case"]
    assert (back["state"], back["holder"]["id"]) == ("human", "nora")
    refused(nora.call("POST", "/undo", json=undo), 409, "cannot_undo")


def test_a_conversation_goes_its_ways(console: Console, nora: ConsoleClient) -> None:
    seller = f"seller-{uuid.uuid4().hex[:8]}"
    one, twin = console.waiting(seller=seller), console.waiting(seller=seller)
    done(nora, one, "claim")
    until = (console.clock.now() + timedelta(hours=3)).isoformat()
    assert done(nora, one, "snooze", until=until)["case"]["snoozed_until"]
    assert done(nora, one, "wake")["case"]["snoozed_until"] is None
    refused(act(nora, one, "snooze", until="2001-01-01T00:00:00Z"), 422, "snooze_out_of_range")
    assert done(nora, one, "priority", level="urgent")["case"]["urgency"]["level"] == "urgent"
    assert done(nora, one, "priority", level=None)["case"]["prioritised"] is None
    assert done(nora, one, "topic", intent="order_status")["case"]["topic"]["confidence"] == 1
    refused(act(nora, one, "topic", intent="no_such_intent"), 422, "topic_unknown")
    merged = done(nora, twin, "merge", into=one)
    assert merged["case"]["merged_into"] == one and merged["case"]["outcome"] == "duplicate"
    file = nora.call("GET", f"/conversations/{one}").json()
    assert [case["id"] for case in file["merged"]] == [twin]
    assert done(nora, twin, "separate")["case"]["merged_into"] is None
    refused(act(nora, twin, "separate"), 409, "not_merged")
    refused(act(nora, one, "merge", into=console.waiting()), 409, "another_seller")
    assert done(nora, one, "hand-back")["case"]["state"] == "bot"
    done(nora, one, "claim")
    done(nora, one, "resolve", outcome="no_reply")
    assert done(nora, one, "reopen")["case"]["state"] == "waiting"


def test_notes_are_for_the_staff_alone(console: Console, nora: ConsoleClient) -> None:
    one = console.waiting()
    body = written("Cliente déjà prévenue.")
    note = act(nora, one, "notes", **body)
    assert note.status_code == 201 and note.json()["note"]["staff"] == {
        "id": "nora",
        "name": "Nora",
    }
    assert act(nora, one, "notes", **body).json() == note.json()
    page = nora.call("GET", f"/conversations/{one}/timeline").json()
    assert page["notes"] == [note.json()["note"]]
    assert "prévenue" not in str(page["messages"])
    stored = console.application.store.messages_after(one, 0)
    assert all("prévenue" not in message.text for message in stored)


def test_what_came_of_suggestions_is_kept(console: Console, nora: ConsoleClient) -> None:
    one = console.waiting()
    version = console.application.content.entries["faq_cancel_order"].version
    path = f"/conversations/{one}/suggestions/dismiss"
    assert nora.call("POST", path, json={"response": "faq_cancel_order"}).status_code == 204
    done(nora, one, "claim")
    used = {"response": "faq_cancel_order", "version": version, "choice": "edited"}
    assert act(nora, one, "reply", suggestion=used, **written()).status_code == 201
    history = [line["text"] for line in nora.call("GET", f"/conversations/{one}").json()["history"]]
    assert "Réponse suggérée : écartée" in history
    assert "Réponse suggérée : envoyée après modification" in history
    assert nora.call("POST", path, json={"response": "nothing"}).status_code == 422
    for wrong in (
        "x",
        {**used, "choice": "dismissed"},
        {**used, "version": True},
        {**used, "response": ""},
    ):
        assert act(nora, one, "reply", suggestion=wrong, **written()).status_code == 422


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("reply", {"client_id": "a", "text": ""}),
        ("reply", {"client_id": "a", "text": "x" * 2001}),
        ("reply", {"client_id": "a b", "text": "x"}),
        ("reply", {"client_id": "a", "text": 3}),
        ("reply", {"client_id": "a", "text": "x", "epoch": "1"}),
        ("notes", {"client_id": "a", "text": "x" * 4001}),
        ("notes", {"text": "x"}),
        ("resolve", {"outcome": "lost"}),
        ("resolve", {}),
        ("snooze", {"until": "tomorrow"}),
        ("snooze", {"until": "2030-01-01T10:00:00"}),
        ("snooze", {"until": 5}),
        ("priority", {}),
        ("priority", {"level": 1}),
        ("priority", {"level": "huge"}),
        ("merge", {"into": ""}),
        ("merge", {"into": ["c"]}),
        ("reassign", {}),
        ("claim", {"unknown": 1}),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    console: Console, nora: ConsoleClient, name: str, body: dict[str, Any]
) -> None:
    one = console.waiting()
    done(nora, one, "claim")
    before = nora.call("GET", f"/conversations/{one}").json()["history"]
    assert act(nora, one, name, **body).status_code == 422
    assert nora.call("GET", f"/conversations/{one}").json()["history"] == before


def test_what_is_not_there_is_not_found(nora: ConsoleClient) -> None:
    for name, body in {"claim": {}, "release": {}, "reply": written(), "notes": written(),
                       "resolve": {"outcome": "solved"}, "priority": {"level": None},
                       "merge": {"into": "c_other"}, "topic": {"intent": "greet"}}.items():  # fmt: skip
        refused(act(nora, "c_nothing", name, **body), 404, "not_found")
    for path in ("/conversations/c_nothing", "/conversations/c_nothing/timeline", "/nowhere"):
        refused(nora.call("GET", path), 404, "not_found")
    refused(nora.call("GET", "/undo"), 405, "method_not_allowed")
    refused(nora.call("POST", "/undo", json={"event_id": 99_999_999}), 409, "cannot_undo")


def test_the_panel_tells_what_is_known(console: Console, nora: ConsoleClient) -> None:
    now = console.clock.now()
    seller = f"seller-{uuid.uuid4().hex[:8]}"
    order = Order(
        number=f"FO{uuid.uuid4().hex[:9].upper()}", seller_id=seller, buyer_id="b1",
        buyer_name="Camille Roy", title="Logo", status=OrderStatus.IN_PROGRESS,
        placed_at=now - timedelta(days=3), delivery_days=7, due_at=now + timedelta(days=4),
    )  # fmt: skip
    SqlMarketplace(console.engine, console.clock).save(order)
    one = console.waiting(seller=seller, intent="faq_cancel_order", order_number=order.number)
    file = nora.call("GET", f"/conversations/{one}").json()
    assert file["seller"] == {
        "id": seller,
        "name": seller,
        "orders_open": 1,
        "completion_rate": None,
    }
    assert file["order"]["now"]["title"] == "Logo" and file["order"]["now"]["late"] is False
    assert file["marketplace_known"] is True and file["merged"] == []
    assert [line["text"] for line in file["history"]][
        -1
    ] == "Demande d'une personne : demande du vendeur"
    [first, *_] = file["suggestions"]
    assert first["response"] == "faq_cancel_order" and len(file["suggestions"]) <= 3
    dismissed = nora.call(
        "POST", f"/conversations/{one}/suggestions/dismiss", json={"response": first["response"]}
    )
    assert dismissed.status_code == 204
    left = nora.call("GET", f"/conversations/{one}").json()["suggestions"]
    assert first["response"] not in [each["response"] for each in left]


def test_a_reply_with_places_left_to_fill_in_is_not_sent(
    console: Console, nora: ConsoleClient
) -> None:
    one = console.waiting()
    done(nora, one, "claim")
    replies = nora.call("GET", "/canned-replies", params={"conversation": one}).json()["replies"]
    assert any("Nora" in each["text"] for each in replies)  # filled in
    [lacking, *_] = [each for each in replies if each["missing"]]
    assert all(f"{{{name}}}" in lacking["text"] for name in lacking["missing"])
    error = refused(act(nora, one, "reply", **written(lacking["text"])), 422, "unknown_variable")
    assert error["names"] == lacking["missing"]
    assert (
        len(console.application.store.messages_after(one, 0)) == 3
    )  # and the word that Nora is there
    for query in ("", "?conversation=a&conversation=b", f"?conversation={one}&more=1"):
        assert nora.call("GET", f"/canned-replies{query}").status_code == 422
    assert nora.call("GET", "/canned-replies?conversation=c_nothing").status_code == 404
