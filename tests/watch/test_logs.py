"""One line an event, one id from the widget to the marketplace, and nobody's words or secrets."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.adapters.structured_logs import configure_logs
from bot.errors import StorageError
from bot.services.ports import Turn
from bot.support.conversations import Job
from bot.support.request_ids import (
    current_request_id,
    new_request_id,
    read_request_id,
    under_request_id,
)
from bot.web.observed import surface_of
from tests.adapters.conftest import Listening
from tests.waiting import until
from tests.watch.conftest import LightSeller, LightServer

API_KEY = "an-api-key-of-these-tests"


class Log:
    """All that was logged, as it was written."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, request_id: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("request_id") == request_id]

    def by(self, logger: str) -> list[dict[str, Any]]:
        """Without what servers that still end say meanwhile."""
        return [line for line in self.lines if line.get("logger") == logger]


@pytest.fixture
def log() -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs("DEBUG", as_json=True, stream=stream)
    for noisy in ("asyncio", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    yield Log(stream)
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


@pytest.fixture(scope="module")
def listening() -> Iterator[Listening]:
    made = Listening()
    made.start()
    yield made
    made.stop()


def test_one_id_leads_from_the_widget_to_the_marketplace_and_to_jobs(
    log: Log, listening: Listening, make_server: Callable[..., LightServer]
) -> None:
    heard: list[str] = []

    async def orders(request: Request) -> JSONResponse:
        heard.append(request.headers["x-request-id"])
        return JSONResponse({"orders": []})

    listening.app = Starlette(routes=[Route("/v1/sellers/{seller}/orders", orders)])
    server = make_server(
        ASSISTANT_MARKETPLACE_URL=f"http://127.0.0.1:{listening.port}",
        ASSISTANT_MARKETPLACE_KEY=API_KEY,
    )
    application = server.application
    in_jobs: list[str] = []

    def job_ran(job: Job) -> bool:
        in_jobs.append(current_request_id())
        return True

    def asked(turn: Turn) -> None:
        application.marketplace.orders_of("lea")
        scope = application.use_cases.scopes.find(turn.conversation_id)
        scope.jobs.append(Job(f"seen:{turn.conversation_id}", "seen", application.clock.now()))

    application.jobs.also({"seen": job_ran})
    server.assistant.asked = asked
    sent = uuid.uuid4().hex
    seller = LightSeller(server).begin()
    answer = seller.send("où en sont mes commandes ?", headers={"X-Request-Id": sent})
    assert answer.headers["x-request-id"] == sent
    until(seller.answers)
    until(lambda: in_jobs)
    assert (heard, in_jobs) == ([sent], [sent])
    (stored, _) = application.store.messages_after(seller.conversation, 0)
    assert stored.request_id == sent
    # A request is logged when its last byte is out: a client may be faster than the log.
    (line,) = until(lambda: [line for line in log.of(sent) if line.get("method") == "POST"])
    assert (line["status"], line["level"], line["path"]) == (
        202,
        "info",
        "/api/site/v1/conversations/{conversation}/messages",
    )


def test_a_turn_that_fails_is_logged_under_the_id_of_its_message(
    log: Log, server: LightServer
) -> None:
    server.assistant.broken = True
    sent, seller = uuid.uuid4().hex, LightSeller(server).begin()
    seller.send("une question", headers={"X-Request-Id": sent})
    until(seller.answers)
    failed = [line for line in log.of(sent) if "failed" in line["event"]]
    assert len(failed) == 3  # each try, also those that another request did not begin
    assert seller.conversation in failed[0]["event"]


def test_a_refusal_carries_the_id_for_whoever_helps(log: Log, server: LightServer) -> None:
    seller = LightSeller(server)
    sent = str(uuid.uuid4())
    answer = seller.call("GET", "/conversations/c_none/messages", headers={"X-Request-Id": sent})
    assert answer.json()["error"]["request_id"] == sent == answer.headers["x-request-id"]
    until(lambda: any(line.get("status") == 404 for line in log.of(sent)))


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "0612345678",
        "lea@example.com",
        "x" * 32,
        "A" * 32,
        "4970 1012 3456 7890",
        f"{'a' * 32}\n",
        "a" * 33,
    ],
)
def test_an_id_that_could_say_something_is_not_taken(sent: str) -> None:
    assert read_request_id(sent) != sent
    assert read_request_id(new := new_request_id()) == new
    assert read_request_id(None)


