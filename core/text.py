"""How a resident's text is normalised before anything looks at it."""

import re
import unicodedata
from functools import lru_cache

# A vowel sign belongs to its word: without the marks, every word of Hindi falls apart.
MARKS = r"\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
WORD = re.compile(rf"\w[\w{MARKS}]*|[^\w\s]")
INVISIBLE = {
    *range(0x9),
    *range(0xB, 0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xD800, 0xE000),  # halves of a character, which no encoding can store
    *range(0xE0000, 0xE0080),  # tag characters: hidden text
}
DROPPED = dict.fromkeys(INVISIBLE)


def clean(text: str) -> str:
    """Text without control, direction and other invisible characters, in composed form (NFC)."""
    return unicodedata.normalize("NFC", text.translate(DROPPED)).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without diacritics, character for character: `¿Cuánto?` gives `¿cuanto?` of the same length."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character.lower())[:1] or character
    return {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "’": "'", "‘": "'"}.get(base, base)


def words(text: str) -> list[str]:
    """Words and single punctuation marks, in order."""
    return WORD.findall(text)
