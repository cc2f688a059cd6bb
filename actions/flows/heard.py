"""What a resident's message says to a form: what was found in it, a pressed choice, yes, no, back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from rasa_sdk import Tracker

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import clean, fold, words
from core.topics import topics
from core.values import Value
from core.wording import wording

ALIKE = 88
"""Least likeness (0 to 100) of what was written and the title of a choice."""
SAID_OUTRIGHT = 1.0
"""Confidence of what a phrase of danger says (bot/nlu/decision.py), not the classifier."""
SURE_BESIDE_DATA = 0.95
DATA = frozenset({"date", "address", "phone_number", "case_number", "confirmation_number", "plate_number", "email"})
"""Entities that are hardly ever part of another question."""
WORDS_AFTER, LETTERS_AFTER = 3, 4
"""How much may follow a phrase such as "yes" for the message still to be that phrase."""
LEAD_IN = 12
"""Characters that may stand before a phrase such as "my name is" that leads in to an answer."""
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
"""Of the script without spaces, where a phrase is found by its beginning."""
SURE = 0.6
"""Confidence from which a topic in the middle of a form is another question, and not an answer to ours."""


@dataclass(frozen=True)
class Option:
    """A choice that a question offers: what it stands for and how it is called."""

    value: str
    title: Value


@dataclass(frozen=True)
class Heard:
    """One message, as the fields of a form read it."""

    text: str
    intent: str
    confidence: float
    ranking: Sequence[tuple[str, float]]
    """Topics and how likely each is, likeliest first."""
    entities: Sequence[Mapping[str, Any]]
    language: str
    picked: str | None
    """What the pressed choice, or the number typed in its place, stands for."""

    def found(self, kind: str) -> list[Mapping[str, Any]]:
        """The entities of a kind, in the order of the text."""
        return [entity for entity in self.entities if entity.get("entity") == kind]

    def first(self, kind: str) -> str | None:
        return next((str(entity["value"]) for entity in self.found(kind)), None)

    def says(self, what: str) -> bool:
        """Whether the message is a phrase of `data/flow_words.yml`, or begins with one and goes on shortly."""
        said = words(fold(self.text))
        if any(said[: len(phrase)] == phrase and len(said) <= len(phrase) + WORDS_AFTER for phrase in _phrases(what)):
            return True
        whole = fold(self.text)  # scripts without spaces
        return any(
            IDEOGRAPH.match(phrase) and whole.startswith(phrase) and len(whole) <= len(phrase) + LETTERS_AFTER
            for phrase in _folded(what)
        )

    def is_only(self, what: str) -> bool:
        """Whether the message is such a phrase and nothing else."""
        said = [word for word in words(fold(self.text)) if word[0].isalnum()]
        return any(said == phrase for phrase in _phrases(what)) or fold(self.text).strip(" .!。") in _folded(what)

    def begins(self, what: str) -> bool:
        """Whether the message begins with such a phrase, whatever follows."""
        said, whole = words(fold(self.text)), fold(self.text)
        return any(said[: len(phrase)] == phrase for phrase in _phrases(what)) or any(
            IDEOGRAPH.match(phrase) and whole.startswith(phrase) for phrase in _folded(what)
        )

    def without(self, what: str) -> str:
        """The text without a phrase that leads in, such as "my name is"."""
        said = fold(self.text)
        for phrase in _longest_first(what):
            found = phrase.search(said)
            if found and found.start() <= LEAD_IN and len(said) == len(self.text):
                return self.text[found.end() :].strip(" :,.-")
        return self.text

    def after(self, what: str) -> str | None:
        """What stands after a phrase, wherever in the message it is said; None where it isn't said."""
        said = fold(self.text)
        found = next((match for phrase in _longest_first(what) if (match := phrase.search(said))), None)
        return self.text[found.end() :].strip(" :,.-") if found and len(said) == len(self.text) else None

    def ends(self, text: str, what: str) -> bool:
        """Whether the last word of a text is one of those words."""
        said = fold(text).split()
        return bool(said) and said[-1].strip(".,:") in _folded(what)

    def calls_off(self, topic: str) -> bool:
        """Whether a flow is to stop; not what is said about its own topic ("cancel my appointment")."""
        if self.says("skip") or self.says("soonest"):
            return False
        return self.intent == "chat_cancel" or (self.intent != topic and self.says("cancel"))

    @property
    def is_yes(self) -> bool:
        return self.intent == "chat_affirm" or self.says("yes")

    @property
    def is_no(self) -> bool:
        return self.intent == "chat_deny" or self.says("no")

    @property
    def is_another_question(self) -> bool:
        """Something that is not an answer: another topic, a person, danger. Data and corrections are answers."""
        if self.intent in ("inform", "unclear", "out_of_scope", "foreign_language", "chat_affirm", "chat_deny"):
            return False
        is_danger = self.intent.startswith("safety_")
        if is_danger and self.confidence == SAID_OUTRIGHT:
            return True
        if self.picked is not None or self.begins("correction") or self.says("skip"):
            return False
        if is_danger:
            return True
        gives_data = any(entity.get("entity") in DATA for entity in self.entities)
        return self.confidence >= (SURE_BESIDE_DATA if gives_data else SURE)

    def chosen(self, options: Sequence[Option]) -> str | None:
        """The option that was pressed or written: its value, or by its title in the resident's language or English."""
        values = [option.value for option in options]
        if self.picked in values:
            return self.picked
        said = " ".join(words(fold(self.text)))
        best, likeness = None, 0.0
        for option in options:
            for title in _titles(option.title, self.language):
                score = fuzz.ratio(said, title) if len(said) < 4 else fuzz.token_set_ratio(said, title)
                if score > likeness:
                    best, likeness = option.value, score
        return best if likeness >= ALIKE else None


