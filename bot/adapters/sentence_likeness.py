"""How alike two sentences are: the encoder's cosine, and the letters they share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bot.language.normalisation import expand_sms, fold

_IF_HE = re.compile(r"\bs(?:i |\s)?il\b")
_LETTERS_WEIGHT = 0.4
_KEPT_VECTORS = 2000


class SentenceLikeness:
    """Compares a text with given ones; ``encode`` gives one unit vector a text.

    The vectors of what is compared with are kept, so that a message costs one encoding.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Any]) -> None:
        self._encode = encode
        self._kept: dict[str, Any] = {}

    def __call__(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """Returns the likeness of ``text`` to each of ``others``, from 0 to 1."""
        plain = [_plain(other) for other in others]
        own = _trigrams(_plain(text))
        cosines = self._vectors(plain) @ self._encode([_plain(text)])[0]
        return [
            float((1 - _LETTERS_WEIGHT) * max(cosine, 0.0) + _LETTERS_WEIGHT * _overlap(own, other))
            for cosine, other in zip(cosines, map(_trigrams, plain))
        ]

    def _vectors(self, texts: Sequence[str]) -> Any:
        unknown = [text for text in texts if text not in self._kept]
        if len(self._kept) + len(unknown) > _KEPT_VECTORS:
            self._kept, unknown = {}, list(texts)
        if unknown:
            self._kept.update(zip(unknown, self._encode(unknown)))
        return np.stack([self._kept[text] for text in texts])


def _plain(text: str) -> str:
    plain = " ".join(fold(expand_sms(text)).replace("?", " ").split())
    return _IF_HE.sub("s'il", plain)


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
