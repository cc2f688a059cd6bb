"""Rasa component: spaCy's tokenizer of the message's own language."""

from functools import cache
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.language import LANGUAGE

AVOIDED = {
    "vi",  # spaCy's needs Pyvi, a second library for one job
    "fr",  # its list of exceptions takes 1.7 s to compile, a third of Rasa's whole start
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MultilingualTokenizer(Tokenizer):
    """Tokens by `spacy.blank(language)`; Chinese by character; languages spaCy lacks by its rules for all (`xx`)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MultilingualTokenizer":
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        made = tokenizer(message.get(LANGUAGE) or "en")(text)
        return [Token(token.text, token.idx) for token in made if not token.is_space]


@cache
def tokenizer(language: str) -> Language:
    try:
        return spacy.blank("xx" if language in AVOIDED else language)
    except ImportError:  # spaCy 3.7 has no Haitian Creole, for one
        return spacy.blank("xx")
