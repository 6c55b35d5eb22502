"""What becomes due at the desk: claims nobody answered under, snoozes over, what is told later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.services.desk import QUEUE
from bot.services.desk_ports import DeskStore, InboxStore
from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore
from bot.services.waiting import WaitingWords
from bot.support.conversations import ConversationState, Job, Reply
from bot.support.events import EventKind

_TOLD = {
    EventKind.CONVERSATION_RESOLVED: "handoff_resolved",
    EventKind.CONVERSATION_MERGED: "handoff_merged",
    EventKind.CONVERSATION_RELEASED: "handoff_released",
}


class DeskJobs:
    """Runs the desk's jobs; each tells whether it is finished, and has put itself off if not."""

    def __init__(
        self,
        desk: DeskStore,
        inbox: InboxStore,
        store: ConversationStore,
        live: LiveContent,
        clock: Clock,
        words: WaitingWords,
        *,
        claim_limit: timedelta,
        told: Callable[[str], None] = lambda topic: None,
    ) -> None:
        self._desk = desk
        self._inbox = inbox
        self._store = store
        self._live = live
        self._clock = clock
        self._words = words
        self._claim_limit = claim_limit
        self._told = told

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Returns what runs each kind of job."""
        return {
            "expire_claim": self._expire_claim,
            "wake_case": self._wake,
            "tell_seller": self._tell,
        }

    def _expire_claim(self, job: Job) -> bool:
        """Gives a claim back to the queue under which the seller has waited too long."""
        conversation_id, epoch = job.payload["conversation_id"], job.payload["epoch"]
        reply, now = self._waiting("handoff_claim_expired", conversation_id), self._clock.now()
        again = self._desk.expire_claim(conversation_id, epoch, now, self._claim_limit, reply)
        if again is not None:
            self._store.reschedule_job(job.key, again, now)
            return False
        self._publish(conversation_id)
        return True

    def _wake(self, job: Job) -> bool:
        conversation_id = job.payload["conversation_id"]
        if self._desk.wake(None, conversation_id, self._clock.now()) is not None:
            self._publish(conversation_id)
        return True

    def _tell(self, job: Job) -> bool:
        """Tells the seller of what can no longer be taken back."""
        payload = job.payload
        response = _TOLD[EventKind(payload["kind"])]
        conversation_id, now = payload["conversation_id"], self._clock.now()
        reply = (
            self._waiting(response, conversation_id)
            if response == "handoff_released"
            else self._live.current.render(response)
        )
        state = ConversationState(payload["state"])
        if self._desk.tell_later(conversation_id, payload["epoch"], state, reply, now):
            self._publish(conversation_id)
        return True

    def _waiting(self, response: str, conversation_id: str) -> Reply:
        content = self._live.current
        place = self._inbox.place_in_queue(conversation_id)
        return content.render(response, self._words.values(content, place, self._clock.now()))

    def _publish(self, conversation_id: str) -> None:
        self._told(conversation_id)
        self._told(QUEUE)
