"""The queue as pages read it: filters, pages, and tables that no spreadsheet calculates."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import datetime, timezone
from typing import Any

import pytest

from bot.support.conversations import EscalationReason
from bot.web.console.csv_files import safe_cell

from .conftest import Console, ConsoleClient


@pytest.fixture
def nora(console: Console) -> ConsoleClient:
    return console.client("nora")


def queue(browser: ConsoleClient, **query: Any) -> dict[str, Any]:
    answer = browser.call("GET", "/queue", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    return list(
        csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")
    )


def test_a_case_has_all_that_the_queue_shows(console: Console, nora: ConsoleClient) -> None:
    word = uuid.uuid4().hex
    snapshot = {
        "number": "FO21B8A4C9", "title": "Logo", "status": "in_progress",
        "due_at": "2020-01-01T10:00:00+00:00", "cancellation_request": None,
    }  # fmt: skip
    one = console.waiting(
        f"Où est-elle {word} ?", reason=EscalationReason.POLICY,
        order_number="FO21B8A4C9", order=snapshot,
    )  # fmt: skip
    [case] = queue(nora, q=word)["cases"]
    assert case["id"] == one and case["state"] == "waiting" and case["holder"] is None
    assert (
        case["topic"]["intent"] == "faq_buyer_wants_cancel" and case["topic"]["confidence"] == 0.8
    )
    assert case["topic"]["title"] != case["topic"]["intent"]
    assert case["reason"] == "policy" and case["reason_french"] == "Relève de l'Assistance client"
    assert case["urgency"]["level"] in ("urgent", "high", "normal", "low")
    assert all(why.endswith(".") for why in case["urgency"]["why"])
    assert case["order"]["status_french"] == "En cours" and case["order"]["late"] is True
    assert case["last_message"]["author"] == "seller" and case["viewers"] == []
    assert datetime.fromisoformat(case["waiting_since"].replace("Z", "+00:00")).tzinfo


def test_filters_say_which_cases(console: Console, nora: ConsoleClient) -> None:
    word = uuid.uuid4().hex
    mine, theirs, free = (console.waiting(f"{word} été") for _ in range(3))
    nora.call("POST", f"/conversations/{mine}/claim")
    console.client("sam").call("POST", f"/conversations/{theirs}/claim")
    for query, wanted in {
        "holder=me": {mine},
        "holder=sam": {theirs},
        "holder=none": {free},
        "state=human": {mine, theirs},
        "state=waiting,human": {mine, theirs, free},
        "state=resolved": set(),
        "reason=abuse": set(),
        "reason=customer_request": {mine, theirs, free},
        "topic=faq_buyer_wants_cancel": {mine, theirs, free},
        "topic=greet": set(),
        "snoozed=1": set(),
    }.items():
        found = nora.call("GET", f"/queue?{query}&q={word}+ETE").json()
        assert {case["id"] for case in found["cases"]} == wanted, query
        assert found["total"] == len(wanted)
    counts = queue(nora)["counts"]
    assert counts.keys() == {"waiting", "mine", "human", "snoozed", "resolved_today"}
    assert counts["mine"] >= 1 and counts["human"] >= 2


def test_pages_follow_each_other(console: Console, nora: ConsoleClient) -> None:
    word = uuid.uuid4().hex
    made = {console.waiting(word) for _ in range(5)}
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = queue(nora, q=word, limit=2, **({"cursor": cursor} if cursor else {}))
        found += [case["id"] for case in page["cases"]]
        cursor = page["next_cursor"]
    assert cursor is None and len(found) == 5 and set(found) == made


@pytest.mark.parametrize(
    "query",
    [
        "state=nothing", "reason=nothing", "urgency=nothing", "sort=nothing", "snoozed=2", "limit=0",
        "limit=201", "limit=x", "cursor=forged", "unknown=1", "q=a&q=b", "q=" + "x" * 201, "q=%00",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(nora: ConsoleClient, query: str) -> None:
    answer = nora.call("GET", f"/queue?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["message"]


def test_the_queue_is_a_table_too(console: Console, nora: ConsoleClient) -> None:
    word = uuid.uuid4().hex
    made = {console.waiting(word, seller=f"=HYPERLINK({number})-{word[:6]}") for number in range(3)}
    rows = table(nora.call("GET", "/queue.csv", params={"q": word}))
    headings, *cases = rows
    assert headings[:3] == ["Conversation", "État", "Urgence"] and "En attente depuis" in headings
    assert {row[0] for row in cases} == made
    seller = headings.index("Vendeur")
    assert all(row[seller].startswith("'=HYPERLINK") for row in cases)
    assert {row[headings.index("État")] for row in cases} == {"en attente"}


@pytest.mark.parametrize(
    "dangerous",
    [
        "=1+1",
        "+33",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "\0=1",
        "\ufeff=1",
    ],
)
def test_no_cell_is_calculated(dangerous: str) -> None:
    assert safe_cell(dangerous).startswith("'")


def test_other_cells_stay_as_they_are() -> None:
    for plain in ("bonjour", "l'été = bien", "", "3 > 2", "«é»"):
        assert safe_cell(plain) == plain
    assert (safe_cell(None), safe_cell(-3), safe_cell(0.5)) == ("", "-3", "0.5")


def test_a_conversation_is_a_table_without_notes(console: Console, nora: ConsoleClient) -> None:
    one = console.waiting('=cmd|" /C calc"!A0;\n"deuxième ligne"')
    nora.call("POST", f"/conversations/{one}/notes", json={"client_id": "n1", "text": "secret"})
    headings, *rows = table(nora.call("GET", f"/conversations/{one}/export.csv"))
    assert headings[:5] == ["Numéro", "Date", "Auteur", "Agent", "Texte"]
    assert rows[0][2] == "Vendeur" and rows[0][4] == '\'=cmd|" /C calc"!A0;\n"deuxième ligne"'
    assert rows[1][2] == "Assistant automatique"
    assert not any("secret" in cell for row in rows for cell in row)
    assert nora.call("GET", "/conversations/c_nothing/export.csv").status_code == 404


def test_what_filters_and_menus_offer(console: Console, nora: ConsoleClient) -> None:
    topics = nora.call("GET", "/topics").json()["topics"]
    assert {"faq", "request", "talk", "other"} == {topic["group"] for topic in topics}
    staff = nora.call("GET", "/staff").json()["staff"]
    assert {"id": "ines", "name": "Inès", "role": "supervisor"} in staff
    outcomes = nora.call("GET", "/outcomes").json()["outcomes"]
    assert [one["outcome"] for one in outcomes] == ["answered", "solved", "no_reply", "not_ours"]
    assert all(one["title"] != one["outcome"] for one in outcomes)


def test_moments_are_told_in_utc(console: Console, nora: ConsoleClient) -> None:
    word = uuid.uuid4().hex
    console.waiting(word)
    [case] = queue(nora, q=word)["cases"]
    told = datetime.strptime(case["waiting_since"], "%Y-%m-%dT%H:%M:%S.%fZ")
    passed = console.clock.now() - told.replace(tzinfo=timezone.utc)
    assert 0 <= passed.total_seconds() < 60
