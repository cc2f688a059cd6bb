"""Rasa component: the language of each message, and whether the resident asks for another one."""

from functools import cache
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.chinese import simplified
from bot.nlu.code import code_fingerprint
from bot.nlu.language_model import Guess, LanguageModel, script
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import clean, fold, words

FILE = "language.joblib"
LANGUAGE = "language"
FOREIGN = "foreign_language"
REQUESTED = "requested_language"
ASKED_NAMES = frozenset({"full_name", "last_name", "address", "address_town", "place", "confirmation"})
"""Slots whose values are names or codes, which are of no language."""
LONGEST_NAMES = 8
"""Words and marks, in answer to such a question; more is a sentence."""


def example_language(message: Message) -> str:
    """Language of a training example, from its intent's `metadata: {language: …}`."""
    found = ((message.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("language", "en")
    return str(found)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` on every message; `requested_language` or `foreign_language` where that is so.

    The language of the conversation so far comes with the message as `metadata.language_hint`; `metadata.asked` is the
    slot that a form has asked for, if any: a name or an address never switches a conversation.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: LanguageModel | None = None) -> None:
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
    ) -> "LanguageIdentifier":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LanguageIdentifier":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / FILE))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return code_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        texts = [clean(message.get(TEXT)) for message in examples]
        self._model = LanguageModel().fit(texts, [example_language(message) for message in examples])
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for message in training_data.training_examples:
            message.set(LANGUAGE, example_language(message))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        for message in messages:
            text = clean(message.get(TEXT) or "")
            metadata: dict[str, Any] = message.get(METADATA) or {}
            requested = requested_language(text)
            guess = Guess(requested, 1.0) if requested else self._guess(text, metadata)
            message.set(LANGUAGE, guess.language, add_to_output=True)
            if requested:
                message.set(REQUESTED, requested, add_to_output=True)
            if guess.foreign:
                message.set(FOREIGN, guess.foreign, add_to_output=True)
        return messages

    def _guess(self, text: str, metadata: dict[str, Any]) -> Guess:
        assert self._model is not None
        so_far = metadata.get("language_hint")
        names = so_far and metadata.get("asked") in ASKED_NAMES and script(text) is None
        if text.startswith("/") or (names and len(words(text)) <= LONGEST_NAMES):
            return Guess(so_far or "en", 1.0)
        return self._model.guess(text, so_far)


def requested_language(text: str) -> str | None:
    """The language a message asks for by name: `English`, `en español por favor`, `pale kreyòl`; else None."""
    tokens = _tokens(text)
    if not 0 < len(tokens) <= 8:
        return None
    joined = " ".join(tokens)
    names, asking = _requests()
    for name, code in names:
        if name == joined:
            return code
        padded = f" {joined} "
        if f" {name} " in padded or (not name.isascii() and name in joined):
            rest = padded.replace(name, " ", 1).split()
            if all(word in asking for word in rest):
                return code
    return None


def _tokens(text: str) -> list[str]:
    return [word for word in words(simplified(fold(text))) if word[0].isalnum()]


@cache
def _requests() -> tuple[list[tuple[str, str]], set[str]]:
    """Names of languages, the longest first, with their codes; and the words of asking."""
    raw = read_yaml(REPOSITORY / "data" / "language_names.yml")
    names = {" ".join(_tokens(str(name))): code for code, listed in raw["names"].items() for name in listed}
    ordered = sorted(names.items(), key=lambda pair: -len(pair[0]))
    return ordered, {token for word in raw["asking"] for token in _tokens(str(word))}
