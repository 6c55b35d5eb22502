"""The table of docs/faults.md, row by row, with real servers that stop and come back.

Nothing is claimed that did not happen, and everything goes on by itself: no server of ours is
started anew in any of these.
"""

from __future__ import annotations

import contextlib
import resource
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from bot.adapters.clock import MovableClock
from bot.adapters.jwt_tokens import JwtTokens, parse_keys
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.adapters.watched_marketplace import SparedMarketplace
from bot.errors import MarketplaceUnavailable, OrderNotFound, OutcomeUnknown
from bot.settings import DEMO_SECRETS, read_settings
from bot.support.slack import SlackCall
from bot.web.refusals import SENTENCES
from bot.web.site.app import PREFIX
from cluster.marketplace import KEY, MarketplaceServer
from cluster.postgres import PostgresServer
from cluster.redis_server import RedisServer
from tests.adapters.conftest import Listening
from tests.slack.conftest import slack_settings
from tests.waiting import until
from tests.watch.conftest import LetAssistant, LightSeller, LightServer
from tests.watch.serve import LightProcess

WITHIN = 5.0
"""Seconds within which a stopped dependency shows: the issue's own demand."""


@pytest.fixture
def on_postgres(postgres: PostgresServer) -> Iterator[Callable[..., LightServer]]:
    """Starts a server on a new database of a real PostgreSQL."""
    with contextlib.ExitStack() as stack:

        def make(**options: Any) -> LightServer:
            url = postgres.create_database(f"t_{uuid.uuid4().hex}")
            return stack.enter_context(LightServer(url, **options))

        yield make
        postgres.start()


def is_kind_and_claims_nothing(answer: httpx.Response) -> bool:
    said = answer.json()["error"]
    assert (answer.status_code, said["code"]) == (503, "unavailable"), answer.text
    assert said["message"] == SENTENCES["unavailable"]
    assert int(answer.headers["retry-after"]) >= 1
    return True


def an_accepted_message(server: LightServer) -> LightSeller:
    """A seller whose message was taken and whose turn has not ended yet."""
    seller = LightSeller(server).begin()
    server.assistant.held.set()
    assert seller.send("une question").status_code == 202
    until(lambda: server.assistant.running == 1)
    return seller


def shows_within(server: LightServer, status: int) -> None:
    """Waits until /readyz has that status, in time."""
    until(lambda: server.ready().status_code == status, WITHIN, lambda: server.ready().text)


def is_answered_once(server: LightServer, seller: LightSeller) -> None:
    assert until(seller.answers) == ["faq_block_buyer"]
    again = LightSeller(server).begin()
    assert again.send("et maintenant ?").status_code == 202
    assert until(again.answers) == ["faq_block_buyer"]
    assert seller.answers() == ["faq_block_buyer"]


# The database.


def test_the_database_is_gone_and_comes_back(
    postgres: PostgresServer, on_postgres: Callable[..., LightServer]
) -> None:
    server = on_postgres()
    seller = an_accepted_message(server)
    postgres.kill()
    shows_within(server, 503)
    assert server.http.get("/healthz").status_code == 200
    assert is_kind_and_claims_nothing(seller.send("je répète"))
    assert is_kind_and_claims_nothing(seller.call("GET", seller.path))
    server.assistant.held.clear()  # the turn ends now, and cannot be stored
    server.comes_to({"assistant_ready": 0.0, 'assistant_dependency_up{dependency="database"}': 0.0})
    figures = server.figures()
    assert "assistant_messages_waiting" not in figures  # nobody can say
    assert any(name.startswith("assistant_database_errors_total") for name in figures)
    postgres.start()
    until(lambda: server.ready().status_code == 200)
    is_answered_once(server, seller)


def test_the_database_hangs_and_goes_on(
    postgres: PostgresServer, on_postgres: Callable[..., LightServer]
) -> None:
    server = on_postgres()
    seller = an_accepted_message(server)
    family = [psutil.Process(postgres.pid), *psutil.Process(postgres.pid).children()]
    for process in family:
        process.suspend()
    try:
        shows_within(server, 503)
        assert server.http.get("/healthz").status_code == 200
    finally:
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
    server.assistant.held.clear()
    until(lambda: server.ready().status_code == 200)
    is_answered_once(server, seller)


def test_the_database_takes_no_writes_for_a_while(
    postgres: PostgresServer, on_postgres: Callable[..., LightServer]
) -> None:
    server = on_postgres()
    seller = an_accepted_message(server)
    _set_read_only(postgres, True)
    try:
        shows_within(server, 503)
        assert is_kind_and_claims_nothing(seller.send("je répète"))
        (message,) = seller.messages()  # what is stored can be read
        assert message["author"] == "seller"
        server.assistant.held.clear()
        until(lambda: server.assistant.seen)
        assert seller.answers() == []
    finally:
        _set_read_only(postgres, False)
    until(lambda: server.ready().status_code == 200)
    is_answered_once(server, seller)


