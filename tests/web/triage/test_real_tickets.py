"""Realistic tickets through the API and the really trained model."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from bot.support.conversations import Author
from bot.web.triage.app import PATH
from tests.conversations.conftest import Seller, Server
from tests.web.triage.conftest import KEY, check_answer

pytestmark = pytest.mark.model
PROJECT = Path(__file__).resolve().parents[3]
TICKETS: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).with_name("tickets.yml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    plenty = {f"ASSISTANT_LIMIT_{name}": "1000000/minute" for name in ("ADDRESS", "TRIAGE")}
    running = Server(tmp_path_factory.mktemp("tickets"), ASSISTANT_BURST_SECONDS="0", **plenty)
    running.start()
    yield running
    running.stop()


def triage(server: Server, body: Any) -> dict[str, Any]:
    headers = {"X-API-Key": KEY}
    answer = httpx.post(f"{server.address}{PATH}", json=body, headers=headers, timeout=120)
    assert answer.status_code == 200, answer.text
    check_answer(answer)
    return dict(answer.json())


def fields_of(ticket: dict[str, Any]) -> dict[str, Any]:
    return {name: ticket[name] for name in ("text", "subject") if name in ticket}


def test_there_are_enough_of_them() -> None:
    assert len(TICKETS) >= 20


@pytest.mark.parametrize("ticket", TICKETS, ids=[ticket["name"] for ticket in TICKETS])
def test_a_ticket(server: Server, ticket: dict[str, Any]) -> None:
    found = triage(server, fields_of(ticket))
    second = found["second_topic"]["intent"] if found["second_topic"] else None
    if "topics" in ticket:
        assert {found["topic"]["intent"], second} == set(ticket["topics"])
    else:
        assert (found["topic"]["intent"], second) == (ticket["topic"], None)
    assert found["urgency"]["level"] == ticket.get("urgency", "low")
    why = [reason["code"] for reason in found["urgency"]["why"]]
    assert set(ticket.get("why", ())) <= set(why)
    human = [reason["code"] for reason in found["human"]["why"]]
    assert found["human"]["needed"] == bool(ticket["human"])
    assert set(ticket["human"]) <= set(human)
    assert set(found["personal_data"]) == set(ticket.get("personal_data", ()))
    for name in ("kind", "language"):
        if name in ticket:
            assert found[name] == ticket[name]
    if "orders" in ticket:
        assert found["entities"]["order_numbers"] == ticket["orders"]
    assert found["entities"]["days"] == ticket.get("days", found["entities"]["days"])
    suggested = [each["response"] for each in found["suggestions"]]
    if "suggested" in ticket:
        assert suggested[:1] == [ticket["suggested"]] * bool(ticket["suggested"])
    elif not ticket["human"]:
        assert suggested
    for text in ticket.get("not_said", ()):
        assert text not in found["said"]


def test_a_batch_of_a_hundred_says_the_same_as_one_by_one(server: Server) -> None:
    batch = [{**fields_of(TICKETS[n % len(TICKETS)]), "reference": f"T-{n}"} for n in range(100)]
    results = triage(server, {"tickets": batch})["results"]
    assert [each["reference"] for each in results] == [f"T-{n}" for n in range(100)]
    assert [each["error"] for each in results] == [None] * 100
    for number, result in enumerate(results[: len(TICKETS)]):
        alone = triage(server, batch[number])
        alike = ("said", "topic", "second_topic", "urgency", "human", "suggestions", "entities")
        assert {n: result["assessment"][n] for n in alike} == {n: alone[n] for n in alike}


def test_sellers_are_answered_while_a_batch_is_read(server: Server) -> None:
    """A turn that begins in the middle of a batch ends before the batch does."""
    batch = {"tickets": [fields_of(TICKETS[0])] * 100}
    ended: dict[str, float] = {}

    def read() -> None:
        triage(server, batch)
        ended["batch"] = time.monotonic()

    reading = threading.Thread(target=read)
    reading.start()
    while server.application.triage.lane.waiting == 0:
        time.sleep(0.005)
    seller = Seller(server)
    assert seller.says("comment bloquer un client ?") == ["faq_block_buyer"]
    ended["turn"] = time.monotonic()
    reading.join()
    assert ended["turn"] < ended["batch"]


def test_an_opened_ticket_is_the_sellers_own_and_the_bot_leaves_it_to_staff(server: Server) -> None:
    seller = Seller(server)
    order = seller.has_order()
    ticket = {
        "text": f"Bonjour,\nMon client ne répond plus sur {order.number}.\nCordialement\nLéa",
        "seller_id": seller.id,
        "reference": uuid.uuid4().hex,
        "open": True,
    }
    conversation = triage(server, ticket)["conversation"]
    case = server.application.inbox.case(conversation["id"])
    assert case.order is not None and case.order["title"] == order.title
    assert case.topic is not None and case.topic.intent == "faq_buyer_unresponsive"
    [message] = server.application.inbox.timeline(case.id).messages
    assert message.author is Author.SELLER
    file = server.application.case_files.of(case)
    assert (file.orders_open, file.order_now["number"]) == (1, order.number)  # type: ignore[index]
    [first, *_] = server.application.suggestions.best(case)
    assert first.response == "faq_buyer_unresponsive"
    other = Seller(server).server.token("somebody-else")
    address = f"{server.address}/api/site/v1/conversations/{case.id}/messages"
    hidden = httpx.get(address, headers={"Authorization": f"Bearer {other}"})
    assert hidden.status_code == 404
    own = httpx.get(address, headers={"Authorization": f"Bearer {server.token(seller.id)}"})
    assert [m["text"] for m in own.json()["messages"]] == [message.text]


def test_the_file_of_a_real_conversation(server: Server) -> None:
    seller = Seller(server)
    order = seller.has_order()
    seller.says("comment bloquer un client ?", f"prolonge {order.number} de 3 jours")
    seller.says("mon ordinateur est en panne")
    seller.presses("Envoyer") if any("Envoyer" in t for t in seller.last.buttons) else seller.says(
        "oui"
    )
    seller.says("je veux parler à une personne")
    store = server.application.store
    conversation = store.open_conversation(seller.id, seller.label, server.clock.now())
    case = server.application.inbox.case(conversation.id)
    file = server.application.case_files.of(case)
    assert "faq_block_buyer" in [answer.response for answer in file.answers]
    [action] = file.actions
    assert (action.state, action.outcome) == ("confirmed", "Le client n'a pas encore répondu.")
    assert order.number in action.request and "3 jours" in action.request
    assert ("order_number", order.number) in [(slot.name, slot.value) for slot in file.slots]
    assert "faq_block_buyer" not in [s.response for s in server.application.suggestions.best(case)]


def fits(shown: Any, found: Any) -> bool:
    """Tells whether an answer is the one shown; "…" stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return shown.keys() == found.keys() and all(fits(shown[k], found[k]) for k in shown)
    if isinstance(shown, list):
        return len(shown) == len(found) and all(map(fits, shown, found))
    return bool(shown == found)


def test_the_example_of_the_documentation_answers_what_is_shown(server: Server) -> None:
    page = (PROJECT / "docs" / "triage.md").read_text("utf-8")
    example = re.search(
        r"<!-- curl: run by a test -->\n```sh\n(.*?)```\n```json\n(.*?)```", page, re.S
    )
    assert example
    command = example[1].replace("http://127.0.0.1:8000", server.address)
    done = subprocess.run(["sh", "-ec", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    shown, found = json.loads(example[2]), json.loads(done.stdout)
    assert fits(shown, found), found
