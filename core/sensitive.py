"""Numbers that nobody should send: Social Security, bank card, license. They are masked before anything is stored.

Masked are: a Social Security or taxpayer number with its separators; any nine digits after a word for it, in twelve
languages; a card number (its length, first digits and Luhn's check digit fit); nine digits in a row or in threes, which
is how Connecticut's license numbers are written, and Social Security numbers in a hurry. Telephone numbers, ZIP codes,
dates, case and confirmation numbers stay: they have other shapes, or stand after a word for them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import fold

SSN, CARD, LICENSE = "SSN", "CARD", "LICENSE"
MARKER = re.compile(rf"\[({SSN}|{CARD}|{LICENSE})_\d+\]")

DASH = "[-‐-―−－]"
BEFORE = r"(?<!\d)" + "".join(rf"(?<!\+\d{{{length}}}[ -])" for length in (1, 2, 3))
"""Not the end of a longer number, nor a telephone number after its country code."""
AFTER = r"(?![A-Za-z\d])"
SEPARATED = re.compile(rf"{BEFORE}(\d{{3}})(\s?{DASH}\s?|[ ./]|\u00a0)(\d\d)\2(\d{{4}}){AFTER}")
NINE = re.compile(rf"{BEFORE}\d{{9}}{AFTER}|{BEFORE}\d{{3}}([ ]|{DASH})\d{{3}}\1\d{{3}}{AFTER}")
NINE_SPELT = r"(?:\d[\s.,/‐-―−－-]{0,3}){8}\d(?!\d)"
CARDS = re.compile(
    rf"{BEFORE}(?<!\+)(?:\d{{13,19}}"
    rf"|\d{{4}}([ ]|{DASH})\d{{4}}\1\d{{4}}\1\d{{4}}(?:\1\d{{1,3}})?"
    rf"|\d{{4}}([ ]|{DASH})\d{{6}}\2\d{{4,5}}){AFTER}"
)
CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,4})-?$")
"""Letters that a number belongs to, as in `LA-…`, unless they are those of a license or of a Social Security number."""
NOT_A_CODE = {"ct", "dl", "cdl", "id", "lic", "oln", "ss", "ssn", "no", "num", "is"}
KINDS_OF_CARDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}"
)
"""Visa, Mastercard (two series), American Express, Diners, JCB, Discover, UnionPay: first digits and lengths."""
BETWEEN = 30
"""Characters between a word for a Social Security number and the number."""


@dataclass(frozen=True)
class Masked:
    text: str
    """With `[SSN_1]`, `[CARD_1]`, `[LICENSE_1]` in the numbers' place; the same number twice has one marker."""
    kinds: tuple[str, ...]
    """Of what was masked, each once."""


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: str


def masked(text: str) -> Masked:
    """The text as it may be stored. Masking what is masked changes nothing."""
    if sum(character.isdigit() for character in text) < 9:
        return Masked(text, ())
    plain = _ascii_digits(text)
    spans: list[_Span] = []
    for find in FINDERS:
        spans += [span for span in find(plain) if not any(_overlap(span, known) for known in spans)]
    parts, at, names = [], 0, dict[tuple[str, str], str]()
    for span in sorted(spans, key=lambda one: one.start):
        key = span.kind, _digits(plain[span.start : span.end])
        count = 1 + sum(kind == span.kind for kind, _ in names)
        parts += [text[at : span.start], names.setdefault(key, f"[{span.kind}_{count}]")]
        at = span.end
    return Masked("".join([*parts, text[at:]]), tuple(dict.fromkeys(kind for kind, _ in names)))


def kinds_in(masked_text: str) -> list[str]:
    """Kinds of the numbers that were masked in a stored text."""
    return list(dict.fromkeys(MARKER.findall(masked_text)))


def without_markers(masked_text: str) -> str:
    """What was said besides the numbers; empty when that holds no word."""
    rest = " ".join(MARKER.sub(" ", masked_text).split())
    return rest if any(character.isalnum() for character in rest) else ""


def _said_social_security(text: str) -> Iterator[_Span]:
    pattern = _after_word("social_security", rf"[^\d\n]{{0,{BETWEEN}}}?(?P<number>{NINE_SPELT})")
    for match in pattern.finditer(fold(text)):
        yield _Span(match.start("number"), match.end("number"), SSN)


def _social_security(text: str) -> Iterator[_Span]:
    """Area, group and serial as they are given out; areas from 900 are taxpayer numbers (ITIN), no less personal."""
    for match in SEPARATED.finditer(text):
        area, group, serial = match[1], match[3], match[4]
        if area not in ("000", "666") and group != "00" and serial != "0000":
            yield _Span(match.start(), match.end(), SSN)


def _cards(text: str) -> Iterator[_Span]:
    for match in CARDS.finditer(text):
        digits = _digits(match[0])
        if KINDS_OF_CARDS.fullmatch(digits) and _luhn(digits):
            yield _Span(match.start(), match.end(), CARD)


def _licenses(text: str) -> Iterator[_Span]:
    identifiers = _after_word("identifier", r"(?:\W{1,3}[^\W\d]{1,6}){0,2}\W{0,3}(?=\d)")
    named = {match.end() for match in identifiers.finditer(fold(text))}
    for match in NINE.finditer(text):
        code = CODE.search(text[: match.start()])
        if match.start() not in named and not (code and code[1].lower() not in NOT_A_CODE):
            yield _Span(match.start(), match.end(), LICENSE)


FINDERS: tuple[Callable[[str], Iterator[_Span]], ...] = (_cards, _said_social_security, _social_security, _licenses)
"""In this order: what one has found is not looked at by the next."""


@cache
def _after_word(kind: str, what_follows: str) -> re.Pattern[str]:
    """A pattern for what follows one of the words; words of scripts without spaces may stand inside others."""
    listed = {fold(str(word)) for words in _words()[kind].values() for word in words}
    bounded = sorted((word for word in listed if not _is_chinese(word)), key=len, reverse=True)
    loose = sorted((word for word in listed if _is_chinese(word)), key=len, reverse=True)
    alternatives = [rf"(?<!\w)(?:{'|'.join(map(re.escape, bounded))})(?![^\W\d_])", "|".join(map(re.escape, loose))]
    return re.compile(rf"(?:{'|'.join(alternatives)}){what_follows}")


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = read_yaml(REPOSITORY / "data" / "sensitive_words.yml")
    return found


def _is_chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _ascii_digits(text: str) -> str:
    """Digits of any script as ours, character for character."""
    return "".join(str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _overlap(one: _Span, other: _Span) -> bool:
    return one.start < other.end and other.start < one.end
