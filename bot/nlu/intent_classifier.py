"""The intent classifier as a Rasa component, with the requests a message holds."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.markup import looks_like_code, only_words
from bot.language.order_numbers import find_order_numbers
from bot.nlu.intent_model import KIND_MARK, IntentModel, IntentScore
from bot.nlu.long_messages import asking_sentences, with_sentences
from bot.nlu.separate_requests import every, parts_of, separate_requests

SEGMENTS = "segments"
KIND = "kind"
LANGUAGE = "language"
FALLBACK = "nlu_fallback"
RANKING_LENGTH = 6
MASKED_NUMBER = "FO12345678"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SellerIntentClassifier(GraphComponent, IntentClassifier):
    """Labels a message, says when it is unsure, and lists the requests inside it.

    The output ``segments`` holds, in the order of the text, one
    ``{"intent", "confidence", "start", "end"}`` for each separate request; a message that is one
    request has one segment.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the shipped settings; thresholds are probabilities.

        Refusing needs less evidence than answering: a wrong answer is worse. A clause is a
        request of its own when its label is at least ``segment_at_least`` probable, is among
        the first ``segment_ranked_within`` of the whole message or asked for
        ``segment_beyond_doubt``, and the clause asks something or is ``segment_certain``; what is
        ``acted_on_first`` has to be asked for, unless its name alone asks for it
        (``named_is_asked``). All these thresholds are compared with the model's
        own probabilities; what others are told is raised to the power ``calibration`` first.
        """
        return {
            "unsure_below": 0.36,
            "out_of_scope_unsure_below": 0.32,
            "segment_at_least": 0.55,
            "segment_certain": 0.9,
            "segment_beyond_doubt": 0.97,
            "segment_ranked_within": 5,
            "never_a_segment": [],
            "acted_on_first": [],
            "named_is_asked": [],
            "encoder_weight": 1.2,
            "words_weight": 1.2,
            "regularisation": 0.5,
            "sharpness": 5.0,
            "noise": 2,
            "noise_weight": 0.3,
            "kernel_weight": 0.5,
            "kernel_sharpness": 8.0,
            "calibration": 1.5,
            "out_of_scope": "out_of_scope",
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SellerIntentClassifier:
        """Returns the component, still untrained."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the examples that carry an intent, and stores it."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        self._model = IntentModel(
            encoder_weight=self._config["encoder_weight"],
            words_weight=self._config["words_weight"],
            regularisation=self._config["regularisation"],
            sharpness=self._config["sharpness"],
            noise=self._config["noise"],
            noise_weight=self._config["noise_weight"],
            kernel_weight=self._config["kernel_weight"],
            kernel_sharpness=self._config["kernel_sharpness"],
        ).fit([mask_numbers(m.get(TEXT)) for m in examples], [_label(m) for m in examples])
        with self._storage.write_to(self._resource) as directory:
            (directory / "intent_model.pickle").write_bytes(pickle.dumps(self._model))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SellerIntentClassifier:
        """Returns the component with its trained model; only our own model files are read."""
        with model_storage.read_from(resource) as directory:
            model = pickle.loads((directory / "intent_model.pickle").read_bytes())
        return cls(config, model_storage, resource, model)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Returns the training data unchanged: no later component learns from labels."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds intent, ranking and segments to each message."""
        for message in messages:
            self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        language = None
        if self._model is None or not _says_something(text):
            ranking, segments = [IntentScore(self._config["out_of_scope"], 1.0, "odd")], []
        else:
            language = self._model.language_of(text)
            parts, asking = parts_of(text), asking_sentences(text)
            ranked = self._rank([text, *(part.text for part in (*every(parts), *asking))])
            small = set(self._config["never_a_segment"]) - {self._config["out_of_scope"]}
            ranking = with_sentences(ranked[text], [ranked[part.text] for part in asking], small)
            if self._model.whole_sentence_in(text):
                ranking = [IntentScore(self._config["out_of_scope"], 1.0, "other_language")]
            likely = [score.intent for score in ranking[: self._config["segment_ranked_within"]]]
            found = separate_requests(parts, ranked, likely, self._config)
            places = [(ranked[part.text], part.start, part.end) for _, part in found]
            segments = [
                _segment(self._calibrated(said)[0], start, end)
                for said, start, end in places or [(ranking, 0, len(text))]
            ]
        unsure, ranking = self._unsure(ranking[0]), self._calibrated(ranking)
        best = ranking[0]
        if len(segments) >= 2:
            best = self._leading(segments, ranking)
        elif unsure:
            best = IntentScore(FALLBACK, best.confidence)
        message.set(
            INTENT, {"name": best.intent, "confidence": best.confidence}, add_to_output=True
        )
        message.set(
            "intent_ranking",
            [{"name": s.intent, "confidence": s.confidence} for s in ranking[:RANKING_LENGTH]],
            add_to_output=True,
        )
        message.set(SEGMENTS, segments, add_to_output=True)
        message.set(KIND, best.kind, add_to_output=True)
        message.set(LANGUAGE, language or "", add_to_output=True)

    def _unsure(self, best: IntentScore) -> bool:
        refuses = best.intent == self._config["out_of_scope"]
        needed = "out_of_scope_unsure_below" if refuses else "unsure_below"
        return best.confidence < float(self._config[needed])

    def _calibrated(self, ranking: list[IntentScore]) -> list[IntentScore]:
        """Returns the ranking with confidences that are right as often as they say.

        The mean of two classifiers is too modest; a power mends that (temperature scaling, Guo et
        al. 2017), of the labels and not of their kinds, which would favour the undivided ones.
        """
        powers = [score.confidence ** self._config["calibration"] for score in ranking]
        total = sum(powers)
        return [replace(s, confidence=p / total) for s, p in zip(ranking, powers)]

    def _leading(self, segments: list[dict[str, Any]], whole: list[IntentScore]) -> IntentScore:
        """Returns what a message with several requests is about: what is to be done, if any.

        Of questions alone, the one that the whole message is likeliest about.
        """
        order = self._config["acted_on_first"]
        acts = [s for s in segments if s["intent"] in order]
        likely = [score.intent for score in whole]
        by_act = min(acts, key=lambda s: order.index(s["intent"]), default=None)
        lead = by_act or min(segments, key=lambda s: likely.index(s["intent"]))
        return IntentScore(lead["intent"], lead["confidence"])

    def _rank(self, parts: Sequence[str]) -> dict[str, list[IntentScore]]:
        """Returns the ranking of each part of a message."""
        assert self._model is not None
        distinct = list(dict.fromkeys(parts))
        return dict(zip(distinct, self._model.rank_all([mask_numbers(p) for p in distinct])))


def mask_numbers(text: str) -> str:
    """Returns the text without links, and with one and the same number for every order.

    Which number it is tells nothing about the topic.
    """
    text = only_words(text)
    for number in reversed(find_order_numbers(text)):
        text = text[: number.start] + MASKED_NUMBER + text[number.end :]
    return text


def _label(example: Message) -> str:
    """Returns the intent of a training phrase, with the kind its block of the data names."""
    kind = ((example.get("metadata") or {}).get("intent") or {}).get(KIND)
    return f"{example.get(INTENT)}{KIND_MARK}{kind}" if kind else str(example.get(INTENT))


def _says_something(text: str) -> bool:
    """Tells whether there is a letter or an order number: "??", emoji and code say nothing."""
    words = only_words(text)
    if looks_like_code(words):
        return False
    return any(letter.isalpha() for letter in words) or bool(find_order_numbers(words))


def _segment(score: IntentScore, start: int, end: int) -> dict[str, Any]:
    return {"intent": score.intent, "confidence": score.confidence, "start": start, "end": end}
