"""N-grams of texts, weighted: learned by scikit-learn's vectorizer, read one text at a time.

The vectorizer checks and copies matrices for 0.5 ms a text, which is most of what it does with
one short message; reading its vocabulary directly takes a tenth of that. Nor are its weights kept
as numbers: asked for, ``idf_`` sums up a whole matrix again each time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer


class Ngrams:
    """Gives a text's n-grams the weights (1 + ln tf) × idf, of length one (Salton 1988)."""

    def __init__(self, **options: Any) -> None:
        self._vectorizer = TfidfVectorizer(sublinear_tf=True, **options)
        self._idf: Any = None
        self._analyse: Callable[[str], list[str]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_analyse": None}  # a closure, which cannot be pickled

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.__dict__.get("_idf") is None and self._is_fitted:
            self._idf = self._vectorizer.idf_  # a model of before they were kept

    @property
    def _is_fitted(self) -> bool:
        return hasattr(self._vectorizer, "vocabulary_")

    @property
    def count(self) -> int:
        """Returns how many n-grams are known."""
        return len(self._vectorizer.vocabulary_)

    def fit(self, texts: Sequence[str]) -> None:
        """Learns the n-grams of the texts."""
        self._vectorizer.fit(texts)
        self._idf = self._vectorizer.idf_

    def weigh_all(self, texts: Sequence[str]) -> Any:
        """Returns the texts' weights as a sparse matrix."""
        return self._vectorizer.transform(texts)

    def weigh(self, text: str) -> tuple[Any, Any]:
        """Returns the columns of the text's known n-grams, and their weights."""
        if self._analyse is None:
            self._analyse = self._vectorizer.build_analyzer()
        vocabulary = self._vectorizer.vocabulary_
        counts = Counter(vocabulary[gram] for gram in self._analyse(text) if gram in vocabulary)
        columns = np.fromiter(counts, dtype=np.intp, count=len(counts))
        often = np.fromiter(map(math.log, counts.values()), dtype=np.float64, count=len(counts))
        weights = (1.0 + often) * self._idf[columns]
        return columns, weights / max(float(np.linalg.norm(weights)), 1e-12)
