"""The HTTP adapter before servers that hang, cut, fail and talk nonsense."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.adapters.marketplace_http import HttpMarketplace
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.errors import (
    ExtensionRefused,
    MarketplaceError,
    MarketplaceUnavailable,
    OrderNotFound,
    OutcomeUnknown,
)
from bot.marketplace.orders import Order
from bot.marketplace.wire import to_json

NUMBER = "FO21B8A4C9"
TOTAL = 1.5
Fault = Callable[["FaultyServer", socket.socket, bytes], None]


class FaultyServer:
    """Stands before the reference server and does to each request what ``faults`` says.

    Faults are used up one per request of that method; without one a request passes.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.faults: dict[str, list[Fault]] = {"GET": [], "POST": []}
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):  # wakes the thread that accepts
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def forward(self, request: bytes) -> bytes:
        """Lets the reference server act, and returns its whole answer."""
        head, _, body = request.partition(b"\r\n\r\n")
        asked = head + b"\r\nConnection: close\r\n\r\n" + body
        with socket.create_connection(("127.0.0.1", self._target), timeout=10) as server:
            server.sendall(asked)
            answer = b""
            while piece := server.recv(65536):
                answer += piece
        return answer

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=[connection], daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            request = _read_request(connection)
            if not request:
                return
            self.requests.append(request)
            faults = self.faults[request.split(b" ", 1)[0].decode()]
            fault = faults.pop(0) if faults else passes
            try:
                fault(self, connection, request)
            except OSError:
                return  # the client had enough, as it should


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            return b""
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.lower() for line in head.split(b"\r\n")]
    length = next((int(ln.split(b":")[1]) for ln in lines if ln.startswith(b"content-length")), 0)
    while len(body) < length:
        piece = connection.recv(65536)
        request, body = request + piece, body + piece
    return request


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def passes(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    connection.sendall(server.forward(request))


def cuts_before_acting(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    """Closes without a word."""


def cuts_after_acting(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    server.forward(request)


def acts_and_dies(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    server.forward(request)
    server.close()


def hangs_after_acting(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    server.forward(request)
    server.closing.wait(20)


def cuts_its_answer(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    connection.sendall(server.forward(request)[:-20])


def drips(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
    """Answers a byte at a time, each well within the read time-out."""
    head, _, body = server.forward(request).partition(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n")
    for index in range(len(body)):
        connection.sendall(body[index : index + 1])
        if server.closing.wait(0.1):
            return


def says(status: str, body: bytes = b"", *headers: str, act: bool = False) -> Fault:
    """Returns a fault: this answer, whether or not the server acted."""

    def fault(server: FaultyServer, connection: socket.socket, request: bytes) -> None:
        if act:
            server.forward(request)
        connection.sendall(answer(status, body, *headers))

    return fault


@pytest.fixture
def server(api_port: int) -> Iterator[FaultyServer]:
    made = FaultyServer(api_port)
    yield made
    made.close()


@pytest.fixture
def client(server: FaultyServer, api_key: str) -> Iterator[HttpMarketplace]:
    """Waits long enough for what is answered at all, on a busy machine too."""
    address = f"http://127.0.0.1:{server.port}"
    made = HttpMarketplace(address, api_key, read_timeout=3, total_timeout=12)
    yield made
    made.close()


@pytest.fixture
def hurried(server: FaultyServer, api_key: str) -> Iterator[HttpMarketplace]:
    """Has soon waited enough: for what is never answered."""
    address = f"http://127.0.0.1:{server.port}"
    made = HttpMarketplace(address, api_key, read_timeout=1, total_timeout=TOTAL)
    yield made
    made.close()


def ask(client: HttpMarketplace) -> Any:
    return client.request_extension("lea", NUMBER, 3, "Fichiers reçus tard.", "k1")


READS: dict[str, Callable[[HttpMarketplace], Any]] = {
    "orders_of": lambda client: client.orders_of("lea"),
    "order": lambda client: client.order("lea", NUMBER),
    "find_extension": lambda client: client.find_extension("lea", "k1"),
}


# Asking: after a failure the outcome is either certain or said to be unknown


@pytest.mark.parametrize(
    "fault",
    [cuts_after_acting, hangs_after_acting, cuts_its_answer, says("500 Oops", act=True),
     says("504 Gateway Timeout", act=True), says("502 Bad Gateway", act=True)],
)  # fmt: skip
def test_it_acted_and_never_said_so(
    server: FaultyServer,
    client: HttpMarketplace,
    place: Any,
    embedded: SqlMarketplace,
    fault: Fault,
) -> None:
    place()
    server.faults["POST"] = [fault] * 3
    with pytest.raises(OutcomeUnknown) as caught:
        ask(client)
    assert caught.value.__cause__ is not None
    assert len(server.requests) == 3
    assert all(b"idempotency-key: k1" in request.lower() for request in server.requests)
    (made,) = embedded.requests_of(NUMBER)
    assert client.find_extension("lea", "k1") == made  # the truth can be found out


@pytest.mark.parametrize(
    "fault", [cuts_after_acting, cuts_before_acting, hangs_after_acting, cuts_its_answer,
              says("500 Oops", act=True), says("503 Busy")],
)  # fmt: skip
def test_asked_again_under_the_same_key_it_is_done_once(
    server: FaultyServer,
    client: HttpMarketplace,
    place: Any,
    embedded: SqlMarketplace,
    fault: Fault,
) -> None:
    place()
    server.faults["POST"] = [fault]
    made = ask(client)
    assert embedded.requests_of(NUMBER) == [made]
    assert len(server.requests) == 2


def test_it_never_acted_and_nobody_can_know(
    server: FaultyServer, client: HttpMarketplace, place: Any, embedded: SqlMarketplace
) -> None:
    place()
    server.faults["POST"] = [cuts_before_acting] * 3
    with pytest.raises(OutcomeUnknown):
        ask(client)
    assert client.find_extension("lea", "k1") is None
    assert embedded.requests_of(NUMBER) == []


def test_503_did_nothing(server: FaultyServer, client: HttpMarketplace, place: Any) -> None:
    place()
    server.faults["POST"] = [says("503 Busy")] * 3
    with pytest.raises(MarketplaceUnavailable):
        ask(client)
    assert len(server.requests) == 3


@pytest.mark.parametrize("last", ["503 Busy", "401 Unauthorized", "429 Too Many Requests"])
def test_a_later_no_says_nothing_about_an_earlier_silence(
    server: FaultyServer, client: HttpMarketplace, place: Any, last: str
) -> None:
    place()
    server.faults["POST"] = [cuts_after_acting, says(last), says(last)]
    with pytest.raises(OutcomeUnknown):
        ask(client)


def test_a_server_gone_since_says_nothing_about_an_earlier_silence(
    server: FaultyServer, client: HttpMarketplace, place: Any, embedded: SqlMarketplace
) -> None:
    place()
    server.faults["POST"] = [acts_and_dies]
    with pytest.raises(OutcomeUnknown):
        ask(client)
    assert len(server.requests) == len(embedded.requests_of(NUMBER)) == 1


@pytest.mark.parametrize("status", ["400 Bad", "401 No", "405 No", "429 Slow", "302 Found"])
def test_a_clear_no_did_nothing(
    server: FaultyServer, client: HttpMarketplace, place: Any, status: str
) -> None:
    place()
    elsewhere = f"Location: http://127.0.0.1:{server.port}/v1/sellers/lea/orders"
    server.faults["POST"] = [says(status, b"<html>", elsewhere)]
    with pytest.raises(MarketplaceUnavailable):
        ask(client)
    assert len(server.requests) == 1


def test_an_order_that_is_gone_meanwhile(
    server: FaultyServer, client: HttpMarketplace, place: Any
) -> None:
    place()
    server.faults["POST"] = [says("404 Not Found", b"gone")]
    with pytest.raises(OrderNotFound):
        ask(client)


def test_all_tries_together_end_in_time(
    server: FaultyServer, hurried: HttpMarketplace, place: Any
) -> None:
    place()
    server.faults["POST"] = [hangs_after_acting] * 9
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        ask(hurried)
    assert time.monotonic() - started < 10  # it hangs for 20
    assert len(server.requests) <= 2  # no time was left for the third try


GARBAGE = [b"", b"<html>", b"null", b"[]", b"7", b'"x"', b"{}", b'{"orders": 3}',
           b'{"orders": [[]]}', b'{"refusal": []}', b'{"refusal": {"reason": "whim"}}',
           b"\xff\xfe", b"{" * 50, b"[" * 200_000, b'{"id": "x"}']  # fmt: skip


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "409 Conflict"])
@pytest.mark.parametrize("body", GARBAGE)
def test_an_unreadable_answer_is_an_unknown_outcome(
    server: FaultyServer, client: HttpMarketplace, place: Any, status: str, body: bytes
) -> None:
    place()
    server.faults["POST"] = [says(status, body)]
    with pytest.raises(OutcomeUnknown):
        ask(client)


def test_a_wrong_content_coding_is_an_unknown_outcome(
    server: FaultyServer, client: HttpMarketplace, place: Any
) -> None:
    place()
    server.faults["POST"] = [says("200 OK", b"no gzip", "Content-Encoding: gzip")] * 3
    with pytest.raises(OutcomeUnknown):
        ask(client)


# Reading


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("body", GARBAGE)
def test_an_unreadable_answer_is_unavailable(
    server: FaultyServer, client: HttpMarketplace, read: str, body: bytes
) -> None:
    server.faults["GET"] = [says("200 OK", body)]
    with pytest.raises(MarketplaceUnavailable):
        READS[read](client)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    "fault", [cuts_before_acting, says("500 Oops"), says("503 Busy"), cuts_its_answer]
)
def test_reading_is_tried_again(
    server: FaultyServer, client: HttpMarketplace, place: Any, read: str, fault: Fault
) -> None:
    place()
    expected = READS[read](client)
    server.faults["GET"] = [fault] * 2
    assert READS[read](client) == expected
    server.faults["GET"] = [fault] * 3
    with pytest.raises(MarketplaceUnavailable):
        READS[read](client)


@pytest.mark.parametrize("read", READS)
def test_a_server_that_hangs_costs_one_read_timeout(
    server: FaultyServer, hurried: HttpMarketplace, read: str
) -> None:
    server.faults["GET"] = [hangs_after_acting] * 3
    with pytest.raises(MarketplaceUnavailable):
        READS[read](hurried)
    assert len(server.requests) == 1


def test_a_server_that_drips_ends_in_time(
    server: FaultyServer, hurried: HttpMarketplace, place: Any
) -> None:
    place()
    server.faults["GET"] = [drips] * 3
    started = time.monotonic()
    with pytest.raises(MarketplaceUnavailable):
        hurried.order("lea", NUMBER)
    assert time.monotonic() - started < TOTAL + 3


def test_an_endless_answer_is_not_kept(
    server: FaultyServer, client: HttpMarketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.marketplace_http.LARGEST_ANSWER", 1000)
    server.faults["GET"] = [says("200 OK", b" " * 100_000)] * 3
    with pytest.raises(MarketplaceUnavailable):
        client.orders_of("lea")


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_the_key_is_not_carried_elsewhere(
    server: FaultyServer, client: HttpMarketplace, status: str
) -> None:
    elsewhere = f"Location: http://127.0.0.1:{server.port}/stolen"
    server.faults["GET"] = [says(status, b"", elsewhere)]
    with pytest.raises(MarketplaceUnavailable):
        client.order("lea", NUMBER)
    assert not any(b"stolen" in request for request in server.requests)


def test_a_list_that_is_not_there_is_not_an_empty_one(
    server: FaultyServer, client: HttpMarketplace
) -> None:
    server.faults["GET"] = [says("404 Not Found")]
    with pytest.raises(MarketplaceUnavailable):
        client.orders_of("lea")


def test_somebody_elses_orders_are_never_shown(
    server: FaultyServer, client: HttpMarketplace, place: Callable[..., Order]
) -> None:
    karims = to_json(place(seller_id="karim"))
    server.faults["GET"] = [
        says("200 OK", json.dumps(karims).encode()),
        says("200 OK", json.dumps({"orders": [karims]}).encode()),
    ]
    with pytest.raises(MarketplaceUnavailable):
        client.order("lea", NUMBER)
    with pytest.raises(MarketplaceUnavailable):
        client.orders_of("lea")


# No server at all


def all_calls(client: HttpMarketplace) -> Iterator[Callable[[], Any]]:
    yield lambda: ask(client)
    for read in READS.values():
        yield lambda read=read: read(client)


def test_a_dead_port_did_nothing(api_key: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for call in all_calls(HttpMarketplace(f"http://127.0.0.1:{port}", api_key)):
        with pytest.raises(MarketplaceUnavailable):
            call()


def test_a_port_that_never_accepts_did_nothing(api_key: str) -> None:
    """The queue of connections is full: connecting itself times out."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        address = f"http://127.0.0.1:{port}"
        client = HttpMarketplace(address, api_key, connect_timeout=0.2, total_timeout=1)
        with pytest.raises(MarketplaceUnavailable):
            ask(client)
        for each in waiting:
            each.close()


@pytest.mark.parametrize("address", ["", "nonsense", "http://", "ftp://127.0.0.1", "http://[::1"])
def test_an_address_that_is_none_did_nothing(api_key: str, address: str) -> None:
    for call in all_calls(HttpMarketplace(address, api_key)):
        with pytest.raises(MarketplaceUnavailable):
            call()


def test_a_wrong_api_key_is_refused(api_port: int, place: Any, embedded: SqlMarketplace) -> None:
    place()
    for call in all_calls(HttpMarketplace(f"http://127.0.0.1:{api_port}", "wrong")):
        with pytest.raises(MarketplaceUnavailable):
            call()
    assert embedded.requests_of(NUMBER) == []


def test_every_error_is_one_of_the_ports(
    server: FaultyServer, client: HttpMarketplace, place: Any
) -> None:
    """Statuses nobody thought of end in the tree too."""
    place()
    for status in range(200, 600, 7):
        server.faults = {"GET": [says(f"{status} X", b"{}")], "POST": [says(f"{status} X", b"{}")]}
        for call in (lambda: ask(client), lambda: client.order("lea", NUMBER)):
            try:
                call()
            except MarketplaceError as error:
                assert not isinstance(error, ExtensionRefused)
