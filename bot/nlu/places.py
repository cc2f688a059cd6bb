"""Finds the towns a text names: by name in any script, by a village in it, by ZIP code, and in spite of a slip."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.nlu.finders.tokens import Token, plain, readings, tokens
from core.jurisdiction import folder, read_yaml, towns
from core.settings import REPOSITORY

ZIP = re.compile(r"(?<![\d-])(\d{5})(?:-\d{4})?(?![\d-])")
SCRIPTS = ("ru", "ar", "hi", "zh")
SHORTEST_FUZZY = {True: 5, False: 6}
"""Letters a misspelt name has at least; more in other scripts, whose names of towns are only approximate themselves."""
LONG_NAME = 9
SHORTEST_STEM = 5
"""Letters that are left when the ending of a case is taken off."""
LOANS = str.maketrans({"э": "е", "ڤ": "ف", "پ": "ب", "گ": "غ"})
W_SOUND = re.compile(r"\bу(?=[аеиоуыюя])")
"""Russian writes the English W both ways: Уотербери and Вотербери."""


@dataclass(frozen=True)
class Place:
    town: str
    start: int
    end: int


class PlaceFinder:
    """`ordinary_words` are words of the training data: they are never taken for a misspelt town."""

    def __init__(self, ordinary_words: Iterable[str] = ()) -> None:
        self.ordinary_words = frozenset(_named(word) for word in ordinary_words) - set(self._names)
        self._last: tuple[str, list[Place]] = ("", [])

    def find(self, text: str) -> list[Place]:
        """The places in order of appearance; `start` and `end` are offsets in the text."""
        last = self._last  # two finders ask for the same text
        if last[0] != text:
            last = self._last = (text, self._found(text))
        return last[1]

    def _found(self, text: str) -> list[Place]:
        found = self._by_zip(text)
        parts = tokens(text)
        place = 0
        while place < len(parts):
            length, town, left_out = self._name_at(parts, place, text)
            if town:
                found.append(Place(town, parts[place].start + left_out, parts[place + length - 1].end))
            place += length
        return sorted(found, key=lambda one: one.start)

    def _by_zip(self, text: str) -> list[Place]:
        return [
            Place(self._zips[match[1]], match.start(), match.end())
            for match in ZIP.finditer(plain(text))
            if match[1] in self._zips
        ]

    def _name_at(self, parts: Sequence[Token], place: int, text: str) -> tuple[int, str | None, int]:
        """Number of words and town of the longest name that starts here, and the characters to leave out before it."""
        for length, name, left_out in self._candidates(parts, place):
            known = name if name in self._names else self._without_ending(name)
            if known and (known not in ordinary_names() or _is_meant_as_place(parts, place, length, text)):
                return length, self._names[known], left_out
        for length in (2, 1):
            town = self._misspelt(parts[place : place + length]) if place + length <= len(parts) else None
            if town:
                return length, town, 0
        return 1, None, 0

    def _candidates(self, parts: Sequence[Token], place: int) -> Iterator[tuple[int, str, int]]:
        for first, left_out in readings(parts[place].text):
            sounded = _sounded(first)
            longest = min(self._longest.get(sounded, 1), len(parts) - place)
            for length in range(longest, 0, -1):
                rest = (_sounded(part.text) for part in parts[place + 1 : place + length])
                yield length, " ".join((sounded, *rest)), left_out

    def _without_ending(self, name: str) -> str | None:
        """The name of which this is a case, as `хартфорде` and `hartfordzie` are of Hartford."""
        for ending, instead in _place_words().endings:
            if name.endswith(ending) and len(name) - len(ending) >= SHORTEST_STEM:
                stem = name[: -len(ending)] + instead
                if stem in self._names:
                    return stem
        return None

    def _misspelt(self, parts: Sequence[Token]) -> str | None:
        name = " ".join(_sounded(part.text) for part in parts)
        if len(parts) == 2 and parts[0].text not in _place_words().compass:
            return None
        if name in self._names or len(name) < SHORTEST_FUZZY[name.isascii()] or any(map(str.isdecimal, name)):
            return None
        if name in ordinary_names() or (len(parts) == 1 and name in self.ordinary_words):
            return None
        allowed = 1 if len(name) < 8 else 2
        likely = self._likely.get(name[0], ())
        match = process.extractOne(name, likely, scorer=DamerauLevenshtein.distance, score_cutoff=allowed)
        return self._names[match[0]] if match else None

    @cached_property
    def _names(self) -> dict[str, str]:
        """Comparable names, as one word too (`newhaven`); a town's own name wins over a village of that name."""
        names: dict[str, str] = {}
        own = ((town.name, town.name) for town in towns().values())
        villages = ((name, town.name) for town in towns().values() for name in town.also)
        by_ear = ((name, town) for town, _, name in _spellings())
        for name, town in (*own, *by_ear, *villages):
            names.setdefault(_named(name), town)
        for name, town in list(names.items()):
            names.setdefault(name.replace(" ", ""), town)
        return names

    @cached_property
    def _longest(self) -> dict[str, int]:
        """Words of the longest name that begins with a word."""
        found: dict[str, int] = {}
        for name in self._names:
            listed = name.split()
            found[listed[0]] = max(found.get(listed[0], 1), len(listed))
        return found

    @cached_property
    def _likely(self) -> dict[str, list[str]]:
        """Names that a slip may stand for, by their first letter: all towns, and villages of a long, telling name."""
        own = [_named(town.name) for town in towns().values()]
        own += [_named(name) for _, script, name in _spellings() if script in SCRIPTS]
        villages = [_named(name) for town in towns().values() for name in town.also]
        own += [name for name in villages if len(name) >= LONG_NAME]
        found: dict[str, list[str]] = {}
        for name in dict.fromkeys(own):
            if name not in ordinary_names():
                found.setdefault(name[0], []).append(name)
        return found

    @cached_property
    def _zips(self) -> dict[str, str]:
        return {code: town.name for town in towns().values() for code in town.zips}


