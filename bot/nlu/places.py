"""Finds the towns a text names: by name, by a village in it, by ZIP code, and in spite of a slip of the finger."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from core.jurisdiction import towns
from core.text import fold

TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
ZIP = re.compile(r"(?<![\d-])(\d{5})(?:-\d{4})?(?![\d-])")
LONGEST_NAME = 4
SHORTEST_FUZZY = 5
LONG_NAME = 9
COMPASS = {"new", "east", "west", "north", "south", "old"}
COMMON_WORDS = {
    "union", "orange", "washington", "scotland", "lebanon", "columbia", "kent", "sterling", "center", "hope", "mansion",
    "beacon", "long hill", "lake", "north end", "south end", "east end", "west end", "state street", "downtown",
    "the hill", "station", "bridge", "point", "green", "hill", "falls", "four corners", "harbor", "village",
}  # fmt: skip
"""Names that are also ordinary words: they count only where the text treats them as a place."""
PLACE_WORDS = {
    "in", "at", "near", "to", "from", "of", "dmv", "town", "around", "for", "en", "de", "a", "cerca", "hacia", "pueblo",
    "em", "nan", "w", "do", "dans", "di", "o", "v", "в", "mein", "me",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    town: str
    start: int
    end: int


class PlaceFinder:
    """`ordinary_words` are words of the training data: they are never taken for a misspelt town."""

    def __init__(self, ordinary_words: Iterable[str] = ()) -> None:
        self.ordinary_words = frozenset(ordinary_words) - set(self._names)

    def find(self, text: str) -> list[Place]:
        """The places in order of appearance; `start` and `end` are offsets in the text."""
        found = self._by_zip(text)
        tokens = [(match.group(), match.start(), match.end()) for match in TOKEN.finditer(fold(text))]
        place = 0
        while place < len(tokens):
            length, town = self._name_at(tokens, place, text)
            if town:
                found.append(Place(town, tokens[place][1], tokens[place + length - 1][2]))
            place += max(1, length)
        return sorted(found, key=lambda one: one.start)

    def _by_zip(self, text: str) -> list[Place]:
        return [
            Place(self._zips[match[1]], match.start(), match.end())
            for match in ZIP.finditer(text)
            if match[1] in self._zips
        ]

    def _name_at(self, tokens: list[tuple[str, int, int]], place: int, text: str) -> tuple[int, str | None]:
        """Number of tokens and town of the longest name that starts here."""
        for length in range(min(LONGEST_NAME, len(tokens) - place), 0, -1):
            name = " ".join(token[0] for token in tokens[place : place + length])
            town = self._names.get(name)
            if town and (name not in COMMON_WORDS or self._is_meant_as_place(tokens, place, length, text)):
                return length, town
        for length in (2, 1):
            town = self._misspelt(tokens[place : place + length]) if place + length <= len(tokens) else None
            if town:
                return length, town
        return 1, None

    def _misspelt(self, tokens: list[tuple[str, int, int]]) -> str | None:
        name = " ".join(token[0] for token in tokens)
        if len(tokens) == 2 and tokens[0][0] not in COMPASS:
            return None
        if (
            name in self._names
            or len(name) < SHORTEST_FUZZY
            or (len(tokens) == 1 and (name in self.ordinary_words or not name.isalpha()))
        ):
            return None
        allowed = 1 if len(name) < 8 else 2
        match = process.extractOne(name, self._town_names, scorer=DamerauLevenshtein.distance, score_cutoff=allowed)
        return self._names[match[0]] if match and match[0][0] == name[0] else None

    def _is_meant_as_place(self, tokens: list[tuple[str, int, int]], place: int, length: int, text: str) -> bool:
        if place == 0 and length == len(tokens):
            return True
        return place > 0 and tokens[place - 1][0] in PLACE_WORDS and text[tokens[place][1]].isupper()

    @cached_property
    def _names(self) -> dict[str, str]:
        """Folded names, as one word too (`newhaven`); a town's own name wins over a village of that name."""
        names: dict[str, str] = {}
        for kind in (lambda town: town.also, lambda town: (town.name,)):
            for town in towns().values():
                for name in kind(town):
                    folded = " ".join(TOKEN.findall(fold(name)))
                    names[folded] = town.name
                    names.setdefault(folded.replace(" ", ""), town.name)
        return names

    @cached_property
    def _town_names(self) -> list[str]:
        """Names that a slip of the finger may stand for: all towns, and villages of a long, telling name."""
        own = [" ".join(TOKEN.findall(fold(town.name))) for town in towns().values()]
        villages = [" ".join(TOKEN.findall(fold(name))) for town in towns().values() for name in town.also]
        return own + [name for name in villages if len(name) >= LONG_NAME and name not in COMMON_WORDS]

    @cached_property
    def _zips(self) -> dict[str, str]:
        return {code: town.name for town in towns().values() for code in town.zips}
