"""Finders that are a list and nothing else: documents, languages by name."""

from collections.abc import Iterator
from functools import cache

from bot.nlu.finders.phrases import Phrases
from bot.nlu.finders.spans import Span
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY


def documents(text: str, language: str) -> Iterator[Span]:
    """Papers and cards, by the ids of documents.yml."""
    for match in _documents().find(text, language):
        yield Span("document", match.value, match.start, match.end)


def languages(text: str, language: str) -> Iterator[Span]:
    """Languages by name, in every language; the value is the code of core/languages.py."""
    for match in _languages().find(text, language):
        yield Span("language", match.value, match.start, match.end)


@cache
def _documents() -> Phrases:
    return Phrases(read_yaml(REPOSITORY / "data" / "documents.yml"))


@cache
def _languages() -> Phrases:
    names = read_yaml(REPOSITORY / "data" / "language_names.yml")["names"]
    return Phrases({code: {"": listed} for code, listed in names.items()})
