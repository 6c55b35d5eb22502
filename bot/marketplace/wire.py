"""Orders, extension requests and refusals as JSON, the same for server, client and storage."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

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


def to_json(value: Any) -> Any:
    """Returns an order, a request or a refusal as plain JSON; moments as ISO 8601 in UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def order_from(raw: Mapping[str, Any]) -> Order:
    """Returns the order of a JSON object; raises KeyError, TypeError or ValueError."""
    fields = dict(raw)
    for name in ("placed_at", "due_at", "delivered_at", "completed_at"):
        fields[name] = _moment(raw.get(name))
    fields["status"] = OrderStatus(raw["status"])
    fields["cancellation"] = _cancellation(raw.get("cancellation"))
    fields["cancellation_request"] = _cancellation_request(raw.get("cancellation_request"))
    extension = raw.get("extension")
    fields["extension"] = extension_from(extension) if extension else None
    return Order(**_known(fields, Order))


def extension_from(raw: Mapping[str, Any]) -> ExtensionRequest:
    """Returns the extension request of a JSON object; raises like ``order_from``."""
    fields = dict(raw)
    for name in ("asked_at", "answer_by", "previous_due_at", "answered_at"):
        fields[name] = _moment(raw.get(name))
    fields["state"] = ExtensionState(raw["state"])
    return ExtensionRequest(**_known(fields, ExtensionRequest))


def refusal_from(raw: Mapping[str, Any]) -> ExtensionRefusal:
    """Returns the refusal of a JSON object; raises like ``order_from``."""
    fields = dict(raw)
    fields["reason"] = RefusalReason(raw["reason"])
    fields["answer_by"] = _moment(raw.get("answer_by"))
    return ExtensionRefusal(**_known(fields, ExtensionRefusal))


def _cancellation(raw: Mapping[str, Any] | None) -> Cancellation | None:
    if not raw:
        return None
    fields = dict(raw)
    fields["cancelled_at"] = _moment(raw["cancelled_at"])
    fields["buyer_reordered_at"] = _moment(raw.get("buyer_reordered_at"))
    fields["cancelled_by"] = Party(raw["cancelled_by"])
    fields["status_before"] = OrderStatus(raw["status_before"])
    fields["cause"] = CancellationCause(raw.get("cause", "ordinary"))
    return Cancellation(**_known(fields, Cancellation))


def _cancellation_request(raw: Mapping[str, Any] | None) -> CancellationRequest | None:
    if not raw:
        return None
    asked_at, answer_by = _moment(raw["asked_at"]), _moment(raw["answer_by"])
    assert asked_at and answer_by
    return CancellationRequest(Party(raw["asked_by"]), asked_at, answer_by)


def _moment(raw: str | None) -> datetime | None:
    if raw is None:
        return None
    moment = datetime.fromisoformat(raw.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def _known(fields: dict[str, Any], kind: type) -> dict[str, Any]:
    """Returns only the fields we know: a server may add some later."""
    names = {f.name for f in dataclasses.fields(kind)}
    return {name: value for name, value in fields.items() if name in names}