def _set_read_only(postgres: PostgresServer, on: bool) -> None:
    connection = psycopg2.connect(
        host="127.0.0.1", port=postgres.port, user="postgres", dbname="postgres"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        value = "on" if on else "off"
        cursor.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


def test_the_file_of_the_database_is_out_of_reach_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    with LightServer(f"sqlite:///{folder / 'bot.db'}") as server:
        seller = an_accepted_message(server)
        folder.rename(tmp_path / "away")
        shows_within(server, 503)
        assert is_kind_and_claims_nothing(seller.send("je répète"))
        server.assistant.held.clear()
        until(lambda: server.assistant.seen)
        (tmp_path / "away").rename(folder)
        until(lambda: server.ready().status_code == 200)
        is_answered_once(server, seller)


def test_the_disk_is_full_for_a_while(tmp_path: Path) -> None:
    """A limit to how far files may grow, set on the running process, fails writes as a disk does."""
    database = tmp_path / "bot.db"
    process = LightProcess(tmp_path, f"sqlite:///{database}")
    process.start()
    try:
        settings = read_settings({"ASSISTANT_DEMO": "1"})
        tokens = JwtTokens(
            parse_keys(DEMO_SECRETS["jwt_keys"]), settings.jwt_audience, MovableClock()
        )
        headers = {"Authorization": f"Bearer {tokens.issue('lea', timedelta(hours=1))}"}
        with httpx.Client(base_url=process.address + PREFIX, headers=headers, timeout=30) as http:
            begun = http.post("/conversations", json={"client_id": uuid.uuid4().hex})
            path = f"/conversations/{begun.json()['id']}/messages"
            body = {"client_id": uuid.uuid4().hex, "text": "une question"}
            running = psutil.Process(process.pid)
            running.rlimit(resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
            until(lambda: not process.is_ready(), WITHIN + 5)
            assert is_kind_and_claims_nothing(http.post(path, json=body))
            assert http.get(path).status_code == 200  # what is stored can be read
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            running.rlimit(resource.RLIMIT_FSIZE, unlimited)
            until(process.is_ready)
            assert http.post(path, json=body).status_code == 202
            until(lambda: len(http.get(path).json()["messages"]) == 2)
    finally:
        process.kill()


# What sellers are served without.


def test_the_marketplace_is_away_and_the_rest_goes_on(
    tmp_path: Path, make_server: Callable[..., LightServer]
) -> None:
    marketplace = MarketplaceServer(tmp_path / "marketplace")
    assert marketplace.orders.requests_of("FO1") == []
    marketplace.start()
    server = make_server(ASSISTANT_MARKETPLACE_URL=marketplace.url, ASSISTANT_MARKETPLACE_KEY=KEY)
    try:
        assert server.works("marketplace")
        marketplace.kill()
        until(lambda: not server.works("marketplace"), WITHIN)
        assert server.ready().status_code == 200
        with pytest.raises(MarketplaceUnavailable):
            server.application.marketplace.orders_of("lea")
        calls = server.figures()
        name = 'assistant_marketplace_calls_total{operation="orders_of",outcome="unavailable"}'
        assert calls[name] == 1.0
        seller = LightSeller(server).begin()
        seller.send("une question qui n'en a pas besoin")
        assert until(seller.answers) == ["faq_block_buyer"]
        marketplace.start()
        until(lambda: server.works("marketplace"))
        assert server.application.marketplace.orders_of("lea") == []
    finally:
        marketplace.kill()


class Hanging:
    """A marketplace that takes its time, and then does not answer, until it is well again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked = 0
        self.well = False
        self.error: Exception = MarketplaceUnavailable("no answer")

    def orders_of(self, seller_id: str) -> list[Any]:
        self.asked += 1
        if not self.well:
            time.sleep(self.seconds)
            raise self.error
        return []

    def order(self, seller_id: str, number: str) -> Any:
        raise OrderNotFound(number)

    find_order = request_extension = find_extension = None


@pytest.mark.parametrize("error", [MarketplaceUnavailable("no"), OutcomeUnknown("who knows")])
def test_a_marketplace_that_hangs_is_spared_and_tried_again(error: Exception) -> None:
    inner = Hanging(0.05)
    inner.error = error
    spared = SparedMarketplace(inner, failures=3, slow=0.04, rest=0.5)  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(type(error)):
            spared.orders_of("lea")
    for _ in range(20):
        with pytest.raises(MarketplaceUnavailable):
            spared.orders_of("lea")
    assert inner.asked == 3
    time.sleep(0.6)
    with pytest.raises(type(error)):
        spared.orders_of("lea")  # one tries
    with pytest.raises(MarketplaceUnavailable):
        spared.orders_of("lea")
    assert inner.asked == 4
    inner.well = True
    time.sleep(0.6)
    assert [spared.orders_of("lea") for _ in range(3)] == [[], [], []]


def test_what_fails_at_once_is_no_reason_to_spare_it() -> None:
    inner = Hanging(0)
    spared = SparedMarketplace(inner, failures=2, slow=0.5)  # type: ignore[arg-type]
    for _ in range(10):
        with pytest.raises(MarketplaceUnavailable):
            spared.orders_of("lea")
    with pytest.raises(OrderNotFound):
        spared.order("lea", "FO1")
    assert inner.asked == 10


def test_only_so_many_calls_wait_for_the_marketplace_together() -> None:
    from concurrent.futures import ThreadPoolExecutor

    inner = Hanging(0.5)
    spared = SparedMarketplace(inner, at_once=2, patience=0.05, failures=99)  # type: ignore[arg-type]

    def ask(number: int) -> str:
        try:
            spared.orders_of("lea")
        except MarketplaceUnavailable as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(ask, range(8)))
    assert (inner.asked, said.count("too many calls wait for the marketplace")) == (2, 6)


def test_redis_is_away_and_nothing_is_lost(
    redis_server: RedisServer, make_server: Callable[..., LightServer]
) -> None:
    server = make_server(ASSISTANT_REDIS_URL=redis_server.url)
    until(lambda: server.works("redis"))
    redis_server.kill()
    until(lambda: not server.works("redis"), WITHIN)
    assert server.ready().status_code == 200
    seller = LightSeller(server).begin()
    assert seller.send("une question").status_code == 202
    assert until(seller.answers) == ["faq_block_buyer"]
    redis_server.start()
    until(lambda: server.works("redis"))


@pytest.fixture(scope="module")
def slack_like() -> Iterator[Listening]:
    made = Listening()
    made.start()
    yield made
    made.stop()


def test_slack_is_away_and_hears_of_it_later(
    slack_like: Listening, make_server: Callable[..., LightServer], tmp_path: Path
) -> None:
    heard: list[str] = []

    async def fails(request: Request) -> PlainTextResponse:
        return PlainTextResponse("", 503)

    async def works(request: Request) -> JSONResponse:
        heard.append(request.path_params["method"])
        return JSONResponse({"ok": True})

    slack_like.app = Starlette(routes=[Route("/api/{method}", fails, methods=["POST"])])
    server = make_server(
        **slack_settings(f"http://127.0.0.1:{slack_like.port}/api/"),
    )
    assert server.works("slack")
    store = SqlSlackStore(create_engine(f"sqlite:///{tmp_path / 'bot.db'}"))
    early = server.application.clock.now() - timedelta(minutes=4)
    view = {"user_id": "U1", "view": {}}
    call = SlackCall("views.publish", view, key="home:1", lane="user:U1")
    store.put_calls([call], early)
    until(lambda: not server.works("slack"), 30)
    assert server.ready().status_code == 200
    server.comes_to({"assistant_slack_waiting": 1.0})
    until(lambda: server.figures().get("assistant_slack_oldest_seconds", 0) >= 240)
    slack_like.app = Starlette(routes=[Route("/api/{method}", works, methods=["POST"])])
    until(lambda: server.works("slack"), 90)
    assert heard == ["views.publish"]


# The model.


def test_without_a_model_people_answer_until_there_is_one(tmp_path: Path) -> None:
    assistant = LetAssistant()
    assistant.missing = True
    with LightServer(f"sqlite:///{tmp_path / 'bot.db'}", assistant=assistant) as server:
        assert server.http.get("/healthz").status_code == 200
        said = server.ready()
        assert (said.status_code, said.json()["checks"]["model"]["works"]) == (503, False)
        seller = LightSeller(server).begin()
        assert seller.send("une question").status_code == 202
        server.comes_to({"assistant_handoffs_waiting": 1.0})
        responses = seller.answers()
        assert responses[0] == "tool_failure" and len(responses) == 2
        assistant.missing = False
        until(lambda: server.ready().status_code == 200)
        assert seller.send("et maintenant ?").status_code == 202
        assert until(lambda: seller.answers()[2:]) == ["faq_block_buyer"]


# Clocks.


def test_a_wrong_clock_is_told(on_postgres: Callable[..., LightServer]) -> None:
    clock = MovableClock()
    server = on_postgres(clock=clock)
    assert server.works("clock")
    clock.move(timedelta(seconds=30))
    until(lambda: not server.works("clock"), WITHIN)
    assert server.ready().status_code == 200
    until(lambda: 29 < server.figures().get("assistant_clock_skew_seconds", 0) < 31)
    clock.move(timedelta(seconds=-30))
    until(lambda: server.works("clock"))
