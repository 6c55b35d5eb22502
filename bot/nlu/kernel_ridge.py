"""Kernel ridge regression on vectors: which labels the phrases close by have.

A linear model extends each label as far as its side of the plane goes; here a label reaches no
further than its phrases do, so that what is near none of them is sure of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

_JITTER = 1e-2
"""Keeps phrases that say the same from making the system singular."""


class KernelRidge:
    """Gives each label a margin of -1 to 1 by the Gaussian kernel, exp(-γ × distance²).

    All phrases are learned, but expressed by a sample of ``most`` of them (subset of regressors,
    Smola & Bartlett 2000): asking costs as much as the sample is large. ``penalty`` is the ridge.
    """

    def __init__(self, *, gamma: float = 0.5, penalty: float = 0.3, most: int = 1_000) -> None:
        self._gamma = gamma
        self._penalty = penalty
        self._most = most

    def fit(self, vectors: Any, labels: Sequence[str], classes: Sequence[str]) -> KernelRidge:
        """Learns one row of vectors a label, and returns itself; columns are as ``classes``."""
        chosen = np.random.RandomState(0).permutation(len(vectors))[: self._most]
        self._sample = np.ascontiguousarray(vectors[np.sort(chosen)], dtype=np.float32)
        self._lengths = np.einsum("ij,ij->i", self._sample, self._sample)
        places = {label: place for place, label in enumerate(classes)}
        targets = np.full((len(labels), len(classes)), -1.0, dtype=np.float32)
        targets[np.arange(len(labels)), [places[label] for label in labels]] = 1.0
        self._shifts = targets.mean(axis=0)
        seen = self._nearness(np.asarray(vectors, dtype=np.float32))
        system = (seen.T @ seen + self._penalty * self._nearness(self._sample)).astype(np.float64)
        system[np.diag_indices_from(system)] += _JITTER
        right = (seen.T @ (targets - self._shifts)).astype(np.float64)
        self._weights = cho_solve(cho_factor(system), right).astype(np.float32)
        return self

    def margins(self, vectors: Any) -> Any:
        """Returns one row a vector, one column a class."""
        return self._nearness(vectors) @ self._weights + self._shifts

    def _nearness(self, vectors: Any) -> Any:
        """Returns the kernel between each vector and each of the sample."""
        lengths = np.einsum("ij,ij->i", vectors, vectors)
        distances = lengths[:, None] + self._lengths - 2.0 * (vectors @ self._sample.T)
        return np.exp(-self._gamma * np.maximum(distances, 0.0))
