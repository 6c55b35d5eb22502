"""The packed word vectors know what words mean, and what they do not know changes nothing."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from bot.nlu.word_vectors import WordVectors, read_french_vectors


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    found = read_french_vectors()
    found.fit(["annuler la commande", "le client annule", "bloquer ce client", "la livraison"])
    return found


def test_words_of_like_meaning_are_nearer(vectors: WordVectors) -> None:
    cancel, abandon, paint = vectors.means(["annuler", "résilier", "peindre"])
    assert cancel @ abandon > cancel @ paint


def test_a_vector_has_length_one_or_zero(vectors: WordVectors) -> None:
    known, empty, unknown = vectors.means(["annuler la commande", "", "zzxqj wvk"])
    assert np.linalg.norm(known) == pytest.approx(1, abs=1e-3)
    assert not empty.any() and not unknown.any()


def test_small_and_unknown_words_change_nothing(vectors: WordVectors) -> None:
    alone, among = vectors.means(["annuler", "alors annuler pour zzxqj"])
    assert np.allclose(alone, among)


def test_what_is_stored_reads_the_same(vectors: WordVectors) -> None:
    text = ["le client veut résilier"]
    assert np.array_equal(pickle.loads(pickle.dumps(vectors)).means(text), vectors.means(text))
