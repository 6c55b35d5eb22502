"""A candidate: the intent model of the present data alone, without training a whole Rasa model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.errors import ContentError
from bot.evaluation.figures import Understand

CLASSIFIER = "bot.nlu.intent_classifier.SellerIntentClassifier"


def train_candidate(project: Path) -> Understand:
    """Trains the classifier as config.yml sets it on the phrases of ``data/nlu``.

    The data are read by Rasa itself, in the order a real training reads them: the labels are
    those that the real model would give. What is understood has intent, ranking and segments.
    Raises ContentError when config.yml names no classifier of ours.
    """
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.message import Message

    from bot.nlu.intent_classifier import SellerIntentClassifier

    importer = TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )
    config = {**SellerIntentClassifier.get_default_config(), **_config(project)}
    with tempfile.TemporaryDirectory() as folder:
        storage: Any = LocalModelStorage(Path(folder))
        context: Any = None
        classifier = SellerIntentClassifier.create(config, storage, Resource("candidate"), context)
        classifier.train(importer.get_nlu_data())

    def understand(text: str) -> Mapping[str, Any]:
        message = Message({TEXT: text})
        classifier.process([message])
        understood: Mapping[str, Any] = message.as_dict(only_output_properties=True)
        return understood

    return understand


def _config(project: Path) -> dict[str, Any]:
    raw = YAML(typ="safe").load(project / "config.yml")
    for component in raw.get("pipeline") or ():
        if component.get("name") == CLASSIFIER:
            return {key: value for key, value in component.items() if key != "name"}
    raise ContentError(f"{project / 'config.yml'} names no {CLASSIFIER}")
