"""Signatures of Slack's requests, checked by Slack's own library."""

from __future__ import annotations

from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.marketplace.signatures import each_secret
from bot.services.ports import Clock


class _SecondsOf(SlackClock):
    """Tells our clock's time to the library."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Returns seconds since the epoch."""
        return self._clock.now().timestamp()


class SlackSigning:
    """Verifies with a secret, or with several, with commas; without any nothing is ever right."""

    def __init__(self, secrets: str, clock: Clock) -> None:
        seconds = _SecondsOf(clock)
        self._verifiers = [SignatureVerifier(each, seconds) for each in each_secret(secrets)]

    def verify(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Tells whether a raw body was signed within five minutes; garbage was not."""
        try:
            return any(one.is_valid(raw, timestamp, signature) for one in self._verifiers)
        except (ValueError, TypeError):  # no number, no UTF-8, no ASCII: nothing Slack signs
            return False
