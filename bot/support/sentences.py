"""Sentences of an answer, and which of them changed between two versions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.support.responses import FaqEntry

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"


@dataclass(frozen=True)
class SentenceChange:
    """One sentence before and after; "" on the side where it does not stand.

    ``place`` is the field it belongs to, as problems name it: "title", "parts", "offer"…
    """

    kind: str
    place: str
    before: str
    after: str


def sentences(text: str) -> list[str]:
    """Returns the sentences of a text, in order; lines end sentences too."""
    return [each for each in re.split(r"(?<=[.!?…])\s+|\n+", text.strip()) if each.strip()]


def changed_sentences(before: FaqEntry, after: FaqEntry) -> list[SentenceChange]:
    """Returns all that is said before and after, in the order it is read, marked where it changed.

    Nothing a seller can read is left out: buttons and the source are sentences of their own.
    """
    changes: list[SentenceChange] = []
    for place, old, new in zip(_PLACES, _said(before), _said(after)):
        changes += _compared(place, old, new)
    return changes


_PLACES = ("title", "parts", "facts", "source", "offer", "leads_on", "follow_ups")


def _said(entry: FaqEntry) -> Iterator[list[str]]:
    yield [entry.title]
    yield [each for text, _ in entry.parts for each in sentences(text)]
    yield [f"§ {place} : {', '.join(facts)}" for place, (_, facts) in enumerate(entry.parts, 1)]
    yield [f"{entry.source_name} ({entry.source_link})"]
    yield [entry.offer] if entry.offer else []
    yield [f"[{button.title}] → {button.intent}" for button in entry.leads_on]
    yield [
        f"{each.name}{' (en partie)' if each.partial else ''} → {', '.join(sorted(each.facts))}"
        f" — {' / '.join(each.asks)}"
        for each in entry.follow_ups
    ]


def _compared(place: str, old: Sequence[str], new: Sequence[str]) -> Iterator[SentenceChange]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield from (SentenceChange(SAME, place, each, each) for each in old[old_from:old_to])
            continue
        gone, come = list(old[old_from:old_to]), list(new[new_from:new_to])
        both = min(len(gone), len(come))
        yield from (SentenceChange(CHANGED, place, *pair) for pair in zip(gone, come))
        yield from (SentenceChange(REMOVED, place, each, "") for each in gone[both:])
        yield from (SentenceChange(ADDED, place, "", each) for each in come[both:])
