"""What a conversation is about, from what was understood in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.support.desk import CaseTopic

LOOK_BACK = 8
"""Messages of the seller among which the topic is found."""

_NO_TOPIC = frozenset(
    {
        "request_human", "withdraw_human", "greet", "goodbye", "thank", "affirm", "deny",
        "bot_challenge", "help", "stop", "nlu_fallback", "out_of_scope", "button_inactive",
        "change_extension",
    }
)  # fmt: skip
"""What says nothing about the matter itself."""


def topic_of(understandings: Sequence[Mapping[str, Any]]) -> CaseTopic | None:
    """Returns what a conversation is about; ``understandings`` begin with the newest.

    The newest message that is about something decides; where none was understood, the best
    guess at the newest one.
    """
    for understanding in understandings:
        found = _first(_labels(understanding.get("segments"), understanding.get("intent")))
        if found is not None:
            return found
    for understanding in understandings:
        guess = _first(_labels(understanding.get("intent_ranking"), None))
        if guess is not None:
            return guess
    return None


def _labels(many: Any, one: Any) -> Iterable[tuple[str, float]]:
    for label in (*(many or ()), *((one,) if one else ())):
        name = label.get("intent") or label.get("name")
        if name:
            yield str(name), float(label.get("confidence") or 0.0)


def _first(labels: Iterable[tuple[str, float]]) -> CaseTopic | None:
    named = (CaseTopic(name, score) for name, score in labels if name not in _NO_TOPIC)
    return next(named, None)
