"""The bounded tracker: a checkpoint and the last whole turns, so that a turn's cost is constant.

The state is one JSON text, handed in before a turn and taken out after it; storing it is the
business of the conversation store, in the same transaction as the replies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

KEPT_TURNS = 3
"""Whole user turns kept when the tracker is cut; policies look back over fewer."""

CUT_AT_TURNS = 6
"""User turns at which it is cut: cutting costs a replay, so it is not done every time."""

KEPT_AFTER_AGENT = frozenset({"answered", "order_number"})
"""Slots that stay when the bot goes on after an agent: what was said already, and of what."""

_EVENT_TYPES: dict[str, type[Event]] = {
    event.type_name: event for event in all_subclasses(Event) if hasattr(event, "type_name")
}


def _event_type(name: str, default: type[Event] | None = None) -> type[Event]:
    found = _EVENT_TYPES.get(name, default)
    if found is None:
        raise ValueError(f"unknown event {name!r}")
    return found


# Rasa's own walks all subclasses for every event that an action returns; a table does not.
Event.resolve_by_type = staticmethod(_event_type)


def load_tracker(
    conversation_id: str, state: str | None, domain: Domain
) -> DialogueStateTracker | None:
    """Returns the tracker a state describes, or None when there is no state yet."""
    if state is None:
        return None
    stored = json.loads(state)
    return DialogueStateTracker.from_events(
        conversation_id,
        [*_checkpoint_events(stored["checkpoint"], domain), *_events(stored["events"])],
        slots=domain.slots,
        domain=domain,
    )


def dump_tracker(
    tracker: DialogueStateTracker,
    state: str | None,
    domain: Domain,
    cut_at_turns: int = CUT_AT_TURNS,
) -> str:
    """Returns the state of a tracker that was loaded from ``state`` and went on from there."""
    stored = json.loads(state) if state else {"checkpoint": None, "events": []}
    checkpoint = stored["checkpoint"]
    events = list(tracker.events)[len(_checkpoint_events(checkpoint, domain)) :]
    known = stored["events"]  # these are written already: turning events into dicts is slow
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) > cut_at_turns:
        cut = starts[-KEPT_TURNS]
        past = DialogueStateTracker.from_events(
            tracker.sender_id,
            [*_checkpoint_events(checkpoint, domain), *events[:cut]],
            slots=domain.slots,
            domain=domain,
        )
        checkpoint, events, known = _checkpoint(past, domain), events[cut:], []
    dumped = [*known, *(event.as_dict() for event in events[len(known) :])]
    return json.dumps({"checkpoint": checkpoint, "events": dumped}, ensure_ascii=False)


def begun_anew(conversation_id: str, state: str, domain: Domain) -> str:
    """Returns the state in which what was begun is over: no form, no topic, no open question.

    An agent has spoken with the seller since: "oui" no longer answers what the bot asked before.
    """
    tracker = load_tracker(conversation_id, state, domain)
    assert tracker is not None  # there is a state
    slots = _checkpoint(tracker, domain)["slots"]
    kept = {name: value for name, value in slots.items() if name in KEPT_AFTER_AGENT}
    checkpoint = {"slots": kept, "loop": None, "interrupted": False, "rejected": False}
    return json.dumps({"checkpoint": checkpoint, "events": []}, ensure_ascii=False)


def _checkpoint(tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    initial = {slot.name: slot.initial_value for slot in domain.slots}
    loop = tracker.active_loop
    return {
        "slots": {
            name: slot.value
            for name, slot in tracker.slots.items()
            if name in initial and slot.value != initial[name]
        },
        "loop": loop.name if loop else None,
        "interrupted": bool(loop and loop.is_interrupted),
        "rejected": bool(loop and loop.rejected),
    }


def _checkpoint_events(checkpoint: dict[str, Any] | None, domain: Domain) -> list[Event]:
    if checkpoint is None:
        return []
    known = {slot.name for slot in domain.slots} | {REQUESTED_SLOT}
    events: list[Event] = []
    if checkpoint["loop"]:
        events += [ActionExecuted(checkpoint["loop"]), ActiveLoop(checkpoint["loop"])]
    events += [SlotSet(k, v) for k, v in checkpoint["slots"].items() if k in known]
    if checkpoint["interrupted"]:
        events.append(LoopInterrupted(True))
    if checkpoint["rejected"]:
        events.append(ActionExecutionRejected(checkpoint["loop"]))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _events(stored: Iterable[dict[str, Any]]) -> list[Event]:
    return [_EVENT_TYPES[event["event"]]._from_parameters(event) for event in stored]


class TurnTrackerStore(TrackerStore):
    """Hands Rasa the trackers of the turns that run now; nothing is stored here.

    A turn puts its state in with ``begin`` and takes the new one with ``end``.
    """

    def __init__(self, domain: Domain, cut_at_turns: int = CUT_AT_TURNS) -> None:
        super().__init__(domain)
        self._cut_at_turns = cut_at_turns
        self._before: dict[str, str | None] = {}
        self._after: dict[str, str] = {}

    def begin(self, conversation_id: str, state: str | None) -> None:
        """Makes a conversation's state ready to be read."""
        self._before[conversation_id] = state

    def end(self, conversation_id: str) -> str | None:
        """Returns the state after the turn, None if Rasa did not save, and forgets it."""
        self._before.pop(conversation_id, None)
        return self._after.pop(conversation_id, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the tracker as the turn began."""
        return load_tracker(sender_id, self._before[sender_id], self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker's new state for ``end``."""
        before = self._before[tracker.sender_id]
        self._after[tracker.sender_id] = dump_tracker(
            tracker, before, self.domain, self._cut_at_turns
        )

    async def keys(self) -> list[str]:
        """Returns the ids of the conversations whose turns run now."""
        return list(self._before)
