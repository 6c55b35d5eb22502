"""Short questions about what was just answered: "et s'il refuse ?", "c'est où ce bouton ?"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.language.reasons import leans_on_before, looks_like_question
from bot.services.answers import MAX_REPEATS, REMEMBERED_ANSWERS, Answer, Say, Understood
from bot.services.handoff import Handoff
from bot.services.turn_scope import TurnScope
from bot.support.conversations import EscalationReason
from bot.support.responses import FaqEntry, FollowUp

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""Returns how alike in meaning a text is to each of some others, from 0 to 1."""

MOST_WORDS = 10
ALIKE = 0.6
"""From this likeness on a message that was not surely understood is a follow-up."""

VERY_ALIKE = 0.85
"""From this likeness on it is one whatever else it could mean."""

SAME = 0.97
"""From this likeness on even what is surely another question of the FAQ is a follow-up."""

SURE = 0.75
SURELY_ANOTHER = 0.95
_SAME_FACTS = frozenset({"faq_buyer_unresponsive", "faq_extension_rules"})
"""Entries that tell the same three facts (shared/FAQ.md)."""
_OTHER_SUBJECTS = frozenset(
    {"request_human", "stop", "affirm", "deny", "thank", "greet", "goodbye", "bot_challenge"}
)


class FollowUps:
    """Answers follow-up questions with the one fact of the entry that they ask about."""

    def __init__(self, likeness: Likeness, handoff: Handoff) -> None:
        self._likeness = likeness
        self._handoff = handoff

    def answer(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer | None:
        """Returns the fact asked about, or None when the message is no follow-up.

        The entry answered last comes first; an earlier one only where the words are its own.
        """
        if not _may_be_one(said):
            return None
        leans = leans_on_before(said.text)
        open_question = leans or looks_like_question(said.text)
        for entry in _entries_in_mind(scope.content.entries, slots):
            found, score = self._nearest(entry, said.text)
            is_last = entry.intent == slots.get("topic")
            room = leans or (_leaves_room(said, entry) and said.intent not in _OTHER_SUBJECTS)
            needed = ALIKE if is_last and room and open_question else VERY_ALIKE
            if score >= (SAME if _is_another_question(said, entry) else needed):
                return self._told(scope, entry, found, slots)
        return None

    def _told(
        self, scope: TurnScope, entry: FaqEntry, found: FollowUp, slots: Mapping[str, Any]
    ) -> Answer:
        remember: dict[str, Any] = {"topic": entry.intent, "clarifications": 0}
        given, this = list(slots.get("answered") or []), f"{entry.intent}.{found.name}"
        if given.count(this) >= MAX_REPEATS:
            asked = self._handoff.request(
                scope, EscalationReason.REPEATED_ANSWER, slots.get("order_number")
            )
            return Answer((Say("repeated_answer"),), remember).then(asked)
        remember["answered"] = [*given, this][-REMEMBERED_ANSWERS:]
        values: dict[str, Any] = {"follow_up": found.name}
        if found.partial:
            says = (Say(entry.intent, {**values, "offers": False}), Say("follow_up_more"))
            return Answer(says, remember)
        # In the form one question is asked at a time; after a receipt it is offered no more.
        if slots.get("extension_draft") or entry.intent not in _answered(given):
            values["offers"] = False
        return Answer((Say(entry.intent, values),), remember)

    def _nearest(self, entry: FaqEntry, text: str) -> tuple[FollowUp, float]:
        asks = [(ask, follow_up) for follow_up in entry.follow_ups for ask in follow_up.asks]
        scores = self._likeness(text, [ask for ask, _ in asks])
        best = max(range(len(asks)), key=lambda place: scores[place])
        return asks[best][1], scores[best]


def _entries_in_mind(entries: Mapping[str, FaqEntry], slots: Mapping[str, Any]) -> list[FaqEntry]:
    """Returns the entries answered lately, the last one first; none when all is forgotten."""
    last = entries.get(str(slots.get("topic") or ""))
    if last is None:
        return []
    given = _answered(slots.get("answered") or ())
    earlier = [name for name in dict.fromkeys(reversed(given)) if name != last.intent]
    return [last, *(entries[name] for name in earlier[:2] if name in entries)]


def _may_be_one(said: Understood) -> bool:
    return (
        said.choice is None
        and not said.order_numbers
        and len(said.segments) < 2
        and len(said.text.split()) <= MOST_WORDS
    )


def _leaves_room(said: Understood, entry: FaqEntry) -> bool:
    """Tells whether the message is about nothing else for sure."""
    unclear = said.intent in ("nlu_fallback", "out_of_scope", "help", entry.intent)
    return unclear or said.confidence < SURE


def _is_another_question(said: Understood, entry: FaqEntry) -> bool:
    """Tells whether the message surely asks for another entry: "et pour le signaler ?"."""
    if {said.intent, entry.intent} <= _SAME_FACTS:
        return False
    other = said.intent.startswith("faq_") and said.intent != entry.intent
    return other and said.confidence >= SURELY_ANOTHER


def _answered(given: Iterable[Any]) -> list[str]:
    """Returns the entries of answers given, whole or as follow-ups ("entry.name")."""
    return [str(name).partition(".")[0] for name in given]
