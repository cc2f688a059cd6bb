"""Words as finders compare them: without case, diacritics and variants of a script, at their place in the text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.chinese import simplified
from core.text import MARKS, fold

IDEOGRAPHS = r"\u3400-\u4dbf\u4e00-\u9fff"
NOT_AFTER = rf"(?<![^\W{IDEOGRAPHS}])(?<!-)"
"""Before a number or code: no letter, figure or hyphen; Chinese characters may touch it (`查24-000123的进度`)."""
NOT_BEFORE = rf"(?![^\W{IDEOGRAPHS}]|-)"
TOKEN = re.compile(rf"[{IDEOGRAPHS}]|(?:[^\W_{IDEOGRAPHS}]|[{MARKS}\u0640])+")
LETTERS = str.maketrans("ةىکیٱ", "هيكيا")
"""Arabic letters that people write one for the other."""
SOUNDS = str.maketrans({"ी": "ि", "ू": "ु", "ै": "े", "ॅ": "े", "ॉ": "ो", "ौ": "ो", "ँ": "ं"})
"""Vowels of Devanagari that foreign names are written with, one for the other."""
SILENT = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640\u093c]")
PREFIXED = re.compile(r"[وف]?(?:لل|[بلك]?(?:ال)?)(?=[\u0621-\u064a]{3})")
"""Arabic particles and the article, which are written as one word with the noun: `وبالجواز`."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text folded, in simplified characters and with ASCII digits; character for character."""
    folded = fold(text)
    return folded if folded.isascii() else "".join(map(_digit, simplified(folded).translate(LETTERS)))


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[Token, ...]:
    """Words in order; each Chinese character is one. `start` and `end` are offsets in the text as given."""
    read = plain(text)
    found = (Token(_bare(match.group()), match.start(), match.end()) for match in TOKEN.finditer(read))
    return tuple(token for token in found if token.text)


@lru_cache(maxsize=4096)
def readings(word: str) -> tuple[tuple[str, int], ...]:
    """A word as it stands and without Arabic particles, each with the number of characters left out before it."""
    found = [(word, 0)]
    for match in {PREFIXED.match(word, at) for at in ((0, 1) if word[:1] in "وف" else (0,))}:
        if match and match.end():
            found.append((word[match.end() :], match.end()))
    if word[:1] in "وبلكف" and len(word) > 3:
        found.append((word[1:], 1))
    return tuple(dict.fromkeys(found))


def _bare(word: str) -> str:
    return word if word.isascii() else SILENT.sub("", word).translate(SOUNDS)


def _digit(character: str) -> str:
    if character.isascii() or not character.isdecimal():
        return character
    return str(int(character))
