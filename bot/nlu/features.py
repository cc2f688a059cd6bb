"""Rasa component: each message's n-grams as one sparse sentence feature."""

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.code import code_fingerprint
from bot.nlu.ngrams import NgramVectorizer
from core.text import clean

FILE = "ngrams.joblib"
FAMILIAR = "known_words"
"""Message property: share of the message's words that stand in the training data."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(GraphComponent):
    def __init__(
        self, model_storage: ModelStorage, resource: Resource, name: str, vectorizer: NgramVectorizer | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._name = name
        self._vectorizer = vectorizer

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramFeaturizer":
        return cls(model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramFeaturizer":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, execution_context.node_name, joblib.load(folder / FILE))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return code_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        self._vectorizer = NgramVectorizer().fit(
            [clean(message.get(TEXT)) for message in training_data.intent_examples]
        )
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._vectorizer, folder / FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self._add_features(training_data.intent_examples, is_of_training=True)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._add_features(messages, is_of_training=False)
        return messages

    def _add_features(self, messages: list[Message], is_of_training: bool) -> None:
        assert self._vectorizer is not None
        texts = [clean(message.get(TEXT) or "") for message in messages]
        rows = self._vectorizer.transform(texts)
        for place, (message, text) in enumerate(zip(messages, texts, strict=True)):
            message.add_features(Features(rows[place].tocoo(), FEATURE_TYPE_SENTENCE, TEXT, self._name))
            message.set(FAMILIAR, self._vectorizer.known_words(text, is_of_training))
