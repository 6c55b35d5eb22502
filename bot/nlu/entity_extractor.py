"""Order numbers and amounts of days as Rasa entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.durations import requested_durations
from bot.language.order_numbers import find_order_numbers


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class OrderEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds ``order_number`` and ``days`` by the rules of bot.language; nothing is learned."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OrderEntityExtractor:
        """Returns the component; it has no settings."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Returns the training data unchanged: no later component learns from entities."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities found to each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [*message.get(ENTITIES, []), *self.entities(text)]
            message.set(ENTITIES, found, add_to_output=True)
        return messages

    @staticmethod
    def entities(text: str) -> list[dict[str, Any]]:
        """Returns the entities of a text, in Rasa's format, in the order of the text."""
        numbers: list[tuple[str, Any, int, int]] = [
            ("order_number", n.value, n.start, n.end) for n in find_order_numbers(text)
        ]
        days = [("days", d.days, d.start, d.end) for d in requested_durations(text)]
        return [
            {
                "entity": entity,
                "value": value,
                "start": start,
                "end": end,
                "extractor": "OrderEntityExtractor",
                "confidence_entity": 1.0,
            }
            for entity, value, start, end in sorted(numbers + days, key=lambda found: found[2])
        ]