def heard_in(tracker: Tracker) -> Heard:
    message: Mapping[str, Any] = tracker.latest_message or {}
    intent: Mapping[str, Any] = message.get("intent") or {}
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    entities = [entity for entity in message.get("entities") or () if isinstance(entity, dict)]
    text = clean(message.get("text") or "")
    ranking = [(one["name"], float(one["confidence"])) for one in message.get("intent_ranking") or ()]
    language = message.get("language") or metadata.get("language_hint") or "en"
    return Heard(
        text="" if text.startswith("/") else text,
        intent=str(intent.get("name") or "unclear"),
        confidence=float(intent.get("confidence") or 0.0),
        ranking=[(name, share) for name, share in ranking if name in topics()],
        entities=entities,
        language=str(language),
        picked=_picked(entities, text, tracker.get_slot("flow_offered")),
    )


def _picked(entities: Sequence[Mapping[str, Any]], text: str, offered: Any) -> str | None:
    """The value of a pressed choice; a bare number stands for the choice at that place."""
    pressed = next((str(entity["value"]) for entity in entities if entity.get("entity") == "pick"), None)
    number = text.strip(" .:)(#")
    if pressed is None and isinstance(offered, list) and number.isdecimal() and 1 <= int(number) <= len(offered):
        return str(offered[int(number) - 1])
    return pressed


def _titles(title: Value, language: str) -> list[str]:
    shown = {wording(title, language), wording(title, "en")}
    return [" ".join(words(fold(text))) for text in shown]


@cache
def _folded(what: str) -> tuple[str, ...]:
    by_language = read_yaml(REPOSITORY / "data" / "flow_words.yml")[what]
    return tuple(dict.fromkeys(fold(str(phrase)) for phrases in by_language.values() for phrase in phrases))


@cache
def _longest_first(what: str) -> tuple["re.Pattern[str]", ...]:
    """Whole words only: "sou" is no part of Souza, nor "main" of Germain. Chinese has no such bounds."""

    def bounded(phrase: str) -> str:
        before = "" if "\u3400" <= phrase[0] <= "\u9fff" else r"(?<!\w)"
        after = r"(?!\w)" if phrase[-1].isalpha() and not "\u3400" <= phrase[-1] <= "\u9fff" else ""
        return before + re.escape(phrase) + after

    return tuple(re.compile(bounded(phrase)) for phrase in sorted(_folded(what), key=len, reverse=True))


@cache
def _phrases(what: str) -> tuple[list[str], ...]:
    return tuple(words(phrase) for phrase in _folded(what))
