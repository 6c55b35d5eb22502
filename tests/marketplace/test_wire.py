"""Orders as JSON: nothing is lost on the way, and anything else is a ValueError."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marketplace.extensions import ExtensionRefusal
from bot.marketplace.orders import (
    Cancellation,
    CancellationRequest,
    ExtensionRequest,
    Order,
)
from bot.marketplace.wire import extension_from, is_key, order_from, refusal_from, to_json

ZONES = [timezone.utc, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))]
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.sampled_from(ZONES))
MAYBE = st.none() | MOMENTS
EXTENSIONS = st.builds(
    ExtensionRequest,
    asked_at=MOMENTS,
    answer_by=MOMENTS,
    previous_due_at=MOMENTS,
    answered_at=MAYBE,
)
CANCELLATIONS = st.builds(Cancellation, cancelled_at=MOMENTS, buyer_reordered_at=MAYBE)
ORDERS = st.builds(
    Order,
    placed_at=MOMENTS,
    due_at=MAYBE,
    delivered_at=MAYBE,
    completed_at=MAYBE,
    cancellation=st.none() | CANCELLATIONS,
    cancellation_request=st.none()
    | st.builds(CancellationRequest, asked_at=MOMENTS, answer_by=MOMENTS),
    extension=st.none() | EXTENSIONS,
    version=st.integers(min_value=1),
)
READERS = {
    order_from: ORDERS,
    extension_from: EXTENSIONS,
    refusal_from: st.builds(ExtensionRefusal, answer_by=MAYBE),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def read_or_none(read: Callable[[Any], Any], raw: Any) -> Any:
    try:
        return read(raw)
    except ValueError:
        return None


@pytest.mark.parametrize("read", READERS)
@given(data=st.data())
def test_what_is_written_is_read_back(read: Callable[[Any], Any], data: st.DataObject) -> None:
    value = data.draw(READERS[read])
    assert read(json.loads(json.dumps(to_json(value), allow_nan=False))) == value


@pytest.mark.parametrize("read", READERS)
@given(raw=ANYTHING)
def test_anything_else_is_a_value_error(read: Callable[[Any], Any], raw: Any) -> None:
    assert read_or_none(read, raw) is None


@given(order=ORDERS, data=st.data(), junk=ANYTHING)
def test_an_order_with_one_field_spoilt_is_an_order_or_a_value_error(
    order: Order, data: st.DataObject, junk: Any
) -> None:
    raw = to_json(order)
    inner = [value for value in raw.values() if isinstance(value, dict)]
    target = data.draw(st.sampled_from([raw, *inner]))
    target[data.draw(st.sampled_from(sorted(target)))] = junk
    found = read_or_none(order_from, raw)
    assert found is None or (isinstance(found, Order) and order_from(to_json(found)) == found)


@pytest.mark.parametrize("field", ["number", "seller_id", "status", "placed_at", "delivery_days"])
def test_a_missing_field_is_a_value_error(make_order: Callable[..., Order], field: str) -> None:
    raw = to_json(make_order())
    del raw[field]
    with pytest.raises(ValueError):
        order_from(raw)


def test_a_field_nobody_knows_yet_is_left_alone(make_order: Callable[..., Order]) -> None:
    order = make_order()
    assert order_from({**to_json(order), "priority": {"level": 3}}) == order


def test_what_a_server_may_leave_out(make_order: Callable[..., Order]) -> None:
    order = make_order()
    raw = {name: value for name, value in to_json(order).items() if value is not None}
    del raw["version"]
    assert order_from(raw) == order


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=timezone.utc)),
        ("2026-03-02t09:00:00z", datetime(2026, 3, 2, 9, tzinfo=timezone.utc)),
        ("2026-03-02 10:00:00.5+01:00", datetime(2026, 3, 2, 9, 0, 0, 500_000, timezone.utc)),
        ("2026-03-02T09:00:00.123456789Z", datetime(2026, 3, 2, 9, 0, 0, 123456, timezone.utc)),
    ],
)
def test_moments_are_read_as_utc(
    make_order: Callable[..., Order], text: str, moment: datetime
) -> None:
    read = order_from({**to_json(make_order()), "placed_at": text}).placed_at
    assert read == moment
    assert read.utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-02", "2026-03-02T09:00:00", "2026-02-30T09:00:00Z", "2026-03-02T25:00:00Z",
     "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", 1772442000, True, "now"],
)  # fmt: skip
def test_what_is_no_moment_is_a_value_error(make_order: Callable[..., Order], text: Any) -> None:
    with pytest.raises(ValueError):
        order_from({**to_json(make_order()), "placed_at": text})


def test_half_a_surrogate_pair_does_not_break_the_body(make_order: Callable[..., Order]) -> None:
    written = to_json(make_order(buyer_name="Zo\ud83c"))
    assert json.dumps(written, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("key", ["a", "c-1:2:request_extension", "a/../b", "K" * 200])
def test_keys(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", ".", "..", "a b", "a\n", "é", "\x7f", "K" * 201])
def test_what_is_no_key(key: str) -> None:
    assert not is_key(key)
