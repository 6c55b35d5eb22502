"""A running server with the really trained model, and sellers who talk to it over HTTP.

One server serves all conversations; every test has sellers and orders of its own, made at run
time, and its own words. Time stands on a clock that tests move forward. With TEST_DATABASE_URL
naming an empty PostgreSQL database the same runs there.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn

from bot.adapters.clock import MovableClock
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.adapters.sql.tables import JOB_WAITING, jobs, messages
from bot.bootstrap import Application, build
from bot.errors import MarketplaceUnavailable, OutcomeUnknown
from bot.marketplace.orders import ExtensionRequest, Order, OrderStatus
from bot.settings import read_settings
from bot.web.app import create_app


class UnsteadyMarketplace(SqlMarketplace):
    """The embedded marketplace, with failures on demand for single sellers.

    ``unreachable``: nothing is answered. ``silent``: a request is carried out, but its answer
    is lost.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.unreachable: set[str] = set()
        self.silent: set[str] = set()

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        self._fail(seller_id)
        return super().orders_of(seller_id)

    def order(self, seller_id: str, number: str) -> Order:
        self._fail(seller_id)
        return super().order(seller_id, number)

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        self._fail(seller_id)
        made = super().request_extension(seller_id, number, days, reason, key)
        if seller_id in self.silent:
            raise OutcomeUnknown("the answer was lost")
        return made

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        self._fail(seller_id)
        if seller_id in self.silent:
            raise MarketplaceUnavailable("no answer")
        return super().find_extension(seller_id, key)

    def _fail(self, seller_id: str) -> None:
        if seller_id in self.unreachable:
            raise MarketplaceUnavailable("no answer")


class Server:
    """The whole application behind a real port of this machine."""

    def __init__(self, folder: Path, **settings: str) -> None:
        url = os.environ.get("TEST_DATABASE_URL", f"sqlite:///{folder / 'bot.db'}")
        upgrade(url)
        self.clock = MovableClock()
        self.marketplace = UnsteadyMarketplace(create_engine(url), self.clock)
        environment = {"ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": url, **settings}
        self.application: Application = build(
            read_settings(environment), clock=self.clock, marketplace=self.marketplace
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.app = create_app(self.application)
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, port=self.port, ws="wsproto", log_level="warning")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 150  # it loads the model, perhaps beside others
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "no server"
            time.sleep(0.05)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    def token(self, seller_id: str) -> str:
        return self.application.tokens.issue(seller_id, timedelta(hours=1))

    def run_jobs(self) -> None:
        """Runs all that is due now, and waits for what the server's own loop has taken."""
        due = sa.select(jobs.c.key).where(
            jobs.c.state == JOB_WAITING, jobs.c.run_at <= self.clock.now()
        )
        for _ in range(400):
            self.application.jobs.run_due()
            with self.application.store._reading() as connection:
                if connection.execute(due).first() is None:
                    return
            time.sleep(0.05)
        raise AssertionError("jobs are still due after 20 s")


@dataclass
class Answer:
    """What came back for one message: its bubbles, their response ids and buttons."""

    messages: list[dict[str, Any]]

    @property
    def ids(self) -> list[str]:
        return [message["metadata"]["response"] for message in self.messages]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """The payload of each button, by its title."""
        return {
            button["title"]: button["payload"]
            for message in self.messages
            for button in message.get("buttons", ())
        }


@dataclass
class Seller:
    """One seller with orders of their own, in one conversation at a time."""

    server: Server
    id: str = field(default_factory=lambda: f"seller-{uuid.uuid4().hex[:10]}")
    label: str = "default"
    said: int = 0
    last: Answer = field(default_factory=lambda: Answer([]))

    def has_order(self, **facts: Any) -> Order:
        """Puts an order into the marketplace; by default in progress, due in four days."""
        now = self.server.clock.now()
        status = facts.pop("status", OrderStatus.IN_PROGRESS)
        defaults: dict[str, Any] = {
            # A digit after "FO", as in most: "FOBECAADAF3" reads like a word.
            "number": f"FO7{uuid.uuid4().hex[:8].upper()}",
            "seller_id": self.id,
            "buyer_id": f"buyer-{uuid.uuid4().hex[:6]}",
            "buyer_name": "Camille Roy",
            "title": "Logo pour une librairie",
            "status": status,
            "placed_at": now - timedelta(days=3),
            "delivery_days": 7,
            "due_at": now + timedelta(days=4),
        }
        if status is OrderStatus.REQUIREMENTS_PENDING:
            defaults["due_at"] = None
        order = Order(**{**defaults, **facts})
        self.server.marketplace.save(order)
        return order

    def post(self, text: str, message_id: str | None = None, label: str | None = None) -> Answer:
        """Posts one message (or a button's payload) and returns the answer."""
        self.said += 1
        response = httpx.post(
            f"{self.server.address}/webhooks/rest/webhook",
            json={
                "sender": label or self.label,
                "message": text,
                "message_id": message_id or f"m{self.said}-{uuid.uuid4().hex[:6]}",
            },
            headers={"Authorization": f"Bearer {self.server.token(self.id)}"},
            timeout=60,
        )
        assert response.status_code == 200, response.text
        self.last = Answer(response.json())
        return self.last

    def says(self, *texts: str) -> list[str]:
        """Says each text and returns the response ids of the last answer."""
        for text in texts:
            self.post(text)
        return self.last.ids

    def presses(self, title_part: str) -> list[str]:
        """Presses the button of the last answer whose title holds ``title_part``."""
        titles = [title for title in self.last.buttons if title_part in title]
        assert len(titles) == 1, f"{title_part!r} among {list(self.last.buttons)}"
        return self.post(self.last.buttons[titles[0]]).ids

    def requests(self, order: Order) -> list[ExtensionRequest]:
        """The marketplace's own ledger of an order's extension requests, oldest first."""
        return self.server.marketplace.requests_of(order.number)

    def order(self, order: Order) -> Order:
        """The order as the marketplace has it now."""
        return self.server.marketplace.order(self.id, order.number)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that does not wait for the rest of a burst."""
    running = Server(tmp_path_factory.mktemp("server"), ASSISTANT_BURST_SECONDS="0")
    running.start()
    yield running
    rendered_again(running)  # whatever was said in all the conversations
    running.stop()


def rendered_again(server: Server) -> set[str]:
    """Renders every stored bot message anew from what was recorded; returns the texts' ids.

    Fails where text or version is not the same, byte for byte.
    """
    content = server.application.content
    with server.application.store._reading() as connection:
        rows = connection.execute(sa.select(messages)).mappings().all()
    said = [row for row in rows if row["author"] == "bot"]
    for row in said:
        again = content.render(row["response"], row["values"], version=row["response_version"])
        assert (again.text, again.version) == (row["text"], row["response_version"])
        assert dict(again.values) == row["values"], row["response"]
    return {row["response"] for row in said}


@pytest.fixture
def seller(server: Server) -> Seller:
    return Seller(server)


@pytest.fixture
def new_seller(server: Server) -> Callable[[], Seller]:
    return lambda: Seller(server)


def paris_day(moment: datetime) -> str:
    """The day and month as a French reader writes them: 3/12."""
    from zoneinfo import ZoneInfo

    local = moment.astimezone(ZoneInfo("Europe/Paris"))
    return f"{local.day}/{local.month}"
