"""Finds DMV offices: a word for an office beside a town, and kinds of office."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.nlu.finders.phrases import Phrases
from bot.nlu.finders.spans import Span
from bot.nlu.finders.tokens import Token, tokens
from bot.nlu.places import PlaceFinder
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

MOST_BETWEEN = 3
"""Words between the word for an office and the town: `the office in the town of Norwich`."""


@dataclass(frozen=True)
class OfficeFinder:
    """`the Norwich DMV`, `oficina de Norwich`, `诺威奇车管局`: the value of an office is its town's official name.

    The state's systems find an office by that. Kinds of office (`hub`, `aaa`) name no place: an entity of their own.
    """

    places: PlaceFinder

    def __call__(self, text: str, language: str) -> Iterator[Span]:
        for kind in _kinds().find(text, language):
            yield Span("office_kind", kind.value, kind.start, kind.end)
        offices = _offices().find(text, language)
        if not offices:
            return
        parts = tokens(text)
        for place in self.places.find(text):
            for office in offices:
                first, second = sorted(((place.start, place.end), (office.start, office.end)))
                if first[1] <= second[0] and _is_joined(parts, first[1], second[0]):
                    yield Span("office", place.town, first[0], second[1])
                    break


def _is_joined(parts: tuple[Token, ...], start: int, end: int) -> bool:
    between = [token for token in parts if start <= token.start < end]
    return len(between) <= MOST_BETWEEN and _between().cover(between)


@cache
def _offices() -> Phrases:
    return Phrases({"office": _raw()["office"]})


@cache
def _kinds() -> Phrases:
    return Phrases(_raw()["kinds"])


@cache
def _between() -> Phrases:
    return Phrases({"between": {"": [word.strip() for word in str(_raw()["between"]).split(",")]}})


@cache
def _raw() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(REPOSITORY / "data" / "office_words.yml")
    return found
