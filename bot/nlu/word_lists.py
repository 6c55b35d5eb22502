"""What words there are: the dictionaries of a spell checker, and the words of the trade."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from spellchecker import SpellChecker

from bot.language.foreign import ForeignLanguages
from bot.language.normalisation import expand_sms, fold
from bot.language.spelling import Speller

_WORD = re.compile(r"[^\W\d_]+")

LEAST_USES = 60
"""Words counted less often in the dictionary's corpus (film subtitles) are mostly noise."""

LEAST_ENGLISH_USES = 2_000
LEAST_OWN_USES = 3
SHORTEST = 3


def make_speller(texts: Iterable[str]) -> Speller:
    """Returns a speller of French that also knows the words often used in the texts.

    English words are left as they are: sellers mix them in.
    """
    french = SpellChecker(language="fr").word_frequency.dictionary
    english = SpellChecker(language="en").word_frequency.dictionary
    used = Counter(word for text in texts for word in _WORD.findall(fold(expand_sms(text))))
    return Speller(
        {word: count for word, count in french.items() if count >= LEAST_USES},
        {w: n for w, n in used.items() if n >= LEAST_OWN_USES and len(w) >= SHORTEST},
        [w for w, count in english.items() if count >= LEAST_ENGLISH_USES and len(w) >= SHORTEST],
    )


COMMONEST = 1_500
FRENCH_COMMONEST = 3_000
"""French is given the longer list: a French message must hardly ever look foreign."""

LANGUAGES = ("fr", "en", "es", "it", "pt", "de", "nl")


def make_foreign_languages() -> ForeignLanguages:
    """Returns the commonest words of the languages people write to a French assistant in."""
    return ForeignLanguages({code: [word for word, _ in _most_common(code)] for code in LANGUAGES})


def _most_common(code: str) -> list[tuple[str, int]]:
    words = Counter(SpellChecker(language=code).word_frequency.dictionary)
    return words.most_common(FRENCH_COMMONEST if code == "fr" else COMMONEST)
