"""A marketplace that is counted, and one that is spared while it hangs: both around another one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.errors import (
    ExtensionRefused,
    MarketplaceUnavailable,
    OrderNotFound,
    OutcomeUnknown,
)
from bot.marketplace.orders import ExtensionRequest, Order
from bot.services.ports import OrderBook
from bot.services.watch_ports import Meters

T = TypeVar("T")

_OUTCOMES: dict[type[Exception], str] = {
    OrderNotFound: "not_found",
    ExtensionRefused: "refused",
    MarketplaceUnavailable: "unavailable",
    OutcomeUnknown: "unknown",
}


class _Around:
    """Passes every call on to another marketplace, by way of ``_call``."""

    def __init__(self, inner: OrderBook) -> None:
        self._inner = inner

    def _call(self, operation: str, call: Callable[[], T]) -> T:
        raise NotImplementedError

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders; see the port."""
        return self._call("orders_of", lambda: self._inner.orders_of(seller_id))

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller; see the port."""
        return self._call("order", lambda: self._inner.order(seller_id, number))

    def find_order(self, number: str) -> Order:
        """Returns an order, whoever's it is; see the port."""
        return self._call("find_order", lambda: self._inner.find_order(number))

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks for more days, once per key; see the port."""
        return self._call(
            "request_extension",
            lambda: self._inner.request_extension(seller_id, number, days, reason, key),
        )

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``; see the port."""
        return self._call("find_extension", lambda: self._inner.find_extension(seller_id, key))


class MeteredMarketplace(_Around):
    """Counts calls, by what became of them, and how long they took."""

    def __init__(self, inner: OrderBook, meters: Meters) -> None:
        super().__init__(inner)
        self._meters = meters

    def _call(self, operation: str, call: Callable[[], T]) -> T:
        began = time.monotonic()
        outcome = "error"
        try:
            found = call()
            outcome = "done"
            return found
        except Exception as error:
            outcome = next((o for kind, o in _OUTCOMES.items() if isinstance(error, kind)), outcome)
            raise
        finally:
            self._meters.marketplace_called(operation, outcome, time.monotonic() - began)


class SparedMarketplace(_Around):
    """Asks no more of a marketplace that hangs: sellers get their answer at once, and so do others.

    After ``failures`` calls in a row that failed slowly nothing is asked for ``rest`` seconds,
    and MarketplaceUnavailable is raised, which is true: nothing was sent. Then one call tries.
    At most ``at_once`` calls run together, so that threads are left for whoever needs no order;
    ``patience`` is how many seconds a call waits for its place.
    """

    def __init__(
        self,
        inner: OrderBook,
        *,
        at_once: int = 12,
        patience: float = 2.0,
        failures: int = 3,
        slow: float = 1.0,
        rest: float = 5.0,
    ) -> None:
        super().__init__(inner)
        self._places = threading.BoundedSemaphore(at_once)
        self._patience = patience
        self._most_failures = failures
        self._slow = slow
        self._rest = rest
        self._lock = threading.Lock()
        self._failed = 0
        self._rests_until = 0.0

    def _call(self, operation: str, call: Callable[[], T]) -> T:
        self._check_rest()
        if not self._places.acquire(timeout=self._patience):
            raise MarketplaceUnavailable("too many calls wait for the marketplace")
        began = time.monotonic()
        try:
            found = call()
        except (MarketplaceUnavailable, OutcomeUnknown):
            self._note(failed=time.monotonic() - began >= self._slow)
            raise
        except Exception:
            self._note(failed=False)
            raise
        finally:
            self._places.release()
        self._note(failed=False)
        return found

    def _check_rest(self) -> None:
        with self._lock:
            if self._failed < self._most_failures:
                return
            now = time.monotonic()
            if now < self._rests_until:
                raise MarketplaceUnavailable("the marketplace hangs and is not asked for a moment")
            self._rests_until = now + self._rest  # this call tries; the others go on waiting

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            if self._failed >= self._most_failures:
                self._rests_until = time.monotonic() + self._rest
