"""Whether training phrases are many and really different, as understanding needs them to be."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.language.normalisation import expand_sms, fold

FEWEST = 80
"""Phrases of each FAQ and action intent."""

FEWEST_TALK = 15
FEWEST_OUT_OF_SCOPE = 250
FEWEST_NEAR = 180
MOST_ON_A_FRAME = 3
WITHOUT_KEY_WORD = 0.3
_FRAME_WORDS = 4
_OPENING = re.compile(
    r"^(?:(?:bonjour|bonsoir|salut|slt|bjr|hello|coucou|allo|svp|stp|euh|alors|ok|bon|oui|voila|"
    r"s'il (?:vous|te) plait)[ ,.!]+)+"
)


@dataclass(frozen=True)
class Phrase:
    """One training phrase with where it stands; ``kind`` and ``against`` are of out of scope.

    ``against`` is the intent that a contrast phrase must not be taken for.
    """

    intent: str
    text: str
    location: str
    kind: str = ""
    against: str = ""


def breadth_problems(
    phrases: Sequence[Phrase], trained: set[str], key_words: Mapping[str, str]
) -> Iterator[str]:
    """Yields what is missing: too few, too alike, too obvious, no contrast."""
    by_intent: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_intent[phrase.intent].append(phrase)
    contrasts = Counter(p.against for p in phrases if p.kind == "contrast")
    for intent in sorted(trained):
        own = by_intent[intent]
        fewest = FEWEST if intent in key_words else FEWEST_TALK
        if intent == "out_of_scope":
            fewest = FEWEST_OUT_OF_SCOPE
            near = sum(p.kind in ("near", "contrast") for p in own)
            if near < FEWEST_NEAR:
                yield f"data/nlu: out_of_scope has {near} near phrases, at least {FEWEST_NEAR}"
        if len(own) < fewest:
            yield f"data/nlu: {intent} has {len(own)} phrases, at least {fewest}"
        yield from _frames(own)
        if intent in key_words:
            yield from _obvious(intent, own, key_words[intent])
            if not contrasts[intent]:
                yield f"data/nlu/out_of_scope.yml: no contrast phrase against {intent}"


def _frames(phrases: Sequence[Phrase]) -> Iterator[str]:
    frames: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        frame = frame_of(phrase.text)
        if frame:
            frames[frame].append(phrase)
    for frame, alike in frames.items():
        for phrase in alike[MOST_ON_A_FRAME:]:
            yield f"{phrase.location}: the {len(alike)}th on the frame « {frame} … »"


def _obvious(intent: str, phrases: Sequence[Phrase], key_word: str) -> Iterator[str]:
    pattern = re.compile(key_word)
    without = sum(not pattern.search(fold(expand_sms(p.text))) for p in phrases)
    if without < WITHOUT_KEY_WORD * len(phrases):
        share = without / len(phrases)
        yield f"data/nlu: only {share:.0%} of {intent} do without « {key_word} »"


def frame_of(text: str) -> str:
    """Returns how a phrase begins, without greeting: its first four words, or "" if it is short."""
    plain = _OPENING.sub("", fold(expand_sms(text)))
    words = re.findall(r"[a-z0-9']+", plain)
    return " ".join(words[:_FRAME_WORDS]) if len(words) > _FRAME_WORDS else ""
