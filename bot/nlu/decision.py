"""Rasa component: from what was understood to what is done — answer, offer topics, or say it is out of scope.

Order matters. A phrase of danger comes before everything. A bare answer ("Norwich", "I live in Ledyard",
"24-000123") is recognised by rule; a bare number asks for its status, in the form and out of it. Then danger that the
classifier sees, a request for a language, a language that is not ours. Only then the classifier's confidence decides.
"""

from functools import cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.classifier import IN_SCOPE, RANKING
from bot.nlu.language import FOREIGN, REQUESTED
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import clean, fold, words
from core.topics import OUT_OF_SCOPE, topics

UNCLEAR = "unclear"
INFORM = "inform"
FOREIGN_LANGUAGE = "foreign_language"
CASE_STATUS = "service_case_status"
ALTERNATIVES = "alternatives"

ANSWER_FROM = 0.5
"""Calibrated confidence from which a topic is answered rather than offered."""
SCOPE_FROM = 0.5
DOUBTED_SCOPE_FROM = 0.3
SURE_FROM = 0.8
"""A topic that is this sure is offered, not refused, where the scope alone is doubted."""
SAFETY_FROM = 0.3
SAFETY_SCOPE_FROM = 0.03
"""Danger is heard in nearly everything, but not in a question about the weather: this halves false alarms among texts
that are out of scope (3.0 to 1.7 %) and costs one point of the danger that is caught (74 to 73 %)."""
OFFER_FROM = 0.08
MOST_OFFERED = 3

FILLERS = {
    "in", "at", "the", "for", "about", "what", "how", "and", "is", "its", "it", "my", "a", "of", "zip", "code", "town",
    "number", "near", "i", "live", "im", "from", "to", "please", "dmv", "one", "or", "ct", "connecticut", "office",
    "y", "en", "de", "el", "la", "es", "mi", "que", "hay", "del", "por", "favor", "vivo", "cerca", "numero", "codigo",
    "postal", "pueblo", "oficina", "soy", "para", "tal", "e", "o", "em", "na", "no", "meu", "moro", "nan", "mwen", "ak",
    "w", "et", "à", "dans", "ou", "per", "о", "и", "в", "а", "mein", "aur",
}  # fmt: skip


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TopicDecision(GraphComponent):
    """Sets `intent`, `intent_ranking` and `alternatives` (topics to offer, with their confidence)."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicDecision":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            name, confidence = decide(message)
            ranking = message.get(RANKING, [])
            offered = [{"topic": topic, "confidence": round(share, 4)} for topic, share in ranking if topic in topics()]
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
            message.set(
                INTENT_RANKING_KEY,
                [{"name": topic, "confidence": share} for topic, share in ranking],
                add_to_output=True,
            )
            message.set(ALTERNATIVES, offered, add_to_output=True)
        return messages


def decide(message: Message) -> tuple[str, float]:
    """The intent that the dialogue acts on, and how sure that is."""
    text = clean(message.get(TEXT) or "")
    ranking: list[tuple[str, float]] = message.get(RANKING, [])
    danger = _said_danger(text)
    if danger:
        return danger, 1.0
    entities: list[dict[str, Any]] = message.get(ENTITIES, [])
    if is_bare_answer(text, entities):
        return (CASE_STATUS if any(entity["entity"] == "case_number" for entity in entities) else INFORM), 1.0
    in_scope: float = message.get(IN_SCOPE, 1.0)
    for topic, confidence in ranking[:2] if in_scope >= SAFETY_SCOPE_FROM else []:
        if topic in _safety_phrases() and confidence >= SAFETY_FROM:
            return topic, confidence
    if message.get(REQUESTED):
        return "chat_language", 1.0
    if message.get(FOREIGN):
        return FOREIGN_LANGUAGE, 1.0
    if not any(character.isalnum() for character in text) or not ranking:
        return OUT_OF_SCOPE, 1.0
    if not any(character.isalpha() for character in text):
        return UNCLEAR, 1.0
    topic, confidence = ranking[0]
    if in_scope < SCOPE_FROM:
        is_doubted = in_scope >= DOUBTED_SCOPE_FROM and confidence >= SURE_FROM
        return (UNCLEAR, confidence) if is_doubted else (OUT_OF_SCOPE, 1.0 - in_scope)
    return (topic, confidence) if confidence >= ANSWER_FROM else (UNCLEAR, confidence)


def _said_danger(text: str) -> str | None:
    """The safety topic that a phrase of the message names outright."""
    joined = f" {' '.join(words(fold(text)))} "
    for topic, phrases in _safety_phrases().items():
        if any(phrase in joined for phrase in phrases):
            return topic
    return None


def is_bare_answer(text: str, entities: list[dict[str, Any]]) -> bool:
    """Whether nothing but entities and filling words is said: an answer to a question, or "and in Norwich?"."""
    if not entities:
        return False
    rest = text
    for entity in sorted(entities, key=lambda one: -int(one["start"])):
        rest = rest[: entity["start"]] + " " + rest[entity["end"] :]
    return all(word in FILLERS or not word[0].isalnum() for word in words(fold(rest)))


@cache
def _safety_phrases() -> dict[str, list[str]]:
    raw = read_yaml(REPOSITORY / "data" / "safety_phrases.yml")
    return {
        topic: [
            f" {' '.join(words(fold(str(phrase))))} " if str(phrase).isascii() else fold(str(phrase))
            for listed in by_language.values()
            for phrase in listed
        ]
        for topic, by_language in raw.items()
    }
