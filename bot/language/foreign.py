"""Whether a message is written in another language than French, and in which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.language.normalisation import expand_sms, fold

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "CYRILLIC": "ru", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko",
    "ARABIC": "ar", "HEBREW": "he", "GREEK": "el", "DEVANAGARI": "hi", "THAI": "th",
    "BENGALI": "bn", "TAMIL": "ta", "ARMENIAN": "hy", "GEORGIAN": "ka", "ETHIOPIC": "am",
}  # fmt: skip

FEWEST_WORDS = 3
LEAST_SHARE = 0.6
LEAST_LEAD = 0.3
"""Sellers mix English in: a message is foreign only when far more of it is than is French."""

WHOLE_WORDS = 6
WHOLE_LEAD = 0.6
"""A sentence this long with so little French in it is meant for somebody who reads that language,
whatever trade words it shares with us."""


class ForeignLanguages:
    """Tells languages by their commonest words: ``common`` holds them by language code."""

    def __init__(self, common: Mapping[str, Iterable[str]]) -> None:
        self._french = frozenset(map(fold, common["fr"]))
        self._others = {
            code: frozenset(map(fold, words)) for code, words in common.items() if code != "fr"
        }

    def language_of(self, text: str) -> str | None:
        """Returns the ISO 639-1 code of a text that is surely not French, else None."""
        return script_of(text) or self._latin(text)

    def whole_sentence_in(self, text: str) -> str | None:
        """Returns the language of a text with next to no French in it, else None.

        Stricter than `language_of`: what it finds is refused whatever the words are about.
        """
        french, code, share = self.shares(text)
        long = len(_WORD.findall(text)) >= WHOLE_WORDS
        return script_of(text) or (code if long and share - french >= WHOLE_LEAD else None)

    def shares(self, text: str) -> tuple[float, str, float]:
        """Returns the share of French words, the nearest other language, and its share."""
        found = _WORD.findall(fold(expand_sms(text)))
        if not found:
            return 0.0, "", 0.0
        shares = {
            code: sum(word in words for word in found) / len(found)
            for code, words in self._others.items()
        }
        code = max(sorted(shares), key=lambda c: shares[c])
        return sum(word in self._french for word in found) / len(found), code, shares[code]

    def _latin(self, text: str) -> str | None:
        french, code, share = self.shares(text)
        if len(_WORD.findall(text)) < FEWEST_WORDS or share < LEAST_SHARE:
            return None
        return code if share - french >= LEAST_LEAD else None


def script_of(text: str) -> str | None:
    """Returns the language of the writing system that most letters belong to, unless Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    names = [unicodedata.name(letter, "").partition(" ")[0] for letter in letters]
    foreign = [name for name in names if name in _SCRIPTS]
    if not foreign or len(foreign) * 2 < len(letters):
        return None
    if "HIRAGANA" in foreign or "KATAKANA" in foreign:
        return "ja"  # Japanese mixes its syllables with Chinese characters
    return _SCRIPTS[max(sorted(set(foreign)), key=foreign.count)]
