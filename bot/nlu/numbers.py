"""Finds the numbers a text names: of a case or request, of a telephone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers

from bot.nlu.finders.phrases import Phrases
from bot.nlu.finders.tokens import NOT_AFTER, NOT_BEFORE, plain, tokens
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

CASE = re.compile(NOT_AFTER + r"#?(\d{2})(?:\s?[-–]\s?|\s)(\d{6})(?![\d-])")
CASE_RUN = re.compile(NOT_AFTER + r"#?(\d{2})(\d{6})(?![\d-])")
NAMED = re.compile(r"\W{0,3}(?P<id>[a-z]{0,4}-?\d[\d-]{3,13}\d)" + NOT_BEFORE)
HASH = re.compile(r"(?<![\w#])#\s?(?P<id>[a-z]{0,4}-?\d[\d-]{3,13}\d)" + NOT_BEFORE)
FEWEST_DIGITS = 5
ZIP_DIGITS = 5
FEWEST_PHONE_DIGITS = 7
MOST_BETWEEN = 5
"""Words that may stand between the word for a number and the number: `номер моей заявки такой: 24-000123`."""


@dataclass(frozen=True)
class Number:
    value: str
    start: int
    end: int
    is_certain: bool = True
    """False where only a word such as *number* or a # makes it one: it may then be any other number as well."""


def case_numbers(text: str) -> list[Number]:
    """Numbers of cases or requests as the state writes them: `24-000123`; or as given after a word such as `case`."""
    read = plain(text)
    if not any(map(str.isdecimal, read)):
        return []
    found = [
        Number(f"{match[1]}-{match[2]}", match.start(), match.end())
        for pattern in (CASE, CASE_RUN)
        for match in pattern.finditer(read)
    ]
    for number in (*_named(text, read, "case", True), *_named(text, read, "number", False), *_hashed(read)):
        is_zip_code = not number.is_certain and len(number.value) == ZIP_DIGITS and number.value.isdecimal()
        if not is_zip_code and not any(one.start < number.end and number.start < one.end for one in found):
            found.append(number)
    return sorted(found, key=lambda number: number.start)


def phone_numbers(text: str) -> list[Number]:
    """Telephone numbers in E.164; numbers without a country code are taken as the United States'."""
    if sum(map(str.isdecimal, text)) < FEWEST_PHONE_DIGITS:
        return []
    return [
        Number(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(text, "US")
    ]


@cache
def number_words(kind: str) -> Phrases:
    """The words of number_words.yml for one kind of number, in all languages."""
    return Phrases({kind: words_before(kind)})


def words_before(kind: str) -> dict[str, list[str]]:
    """The words that announce a number of a kind (`case`, `plate`, `confirmation`, `number`), by language."""
    return _raw()[kind]


@cache
def never_a_plate() -> frozenset[str]:
    """Short words in capital letters that are no number plate."""
    return frozenset(map(str, _raw()["never_a_plate"]))


def places_after(text: str, kind: str) -> Iterator[int]:
    """Where a number may begin that such a word announces: after it, and after each of the words that may follow it."""
    parts = tokens(text)
    between = number_words("between")
    for match in number_words(kind).find(text, ""):
        yield match.end
        place = next((at for at, token in enumerate(parts) if token.start >= match.end), len(parts))
        for _ in range(MOST_BETWEEN):
            length = between.at(parts, place) if place < len(parts) else 0
            if not length:
                break
            place += length
            yield parts[place - 1].end


def _named(text: str, read: str, kind: str, is_certain: bool) -> Iterator[Number]:
    for place in places_after(text, kind):
        match = NAMED.match(read, place)
        if match and sum(map(str.isdecimal, match["id"])) >= FEWEST_DIGITS:
            yield Number(match["id"].upper(), match.start("id"), match.end("id"), is_certain)


def _hashed(read: str) -> Iterator[Number]:
    for match in HASH.finditer(read):
        if sum(map(str.isdecimal, match["id"])) < FEWEST_DIGITS:
            continue
        yield Number(match["id"].upper(), match.start("id"), match.end("id"), False)


@cache
def _raw() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = read_yaml(REPOSITORY / "data" / "number_words.yml")
    return found
