"""Rasa component: what a message names, found by rules and lists in every language alike."""

from collections.abc import Iterator
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

from bot.nlu.finders.addresses import addresses, emails
from bot.nlu.finders.codes import cases, confirmations, phones, plates
from bot.nlu.finders.elections import elections
from bot.nlu.finders.listed import documents, languages
from bot.nlu.finders.moments import dates, times
from bot.nlu.finders.offices import OfficeFinder
from bot.nlu.finders.spans import Finder, Span, settle
from bot.nlu.language import LANGUAGE
from bot.nlu.places import PlaceFinder
from core.languages import LANGUAGES
from core.text import clean, fold, words

FILE = "ordinary_words.joblib"
FIRST_MESSAGE = "plate, case and confirmation number of 12 Main Street for the election in November at 3pm"
"""Found once when the model is loaded, so that the word lists are in memory before a resident waits."""

Entity = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityFinder(GraphComponent, EntityExtractorMixin):
    """Entities of the kinds that docs/understanding.md lists, each with its canonical value.

    From the training data it learns only which words are ordinary, so that none is taken for a misspelt town.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, places: PlaceFinder | None = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._finders = _finders(places) if places else ()

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
            found = cls(model_storage, resource, PlaceFinder(joblib.load(folder / FILE)))
        for code in LANGUAGES:
            found.find(FIRST_MESSAGE, code)
        return found

    def train(self, training_data: TrainingData) -> Resource:
        seen: dict[str, int] = {}
        for message in training_data.intent_examples:
            for word in set(words(fold(clean(message.get(TEXT))))):
                seen[word] = seen.get(word, 0) + 1
        ordinary = sorted(word for word, count in seen.items() if count > 1 and word[0].isalpha())
        self._finders = _finders(PlaceFinder(ordinary))
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(ordinary, folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/"):
                found = self.add_extractor_name(self.find(text, message.get(LANGUAGE) or "en"))
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def find(self, text: str, language: str = "en") -> list[Entity]:
        """Entities in order of appearance, as Rasa writes them."""
        found = (span for finder in self._finders for span in finder(text, language))
        return [span.entity(text) for span in settle(found)]


def _finders(places: PlaceFinder) -> tuple[Finder, ...]:
    def town(text: str, language: str) -> Iterator[Span]:
        for place in places.find(text):
            rule = "zip_code" if text[place.start].isdecimal() else "town"
            yield Span("town", place.town, place.start, place.end, rule)

    return (
        emails, confirmations, cases, addresses, phones, times, dates, plates, elections, town, OfficeFinder(places),
        documents, languages,
    )  # fmt: skip
