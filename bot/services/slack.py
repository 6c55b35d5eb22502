"""Slack as the application has it: what comes in, what goes out, what keeps threads up."""

from __future__ import annotations

from datetime import timedelta

from bot.services.ports import Clock
from bot.services.slack_health import SlackHealth
from bot.services.slack_inbox import SlackInbox
from bot.services.slack_outbox import SlackOutbox
from bot.services.slack_ports import SlackSignatures, SlackThreadStore
from bot.services.slack_threads import SlackThreads

NEWS = "slack"
"""The hub's topic of Slack: something came in or is to go out."""
KEPT = timedelta(days=1)
"""How long what is done is kept, unless told otherwise: far longer than Slack repeats an event."""
FORGET_EVERY = timedelta(hours=1)


class Slack:
    """Runs Slack's work; every method blocks, and may run in several processes at once."""

    def __init__(
        self,
        signatures: SlackSignatures,
        inbox: SlackInbox,
        outbox: SlackOutbox,
        threads: SlackThreads,
        health: SlackHealth,
        store: SlackThreadStore,
        clock: Clock,
        kept: timedelta | None = KEPT,
    ) -> None:
        self._kept = kept
        self.signatures = signatures
        self.inbox = inbox
        self.outbox = outbox
        self.threads = threads
        self.health = health
        self._store = store
        self._clock = clock
        self._forget_at = clock.now()

    def release(self) -> None:
        """Takes up at once what a process before this one, now dead, was at; see the store."""
        self._store.release_claims()

    def send(self) -> None:
        """Puts what threads lack, makes the calls that are due, and sees what is wrong."""
        self.threads.catch_up()
        self.outbox.run_due()
        self.health.refresh()
        now = self._clock.now()
        if now >= self._forget_at:
            self._forget_at = now + FORGET_EVERY
            self._store.forget(now, self._kept)
