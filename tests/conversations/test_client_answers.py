"""What the client decides reaches the seller once, without being asked for; bursts are one turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.marketplace.orders import ExtensionState
from bot.marketplace.signatures import sign
from bot.support.conversations import Author
from tests.conversations.conftest import Seller, Server
from tests.waiting import until

pytestmark = pytest.mark.model


def webhook(server: Any, body: dict[str, Any], secret: str | None = None) -> int:
    """Tells the server of a change, as the marketplace does; returns the status."""
    raw = json.dumps(body).encode()
    timestamp = str(int(server.clock.now().timestamp()))
    key = server.application.settings.webhook_secret if secret is None else secret
    headers = {
        "X-Marketplace-Timestamp": timestamp,
        "X-Marketplace-Signature": sign(key, timestamp, raw) if key else "",
    }
    url = f"{server.address}/webhooks/marketplace"
    return httpx.post(url, content=raw, headers=headers).status_code


@pytest.mark.parametrize(
    ("accept", "state", "notice"),
    [
        (True, ExtensionState.ACCEPTED, "notice_extension_accepted"),
        (False, ExtensionState.REFUSED, "notice_extension_refused"),
    ],
)
def test_the_clients_answer_is_told_once(
    server: Any, seller: Any, accept: bool, state: ExtensionState, notice: str
) -> None:
    order = seller.has_order()
    seller.says(f"prolonger {order.number} de 5 jours, le brief a doublé", "oui")
    (request,) = seller.requests(order)
    server.marketplace.answer_extension(order.number, accept=accept)
    assert webhook(server, {"event": "extension_answered", "extension_id": request.id}) == 200
    server.run_jobs()
    assert [r.state for r in seller.requests(order)] == [state]
    assert seller.order(order).due_at == order.due_at + timedelta(days=5 if accept else 0)
    assert seller.says("coucou").count(notice) == 1
    assert notice not in seller.says("merci")


def test_a_forged_webhook_is_refused(server: Any) -> None:
    body = {"event": "extension_answered", "extension_id": "x"}
    assert webhook(server, body, secret="guessed") == 401
    assert webhook(server, body, secret="") == 401


@pytest.fixture(scope="module")
def patient_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits for the rest of what is being typed: longer than storing it takes."""
    running = Server(tmp_path_factory.mktemp("patient"), ASSISTANT_BURST_SECONDS="5")
    running.start()
    yield running
    running.stop()


def stored(seller: Seller) -> int:
    """How many messages of the seller's conversation the server has from them."""
    application = seller.server.application
    return sum(
        message.author is Author.SELLER
        for overview in application.site.conversations_of(seller.id, 1)
        for message in application.store.messages_after(overview.conversation.id, 0)
    )


def test_a_burst_of_fragments_is_read_together(patient_server: Server) -> None:
    seller = Seller(patient_server)
    with ThreadPoolExecutor(3) as people:
        waiting = []
        for part in ("bonjour", "mon client", "répond plus depuis 8 jours"):
            waiting.append(people.submit(seller.post, part))
            until(lambda: stored(seller) == len(waiting))  # in this order
        answers = [one.result().ids for one in waiting]
    assert answers[-1] == ["faq_buyer_unresponsive"]
    assert {response for ids in answers for response in ids} == {"faq_buyer_unresponsive"}


def test_a_bare_greeting_is_answered_after_a_moment(patient_server: Server) -> None:
    assert Seller(patient_server).says("bonjour") == ["talk_greet"]
