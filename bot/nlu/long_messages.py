"""A long message tells a story and asks somewhere in it: the sentence that asks counts as much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.language.clauses import Clause, asks_something, split_sentences
from bot.nlu.intent_model import IntentScore

LONG = 22
"""Words from which on the vector of the whole says too little about any one sentence."""


def asking_sentences(message: str) -> list[Clause]:
    """Returns the sentences of a long message that ask for something, or all if none does.

    A message that is short, or a single sentence, has none.
    """
    if len(message.split()) < LONG:
        return []
    sentences = split_sentences(message)
    if len(sentences) < 2:
        return []
    return [s for s in sentences if asks_something(s.text)] or sentences


def with_sentences(
    whole: list[IntentScore], sentences: Sequence[list[IntentScore]], small: Collection[str]
) -> list[IntentScore]:
    """Returns the mean of the whole message's ranking and the best each label has in a sentence.

    Two sentences may be sure of two labels, so the confidences may add up to more than one.
    ``small`` are the labels of small talk: "bonjour" inside a story is not its topic.
    """
    if not sentences:
        return whole
    best: dict[str, float] = defaultdict(float)
    for ranking in sentences:
        for score in ranking:
            if score.intent not in small:
                best[score.intent] = max(best[score.intent], score.confidence)
    total = 1.0 + max(best.values(), default=0.0)
    joined = [replace(s, confidence=(s.confidence + best[s.intent]) / total) for s in whole]
    return sorted(joined, key=lambda score: -score.confidence)
