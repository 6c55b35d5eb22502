"""Words that are in no dictionary, spelled as the word that was probably meant."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.normalisation import expand_sms, fold, is_part
from bot.language.sounds import sound_of

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:'[^\W\d_]+)*(?!\w)")
_LETTERS = string.ascii_lowercase
_ELIDED = ("qu", "j", "l", "d", "t", "s", "n", "m")
_SHORTEST = 4
"""Of shorter unknown words only the sound counts: too many others are one letter away."""

_LONG = 6
"""From this length on a word with two typos is still told from others."""

_RARE = {1: 10_000, 2: 10_000, 3: 4_000, 4: 1_500}
"""Short words used less often than this are mostly typos of others."""

_SAME_SOUND = 2.5
_OWN_WORD = 1.5
_UNGLUED = -2.0


class Speller:
    """Respells unknown words from a word list.

    ``frequencies`` counts how often each word of the language is used, ``own_words`` how often
    the words of the trade are, which win over equally near ones. ``left_alone`` are words of other languages:
    they are no typos, and nothing is respelled as one of them.
    """

    def __init__(
        self,
        frequencies: Mapping[str, int],
        own_words: Mapping[str, int],
        left_alone: Iterable[str] = (),
    ) -> None:
        self._left_alone = frozenset(left_alone)
        own: dict[str, int] = {}
        for word, count in own_words.items():
            own[fold(word)] = own.get(fold(word), 0) + count
        self._own = sorted(word for word in own if len(word) >= _LONG - 1)
        spelled: dict[str, tuple[str, float]] = {}
        for word, count in frequencies.items():
            if count >= _RARE.get(len(word), 0):
                _keep_most_used(spelled, word, math.log(count + 1.0))
        for word in own:
            _keep_most_used(spelled, word, 0.0)
        self._spelled = {
            plain: (word, score + _OWN_WORD * math.log1p(own.get(plain, 0)))
            for plain, (word, score) in spelled.items()
        }
        self._by_sound: dict[str, list[str]] = {}
        for plain, (word, _) in self._spelled.items():
            self._by_sound.setdefault(sound_of(word), []).append(plain)

    def respell(self, text: str) -> str:
        """Returns the text with unknown words replaced; SMS spelling is written out first."""
        return _WORD.sub(self._one, expand_sms(text))

    def knows(self, word: str) -> bool:
        """Tells whether a word is in the list, whatever its accents and capitals."""
        return fold(word) in self._spelled

    def _one(self, match: re.Match[str]) -> str:
        word = match.group()
        plain = fold(word)
        known = plain in self._spelled or plain in self._left_alone
        if known or "'" in plain or is_part(match):
            return word
        found = [*self._nearest(word, plain, edits=len(plain) >= _SHORTEST), *self._unglued(plain)]
        found = found or self._two_edits(plain)
        return max(found)[1] if found else word

    def _two_edits(self, plain: str) -> list[tuple[float, str]]:
        """Reads a long word with two typos as a word of the trade: "prlongaton"."""
        if len(plain) < _LONG:
            return []
        near = process.extract(plain, self._own, scorer=OSA.distance, score_cutoff=2, limit=None)
        return [
            (self._spelled[word][1], self._spelled[word][0])
            for word, _, _ in near
            if word[0] in plain[:2] or plain[0] in word[:2] or word[1] == plain[1]
        ]

    def _unglued(self, plain: str) -> list[tuple[float, str]]:
        """Reads "jattends" as "j'attends" and "jveu" as "je veux"."""
        found = []
        for elided in _ELIDED:
            rest = plain[len(elided) :]
            if not plain.startswith(elided) or len(rest) < 2:
                continue
            vowel = rest[0] in "aeiouyh"
            if not vowel and elided != "j":
                continue
            near = (
                [(self._spelled[rest][1] + _SAME_SOUND, self._spelled[rest][0])]
                if (rest in self._spelled)
                else self._nearest(rest, rest, edits=False)
            )
            for score, word in near:
                found.append((score + _UNGLUED, f"{elided}'{word}" if vowel else f"je {word}"))
        return found

    def _nearest(self, word: str, plain: str, *, edits: bool) -> list[tuple[float, str]]:
        scores = {
            candidate: self._spelled[candidate][1] + _SAME_SOUND
            for candidate in self._by_sound.get(sound_of(word), ())
        }
        for candidate in _one_edit_away(plain) if edits else _swapped(plain):
            if candidate in self._spelled:
                both = _SAME_SOUND if candidate in scores else 0.0
                scores[candidate] = scores.get(candidate, self._spelled[candidate][1]) + both
        return [(score, self._spelled[candidate][0]) for candidate, score in scores.items()]


def _keep_most_used(spelled: dict[str, tuple[str, float]], word: str, score: float) -> None:
    plain = fold(word)
    known = spelled.get(plain)
    if known is None or known[1] < score:
        spelled[plain] = (word, score)


def _swapped(word: str) -> set[str]:
    """Returns what two neighbouring letters swapped make of a word."""
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}


def _one_edit_away(word: str) -> set[str]:
    """Returns what one letter added, dropped, changed or two swapped makes of a word."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in parts if b}
    swapped = _swapped(word)
    changed = {a + letter + b[1:] for a, b in parts if b for letter in _LETTERS}
    added = {a + letter + b for a, b in parts for letter in _LETTERS}
    return (dropped | swapped | changed | added) - {word}