@dataclass(frozen=True)
class PlaceWords:
    before: frozenset[str]
    beside: frozenset[str]
    compass: frozenset[str]
    endings: tuple[tuple[str, str], ...]
    """Ending and what stands instead of it in the name itself."""


@cache
def ordinary_names() -> frozenset[str]:
    """Names that are also ordinary words: they count only where the text treats them as a place."""
    return frozenset(map(_named, _listed(_town_names()["ordinary"])))


def _is_meant_as_place(parts: Sequence[Token], place: int, length: int, text: str) -> bool:
    if place == 0 and length == len(parts):
        return True
    letter, before = text[parts[place].start], parts[place - 1].text if place else ""
    if letter.lower() == letter.upper():
        after = parts[place + length].text if place + length < len(parts) else ""
        return bool({before, after} & _place_words().beside)
    return letter.isupper() and before in _place_words().before


@cache
def _place_words() -> PlaceWords:
    raw = read_yaml(REPOSITORY / "data" / "place_words.yml")
    before, beside, compass = (
        frozenset(token.text for word in _listed(raw[part]) for token in tokens(word))
        for part in ("before", "beside", "compass")
    )
    endings = tuple(
        (plain(ending), instead) for ending, _, instead in (e.partition(">") for e in _listed(raw["endings"]))
    )
    return PlaceWords(before, beside, compass, endings)


@cache
def _town_names() -> dict[str, dict[str, dict[str, str]] | str]:
    found: dict[str, dict[str, dict[str, str]] | str] = read_yaml(folder() / "town_names.yml")
    return found


@cache
def _spellings() -> tuple[tuple[str, str, str], ...]:
    """Town, script (or `also`) and name of all that town_names.yml lists."""
    listed = _town_names()["names"]
    assert isinstance(listed, dict)
    return tuple(
        (town, script, name) for town, row in listed.items() for script, text in row.items() for name in _listed(text)
    )


def _listed(text: object) -> list[str]:
    return [part.strip() for part in str(text).split(",") if part.strip()]


def _named(name: str) -> str:
    return " ".join(_sounded(token.text) for token in tokens(name))


def _sounded(word: str) -> str:
    return word if word.isascii() else W_SOUND.sub("в", word.translate(LOANS))
