"""What came of each text that was tried; the texts are folds of the training data, and the holdout."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.nlu.decision import SCOPE_FROM
from bot.nlu.language_model import LanguageModel
from bot.nlu.ngrams import NgramVectorizer
from bot.nlu.topic_model import TopicModel
from core.data_checks import Example
from core.settings import REPOSITORY
from core.text import clean
from core.topics import OUT_OF_SCOPE

HOLDOUT = REPOSITORY / "data" / "holdout"

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Outcome:
    """One text that the model had not seen."""

    language: str
    truth: str
    """Its topic, or `out_of_scope`."""
    topic: str
    """The likeliest topic, whatever was decided of its scope."""
    confidence: float
    in_scope: float
    is_accepted: bool
    """Whether it was taken for one of the topics."""
    length: int
    guessed: str
    """Its language as identified at the start of a conversation; `foreign` for none of ours."""
    guessed_within: str
    """The same within a conversation in its own language."""
    distance: str = ""
    """Of a text that is out of scope: `near` (same words, other meaning), `far`, or unsaid."""

    @property
    def is_outside(self) -> bool:
        return self.truth == OUT_OF_SCOPE

    @property
    def is_right(self) -> bool:
        return self.topic == self.truth


@dataclass(frozen=True)
class Held:
    """A line of the holdout. Reports name it by its number, so that nobody tunes on its words."""

    text: str
    language: str
    truth: str
    distance: str
    line: int


def cross_validated(examples: Sequence[Example], folds: int, most: int, progress: Progress) -> list[Outcome]:
    """Outcomes of the texts of the first `most` of `folds` folds, each judged by models of all other texts.

    The models alone are measured, without the rules of `bot/nlu/decision.py`.
    """
    texts = np.array([clean(example.text) for example in examples], dtype=object)
    topics = np.array([example.topic for example in examples])
    languages = np.array([example.language for example in examples])
    strata = [f"{language} {topic}" for language, topic in zip(languages, topics, strict=True)]
    found: list[Outcome] = []
    parts = StratifiedKFold(folds, shuffle=True, random_state=1).split(texts, strata)
    for number, (train, test) in zip(range(most), parts, strict=False):
        progress("folds", number, most)
        found.extend(_fold(texts, topics, languages, train, test))
    progress("folds", most, most)
    return found


def _fold(texts: Any, topics: Any, languages: Any, train: Any, test: Any) -> Iterator[Outcome]:
    vectorizer = NgramVectorizer()
    rows = vectorizer.fit_transform(list(texts[train]))
    familiar = np.array([vectorizer.known_words(text, is_of_training=True) for text in texts[train]])
    model = TopicModel().fit(rows, familiar, topics[train])
    identifier = LanguageModel().fit(list(texts[train]), list(languages[train]))
    familiar = np.array([vectorizer.known_words(text) for text in texts[test]])
    predictions = model.predict(vectorizer.transform(texts[test]), familiar)
    for place, prediction in zip(test, predictions, strict=True):
        text, language = texts[place], str(languages[place])
        start, within = identifier.guess(text), identifier.guess(text, language)
        yield Outcome(
            language,
            str(topics[place]),
            prediction.topic,
            prediction.confidence,
            prediction.in_scope,
            prediction.in_scope >= SCOPE_FROM,
            len(text),
            "foreign" if start.foreign else start.language,
            "foreign" if within.foreign else within.language,
        )


def holdout(folder: Path = HOLDOUT) -> list[Held]:
    """All lines of `<language>.jsonl`; raises ValueError naming the line that is malformed."""
    found: list[Held] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                try:
                    found.append(_held(json.loads(line), path.stem, number))
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(
                        f'{path.name}:{number} is not {{"text": …, "topic": …}} ({type(error).__name__})'
                    ) from error
    return found


def _held(raw: dict[str, Any], language: str, number: int) -> Held:
    truth = OUT_OF_SCOPE if raw.get("out_of_scope") else str(raw["topic"])
    distance = next((name for name in ("near", "far") if raw.get(name)), "")
    return Held(clean(raw["text"]), language, truth, distance, number)


def of_holdout(held: Sequence[Held], agent: Any, progress: Progress) -> list[Outcome]:
    """Outcomes of the whole pipeline of a loaded Rasa agent, rules and all."""
    return asyncio.run(_parsed(held, agent, progress))


async def _parsed(held: Sequence[Held], agent: Any, progress: Progress) -> list[Outcome]:
    from rasa.core.channels.channel import UserMessage

    found = []
    for number, line in enumerate(held):
        if number % 50 == 0:
            progress("holdout", number, len(held))
        start = await agent.processor.parse_message(UserMessage(line.text))
        within = await agent.processor.parse_message(UserMessage(line.text, metadata={"language_hint": line.language}))
        found.append(_outcome(line, within, start))
    progress("holdout", len(held), len(held))
    return found


def _outcome(line: Held, within: dict[str, Any], start: dict[str, Any]) -> Outcome:
    intent = within["intent"]["name"]
    ranking = within.get("intent_ranking") or [{"name": OUT_OF_SCOPE, "confidence": 0.0}]
    is_decided = intent not in {"unclear", "inform", "foreign_language", OUT_OF_SCOPE}
    return Outcome(
        line.language,
        line.truth,
        intent if is_decided else ranking[0]["name"],
        float(within["intent"]["confidence"] if is_decided else ranking[0]["confidence"]),
        float(within.get("in_scope", 1.0)),
        intent not in {"foreign_language", OUT_OF_SCOPE},
        len(line.text),
        "foreign" if start.get("foreign_language") else start.get("language", "en"),
        "foreign" if within.get("foreign_language") else within.get("language", "en"),
        line.distance,
    )
