"""A marketplace over HTTP, as docs/marketplace-api and the reference server describe it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

from bot.errors import (
    ExtensionRefused,
    MarketplaceUnavailable,
    OrderNotFound,
    OutcomeUnknown,
)
from bot.marketplace.orders import ExtensionRequest, Order
from bot.marketplace.wire import extension_from, order_from, refusal_from

T = TypeVar("T")


class HttpMarketplace:
    """Implements the port Marketplace.

    A request that may have been acted on is sent again under its key, ``retries`` times at
    most; what is then still not answered is OutcomeUnknown. Times are in seconds.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        connect_timeout: float = 2.0,
        read_timeout: float = 4.0,
        retries: int = 1,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._timeout = (connect_timeout, read_timeout)
        self._tries = retries + 1
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {api_key}"
        self._session.trust_env = False
        adapter = HTTPAdapter(pool_maxsize=32)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders, newest placed first."""
        body = self._get(f"{_seller(seller_id)}/orders")
        return _readable(lambda: [order_from(raw) for raw in body["orders"]])

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller; raises OrderNotFound."""
        body = self._get(f"{_seller(seller_id)}/orders/{quote(number, safe='')}")
        return _readable(lambda: order_from(body))

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``, or None."""
        try:
            body = self._get(f"{_seller(seller_id)}/extensions/{quote(key, safe='')}")
        except OrderNotFound:
            return None
        return _readable(lambda: extension_from(body))

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks for more days, once per key; see the port."""
        path = f"{_seller(seller_id)}/orders/{quote(number, safe='')}/extensions"
        sent = {"days": days, "reason": reason}
        reached = False
        cause: Exception | None = None
        for _ in range(self._tries):
            try:
                response = self._session.post(
                    self._base + path,
                    json=sent,
                    headers={"Idempotency-Key": key},
                    timeout=self._timeout,
                )
            except requests.ConnectTimeout as error:
                cause = error
                continue
            except requests.ConnectionError as error:
                reached = reached or not _never_connected(error)
                cause = error
                continue
            except requests.RequestException as error:
                reached, cause = True, error
                continue
            if response.status_code == 503:
                cause = requests.HTTPError("503")
                continue
            if response.status_code >= 500:
                reached, cause = True, requests.HTTPError(str(response.status_code))
                continue
            return self._requested(response, number)
        kind = OutcomeUnknown if reached else MarketplaceUnavailable
        raise kind("the marketplace did not answer the request") from cause

    @staticmethod
    def _requested(response: requests.Response, number: str) -> ExtensionRequest:
        if response.status_code == 404:
            raise OrderNotFound(number)
        try:
            body = response.json()
            if response.status_code == 409:
                raise ExtensionRefused(refusal_from(body["refusal"]))
            if response.ok:
                return extension_from(body)
        except (ValueError, KeyError, TypeError) as error:
            raise OutcomeUnknown("the marketplace's answer is unreadable") from error
        raise MarketplaceUnavailable(f"the marketplace refused: {response.status_code}")

    def _get(self, path: str) -> Any:
        cause: Exception | None = None
        for _ in range(self._tries):
            try:
                response = self._session.get(self._base + path, timeout=self._timeout)
                if response.status_code == 404:
                    raise OrderNotFound(path)
                response.raise_for_status()
                return response.json()
            except requests.ReadTimeout as error:
                cause = error
                break  # a second wait as long would keep a seller waiting
            except (requests.RequestException, ValueError) as error:
                cause = error
        raise MarketplaceUnavailable("the marketplace did not answer") from cause


def _seller(seller_id: str) -> str:
    return f"/v1/sellers/{quote(seller_id, safe='')}"


def _never_connected(error: requests.ConnectionError) -> bool:
    """Tells whether the connection was refused, so that nothing can have been sent."""
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)


def _readable(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError) as error:
        raise MarketplaceUnavailable("the marketplace's answer is unreadable") from error
