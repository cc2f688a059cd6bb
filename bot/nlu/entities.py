"""Rasa component: towns and numbers in a message, found by rules and lists in every language alike."""

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.numbers import case_numbers, phone_numbers
from bot.nlu.places import PlaceFinder
from core.text import clean, fold, words

FILE = "ordinary_words.joblib"

Entity = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityFinder(GraphComponent, EntityExtractorMixin):
    """Entities `town` (its official name), `case_number`, `phone_number`.

    From the training data it learns only which words are ordinary, so that none is taken for a misspelt town.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, places: PlaceFinder | None = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._places = places

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityFinder":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "EntityFinder":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, PlaceFinder(joblib.load(folder / FILE)))

    def train(self, training_data: TrainingData) -> Resource:
        seen: dict[str, int] = {}
        for message in training_data.intent_examples:
            for word in set(words(fold(clean(message.get(TEXT))))):
                seen[word] = seen.get(word, 0) + 1
        ordinary = sorted(word for word, count in seen.items() if count > 1 and word.isalpha())
        self._places = PlaceFinder(ordinary)
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(ordinary, folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/"):
                found = self.add_extractor_name(self.find(text))
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def find(self, text: str) -> list[Entity]:
        """Entities in order of appearance, as Rasa writes them."""
        assert self._places is not None
        cases = case_numbers(text)
        taken = [(number.start, number.end) for number in cases]
        found = [_entity("case_number", number.value, number.start, number.end, text) for number in cases]
        for number in phone_numbers(text):
            if _is_free(number.start, number.end, taken):
                taken.append((number.start, number.end))
                found.append(_entity("phone_number", number.value, number.start, number.end, text))
        found += [
            _entity("town", place.town, place.start, place.end, text)
            for place in self._places.find(text)
            if _is_free(place.start, place.end, taken)
        ]
        return sorted(found, key=lambda entity: int(entity["start"]))


def _entity(kind: str, value: str, start: int, end: int, text: str) -> Entity:
    return {"entity": kind, "value": value, "start": start, "end": end, "text": text[start:end]}


def _is_free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= other_start or other_end <= start for other_start, other_end in taken)
