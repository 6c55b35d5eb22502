"""Signatures of webhooks: right, fresh, and closed without a secret."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marketplace.signatures import sign, verify

SECRET = "a-secret-of-these-tests"
NOW = datetime(2026, 3, 2, 9, 0, 0, tzinfo=timezone.utc)
STAMP = str(int(NOW.timestamp()))
BODY = '{"event": "extension.answered", "étoile": "★"}'.encode()


def test_the_signature_is_the_hmac_of_timestamp_and_body() -> None:
    expected = hmac.new(SECRET.encode(), f"{STAMP}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, STAMP, BODY) == expected


@given(st.binary(), st.text(min_size=1))
def test_what_was_signed_is_verified(body: bytes, secret: str) -> None:
    assert verify(secret, STAMP, sign(secret, STAMP, body), body, NOW)


@given(st.binary(), st.binary())
def test_another_body_is_not(body: bytes, other: bytes) -> None:
    assert verify(SECRET, STAMP, sign(SECRET, STAMP, body), other, NOW) is (body == other)


def test_another_secret_or_timestamp_is_not() -> None:
    later = str(int(STAMP) + 1)
    assert not verify("another", STAMP, sign(SECRET, STAMP, BODY), BODY, NOW)
    assert not verify(SECRET, later, sign(SECRET, STAMP, BODY), BODY, NOW)


@pytest.mark.parametrize("signature", ["", "é", "\ud800", "0" * 64, "sha256="])
def test_no_signature_at_all_is_not(signature: str) -> None:
    assert not verify(SECRET, STAMP, signature, BODY, NOW)


def test_without_a_secret_nothing_is_verified() -> None:
    assert not verify("", STAMP, sign("", STAMP, BODY), BODY, NOW)


@pytest.mark.parametrize(
    "seconds, fresh", [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_it_is_fresh_for_five_minutes_either_way(seconds: int, fresh: bool) -> None:
    moved = NOW + timedelta(seconds=seconds)
    assert verify(SECRET, STAMP, sign(SECRET, STAMP, BODY), BODY, moved) is fresh


def test_the_tolerance_can_be_changed() -> None:
    signature = sign(SECRET, STAMP, BODY)
    assert not verify(SECRET, STAMP, signature, BODY, NOW + timedelta(seconds=9), tolerance=8)


@pytest.mark.parametrize(
    "stamp", ["", " ", "-1", "1e9", "١٢٣", f" {STAMP}", f"{STAMP}.0", "9" * 5000, "²", "nan"]
)
def test_what_is_no_timestamp_is_refused(stamp: str) -> None:
    assert not verify(SECRET, stamp, sign(SECRET, stamp, BODY), BODY, NOW)
