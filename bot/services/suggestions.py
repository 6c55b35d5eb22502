"""Approved answers that may fit, for staff to send: FAQ entries only, as they are approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.support.responses import Content

MOST_SUGGESTED = 3
LEAST_LIKELY = 0.1
"""What is less likely than this is not worth reading."""


@dataclass(frozen=True)
class Suggestion:
    """One approved answer with its version, its source, and how likely it is the right one."""

    response: str
    version: int
    title: str
    text: str
    source_link: str
    confidence: float


def suggested(
    content: Content, likely: Iterable[tuple[str, float]], given: Collection[str] = ()
) -> list[Suggestion]:
    """Returns the likeliest approved answers, the best first, without those already given.

    ``likely`` are intents with how likely each is; of one named twice the better counts. What has
    no approved answer, or needs the seller's own data, is left out: nothing is made up.
    """
    best: dict[str, float] = {}
    for intent, confidence in likely:
        best[intent] = max(best.get(intent, 0.0), confidence)
    fitting = [
        (intent, confidence)
        for intent, confidence in best.items()
        if intent in content.entries and intent not in given and confidence >= LEAST_LIKELY
    ]
    fitting.sort(key=lambda found: -found[1])
    return [_suggestion(content, *found) for found in fitting[:MOST_SUGGESTED]]


def _suggestion(content: Content, intent: str, confidence: float) -> Suggestion:
    entry = content.entries[intent]
    reply = content.render(intent, {"offers": False})
    return Suggestion(
        response=intent,
        version=entry.version,
        title=entry.title,
        text=reply.text,
        source_link=str(reply.values["article_url"]),
        confidence=min(confidence, 1.0),
    )
