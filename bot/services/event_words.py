"""What happened, as the staff read it in French: the history of a case and the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.language import phrasing
from bot.services.live_content import LiveContent
from bot.services.topics import Topics
from bot.support.events import ActorKind, Event, EventKind

NOTHING = "—"
_LEVELS = frozenset({"level", "priority", "prioritised"})
_STAFF = frozenset({"holder"})
_MOMENTS = frozenset({"until", "snoozed_until"})
_TECHNICAL = frozenset(
    {
        "epoch", "number", "holder_name", "confidence_before", "topic_confidence",
        "urgency_score",
    }
)  # fmt: skip
"""What is recorded for programs and says nothing to people."""
_TELLING = {
    EventKind.CONVERSATION_ESCALATED: ("reason",),
    EventKind.CONVERSATION_REASSIGNED: ("holder",),
    EventKind.CONVERSATION_RESOLVED: ("outcome",),
    EventKind.CONVERSATION_SNOOZED: ("snoozed_until",),
    EventKind.CONVERSATION_PRIORITISED: ("prioritised",),
    EventKind.TOPIC_CORRECTED: ("topic",),
    EventKind.SUGGESTION_USED: ("choice",),
}
"""The fields whose new value says what happened, by kind."""


@dataclass(frozen=True)
class ChangedField:
    """One thing that changed, in French; NOTHING where there was or is none."""

    name: str
    before: str
    after: str


class EventWords:
    """Says events in French; ``names`` are those of the staff, by id."""

    def __init__(self, live: LiveContent, names: Mapping[str, str]) -> None:
        self._live = live
        self._topics = Topics(live)
        self._names = names

    def title(self, event: Event) -> str:
        """Returns what happened, in a few words."""
        return self._text(f"event_{event.kind.value.replace('.', '_')}", event.kind.value)

    def summary(self, event: Event) -> str:
        """Returns what happened, with what it became where that says more."""
        told = [
            self._value(field, event.after[field])
            for field in _TELLING.get(event.kind, ())
            if event.after.get(field) is not None
        ]
        return " : ".join([self.title(event), *told])

    def actor(self, event: Event) -> str:
        """Returns who did it."""
        if event.actor_kind is ActorKind.STAFF and event.actor_id is not None:
            return self._names.get(event.actor_id, event.actor_id)
        return self._text(f"event_actor_{event.actor_kind.value}", event.actor_kind.value)

    def changes(self, event: Event) -> tuple[ChangedField, ...]:
        """Returns what is no longer as it was, in the order of the event."""
        return tuple(
            ChangedField(
                self._text(f"event_field_{field}", field),
                self._value(field, event.before.get(field)),
                self._value(field, event.after.get(field)),
            )
            for field in dict.fromkeys([*event.before, *event.after])
            if field not in _TECHNICAL and event.before.get(field) != event.after.get(field)
        )

    def groups(self) -> dict[str, str]:
        """Returns what events are about, by the part of their kind before the point."""
        found = dict.fromkeys(kind.value.partition(".")[0] for kind in EventKind)
        return {group: self._text(f"event_group_{group}", group) for group in found}

    def _value(self, field: str, value: Any) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return self._text("event_value_yes" if value else "event_value_no", str(value))
        if isinstance(value, str):
            return self._string(field, value)
        return json.dumps(value, ensure_ascii=False)

    def _string(self, field: str, value: str) -> str:
        if field in _STAFF:
            return self._names.get(value, value)
        if field in _MOMENTS:
            return phrasing.day_and_time(datetime.fromisoformat(value))
        if field == "topic":
            return self._topics.title(value)
        kind = "level" if field in _LEVELS else field
        return self._text(f"event_value_{kind}_{value}", value)

    def _text(self, text_id: str, otherwise: str) -> str:
        response = self._live.current.responses.get(text_id)
        return response.text if response is not None else otherwise
