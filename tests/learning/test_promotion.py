"""A new model goes live under load, from another process, with the really trained model."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.adapters.sql.tables import conversations, messages
from bot.support.events import EventKind
from tests.conversations.conftest import Seller, Server
from tests.learning.conftest import BROKEN, HOLLOW, OLD, OTHER, learning_server
from tests.waiting import until

pytestmark = [pytest.mark.model, pytest.mark.timeout(1200)]

IN_FLIGHT = 100
FORUM = "c'est où le forum de la communauté ?"


def stored(server: Server) -> list[dict[str, Any]]:
    with server.application.store._reading() as connection:
        statement = (
            sa.select(messages, conversations.c.seller_id)
            .join(conversations)
            .order_by(messages.c.created_at, messages.c.number)
        )
        return [dict(row) for row in connection.execute(statement).mappings()]


async def keep_asking(server: Server, ended: threading.Event) -> list[tuple[str, int]]:
    """A hundred sellers, each with a message in flight all the time until the end is told.

    Returns each one's id with how many messages were sent.
    """
    sellers = [Seller(server) for _ in range(IN_FLIGHT)]

    async def one(client: httpx.AsyncClient, seller: Seller) -> tuple[str, int]:
        headers = {"Authorization": f"Bearer {server.token(seller.id)}"}
        sent = 0
        while not ended.is_set() or sent < 2:
            sent += 1
            # A third time the same question would bring in a human: a new conversation instead.
            label = f"conversation {(sent - 1) // 2}"
            body = {"sender": label, "message": FORUM, "message_id": f"m{sent}"}
            answer = await client.post("/webhooks/rest/webhook", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            assert len(answer.json()) == 1
        return seller.id, sent

    limits = httpx.Limits(max_connections=IN_FLIGHT)
    async with httpx.AsyncClient(base_url=server.address, timeout=240, limits=limits) as client:
        return list(await asyncio.gather(*(one(client, seller) for seller in sellers)))


def test_a_hundred_messages_in_flight_across_a_promotion_are_each_answered_once(
    server: Server, command: Callable[..., str]
) -> None:
    ended, sent = threading.Event(), []

    def load() -> None:
        sent.extend(asyncio.run(keep_asking(server, ended)))

    asking = threading.Thread(target=load)
    asking.start()
    try:
        until(lambda: any(row["model"] for row in stored(server)), 200)
        command("models", "promote", OTHER)
        until(lambda: server.application.assistant.model == OTHER, 200)
        until(lambda: any(row["model"] == OTHER for row in stored(server)), 200)
    finally:
        ended.set()
        asking.join(300)
    assert len(sent) == IN_FLIGHT

    rows = stored(server)
    asked = [row for row in rows if row["author"] == "seller"]
    assert len(asked) == sum(count for _, count in sent)
    assert {row["status"] for row in asked} == {"done"}
    answers = Counter(
        (row["conversation_id"], row["reply_to"]) for row in rows if row["author"] == "bot"
    )
    assert set(answers.values()) == {1}, "one answer each, none twice"
    assert set(answers) == {(row["conversation_id"], row["number"]) for row in asked}

    models = defaultdict(list)
    for row in asked:
        models[row["seller_id"]].append(row["model"])
    assert {model for used in models.values() for model in used} == {OLD, OTHER}
    for used in models.values():
        assert used == sorted(used), "old, then other; never back"
    said = {(r["conversation_id"], r["reply_to"]): r["response"] for r in rows if r["reply_to"]}
    for row in asked:
        wanted = {OLD: "faq_community_forum", OTHER: "faq_cancel_order"}[row["model"]]
        assert said[row["conversation_id"], row["number"]] == wanted, "by the model it records"


def test_a_conversation_goes_on_in_the_middle_of_a_form(
    server: Server, seller: Seller, command: Callable[..., str]
) -> None:
    order = seller.has_order()
    assert seller.says(f"prolonge {order.number} de 3 jours") == ["extension_ask_reason"]
    command("models", "promote", OTHER)
    until(lambda: server.application.assistant.model == OTHER)
    assert seller.says("panne de machine") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert len(seller.requests(order)) == 1


@pytest.mark.parametrize("broken", [BROKEN, HOLLOW])
def test_a_model_that_cannot_be_loaded_leaves_the_old_one_serving(
    server: Server,
    seller: Seller,
    command: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    command("models", "promote", broken)
    until(lambda: "cannot be loaded" in command("models", "list"))
    assert f"{broken} cannot be loaded: {OLD} goes on answering" in caplog.text
    assert seller.says(FORUM) == ["faq_community_forum"]
    listed = command("models", "list")
    assert [line.split()[:2] for line in listed.splitlines()[1:3]] == [
        [OLD, "live"], [broken, "retired"],
    ]  # fmt: skip
    assert "cannot be loaded" in listed.splitlines()[2]


def test_promoted_rolled_back_and_started_again(
    server: Server, tmp_path: Path, command: Callable[..., str]
) -> None:
    assert "no model was live before" in command("models", "roll-back", code=2)
    command("models", "promote", OTHER)
    until(lambda: server.application.assistant.model == OTHER)
    server.stop()

    again = learning_server(tmp_path, server.application.settings.model_dir)
    again.start()
    try:
        assert again.application.assistant.model == OTHER, "not the newest file: the live one"
        assert f"{OLD} is live again, in place of {OTHER}" in command("models", "roll-back")
        until(lambda: again.application.assistant.model == OLD)
        assert Seller(again).says(FORUM) == ["faq_community_forum"]
        kinds = (EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK)
        events = again.application.events.events(kinds=kinds)
        assert [(e.kind, e.target) for e in reversed(events)] == list(zip(kinds, (OTHER, OLD)))
    finally:
        again.stop()
