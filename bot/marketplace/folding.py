"""Folding of names and titles, so that case, accents and punctuation do not matter."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Returns the text in lower case, without accents and with ligatures written out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def folded_words(text: str) -> tuple[str, ...]:
    """Returns the folded words in order; apostrophes, hyphens and underscores separate."""
    return tuple(_WORD.findall(fold(text)))
