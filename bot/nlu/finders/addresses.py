"""Finds e-mail addresses, and American street addresses in a message of any language."""

import re
from collections.abc import Iterator
from functools import cache

from bot.nlu.finders.spans import Span
from bot.nlu.finders.tokens import NOT_AFTER, plain
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24}(?![\w@])", re.IGNORECASE
)
NUMBER = re.compile(NOT_AFTER + r"(?<![.,/#$€])[1-9]\d{0,4}(?:[a-d]|-\d{1,3}|\s1/2)?(?=\s)")
WORD = re.compile(r"\s+((?:[^\W\d_\u3400-\u9fff]|['’.-])+|\d{1,3}(?:st|nd|rd|th))(?![^\W\u3400-\u9fff])")
MOST_WORDS = 5
"""Of a street's name with its suffix: `North Main Street Extension`."""


def emails(text: str, language: str) -> Iterator[Span]:
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield Span("email", match.group().lower(), match.start(), match.end())


def addresses(text: str, language: str) -> Iterator[Span]:
    """House number, street, suffix and unit; the town and the ZIP code after them are entities of their own."""
    read = plain(text)
    for number in NUMBER.finditer(read):
        end = _street_end(text, read, number.end())
        if end:
            unit = _unit().match(read, end)
            end = unit.end() if unit else end
            yield Span("address", " ".join(text[number.start() : end].split()), number.start(), end)


def _street_end(text: str, read: str, place: int) -> int | None:
    """Where the street that begins here ends: after its last suffix; None when it is no street."""
    found, has_capital = None, False
    for count in range(MOST_WORDS):
        match = WORD.match(read, place)
        if not match:
            break
        word, written = match[1].strip("."), text[match.start(1) : match.end(1)].strip(".")
        if _is_suffix(word, count, has_capital and written.istitle()):
            found = match.end()
        elif word in _words("never"):
            break
        has_capital = has_capital or written[:1].isupper()
        place = match.end()
        if match.group().endswith(".") and len(word) > 3:
            break
    return found


def _is_suffix(word: str, count: int, is_capitalised: bool) -> bool:
    """Whether a street's name may end with the word; `count` words stand before it."""
    if not count:
        return word in _words("whole")
    return word in _words("suffixes") or (is_capitalised and word in _words("doubtful"))


def _words(kind: str) -> frozenset[str]:
    return _street_words()[kind]


@cache
def _street_words() -> dict[str, frozenset[str]]:
    raw = read_yaml(REPOSITORY / "data" / "street_words.yml")
    return {kind: frozenset(map(str, words)) for kind, words in raw.items()}


@cache
def _unit() -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, _words("units")), key=len, reverse=True))
    return re.compile(rf"(?:,?\s*(?:(?:{units})\b\.?\s*#?|#)\s*(?=[\w-]*\d|[a-z]\b)[\w-]{{1,6}})")
