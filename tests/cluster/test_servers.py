"""The rig's servers are real, survive kill -9 with what they stored, and fail as they are told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import psycopg2
import pytest
import redis
import requests

from bot.adapters.demo_orders import demo_orders
from bot.adapters.marketplace_http import HttpMarketplace
from bot.errors import MarketplaceUnavailable, OutcomeUnknown
from cluster.faults import Fault, Mode
from cluster.marketplace import KEY, MarketplaceServer
from cluster.nginx import NginxServer
from cluster.postgres import PostgresServer
from cluster.processes import Server, ServerFailed, accepts
from cluster.redis_server import RedisServer

NUMBER = "FO21B8A4C9"


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "postgres")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketplaceServer]:
    server = MarketplaceServer(tmp_path_factory.mktemp("marketplace"))
    yield server
    server.stop()


@pytest.fixture
def marketplace(started: MarketplaceServer) -> MarketplaceServer:
    """One server for all tests here, each with all orders as they were."""
    started.orders.save(*demo_orders(datetime.now(timezone.utc)))
    started.start()
    return started


def client(server: MarketplaceServer) -> HttpMarketplace:
    return HttpMarketplace(server.url, KEY, read_timeout=1.0, retries=0, total_timeout=2.0)


def ask(server: MarketplaceServer, key: str) -> None:
    client(server).request_extension("lea", NUMBER, 3, "panne", key)


def test_what_postgres_committed_survives_its_kill(postgres: PostgresServer) -> None:
    url = postgres.create_database("kept").replace("+psycopg2", "")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE words (word text)")
        cursor.execute("INSERT INTO words VALUES ('bonjour')")
    connection.close()
    postgres.kill()
    assert not postgres.is_running and not postgres.is_ready()
    postgres.start()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM words")
        assert cursor.fetchall() == [("bonjour",)]
    connection.close()
    postgres.drop_database("kept")
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)


def test_redis_forgets_when_it_is_killed(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()
    try:
        with redis.Redis.from_url(server.url) as connection:
            connection.set("said", "bonjour")
            server.restart()
            assert connection.get("said") is None
        assert server.usage().memory > 1
    finally:
        server.stop()
    assert not accepts(server.port)


def test_nginx_passes_over_a_replica_that_is_gone(
    marketplace: MarketplaceServer, tmp_path: Path
) -> None:
    nobody = RedisServer(tmp_path).port
    nginx = NginxServer(tmp_path / "nginx", lambda: [nobody, marketplace.port])
    nginx.start()
    try:
        for _ in range(4):
            assert requests.get(f"{nginx.url}/openapi.json", timeout=5).status_code == 200
        assert requests.get(f"{nginx.url}/metrics", timeout=5).status_code == 404
        nginx.reload()
        nginx.restart()
        assert requests.get(f"{nginx.url}/openapi.json", timeout=5).status_code == 200
    finally:
        nginx.stop()


def test_who_is_refused_by_nginx_reads_a_kind_sentence(tmp_path: Path) -> None:
    nobody = RedisServer(tmp_path).port
    nginx = NginxServer(tmp_path / "nginx", lambda: [nobody])
    nginx.start()
    try:
        answer = requests.get(f"{nginx.url}/api/site/v1/session", timeout=5)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["error"]["message"].startswith("Un problème technique")
    finally:
        nginx.stop()


@pytest.mark.parametrize(
    ("mode", "acted", "error"),
    [
        (Mode.FAIL, False, OutcomeUnknown),  # a 500 does not say that nothing was done
        (Mode.UNAVAILABLE, False, MarketplaceUnavailable),
        (Mode.HANG, False, OutcomeUnknown),
        (Mode.FAIL_AFTER_ACTING, True, OutcomeUnknown),
        (Mode.HANG_AFTER_ACTING, True, OutcomeUnknown),
        (Mode.DIE_AFTER_ACTING, True, OutcomeUnknown),
    ],
)
def test_a_marketplace_fails_as_it_is_told(
    mode: Mode, acted: bool, error: type[Exception], marketplace: MarketplaceServer
) -> None:
    marketplace.be_faulty(Fault(mode, seconds=3))
    with pytest.raises(error):
        ask(marketplace, mode.value)
    assert len(marketplace.orders.requests_of(NUMBER)) == acted
    if mode is Mode.DIE_AFTER_ACTING:
        marketplace.wait_until_ended()
        marketplace.start()
    ask(marketplace, mode.value)
    assert len(marketplace.orders.requests_of(NUMBER)) == 1


def test_a_slow_marketplace_answers_all_the_same(marketplace: MarketplaceServer) -> None:
    marketplace.be_faulty(Fault(Mode.SLOW, methods=("GET",), seconds=0.3))
    begun = time.monotonic()
    assert client(marketplace).orders_of("lea")
    assert time.monotonic() - begun >= 0.3


def test_a_server_that_ends_by_itself_is_told_with_its_log(tmp_path: Path) -> None:
    class Ends(Server):
        def command(self) -> list[str]:
            return ["sh", "-c", "echo kein Brot; exit 3"]

    with pytest.raises(ServerFailed, match="kein Brot"):
        Ends("ends", tmp_path).start()
