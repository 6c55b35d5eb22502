"""A marketplace over HTTP, as bot/web/marketplace_api/openapi.json describes it."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError

from bot.errors import (
    BadInput,
    ExtensionRefused,
    MarketplaceUnavailable,
    OrderNotFound,
    OutcomeUnknown,
)
from bot.marketplace.extensions import MAX_REASON
from bot.marketplace.orders import ExtensionRequest, Order
from bot.marketplace.wire import extension_from, is_key, order_from, refusal_from, to_json
from bot.support.request_ids import current_request_id

LARGEST_ANSWER = 8 * 1024 * 1024
FIRST_PAUSE = 0.05  # seconds before the second try; doubled for each further one

T = TypeVar("T")


class HttpMarketplace:
    """Implements the ports Marketplace and OrderDirectory. Times are in seconds.

    What may be repeated is sent again, ``retries`` times at most and within ``total_timeout``;
    asking for an extension may be, under its key. What is then still not answered is
    OutcomeUnknown if it may have been acted on.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        connect_timeout: float = 2.0,
        read_timeout: float = 4.0,
        retries: int = 2,
        total_timeout: float = 10.0,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._timeouts = (connect_timeout, read_timeout)
        self._tries = retries + 1
        self._total_timeout = total_timeout
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {api_key}"
        self._session.trust_env = False  # a .netrc would replace the key
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_maxsize=32)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Closes idle connections."""
        self._session.close()

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders, newest placed first."""
        if not _is_segment(seller_id):
            return []
        try:
            body = self._get(f"{_seller(seller_id)}/orders")
        except OrderNotFound as error:  # no empty list, so the address must be wrong
            raise MarketplaceUnavailable("the marketplace has no list of orders there") from error
        found = _readable(lambda: [_own(order_from(raw), seller_id) for raw in _listed(body)])
        return sorted(found, key=lambda order: order.placed_at, reverse=True)

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller; raises OrderNotFound."""
        body = self._get(_order_path(seller_id, number))
        return _readable(lambda: _own(order_from(body), seller_id))

    def find_order(self, number: str) -> Order:
        """Returns an order, whoever's it is; raises OrderNotFound."""
        if not _is_segment(number):
            raise OrderNotFound(number)
        body = self._get(f"/v1/orders/{quote(number, safe='')}")
        return _readable(lambda: order_from(body))

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``, or None."""
        if not (_is_segment(seller_id) and is_key(key)):
            return None
        try:
            body = self._get(f"{_seller(seller_id)}/extensions/{quote(key, safe='')}")
        except OrderNotFound:
            return None
        return _readable(lambda: extension_from(body))

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks for more days, once per key; see the port.

        Raises BadInput for a key that is no visible ASCII, or too long.
        """
        if not is_key(key):
            raise BadInput("an idempotency key is 1 to 200 visible ASCII characters")
        path = f"{_order_path(seller_id, number)}/extensions"
        sent = {"days": days, "reason": to_json(reason.strip()[:MAX_REASON])}
        may_have_acted = False
        cause: Exception | None = None
        for deadline in self._attempts():
            try:
                answer = self._send(
                    "POST", path, deadline, json=sent, headers={"Idempotency-Key": key}
                )
            except (requests.RequestException, HTTPError) as error:
                may_have_acted = may_have_acted or not _never_sent(error)
                cause = error
                continue
            if answer.status < 500:
                return _requested(answer, number, may_have_acted)
            may_have_acted = may_have_acted or answer.status != 503
            cause = requests.HTTPError(str(answer.status))
        kind = OutcomeUnknown if may_have_acted else MarketplaceUnavailable
        raise kind("the marketplace did not answer the request") from cause

    def _get(self, path: str) -> Any:
        """Returns an answer's JSON; raises OrderNotFound (404) or MarketplaceUnavailable."""
        cause: Exception | None = None
        for deadline in self._attempts():
            try:
                answer = self._send("GET", path, deadline)
            except requests.ReadTimeout as error:
                cause = error
                break  # a second wait as long would keep a seller waiting
            except (requests.RequestException, HTTPError) as error:
                cause = error
                continue
            if answer.status == 404:
                raise OrderNotFound("not there")
            if answer.status == 200:
                return _readable(answer.json)
            cause = requests.HTTPError(str(answer.status))
            if answer.status < 500:
                break
        raise MarketplaceUnavailable("the marketplace did not answer") from cause

    def _attempts(self) -> Iterator[float]:
        """Yields the deadline for each try, with a pause in between, while there is time."""
        deadline = time.monotonic() + self._total_timeout
        pause = FIRST_PAUSE
        yield deadline
        for _ in range(self._tries - 1):
            if time.monotonic() + pause >= deadline:
                return
            time.sleep(pause)
            pause *= 2
            yield deadline

    def _send(self, method: str, path: str, deadline: float, **more: Any) -> _Answer:
        left = max(deadline - time.monotonic(), 0.01)
        headers = {**more.pop("headers", {}), "X-Request-Id": current_request_id()}
        connect, read = (min(limit, left) for limit in self._timeouts)
        url = self._base + path
        with self._session.request(
            method, url, timeout=(connect, read), stream=True, allow_redirects=False,
            headers=headers, **more,
        ) as response:  # fmt: skip
            return _Answer(response.status_code, _read_all(response, deadline))


