"""Thumbs, ratings and transcripts: kept with what they are about."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.sql.engine import reading
from bot.adapters.sql.tables import ratings, thumbs
from tests.web.conftest import SiteClient

pytestmark = pytest.mark.model


def rows(client: SiteClient, table: sa.Table) -> list[dict[str, Any]]:
    statement = sa.select(table).where(table.c.conversation_id == client.conversation)
    with reading(client.server.application.store._engine) as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def thumb(client: SiteClient, number: int, value: Any) -> int:
    path = f"{client.path}/messages/{number}/thumb"
    return client.call("POST", path, json={"value": value}).status_code


def test_a_thumb_is_kept_with_the_entry_and_its_version(client: SiteClient) -> None:
    [answer] = client.asks("mon client ne répond plus")
    assert answer["answer"] and answer["thumb"] is None
    entry = client.server.application.content.entries["faq_buyer_unresponsive"]
    assert thumb(client, answer["number"], "down") == 200
    [row] = rows(client, thumbs)
    assert (row["value"], row["response"], row["response_version"]) == (
        "down",
        entry.intent,
        entry.version,
    )
    assert client.messages()[1]["thumb"] == "down"
    assert client.stream().until_answered(1)[1]["thumb"] == "down"
    thumb(client, answer["number"], "up")
    assert [row["value"] for row in rows(client, thumbs)] == ["up"]
    thumb(client, answer["number"], None)
    assert rows(client, thumbs) == []
    assert client.messages()[1]["thumb"] is None


def test_what_is_no_answer_takes_no_thumb(client: SiteClient) -> None:
    [greeting] = client.asks("bonjour")
    assert not greeting["answer"]
    for number in (0, 1, 2, 3, 2**40):
        assert thumb(client, number, "up") == 404
    assert rows(client, thumbs) == []


def test_answers_about_orders_take_a_thumb_and_questions_do_not(client: SiteClient) -> None:
    order = client.seller.has_order()
    assert [m["answer"] for m in client.asks(f"statut {order.number}")] == [True]
    assert [m["answer"] for m in client.asks(f"prolonge {order.number}")] == [False]


@pytest.mark.parametrize("body", [{}, {"value": "sideways"}, {"value": 1}, {"value": []}, {"value": "up", "x": 1}])  # fmt: skip
def test_a_thumb_of_another_shape_is_refused(client: SiteClient, body: Any) -> None:
    [answer] = client.asks("mon client ne répond plus")
    path = f"{client.path}/messages/{answer['number']}/thumb"
    assert client.call("POST", path, json=body).status_code == 422
    assert rows(client, thumbs) == []


def test_a_rating_is_kept_once_with_the_last_answer(client: SiteClient) -> None:
    client.asks("mon client ne répond plus")
    client.asks("merci")
    body = {"stars": 2, "comment": "mon mail : lea.martin@example.com"}
    assert client.call("POST", f"{client.path}/rating", json=body).status_code == 200
    client.call("POST", f"{client.path}/rating", json={"stars": 5, "comment": body["comment"]})
    [row] = rows(client, ratings)
    entry = client.server.application.content.entries["faq_buyer_unresponsive"]
    assert (row["stars"], row["response"], row["response_version"]) == (
        5,
        entry.intent,
        entry.version,
    )
    assert "lea.martin" not in row["comment"]
    [listed] = client.call("GET", "/conversations").json()["conversations"]
    assert listed["rated"] is True


def test_a_conversation_without_an_answer_can_be_rated(client: SiteClient) -> None:
    client.call("POST", f"{client.path}/rating", json={"stars": 3})
    [row] = rows(client, ratings)
    assert (row["stars"], row["response"], row["comment"]) == (3, None, "")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"stars": 0}, "unreadable"), ({"stars": 6}, "unreadable"), ({"stars": True}, "unreadable"),
        ({"stars": 4.5}, "unreadable"), ({"stars": float("inf")}, "unreadable"), ({}, "unreadable"), ({"stars": 3, "comment": 1}, "unreadable"),
        ({"stars": 3, "comment": "x" * 1_001}, "comment_too_long"),
    ],
)  # fmt: skip
def test_a_rating_of_another_shape_is_refused(client: SiteClient, body: Any, code: str) -> None:
    answer = client.call("POST", f"{client.path}/rating", content=json.dumps(body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert rows(client, ratings) == []


def test_the_transcript_has_all_that_was_said_in_order(client: SiteClient) -> None:
    order = client.seller.has_order(title="Logo <b>été</b>")
    client.asks(f"prolonge {order.number} de 3 jours, je déménage")
    client.asks("laisse tomber")
    answer = client.call("GET", f"{client.path}/transcript")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    text, found = answer.text, 0
    for message in client.messages():
        for line in message["text"].split("\n"):
            found = text.index(line, found)
    assert "Logo <b>été</b>" in text
    assert "Assistant automatique, " in text and "[choix proposé] Laisser tomber" in text
