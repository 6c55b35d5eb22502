"""Training phrases that stand in a blind set, or nearly: figures would then flatter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bot.evaluation.blind_sets import BlindSet
from bot.language.normalisation import expand_sms, fold
from bot.nlu.intent_model import encode

FEWEST_WORDS = 4
"""Shorter messages ("merci beaucoup", "stop") are the same for everybody."""

SAME_LETTERS = 0.85
SAME_MEANING = 0.95


def leaks(phrases: Iterable[tuple[str, str]], blind: Sequence[BlindSet]) -> Iterator[str]:
    """Yields each (text, location) that is nearly a blind phrase: by letters, or by meaning.

    Both are compared without accents and case, with SMS spelling written out.
    """
    trained = [(folded(text), text, location) for text, location in phrases]
    vectors = encode([plain for plain, _, _ in trained])
    letters = [trigrams(plain) for plain, _, _ in trained]
    for one in blind:
        plains = [folded(p.text) for p in one.phrases]
        plains = [plain for plain in plains if len(plain.split()) >= FEWEST_WORDS]
        meaning = encode(plains) @ vectors.T
        for plain, row in zip(plains, meaning):
            own = trigrams(plain)
            for place in np.flatnonzero((row >= SAME_MEANING) | (row >= 0.5)):
                alike = overlap(own, letters[place])
                if row[place] >= SAME_MEANING or alike >= SAME_LETTERS:
                    _, text, location = trained[place]
                    yield f"{location}: nearly a phrase of the {one.name} set: {text!r}"


def folded(text: str) -> str:
    """Returns the words of a text without accents, case and punctuation."""
    plain = fold(expand_sms(text))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def trigrams(text: str) -> frozenset[str]:
    """Returns the sets of three letters in a text."""
    padded = f"  {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Returns the Dice coefficient of two sets."""
    return 2 * len(one & other) / max(len(one) + len(other), 1)
