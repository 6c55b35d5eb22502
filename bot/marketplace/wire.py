"""Orders, extension requests and refusals as JSON, the same for server, client and storage."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from bot.marketplace.extensions import ExtensionRefusal, RefusalReason
from bot.marketplace.orders import (
    Cancellation,
    CancellationCause,
    CancellationRequest,
    ExtensionRequest,
    ExtensionState,
    Order,
    OrderStatus,
    Party,
)

LONGEST_KEY = 200  # characters of an idempotency key

T = TypeVar("T")
E = TypeVar("E", bound=enum.Enum)

_KEY = re.compile(rf"(?=.*[A-Za-z0-9])[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")


def is_key(text: str) -> bool:
    """Tells whether a text may be an idempotency key: visible ASCII, fit for header and path."""
    return _KEY.fullmatch(text) is not None


def to_json(value: Any) -> Any:
    """Returns an order, a request or a refusal as plain JSON; moments as ISO 8601 in UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, str):  # half of a surrogate pair fits in no UTF-8 body
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def order_from(raw: object) -> Order:
    """Returns the order of a JSON object; raises ValueError if it is none."""
    fields = _Fields(raw)
    return Order(
        number=fields.text("number"),
        seller_id=fields.text("seller_id"),
        buyer_id=fields.text("buyer_id"),
        buyer_name=fields.text("buyer_name"),
        title=fields.text("title"),
        status=fields.member("status", OrderStatus),
        placed_at=fields.moment("placed_at"),
        delivery_days=fields.whole("delivery_days"),
        due_at=fields.optional("due_at", _moment),
        delivered_at=fields.optional("delivered_at", _moment),
        completed_at=fields.optional("completed_at", _moment),
        cancellation=fields.optional("cancellation", _cancellation),
        cancellation_request=fields.optional("cancellation_request", _cancellation_request),
        extension=fields.optional("extension", extension_from),
        version=fields.optional("version", _whole) or 1,
    )


def extension_from(raw: object) -> ExtensionRequest:
    """Returns the extension request of a JSON object; raises ValueError if it is none."""
    fields = _Fields(raw)
    return ExtensionRequest(
        id=fields.text("id"),
        order_number=fields.text("order_number"),
        days=fields.whole("days"),
        reason=fields.text("reason"),
        asked_at=fields.moment("asked_at"),
        answer_by=fields.moment("answer_by"),
        state=fields.member("state", ExtensionState),
        previous_due_at=fields.moment("previous_due_at"),
        answered_at=fields.optional("answered_at", _moment),
    )


def refusal_from(raw: object) -> ExtensionRefusal:
    """Returns the refusal of a JSON object; raises ValueError if it is none."""
    fields = _Fields(raw)
    return ExtensionRefusal(
        reason=fields.member("reason", RefusalReason),
        order_number=fields.text("order_number"),
        days=fields.optional("days", _whole),
        minimum_days=fields.optional("minimum_days", _whole),
        answer_by=fields.optional("answer_by", _moment),
    )


def _cancellation(raw: object) -> Cancellation:
    fields = _Fields(raw)
    cause = fields.optional("cause", CancellationCause)
    return Cancellation(
        cancelled_at=fields.moment("cancelled_at"),
        cancelled_by=fields.member("cancelled_by", Party),
        mutual=fields.flag("mutual"),
        status_before=fields.member("status_before", OrderStatus),
        cause=CancellationCause.ORDINARY if cause is None else cause,
        buyer_reordered_at=fields.optional("buyer_reordered_at", _moment),
    )


def _cancellation_request(raw: object) -> CancellationRequest:
    fields = _Fields(raw)
    return CancellationRequest(
        fields.member("asked_by", Party), fields.moment("asked_at"), fields.moment("answer_by")
    )


class _Fields:
    """Reads the fields of a JSON object by type; others are left alone, for servers that grow."""

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, Mapping):
            raise ValueError("no JSON object")
        self._raw = raw

    def text(self, name: str) -> str:
        value = self._raw.get(name)
        if not isinstance(value, str):
            raise ValueError(f"{name} is no text")
        return value

    def whole(self, name: str) -> int:
        return _whole(self._raw.get(name))

    def flag(self, name: str) -> bool:
        value = self._raw.get(name)
        if not isinstance(value, bool):
            raise ValueError(f"{name} is neither true nor false")
        return value

    def moment(self, name: str) -> datetime:
        return _moment(self._raw.get(name))

    def member(self, name: str, kind: type[E]) -> E:
        return kind(self._raw.get(name))

    def optional(self, name: str, read: Callable[[Any], T]) -> T | None:
        value = self._raw.get(name)
        return None if value is None else read(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no whole number")
    return value


def _moment(value: object) -> datetime:
    """Returns an RFC 3339 moment in UTC, cut to microseconds."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("no moment with a time zone")
    day, time, fraction, zone = found.groups()
    offset = "+00:00" if zone in "Zz" else zone
    text = f"{day}T{time}.{(fraction or '')[:6]:0<6}{offset}"
    try:
        return datetime.fromisoformat(text).astimezone(timezone.utc)
    except OverflowError as error:  # the very first or last day, seen from elsewhere
        raise ValueError("a moment outside the calendar") from error
