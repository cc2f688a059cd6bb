"""STOP, START, HELP and YES in every language: words of `data/sms_keywords.yml`, matched against the whole message."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY


class Kind(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True)
class Keyword:
    kind: Kind
    language: str
    """Language of the word: English words are used in every conversation and say nothing about it."""


def match(text: str, is_stopped: bool) -> Keyword | None:
    """The keyword that a message is, or None. After STOP a plain "yes" is also a START."""
    words = normal(text)
    found = words_of("start_when_stopped").get(words) if is_stopped else None
    if found:
        return Keyword(Kind.START, found)
    for kind in Kind:
        found = words_of(kind).get(words)
        if found:
            return Keyword(kind, found)
    return None


def is_yes(text: str) -> bool:
    """Whether a message is a yes, such as the one that confirms notices."""
    return normal(text) in words_of("confirm")


@cache
def words_of(group: str) -> dict[str, str]:
    """Language by word, for one group of the file; where languages share a word, the first one that lists it."""
    raw: dict[str, dict[str, list[str]]] = read_yaml(REPOSITORY / "data" / "sms_keywords.yml")
    found: dict[str, str] = {}
    for code, words in raw[group].items():
        for word in words:
            found.setdefault(normal(word), code)
    return found


def normal(text: str) -> str:
    """Small letters, one space between words, no punctuation; accents and vowel signs stay."""
    composed = unicodedata.normalize("NFKC", text[:200]).casefold().replace("\u2019", "'").replace("'", "")
    plain = "".join(
        " " if unicodedata.category(character)[0] in "PSZC" and character not in "\u200c\u200d" else character
        for character in composed
    )
    return " ".join(plain.split())
