"""Work that is due later: following an extension, reconciling what became of a request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import AssistantError
from bot.marketplace.extensions import extended_due_at
from bot.marketplace.orders import ExtensionRequest
from bot.services import extension_wording
from bot.services.answers import Say
from bot.services.extensions import Extensions, follow_job
from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore, Marketplace
from bot.services.turn_scope import TurnScope
from bot.services.watch_ports import Meters, NoMeters
from bot.support.conversations import Effect, EffectState, Job, MessageStatus
from bot.support.request_ids import under_request_id

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=30)
MOST_AT_ONCE = 100
FOLLOW_AGAIN_AFTER = timedelta(minutes=5)
STUCK_AFTER = timedelta(minutes=2)
"""After this long an effect still ``sent`` belongs to no running turn: it is reconciled."""


class Jobs:
    """Runs due jobs; ``told`` is called with a conversation's id when a notice was added.

    ``handlers`` are those of other parts, by kind: each tells whether its job is finished, and
    has put it off itself if not.
    """

    def __init__(
        self,
        store: ConversationStore,
        marketplace: Marketplace,
        extensions: Extensions,
        live: LiveContent,
        clock: Clock,
        *,
        owner: str,
        told: Callable[[str], None] = lambda conversation_id: None,
        handlers: Mapping[str, Callable[[Job], bool]] | None = None,
        meters: Meters | None = None,
    ) -> None:
        self._store = store
        self._marketplace = marketplace
        self._extensions = extensions
        self._live = live
        self._clock = clock
        self._owner = owner
        self._told = told
        self._meters = meters or NoMeters()
        self._handlers: dict[str, Callable[[Job], bool]] = {
            "follow_extension": self._follow_extension,
            "reconcile_effect": self._reconcile_effect,
            "tell_outcome": self._tell_outcome,
            **(handlers or {}),
        }

    def also(self, handlers: Mapping[str, Callable[[Job], bool]]) -> None:
        """Takes in the handlers of a part assembled later."""
        self._handlers.update(handlers)

    def run_due(self) -> int:
        """Runs jobs due now, at most MOST_AT_ONCE, and returns how many were finished; blocks.

        They are claimed one by one: a claim does not run out while others before it are slow, and
        other replicas take what this one has not begun.
        """
        finished = 0
        kinds = tuple(self._handlers)
        for _ in range(MOST_AT_ONCE):
            claimed = self._store.claim_jobs(self._owner, self._clock.now(), 1, kinds)
            if not claimed:
                break
            with under_request_id(claimed[0].payload.get("request_id")):
                finished += self._run(claimed[0])
        return finished

    def _run(self, job: Job) -> bool:
        try:
            done = self._handlers[job.kind](job)
        except AssistantError as error:
            logger.warning("job %s failed: %r", job.key, error)
            return self._failed(job)
        except Exception:  # one job nobody thought of must not stop those after it
            logger.exception("job %s broke its handler", job.key)
            return self._failed(job)
        if done:
            self._store.finish_job(job.key, self._clock.now(), self._owner)
        self._meters.job_ended(job.kind, "done" if done else "later")
        return done

    def _failed(self, job: Job) -> bool:
        self._meters.job_ended(job.kind, "failed")
        self._again(job)
        return False

    def extension_changed(self, extension_id: str) -> None:
        """Lets the extension's job run now: the marketplace says that it was answered."""
        now = self._clock.now()
        self._store.reschedule_job(f"follow_extension:{extension_id}", now, now)

    def _again(self, job: Job) -> None:
        wait = min(RETRY_AFTER * 2 ** min(job.attempts, 6), LONGEST_RETRY)
        now = self._clock.now()
        self._store.reschedule_job(job.key, now + wait, now, self._owner)

    def _follow_extension(self, job: Job) -> bool:
        payload = job.payload
        request = self._marketplace.find_extension(payload["seller_id"], payload["effect_key"])
        if request is None:
            return True
        if request.is_open:
            now = self._clock.now()
            later = max(request.answer_by, now + FOLLOW_AGAIN_AFTER)
            # Only if still ours: a webhook may have said meanwhile that it was answered.
            self._store.reschedule_job(job.key, later, now, self._owner)
            return False
        self._notify_answer(payload["conversation_id"], request)
        return True

    def _notify_answer(self, conversation_id: str, request: ExtensionRequest) -> None:
        due = extended_due_at(request.previous_due_at, request.days)
        key = f"extension:{request.id}:{request.state.value}"
        self._notify(conversation_id, key, extension_wording.outcome(request, due))

    def _reconcile_effect(self, job: Job) -> bool:
        effect = self._store.effect(job.payload["key"])
        if effect is None or effect.state in (EffectState.CONFIRMED, EffectState.REFUSED):
            return True
        request = self._marketplace.find_extension(effect.seller_id, effect.key)
        if request is not None:
            self._confirm(effect, request)
            return True
        return self._send_again(effect)

    def _tell_outcome(self, job: Job) -> bool:
        """Gives the receipt of what was done in a turn whose replies were dropped.

        A turn that is redone gives it itself: this one waits for that, and does not repeat it.
        """
        effect = self._store.effect(job.payload["key"])
        if effect is None or self._was_told(effect):
            return True
        if self._waits_for_its_turn(effect):
            now = self._clock.now()
            self._store.reschedule_job(job.key, now + RETRY_AFTER, now)
            return False
        request = self._marketplace.find_extension(effect.seller_id, effect.key)
        if request is not None:
            self._confirm(effect, request)
        return True

    def _waits_for_its_turn(self, effect: Effect) -> bool:
        """Tells whether the message that an effect belongs to is still to be answered."""
        before = effect.message_number - 1
        found = self._store.messages_after(effect.conversation_id, before, 1)
        return bool(found) and found[0].status is MessageStatus.RECEIVED

    def _was_told(self, effect: Effect) -> bool:
        """Tells whether the answer to an effect's message was what becomes of its request."""
        replies = self._store.replies_to(effect.conversation_id, effect.message_number)
        return any(reply.response in extension_wording.DONE for reply in replies)

    def _confirm(self, effect: Effect, request: ExtensionRequest) -> None:
        now = self._clock.now()
        outcome = {"extension_id": request.id}
        self._store.put_job(follow_job(effect, request), now)
        order = self._marketplace.order(effect.seller_id, request.order_number)
        due = extended_due_at(request.previous_due_at, request.days)
        said = (
            extension_wording.receipt(order, request, due)
            if request.is_open
            else extension_wording.outcome(request, due)
        )
        self._notify(effect.conversation_id, f"reconciled:{effect.key}", said)
        self._store.update_effect(effect.key, EffectState.CONFIRMED, outcome, now)

    def _send_again(self, effect: Effect) -> bool:
        """Sends the request again under the same key: the seller had asked for it."""
        now = self._clock.now()
        scope = TurnScope(
            effect.conversation_id,
            effect.seller_id,
            effect.message_number,
            now,
            content=self._live.current,
        )
        said = self._extensions.send(scope, effect, sent_before=True)
        result = scope.effects[effect.key]
        if result.state is EffectState.UNKNOWN:
            job = scope.jobs[0]
            self._store.reschedule_job(job.key, now + RETRY_AFTER, now)
            return False
        for job in scope.jobs:
            self._store.put_job(job, now)
        self._notify(effect.conversation_id, f"reconciled:{effect.key}", said)
        self._store.update_effect(effect.key, result.state, _plain(result.outcome), now)
        return True

    def reconcile_stuck(self) -> int:
        """Puts a job for every effect that was sent long ago and never settled."""
        now = self._clock.now()
        stuck = self._store.effects_in(EffectState.SENT, now - STUCK_AFTER)
        for effect in stuck:
            job = Job(f"reconcile:{effect.key}", "reconcile_effect", now)
            self._store.put_job(replace(job, payload={"key": effect.key}), now)
        return len(stuck)

    def _notify(self, conversation_id: str, key: str, said: Say) -> None:
        reply = self._live.current.render(said.response, said.values, said.buttons)
        if self._store.add_notice(conversation_id, key, reply, self._clock.now()) is not None:
            self._told(conversation_id)


def _plain(outcome: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(outcome) if outcome is not None else None
