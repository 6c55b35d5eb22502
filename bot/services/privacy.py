"""A seller's right to their data: all of it handed out, or taken away from everywhere.

An erasure is a row and a job: begun by a command, carried out in small transactions, gone on with
by whoever runs jobs if the command dies. What is written to an old conversation meanwhile goes with
it; a conversation begun later is a new one and stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.services.ports import Clock, ConversationStore
from bot.services.privacy_ports import Erasure, PrivacyStore
from bot.services.slack_cleaning import SlackCleaning
from bot.support.conversations import Job
from bot.support.privacy import ERASURE_KIND

logger = logging.getLogger(__name__)

TOGETHER = 20
"""Conversations erased in one transaction: others write in between."""
SWEEP_AFTER = timedelta(minutes=5)
"""Longer than anybody holds a claim on work that they read before the erasure."""


class Privacy:
    """Exports and erases; every method blocks. ``slack`` is None when it is off."""

    def __init__(
        self,
        store: PrivacyStore,
        jobs: ConversationStore,
        clock: Clock,
        slack: SlackCleaning | None = None,
        *,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._slack = slack
        self._reached = reached

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Returns what runs the job of an erasure."""
        return {ERASURE_KIND: self._go_on}

    def export(self, seller_id: str) -> dict[str, Any]:
        """Returns all that is held of a seller."""
        return self._store.export(seller_id, self._clock.now())

    def holdings(self, seller_id: str) -> Mapping[str, int]:
        """Returns how many rows an erasure would touch, by table."""
        return self._store.holdings(seller_id)

    def erase(self, seller_id: str, by: str | None = None) -> Erasure:
        """Erases a seller, going on with an erasure that was cut off; returns what was done."""
        return self._carry_out(self._store.begin_erasure(seller_id, by, self._clock.now()))

    def forget_staff(self, staff_id: str) -> None:
        """Leaves the id alone of a disabled account; raises UnknownAccount, AccountRefused."""
        self._store.forget_staff(staff_id, self._clock.now())

    def _carry_out(self, erasure: Erasure) -> Erasure:
        more = True
        while more:
            more = self._store.erase_some(erasure.id, TOGETHER)
            self._reached("erased")
        done = self._store.finish_erasure(erasure.id, self._clock.now())
        self._store.scrub()
        return done

    def _go_on(self, job: Job) -> bool:
        """Carries out what was cut off; once that is done for long enough, sweeps up."""
        erasure = self._store.erasure(int(job.payload["erasure"]))
        if erasure is None or erasure.swept:
            return True
        now = self._clock.now()
        if not erasure.done:
            erasure = self._carry_out(erasure)
        if now < erasure.begun_at + SWEEP_AFTER:
            self._jobs.reschedule_job(job.key, erasure.begun_at + SWEEP_AFTER, now)
            return False
        deleted = left = 0
        for place in erasure.threads:
            if self._slack is None:
                logger.warning("Slack is off: the thread at %s %s stays", place.channel, place.ts)
                left += 1
                continue
            ours, others = self._slack.delete(place)
            deleted, left = deleted + ours, left + others
        self._store.sweep(erasure.id, {"slack_deleted": deleted, "slack_left": left}, now)
        self._store.scrub()
        return True
