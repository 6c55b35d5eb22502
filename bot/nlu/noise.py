"""Training phrases once more as hurried people type them, so that the model expects it.

The generators of the evaluation are others (bot.nlu.evaluation), so that a gain there is real.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.language.normalisation import fold

PLAIN = 0.5
"""Share of the copies without accents and capitals."""

MISTYPED_WORDS = 0.5
DROPPED_SMALL_WORDS = 0.3
_SMALL_WORDS = frozenset({"ne", "de", "le", "la", "les", "un", "une", "que"})
_USUAL_LETTERS = "aeiouslrtn"
_LONG_ENOUGH = 4


def noisy_copies(texts: Sequence[str], seed: int = 1) -> list[str]:
    """Returns one mistyped copy of each text; the same ones for the same seed."""
    dice = random.Random(seed)
    return [_noisy(text, dice) for text in texts]


def _noisy(text: str, dice: random.Random) -> str:
    if dice.random() < PLAIN:
        text = fold(text)
    words = [_mistyped(word, dice) for word in text.split()]
    if dice.random() < DROPPED_SMALL_WORDS:
        words = [word for word in words if word not in _SMALL_WORDS] or words
    return " ".join(words)


def _mistyped(word: str, dice: random.Random) -> str:
    """Returns a word with, now and then, a letter dropped, doubled, swapped or changed."""
    has_digit = any(letter.isdigit() for letter in word)
    if len(word) < _LONG_ENOUGH or has_digit or dice.random() >= MISTYPED_WORDS:
        return word
    place, kind = dice.randrange(len(word) - 1), dice.random()
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind < 0.4:
        return before + after
    if kind < 0.6:
        return before + 2 * letter + after
    if kind < 0.8:
        return before + after[0] + letter + after[1:]
    return before + dice.choice(_USUAL_LETTERS) + after
