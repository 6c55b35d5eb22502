"""Asking for more time: the dialog's steps, the one request that is sent, and its receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from bot.errors import (
    ExtensionRefused,
    MarketplaceError,
    MarketplaceUnavailable,
    OutcomeUnknown,
)
from bot.marketplace.extensions import DAYS_REASONS, ExtensionRefusal, extended_due_at
from bot.marketplace.orders import ExtensionRequest
from bot.marketplace.references import find_by_number
from bot.services import extension_dialog, extension_wording
from bot.services.answers import Answer, Say, Understood
from bot.services.extension_draft import Draft, End, Former, Progress, Situation, Step
from bot.services.order_memory import fresh_order_in_hand
from bot.services.ports import ConversationStore, Marketplace
from bot.services.segments import apart_from_others
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Effect, EffectState, Job

ACTION = "request_extension"
RECONCILE_AFTER = timedelta(seconds=20)
RULES = "faq_extension_rules"
"""After a receipt a short question is about how an extension works."""

FORGET = {
    "extension_order": None,
    "extension_days": None,
    "extension_reason": None,
    "extension_confirmed": None,
    "extension_draft": None,
}
"""The slots that hold a draft, emptied."""


class Extensions:
    """Conducts the extension dialog and sends the request exactly once."""

    def __init__(
        self,
        marketplace: Marketplace,
        store: ConversationStore,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._marketplace = marketplace
        self._store = store
        self._reached = reached

    def step(
        self, scope: TurnScope, said: Understood, slots: Mapping[str, Any], *, resumed: bool
    ) -> tuple[Answer, Progress]:
        """Takes one step of the dialog: the first, the next, or coming back to it.

        Raises MarketplaceUnavailable when the seller's orders cannot be read.
        """
        orders = self._marketplace.orders_of(scope.seller_id)
        situation = Situation(orders, scope.now, fresh_order_in_hand(slots, scope.now))
        draft = draft_from(slots)
        said = apart_from_others(said, ACTION)
        if draft.asked is None:
            progress = extension_dialog.begin(said, situation)
        elif resumed:
            progress = extension_dialog.resume(draft, said, situation)
        else:
            progress = extension_dialog.advance(draft, said, situation)
        return Answer(progress.says, slots_from(progress.draft)), progress

    def finish(self, scope: TurnScope, slots: Mapping[str, Any]) -> Answer:
        """Ends the dialog as its slots say: sends the request, or says that nothing was done."""
        draft = draft_from(slots)
        ending = (slots.get("extension_draft") or {}).get("end")
        more: tuple[Say, ...] = ()
        if ending == End.CONFIRMED.value:
            said = self._submit(scope, draft)
            more = tuple(
                extension_wording.next_one(number, days, draft.reason)
                for number, days in draft.later[:1]
            )
        elif ending == End.GIVEN_UP.value:
            said = extension_wording.given_up(draft)
        elif ending == End.NOT_UNDERSTOOD.value:
            said = extension_wording.not_understood(draft)
        else:  # refused: the reason was said already
            return Answer((), FORGET)
        in_hand = {
            "order_number": draft.order_number,
            "order_shown_at": scope.now.isoformat(),
            "topic": RULES if ending == End.CONFIRMED.value else None,
        }
        return Answer((said, *more), {**FORGET, **(in_hand if draft.order_number else {})})

    def _submit(self, scope: TurnScope, draft: Draft) -> Say:
        assert draft.order_number and draft.days and draft.reason
        wanted = {"number": draft.order_number, "days": draft.days, "reason": draft.reason}
        effect = self._store.open_effect(
            Effect(
                key=scope.effect_key(ACTION),
                conversation_id=scope.conversation_id,
                message_number=scope.message_number,
                action=ACTION,
                seller_id=scope.seller_id,
                request=wanted,
                state=EffectState.PROPOSED,
            ),
            scope.now,
        )
        self._reached("proposed")
        # A redone turn finds its own effect: whatever was sent before may have been done.
        sent_before = effect.state is not EffectState.PROPOSED
        if not sent_before:
            self._store.update_effect(effect.key, EffectState.SENT, None, scope.now)
        self._reached("sent")
        effect = replace(effect, state=EffectState.SENT)
        return self.send(scope, effect, sent_before=sent_before)

    def send(self, scope: TurnScope, effect: Effect, *, sent_before: bool) -> Say:
        """Sends an effect's request under its key and records what became of it.

        Returns the receipt, the refusal, or the plain truth that the outcome is not known.
        """
        wanted = effect.request
        try:
            request = self._marketplace.request_extension(
                effect.seller_id, wanted["number"], wanted["days"], wanted["reason"], effect.key
            )
        except ExtensionRefused as error:
            return self._refused(scope, effect, error)
        except MarketplaceUnavailable:
            if not sent_before:
                scope.effects[effect.key] = replace(
                    effect, state=EffectState.REFUSED, outcome={"error": "unavailable"}
                )
                return extension_wording.not_sent(draft_of(wanted))
            return self._unknown(scope, effect)
        except OutcomeUnknown:
            return self._unknown(scope, effect)
        self._reached("acted")
        return self._confirmed(scope, effect, request)

    def _confirmed(self, scope: TurnScope, effect: Effect, request: ExtensionRequest) -> Say:
        try:
            order = self._marketplace.order(effect.seller_id, request.order_number)
        except MarketplaceError:  # it went away right after: the receipt follows by a job
            return self._unknown(scope, effect)
        scope.effects[effect.key] = replace(
            effect, state=EffectState.CONFIRMED, outcome={"extension_id": request.id}
        )
        scope.jobs.append(follow_job(effect, request))
        due = extended_due_at(request.previous_due_at, request.days)
        if not request.is_open:
            return extension_wording.outcome(request, due)
        return extension_wording.receipt(order, request, due)

    def _unknown(self, scope: TurnScope, effect: Effect) -> Say:
        scope.effects[effect.key] = replace(effect, state=EffectState.UNKNOWN)
        job = Job(f"reconcile:{effect.key}", "reconcile_effect", scope.now + RECONCILE_AFTER)
        scope.jobs.append(replace(job, payload={"key": effect.key}))
        return Say("extension_outcome_unknown", {"number": effect.request["number"]})

    def _refused(self, scope: TurnScope, effect: Effect, error: ExtensionRefused) -> Say:
        refusal = error.refusal
        assert isinstance(refusal, ExtensionRefusal)
        scope.effects[effect.key] = replace(
            effect, state=EffectState.REFUSED, outcome={"refusal": refusal.reason.value}
        )
        orders = self._marketplace.orders_of(effect.seller_id)
        order = find_by_number(orders, effect.request["number"])
        if order is None:
            return extension_wording.unknown_order(effect.request["number"])
        if refusal.reason in DAYS_REASONS:
            return extension_wording.days_refused(order, refusal)
        return extension_wording.refused(order, refusal, Situation(orders, scope.now).extendable())


def follow_job(effect: Effect, request: ExtensionRequest) -> Job:
    """Returns the job that tells the seller how the client, or silence, answered."""
    return Job(
        key=f"follow_extension:{request.id}",
        kind="follow_extension",
        run_at=request.answer_by,
        payload={
            "effect_key": effect.key,
            "seller_id": effect.seller_id,
            "conversation_id": effect.conversation_id,
        },
    )


def draft_of(wanted: Mapping[str, Any]) -> Draft:
    """Returns the draft of a request that was to be sent."""
    return Draft(order_number=wanted["number"], days=wanted["days"], reason=wanted["reason"])


def draft_from(slots: Mapping[str, Any]) -> Draft:
    """Returns the draft that the slots hold."""
    rest = slots.get("extension_draft") or {}
    until = rest.get("until")
    return Draft(
        order_number=slots.get("extension_order"),
        days=slots.get("extension_days"),
        until=date.fromisoformat(until) if until else None,
        reason=slots.get("extension_reason"),
        asked=Step(rest["asked"]) if rest.get("asked") else None,
        unusable=rest.get("unusable", 0),
        offered=tuple(rest.get("offered", ())),
        later=tuple((number, days) for number, days in rest.get("later", ())),
        changing=rest.get("changing", False),
        former=Former(**rest.get("former", {})),
    )


def slots_from(draft: Draft) -> dict[str, Any]:
    """Returns the slots that hold a draft."""
    return {
        "extension_order": draft.order_number,
        "extension_days": draft.days,
        "extension_reason": draft.reason,
        "extension_draft": {
            "until": draft.until.isoformat() if draft.until else None,
            "asked": draft.asked.value if draft.asked else None,
            "unusable": draft.unusable,
            "offered": list(draft.offered),
            "later": [list(order) for order in draft.later],
            "changing": draft.changing,
            "former": asdict(draft.former),
        },
    }
