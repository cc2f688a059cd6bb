"""Finds numbers that name one thing: a confirmation, an application, a number plate, a case, a telephone."""

import re
from collections.abc import Iterator

from bot.nlu.finders.spans import Span
from bot.nlu.finders.tokens import NOT_AFTER, NOT_BEFORE, plain
from bot.nlu.numbers import CASE, CASE_RUN, case_numbers, never_a_plate, phone_numbers, places_after

OURS = re.compile(NOT_AFTER + r"nb[\s-]{0,2}([0-9a-tv-z](?:[\s-]?[0-9a-tv-z]){5})" + NOT_BEFORE)
"""Numbers of appointments as core/bookings.py makes them, `NB-7K3M9Q`, however they are typed."""
CODE = re.compile(NOT_AFTER + r"([a-z]{2})-([0-9a-hjkmnp-tv-z]{6})" + NOT_BEFORE)
APPLICATION = re.compile(NOT_AFTER + r"la-?\s?(\d{6,10})" + NOT_BEFORE)
"""`LA-1234567`: of an application for a license or card (data/jurisdictions/ct/apis.yml)."""
NAMED_CODE = re.compile(r"\W{0,3}([a-z0-9](?:-?[a-z0-9]){3,19})" + NOT_BEFORE)
LOOK_ALIKES = str.maketrans("OILZ", "0112")
DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{2,4}")
FEWEST_DIGITS = 2

PLATE = re.compile(
    NOT_AFTER + r"(?:[A-Z]{2}[·•.-]?\d{5}|\d{3}[·•.-]?[A-Z]{3}|\d[A-Z]{2}[·•.-]?[A-Z]{2}\d)" + NOT_BEFORE
)
"""Connecticut's plates: AB·12345, 123·ABC, 1AB·CD2. Capital letters, and no space: `us 06360` is none."""
NAMED_PLATE = re.compile(
    r"\W{0,3}(?P<plate>[a-z]{2}[\s·•.-]{0,2}\d{5}|\d{3}[\s·•.-]{0,2}[a-z]{3}|\d[a-z]{2}[\s·•.-]{0,2}[a-z]{2}\d"
    r"|(?P<letters>[a-z]{3})[\s·•.-]{0,2}\d{4})" + NOT_BEFORE
)
OWN_PLATE = re.compile(r"\W{0,3}([a-z0-9]{2,7})" + NOT_BEFORE)
MEASURE = re.compile(r"\d{1,4}[a-z]{1,4}")
"""`30days`, `3rd`, `8am`: after the word *plates* as likely as a plate."""


def confirmations(text: str, language: str) -> Iterator[Span]:
    read = plain(text)
    if not any(map(str.isdecimal, read)) and "-" not in read:
        return
    for match in OURS.finditer(read):
        symbols = re.sub(r"[\s-]", "", match[1]).upper()
        if any(map(str.isdecimal, symbols)) or text[match.start() : match.end()].isupper():
            yield Span("confirmation_number", f"NB-{symbols.translate(LOOK_ALIKES)}", match.start(), match.end())
    for match in CODE.finditer(read):
        if any(map(str.isdecimal, match[2])):
            yield Span("confirmation_number", match.group().upper(), match.start(), match.end())
    for match in APPLICATION.finditer(read):
        if "-" in match.group() or text[match.start() : match.start() + 2].isupper():
            yield Span("confirmation_number", f"LA-{match[1]}", match.start(), match.end())
    for place in places_after(text, "confirmation"):
        named = NAMED_CODE.match(read, place)
        if named and _is_code(named[1]):
            yield Span("confirmation_number", named[1].upper(), named.start(1), named.end(1))


def _is_code(word: str) -> bool:
    """Whether it may be a number somebody gave, and is no date and no case number."""
    digits = sum(map(str.isdecimal, word))
    return digits >= FEWEST_DIGITS and not any(shape.fullmatch(word) for shape in (DAY, CASE, CASE_RUN, MEASURE))


def plates(text: str, language: str) -> Iterator[Span]:
    for match in PLATE.finditer(text):
        letters = "".join(filter(str.isalpha, match.group())).lower()
        if letters not in never_a_plate():
            yield _plate(text, match.start(), match.end(), "plate_number")
    read = plain(text)
    for place in places_after(text, "plate"):
        usual = NAMED_PLATE.match(read, place)
        if usual and (usual["letters"] is None or text[usual.start("letters") : usual.end("letters")].isupper()):
            yield _plate(text, usual.start("plate"), usual.end("plate"), "named_plate")
            continue
        own = OWN_PLATE.match(read, place)
        if own and _is_own_plate(text[own.start(1) : own.end(1)], text):
            yield _plate(text, own.start(1), own.end(1), "named_plate")


def _is_own_plate(word: str, text: str) -> bool:
    """Whether it is a plate its owner chose: letters with figures, or capitals among small letters."""
    if word.isdecimal():
        return len(word) > 4
    digits = sum(map(str.isdecimal, word))
    if digits:  # one figure among small letters is how Arabic is written in Latin letters: `tabe3i`
        return len(word) > 3 and (digits > 1 or word.isupper()) and not MEASURE.fullmatch(word.lower())
    return word.isupper() and word.isascii() and not text.isupper() and word.lower() not in never_a_plate()


def _plate(text: str, start: int, end: int, rule: str) -> Span:
    value = "".join(filter(str.isalnum, plain(text[start:end]))).upper()
    return Span("plate_number", value, start, end, rule)


def cases(text: str, language: str) -> Iterator[Span]:
    for number in case_numbers(text):
        yield Span(
            "case_number",
            number.value,
            number.start,
            number.end,
            "case_number" if number.is_certain else "named_number",
        )


def phones(text: str, language: str) -> Iterator[Span]:
    for number in phone_numbers(text):
        yield Span("phone_number", number.value, number.start, number.end)
