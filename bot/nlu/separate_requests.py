"""Which separate requests a message holds: sentences first, then the clauses inside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.language.clauses import (
    Clause,
    asks_something,
    only_sets_the_scene,
    split_at_sentence_ends,
    split_clauses,
)
from bot.language.leaning import leans_on_the_rest
from bot.nlu.intent_model import IntentScore

Rankings = Mapping[str, list[IntentScore]]
Found = tuple[IntentScore, Clause]


@dataclass(frozen=True)
class Part:
    """A sentence of a message, and the clauses inside it."""

    sentence: Clause
    clauses: tuple[Clause, ...]


def parts_of(message: str) -> list[Part]:
    """Returns the sentences of a message with their clauses, in order."""
    return [
        Part(sentence, tuple(_clauses(sentence))) for sentence in split_at_sentence_ends(message)
    ]


def every(parts: Sequence[Part]) -> Iterator[Clause]:
    """Yields all that has to be ranked."""
    for part in parts:
        yield part.sentence
        yield from part.clauses


def separate_requests(
    parts: Sequence[Part], ranked: Rankings, likely: Collection[str], config: Mapping[str, Any]
) -> list[Found]:
    """Returns each request with its part of the text, or nothing unless there are two or more.

    A sentence is one request unless two of its clauses are: a story's clauses say less than it.
    ``likely`` are the labels that the whole message may have; what is not among them is chance,
    unless its part asks for it beyond doubt.
    """
    found: list[Found] = []
    for part in parts:
        inside = _distinct(_requests(part.clauses, ranked, config))
        if len(inside) < 2:
            inside = _requests([part.sentence], ranked, config) or inside
        found += inside
    found = _distinct(found)
    several = len(found) >= 2 and all(
        best.intent in likely or _is_beyond_doubt(best, clause, config) for best, clause in found
    )
    return found if several else []


def _clauses(sentence: Clause) -> Iterator[Clause]:
    for clause in split_clauses(sentence.text):
        start = sentence.start + clause.start
        yield Clause(clause.text, start, start + len(clause.text))


def _distinct(found: Sequence[Found]) -> list[Found]:
    first: dict[str, Found] = {}
    for best, clause in found:
        first.setdefault(best.intent, (best, clause))
    return list(first.values())


def _requests(
    clauses: Sequence[Clause], ranked: Rankings, config: Mapping[str, Any]
) -> list[Found]:
    """Returns those clauses that are surely a request."""
    scored = [(ranked[clause.text][0], clause) for clause in clauses]
    return [(best, clause) for best, clause in scored if _is_request(best, clause, config)]


def _is_request(best: IntentScore, clause: Clause, config: Mapping[str, Any]) -> bool:
    return (
        best.confidence >= config["segment_at_least"]
        and best.intent not in config["never_a_segment"]
        and not only_sets_the_scene(clause.text)
        and not leans_on_the_rest(clause.text)
        and (_tells_by_itself(best, config) or asks_something(clause.text))
    )


def _is_beyond_doubt(best: IntentScore, clause: Clause, config: Mapping[str, Any]) -> bool:
    sure = best.confidence >= float(config["segment_beyond_doubt"])
    return sure and asks_something(clause.text)


def _tells_by_itself(best: IntentScore, config: Mapping[str, Any]) -> bool:
    """Tells what needs no question from what does.

    A situation needs none, nor does a name of what is wanted: "un humain", "2 jours de plus".
    """
    if best.confidence < float(config["segment_certain"]):
        return False
    return best.intent in config["named_is_asked"] or best.intent not in config["acted_on_first"]
