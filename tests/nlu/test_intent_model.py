"""The intent model runs on any intent data, and reads n-grams as scikit-learn does."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.ngrams import Ngrams

TEXTS = ["éteins la lumière", "allume la lumière", "quel temps fera-t-il", "la la la météo"]


@pytest.mark.parametrize(
    "options", [{"analyzer": "char_wb", "ngram_range": (2, 5)}, {"ngram_range": (1, 2)}]
)
@pytest.mark.parametrize("text", [*TEXTS, "la lumière la nuit", "", "xyz"])
def test_ngrams_weigh_as_scikit_learn_does(options: dict[str, object], text: str) -> None:
    grams = Ngrams(**options)
    grams.fit(TEXTS)
    library = TfidfVectorizer(sublinear_tf=True, **options).fit(TEXTS)
    columns, weights = pickle.loads(pickle.dumps(grams)).weigh(text)
    row = np.zeros(grams.count)
    row[columns] = weights
    np.testing.assert_allclose(row, library.transform([text]).toarray()[0], atol=1e-12)
    np.testing.assert_allclose(row, grams.weigh_all([text]).toarray()[0], atol=1e-12)


@pytest.mark.model
@pytest.mark.parametrize("labels", [["lampe", "lampe", "temps", "temps"], ["a", "b", "c", "d"]])
def test_any_labels_can_be_learned(labels: list[str]) -> None:
    from bot.nlu.intent_model import IntentModel

    model = IntentModel().fit(TEXTS, labels)
    assert model.labels == sorted(set(labels))
    for text, label in zip(TEXTS, labels):
        ranked = model.rank(text)
        assert ranked[0].intent == label
        assert sum(score.confidence for score in ranked) == pytest.approx(1.0)


@pytest.mark.model
def test_a_model_of_before_the_second_classifier_still_answers() -> None:
    from bot.nlu.intent_model import IntentModel

    model = IntentModel(kernel_weight=0.0).fit(TEXTS, ["lampe", "lampe", "temps", "temps"])
    for name in ("_kernel", "_kernel_weight", "_kernel_sharpness"):
        model.__dict__.pop(name, None)  # as its pickle is
    assert pickle.loads(pickle.dumps(model)).rank("allume la lumière")[0].intent == "lampe"