def test_no_words_no_secrets_and_no_query_in_the_log(log: Log, server: LightServer) -> None:
    seller = LightSeller(server).begin()
    secret = "mon-mot-de-passe-tres-secret"
    server.assistant.broken = True
    seller.send(f"mon numéro est le 06 12 34 56 78 et {secret}")
    seller.call("GET", f"/session?token={seller.token}")
    server.http.get("/console/login", params={"token": secret})
    httpx.get(f"{server.address}/nothing", params={"q": secret}, timeout=20)
    until(seller.answers)
    httpx.get(f"{server.address}/{secret}", timeout=20)
    seller.call("GET", f"/conversations/{secret}/messages")
    for leaked in (secret, seller.token, "06 12 34", "token="):
        assert leaked not in log.text
    assert [line for line in log.lines if line.get("path") == "/console/login"]


def test_an_exception_is_described_without_quoting_anybody(log: Log) -> None:
    logger = logging.getLogger("bot.tests")
    try:
        try:
            int("le code de ma carte est 1234")
        except ValueError as error:
            raise StorageError("the database refused: DataError") from error
    except StorageError:
        logger.exception("turn in %s failed", "c_1")
    (line,) = log.by("bot.tests")
    ours, theirs = line["error"]
    assert (ours["kind"], ours["says"]) == ("StorageError", "the database refused: DataError")
    assert theirs["kind"] == "ValueError" and "says" not in theirs
    assert "test_logs.py" in theirs["at"][-1]
    assert "carte" not in log.text


def test_personal_data_is_masked_wherever_it_comes_from(log: Log) -> None:
    logger = logging.getLogger("bot.tests")
    logger.warning("from %s", "lea.martin@example.com", extra={"fields": {"to": "06 12 34 56 78"}})
    (line,) = log.by("bot.tests")
    assert (line["event"], line["to"]) == ("from [e-mail masqué]", "[téléphone masqué]")


def test_rasas_own_lines_come_without_what_they_carry(log: Log) -> None:
    structlog.get_logger("rasa.core").error("processor.failed", text="ce que dit le vendeur")
    (line,) = log.by("rasa.core")
    assert line["event"] == "processor.failed" and "vendeur" not in log.text


def test_a_failure_nobody_foresaw_is_logged_once_with_its_id(
    log: Log, server: LightServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*arguments: Any) -> Any:
        raise RuntimeError("ce que dit le vendeur")

    monkeypatch.setattr(server.application.site, "conversations_of", breaks)
    seller, sent = LightSeller(server), uuid.uuid4().hex
    answer = seller.call("GET", "/conversations", headers={"X-Request-Id": sent})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert answer.json()["error"]["request_id"] == sent
    until(lambda: any("error" in line for line in log.of(sent)))
    failures = [line for line in log.lines if "error" in line]
    assert [line["request_id"] for line in failures] == [sent]
    assert "vendeur" not in log.text


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs("INFO", as_json=False, stream=stream)
    with under_request_id(None):
        logging.getLogger("bot.web").info("ready: model %s", "m1")
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)
    assert stream.getvalue().endswith("INFO    bot.web  ready: model m1\n")


@pytest.mark.parametrize(
    ("path", "surface"),
    [
        ("/api/site/v1/session", "site"),
        ("/metrics", "health"),
        ("/console/stats", "console"),
        ("/wp-login.php", "other"),
        ("/webhooks/rest/webhook", "rest"),
    ],
)
def test_every_path_belongs_to_one_of_few_surfaces(path: str, surface: str) -> None:
    assert surface_of(path) == surface
