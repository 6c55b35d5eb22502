"""Signatures of webhooks: HMAC-SHA256 over the timestamp and the raw body."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

TOLERANCE = 300  # seconds, either way


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Returns the signature of a body sent at ``timestamp`` (seconds since 1970, as text)."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def verify(
    secret: str,
    timestamp: str,
    signature: str,
    body: bytes,
    now: datetime,
    tolerance: float = TOLERANCE,
) -> bool:
    """Tells whether a signature is right and fresh; without a secret nothing ever is."""
    if not secret or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        return False
    expected = sign(secret, timestamp, body).encode()
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


def each_secret(secrets: str) -> list[str]:
    """Returns the secrets of ``new,old``: while one takes the place of another, both count."""
    return [secret for each in secrets.split(",") if (secret := each.strip())]
