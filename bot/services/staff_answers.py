"""What the assistant tells staff who ask it: approved FAQ answers, and never words of its own."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.language.danger import danger_in
from bot.services.answers import SURE_OF_DANGER
from bot.services.intake import kept_text
from bot.services.live_content import LiveContent
from bot.services.parse_lane import parse_now
from bot.services.ports import Assistant
from bot.services.suggestions import LEAST_LIKELY
from bot.services.topics import OUT_OF_SCOPE, SMALL_TALK
from bot.services.triage import SURE

MOST_ANSWERS = 3
MOST_CHOICES = 3


class Finding(str, enum.Enum):
    """Says what came of a question."""

    ANSWERED = "answered"
    UNSURE = "unsure"  # it may be one of the choices
    NOT_IN_FAQ = "not_in_faq"
    TALK = "talk"  # a greeting, a thank-you: nothing was asked
    DANGER = "danger"  # a person has to read that, no answer is good enough


@dataclass(frozen=True)
class ApprovedAnswer:
    """One FAQ entry as it is served now."""

    intent: str
    title: str
    version: int
    text: str
    source_name: str
    source_url: str


@dataclass(frozen=True)
class Found:
    """What the assistant found for a question: answers, or choices (intent and title)."""

    finding: Finding
    answers: tuple[ApprovedAnswer, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


class StaffAnswers:
    """Answers staff's questions from the FAQ; blocks, to be called from a thread."""

    def __init__(self, assistant: Assistant, live: LiveContent) -> None:
        self._assistant = assistant
        self._live = live

    def ask(self, text: str) -> Found:
        """Returns what the FAQ says to a question.

        Raises AssistantUnavailable when the model does not answer.
        """
        said = kept_text(text)
        if danger_in(said):
            return Found(Finding.DANGER)
        parsed = parse_now(self._assistant, said)
        intent, confidence = _label(parsed["intent"])
        if parsed.get("kind") == "distress" and confidence >= SURE_OF_DANGER:
            return Found(Finding.DANGER)
        answers = [found for name in _sure_of(parsed) if (found := self.topic(name))]
        if answers:
            return Found(Finding.ANSWERED, tuple(answers[:MOST_ANSWERS]))
        if intent in SMALL_TALK and confidence >= SURE:
            return Found(Finding.TALK)
        choices = tuple(self._choices(parsed))
        if not choices or (intent == OUT_OF_SCOPE and confidence >= SURE):
            return Found(Finding.NOT_IN_FAQ)
        return Found(Finding.UNSURE, choices=choices)

    def topic(self, intent: str) -> ApprovedAnswer | None:
        """Returns the answer approved for a topic, None where there is none."""
        content = self._live.current
        entry = content.entries.get(intent)
        if entry is None:
            return None
        url = content.article_urls[entry.source_link]
        return ApprovedAnswer(
            intent, entry.title, entry.version, entry.text, entry.source_name, url
        )

    def _choices(self, parsed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        entries = self._live.current.entries
        likely = [name for name, score in _ranking(parsed) if score >= LEAST_LIKELY]
        for name in [name for name in dict.fromkeys(likely) if name in entries][:MOST_CHOICES]:
            yield name, entries[name].title


def _sure_of(parsed: Mapping[str, Any]) -> list[str]:
    """Returns what is asked for certain, in the order of the text."""
    segments = [_label(segment) for segment in parsed.get("segments") or ()]
    found = segments if len(segments) > 1 else [_label(parsed["intent"])]
    return list(dict.fromkeys(name for name, confidence in found if confidence >= SURE))


def _ranking(parsed: Mapping[str, Any]) -> list[tuple[str, float]]:
    segments = parsed.get("segments") or ()
    return [_label(score) for score in (*segments, *(parsed.get("intent_ranking") or ()))]


def _label(score: Mapping[str, Any]) -> tuple[str, float]:
    return str(score.get("name") or score.get("intent")), float(score.get("confidence") or 0.0)
