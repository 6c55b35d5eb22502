"""Figures of an evaluation: shares with their intervals, confusions, losses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.blind_sets import BlindPhrase, BlindSet

UNSURE = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
OFFERED = 3
Understand = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval of Wilson (1927)."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """Returns the share, 0 of nothing."""
        return self.right / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Returns the lower and upper bound."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return middle - half, middle + half

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.1%}  ({self.right}/{self.of}, 95 % interval {low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class Judged:
    """A phrase with what the model made of it; ``offered`` are the choices when unsure."""

    phrase: BlindPhrase
    label: str
    confidence: float
    offered: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Tells whether the label is right; unsure is wrong."""
        return self.label == self.phrase.intent


def judge(understand: Understand, phrases: Iterable[BlindPhrase]) -> list[Judged]:
    """Returns each phrase with its label."""
    judged = []
    for phrase in phrases:
        parsed = understand(phrase.text)
        offered = [
            score["name"] for score in parsed["intent_ranking"] if score["name"] != OUT_OF_SCOPE
        ][:OFFERED]
        label, confidence = parsed["intent"]["name"], parsed["intent"]["confidence"]
        judged.append(Judged(phrase, label, confidence, tuple(offered)))
    return judged


def share(judged: Sequence[Judged], chosen: Callable[[Judged], bool] = lambda j: True) -> Share:
    """Returns how many of the chosen ones are right."""
    among = [j for j in judged if chosen(j)]
    return Share(sum(j.right for j in among), len(among))


def by(judged: Sequence[Judged], key: Callable[[Judged], str]) -> dict[str, Share]:
    """Returns the share of right ones in each group."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[key(one)].append(one)
    return {name: share(groups[name]) for name in sorted(groups)}


def in_scope(judged: Sequence[Judged]) -> list[Judged]:
    """Returns those of the blind set's in-scope phrases."""
    return [j for j in judged if j.phrase.intent != OUT_OF_SCOPE]


def macro(judged: Sequence[Judged]) -> float:
    """Returns the mean over intents of each one's share of right labels."""
    shares = [s.value for s in by(judged, lambda j: j.phrase.intent).values()]
    return sum(shares) / len(shares)


def confusions(judged: Sequence[Judged]) -> list[tuple[tuple[str, str], int]]:
    """Returns (meant, understood) with how often, the commonest first."""
    return Counter((j.phrase.intent, j.label) for j in judged if not j.right).most_common()


def two_requests(understand: Understand, blind: BlindSet) -> tuple[Share, list[str]]:
    """Returns how many messages of two requests gave exactly those, and the others' texts."""
    wrong = []
    for text, intents in blind.two_requests:
        found = [segment["intent"] for segment in understand(text)["segments"]]
        if sorted(found) != sorted(intents):
            wrong.append(f"{text}  →  {found}")
    count = len(blind.two_requests)
    return Share(count - len(wrong), count), wrong


def one_request(understand: Understand, blind: BlindSet) -> tuple[Share, list[str]]:
    """Returns how many "et"/"mais" messages of one request stayed one, rightly labelled."""
    wrong = []
    for text, intent in blind.one_request:
        parsed = understand(text)
        if len(parsed["segments"]) != 1 or parsed["intent"]["name"] != intent:
            found = [s["intent"] for s in parsed["segments"]]
            wrong.append(f"{text}  →  {parsed['intent']['name']} {found}")
    count = len(blind.one_request)
    return Share(count - len(wrong), count), wrong


def entities(understand: Understand, blind: BlindSet) -> tuple[Share, list[str]]:
    """Returns how many messages gave exactly their order numbers and days."""
    wrong = []
    for text, numbers, days in blind.entities:
        found = understand(text)["entities"]
        read_numbers = tuple(e["value"] for e in found if e["entity"] == "order_number")
        read_days = tuple(e["value"] for e in found if e["entity"] == "days")
        if (read_numbers, read_days) != (numbers, days):
            wrong.append(f"{text}  →  {read_numbers} {read_days}")
    count = len(blind.entities)
    return Share(count - len(wrong), count), wrong
