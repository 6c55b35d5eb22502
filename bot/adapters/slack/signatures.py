"""Signatures of Slack's requests, checked by Slack's own library."""

from __future__ import annotations

from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.services.ports import Clock


class _SecondsOf(SlackClock):
    """Tells our clock's time to the library."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Returns seconds since the epoch."""
        return self._clock.now().timestamp()


class SlackSigning:
    """Verifies with one secret; without a secret nothing is ever right."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._verifier = SignatureVerifier(secret, _SecondsOf(clock)) if secret.strip() else None

    def verify(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Tells whether a raw body was signed within five minutes; garbage was not."""
        if self._verifier is None:
            return False
        try:
            return bool(self._verifier.is_valid(raw, timestamp, signature))
        except (ValueError, TypeError):  # no number, no UTF-8, no ASCII: nothing Slack signs
            return False
