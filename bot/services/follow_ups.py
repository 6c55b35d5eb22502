"""Short questions about what was just answered: "et s'il refuse ?", "c'est où ce bouton ?"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.language.reasons import leans_on_before, looks_like_question
from bot.services.answers import Answer, Say, Understood
from bot.support.responses import FaqEntry, FollowUp

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""Returns how alike in meaning a text is to each of some others, from 0 to 1."""

MOST_WORDS = 10
ALIKE = 0.6
"""From this likeness on a message that was not surely understood is a follow-up."""

VERY_ALIKE = 0.85
"""From this likeness on it is one whatever else it could mean."""

SURE = 0.75
_OPENS_OTHER_SUBJECTS = frozenset(
    {"request_human", "stop", "affirm", "deny", "thank", "greet", "goodbye", "bot_challenge"}
)


class FollowUps:
    """Answers follow-up questions with the one fact of the entry that they ask about."""

    def __init__(self, entries: Mapping[str, FaqEntry], likeness: Likeness) -> None:
        self._entries = entries
        self._likeness = likeness

    def answer(self, said: Understood, slots: Mapping[str, Any]) -> Answer | None:
        """Returns the fact asked about, or None when the message is no follow-up."""
        entry = self._entries.get(str(slots.get("topic") or ""))
        if entry is None or not self._may_be_one(said):
            return None
        found, score = self._nearest(entry, said.text)
        room = leans_on_before(said.text) or self._leaves_room(said, entry)
        if score < (ALIKE if room else VERY_ALIKE):
            return None
        say = Say(entry.intent, {"follow_up": found.name})
        return Answer((say, Say("follow_up_more")), {"topic": entry.intent, "clarifications": 0})

    def _may_be_one(self, said: Understood) -> bool:
        return (
            said.choice is None
            and not said.order_numbers
            and len(said.segments) < 2
            and len(said.text.split()) <= MOST_WORDS
            and (said.intent not in _OPENS_OTHER_SUBJECTS or leans_on_before(said.text))
            and looks_like_question(said.text)
        )

    def _leaves_room(self, said: Understood, entry: FaqEntry) -> bool:
        """Tells whether the message is about nothing else for sure."""
        unclear = said.intent in ("nlu_fallback", "out_of_scope", entry.intent)
        return unclear or said.confidence < SURE

    def _nearest(self, entry: FaqEntry, text: str) -> tuple[FollowUp, float]:
        asks = [(ask, follow_up) for follow_up in entry.follow_ups for ask in follow_up.asks]
        scores = self._likeness(text, [ask for ask, _ in asks])
        best = max(range(len(asks)), key=lambda place: scores[place])
        return asks[best][1], scores[best]
