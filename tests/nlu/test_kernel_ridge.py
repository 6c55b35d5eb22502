"""Kernel ridge regression gives each label to what lies near its phrases, and to nothing else."""

from __future__ import annotations

import pickle

import numpy as np
from sklearn.kernel_ridge import KernelRidge as LibraryKernelRidge

from bot.nlu.kernel_ridge import KernelRidge

DICE = np.random.RandomState(7)
CENTRES = DICE.normal(size=(3, 20))
VECTORS = np.concatenate([centre + 0.1 * DICE.normal(size=(40, 20)) for centre in CENTRES])
LABELS = [name for name in "abc" for _ in range(40)]


def test_what_is_near_has_the_label_and_what_is_far_from_all_has_none() -> None:
    ridge = KernelRidge().fit(VECTORS, LABELS, ["a", "b", "c"])
    near = ridge.margins(CENTRES.astype(np.float32))
    assert near.argmax(axis=1).tolist() == [0, 1, 2]
    assert (near.max(axis=1) > 0.5).all()
    far = ridge.margins(np.full((1, 20), 9.0, dtype=np.float32))
    assert np.ptp(far) < 0.01


def test_with_every_phrase_in_the_sample_it_is_what_the_library_computes() -> None:
    ours = KernelRidge(gamma=0.05, penalty=0.3).fit(VECTORS, LABELS, ["a", "b", "c"])
    targets = np.where(np.array(LABELS)[:, None] == np.array(["a", "b", "c"]), 1.0, -1.0)
    mean = targets.mean(axis=0)
    library = LibraryKernelRidge(kernel="rbf", gamma=0.05, alpha=0.3).fit(VECTORS, targets - mean)
    asked = DICE.normal(size=(30, 20)).astype(np.float32)
    np.testing.assert_allclose(ours.margins(asked), library.predict(asked) + mean, atol=0.02)


def test_a_sample_of_the_phrases_stands_for_all_of_them() -> None:
    whole = KernelRidge(gamma=0.05).fit(VECTORS, LABELS, ["a", "b", "c"])
    few = KernelRidge(gamma=0.05, most=30).fit(VECTORS, LABELS, ["a", "b", "c"])
    few = pickle.loads(pickle.dumps(few))
    asked = VECTORS.astype(np.float32)
    assert (few.margins(asked).argmax(axis=1) == whole.margins(asked).argmax(axis=1)).mean() > 0.98


def test_phrases_that_say_the_same_do_no_harm() -> None:
    twice = np.concatenate([VECTORS, VECTORS, VECTORS])
    margins = (
        KernelRidge().fit(twice, LABELS * 3, ["a", "b", "c"]).margins(VECTORS.astype(np.float32))
    )
    assert np.isfinite(margins).all()
    assert [("a", "b", "c")[i] for i in margins.argmax(axis=1)] == LABELS