class _Answer(NamedTuple):
    status: int
    content: bytes

    def json(self) -> Any:
        """Returns the JSON; raises ValueError, also for what is nested beyond reason."""
        try:
            return json.loads(self.content)
        except RecursionError as error:
            raise ValueError("too deep") from error


def _read_all(response: requests.Response, deadline: float) -> bytes:
    """Reads a body in the pieces that come: each wait is bounded, and so is their sum."""
    content = bytearray()
    while piece := response.raw.read1(65536, decode_content=True):
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise requests.exceptions.ContentDecodingError("the answer is too large")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer takes too long")
    return bytes(content)


def _requested(answer: _Answer, number: str, may_have_acted: bool) -> ExtensionRequest:
    """Returns the request that an answer below 500 tells of, or raises what it says."""
    if answer.status == 404:
        raise OrderNotFound(number)
    try:
        if answer.status == 409:
            body = answer.json()
            raise ExtensionRefused(refusal_from(body["refusal"] if isinstance(body, dict) else {}))
        if answer.status in (200, 201):
            return extension_from(answer.json())
    except (ValueError, KeyError) as error:
        raise OutcomeUnknown("the marketplace's answer is unreadable") from error
    kind = OutcomeUnknown if may_have_acted or 200 <= answer.status < 300 else None
    raise (kind or MarketplaceUnavailable)(f"the marketplace answered {answer.status}")


def _never_sent(error: Exception) -> bool:
    """Tells whether nothing of a request can have left: there was no connection for it."""
    if isinstance(error, (requests.ConnectTimeout, ValueError)):  # ValueError: a bad address
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError) or isinstance(
        getattr(reason, "args", (None,))[0], ssl.SSLCertVerificationError
    )


def _is_segment(text: str) -> bool:
    """Tells whether a text can be one segment of a path; nothing else names an order."""
    return text.isprintable() and text not in ("", ".", "..") and "/" not in text


def _seller(seller_id: str) -> str:
    return f"/v1/sellers/{quote(seller_id, safe='')}"


def _order_path(seller_id: str, number: str) -> str:
    if not (_is_segment(seller_id) and _is_segment(number)):
        raise OrderNotFound(number)
    return f"{_seller(seller_id)}/orders/{quote(number, safe='')}"


def _listed(body: Any) -> list[Any]:
    found = body.get("orders") if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise ValueError("no list of orders")
    return found


def _own(order: Order, seller_id: str) -> Order:
    """Returns the order if it is the seller's: never show what a marketplace mixed up."""
    if order.seller_id != seller_id:
        raise ValueError("somebody else's order")
    return order


def _readable(read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise MarketplaceUnavailable("the marketplace's answer is unreadable") from error
