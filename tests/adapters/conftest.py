"""An embedded marketplace with a clock that stands still, and servers to reach it over HTTP.

Every test runs on SQLite and on PostgreSQL, each time in a database of its own.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import uvicorn
from sqlalchemy.engine import Engine

from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.marketplace.orders import Order, OrderStatus
from bot.web.marketplace_api.app import create_marketplace_app
from tests.databases import ENGINES, Databases

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
API_KEY = "an-api-key-of-these-tests"


class StandingClock:
    """Tells one moment until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def move(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(params=ENGINES)
def orders_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    with databases.migrated(request.param) as url:
        yield url


@pytest.fixture
def orders_engine(orders_url: str) -> Iterator[Engine]:
    made = create_engine(orders_url)
    yield made
    made.dispose()


@pytest.fixture
def embedded(orders_engine: Engine, clock: StandingClock) -> SqlMarketplace:
    """The embedded marketplace itself: what a test arranges, and what is true in the end."""
    return SqlMarketplace(orders_engine, clock)


@pytest.fixture
def place(embedded: SqlMarketplace) -> Callable[..., Order]:
    """Returns what stores an order: lea's, in progress and due in five days unless told."""

    def placed(number: str = "FO21B8A4C9", **changes: Any) -> Order:
        values: dict[str, Any] = {
            "seller_id": "lea",
            "buyer_id": "julie",
            "buyer_name": "Julie Martin",
            "title": "Logo pour une boulangerie",
            "status": OrderStatus.IN_PROGRESS,
            "placed_at": START - timedelta(days=2),
            "delivery_days": 7,
            "due_at": START + timedelta(days=5),
        }
        order = Order(number=number, **{**values, **changes})
        embedded.save(order)
        return order

    return placed


class Listening:
    """A server on a loopback port of its own, whose app each test puts in: starting takes long."""

    def __init__(self) -> None:
        self.app: Any = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(self, ws="none", lifespan="off", log_level="critical")
        self._server = uvicorn.Server(config)
        sockets = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets, daemon=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "it did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()


@pytest.fixture(scope="session")
def listening() -> Iterator[Listening]:
    made = Listening()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def api_key() -> str:
    return API_KEY


@pytest.fixture
def api_port(embedded: SqlMarketplace, listening: Listening) -> int:
    """The port of the reference server over the embedded marketplace."""
    listening.app = create_marketplace_app(embedded, API_KEY)
    return int(listening.port)
