"""Rasa component: the topic of a message, how sure that is, and whether it is any of the topics."""

from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.code import code_fingerprint
from bot.nlu.features import FAMILIAR
from bot.nlu.topic_model import TopicModel

FILE = "topics.joblib"
IN_SCOPE = "in_scope"
RANKING = "topic_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Sets `topic_ranking` (topic and calibrated confidence) and `in_scope` (a probability); `decision` decides."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TopicClassifier":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / FILE))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return code_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        labels = [message.get(INTENT) for message in examples]
        self._model = TopicModel().fit(_rows(examples), _familiar(examples), labels)
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        predictions = self._model.predict(_rows(messages), _familiar(messages))
        for message, prediction in zip(messages, predictions, strict=True):
            message.set(RANKING, prediction.ranking)
            message.set(IN_SCOPE, prediction.in_scope, add_to_output=True)
        return messages


def _rows(messages: list[Message]) -> sp.csr_matrix:
    features = [message.get_sparse_features(TEXT)[1] for message in messages]
    return sp.vstack([feature.features for feature in features], format="csr")


def _familiar(messages: list[Message]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([message.get(FAMILIAR) for message in messages])
