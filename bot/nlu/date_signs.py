"""Reads a text as a row of signs: one for each phrase, made of all the roles that the phrase may have in a date."""

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.nlu.date_words import Meanings, Vocabulary, vocabulary
from bot.nlu.plain_text import CHINESE, tokens

ORDINARY = "\ue000"
IS_TIME = re.compile(r" ?(?:[ap]\.? ?m\b|hs?\b|:[0-9]|uhr\b|baje\b|बजे|ze\b|gio\b|點|点|час|o'clock|heures?\b|horas?\b)")
YEAR_FOLLOWS = re.compile(r"[-/.,](?:19|20)[0-9]{2}(?![0-9])")
GLUED = frozenset("mMAuwdo")


@cache
def signed_vocabulary(language: str) -> Vocabulary:
    """The language's words, their signs given, so that no message waits for them."""
    words = vocabulary(language)
    for _, meanings in (pair for pairs in words.phrases.values() for pair in pairs):
        _sign(frozenset(meanings))
    for roles in ("n", "nz", "z", "y", "o", "M"):
        _sign(frozenset(roles))
    return words


@dataclass(frozen=True)
class Said:
    """A phrase of a text and what it may mean."""

    meanings: Meanings
    text: str
    start: int
    end: int


def read(text: str, words: Vocabulary) -> list[Said]:
    """The text's phrases with their meanings, numbers last, as they depend on what stands beside them."""
    seen = tokens(text)
    plain_words = [token.text for token in seen]
    said: list[Said] = []
    place = 0
    while place < len(seen):
        length, meanings = words.phrase_at(plain_words, place)
        last = seen[place + length - 1]
        if not meanings and seen[place].kind == "ordinal":
            meanings = {"o": int(re.match(r"[0-9]+", seen[place].text)[0])}  # type: ignore[index]
        said.append(Said(meanings, text[seen[place].start : last.end], seen[place].start, last.end))
        place += length
    if not any(character.isdigit() for character in text):
        return said
    numbered = [_number(text, said, at) for at in range(len(said))]
    return [_misspelt_month(numbered, at, words) for at in range(len(numbered))]


def sign(one: Said) -> str:
    """The character for a set of roles; a mark is its own."""
    if one.meanings:
        return _sign(frozenset(one.meanings))
    return one.text if not one.text[0].isalnum() and len(one.text) == 1 and one.text.isascii() else ORDINARY


SIGNS: dict[frozenset[str], str] = {}
"""Every set of roles seen so far and its character; it only grows."""


def _sign(roles: frozenset[str]) -> str:
    if roles not in SIGNS:
        SIGNS[roles] = chr(0xE001 + len(SIGNS))
    return SIGNS[roles]


def _number(text: str, said: list[Said], at: int) -> Said:
    """What a number may be: nothing, where it is part of a longer one, of an amount, of a time or of a word."""
    one = said[at]
    if one.meanings or not one.text.isdecimal():
        return one
    before, after = text[max(0, one.start - 2) : one.start], text[one.end : one.end + 2]
    is_year = len(one.text) == 4 and one.text[:2] in ("19", "20")
    beside = [said[near].meanings for near in (at - 1, at + 1) if 0 <= near < len(said)]
    if before[-1:] in tuple("$€£#%_") or after[:1] in ("%", "$", "€", "_"):
        return one
    if before[-1:] in tuple("-/.:,") and before[:1].isdigit() and not is_year:
        return one
    if after[:1] in tuple("-/.:,") and after[1:].isdigit() and not YEAR_FOLLOWS.match(text, one.end):
        return one
    glued = any(c.isalpha() and not re.match(f"[{CHINESE}]", c) for c in (before[-1:], after[:1]))
    if IS_TIME.match(text, one.end) or (glued and all(GLUED.isdisjoint(means) for means in beside)):
        return one
    meanings: Meanings = {"y": int(one.text)} if is_year else {}
    if len(one.text) <= 2:
        meanings = {"n": int(one.text), **({"z": int(one.text)} if len(one.text) == 2 else {})}
    return Said(meanings, one.text, one.start, one.end)


def _misspelt_month(said: list[Said], at: int, words: Vocabulary) -> Said:
    """A long word beside a day's number that is one slip away from a month."""
    one = said[at]
    if one.meanings or len(one.text) <= 5 or not one.text[0].isalpha():
        return one
    beside = [near for step in (-1, 1) if (near := _beside(said, at, step))]
    if not any("n" in near.meanings or "o" in near.meanings for near in beside):
        return one
    match = process.extractOne(one.text, list(words.months), scorer=DamerauLevenshtein.distance, score_cutoff=1)
    if not match or match[0][0] != one.text[0]:
        return one
    return Said({"M": words.months[match[0]]}, one.text, one.start, one.end)


def _beside(said: list[Said], at: int, step: int) -> Said | None:
    near = at + step
    if 0 <= near < len(said) and "c" in said[near].meanings:
        near += step
    return said[near] if 0 <= near < len(said) else None


@cache
def pattern(form: str, known: int) -> "re.Pattern[str]":
    """An expression over signs: `<wW>` stands for the signs that have role `w` or `W`, among the first `known`."""

    def signs_of(match: "re.Match[str]") -> str:
        return "[" + ("".join(s for roles, s in list(SIGNS.items())[:known] if roles & set(match[1])) or "\1") + "]"

    return re.compile(re.sub(r"(?<!\?P)<(\w+)>", signs_of, form))
