"""Text as the date and time finders read it: folded, plain digits, no marks; places lead back to the text itself."""

import re
from dataclasses import dataclass

from bot.nlu.chinese import simplified
from core.text import MARKS, fold

DROPPED = re.compile(r"[\u0300-\u036f\u0640\u064b-\u0652\u0670\u093c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Accents apart from their letter, Arabic vowel signs, the Hindi nukta, direction marks: written or left out."""
ALIKE = str.maketrans(
    {
        **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)},
        **dict(zip("ةىँ–—−：／．，、،॰", "هيं---:/.,,,.", strict=True)),
        **dict.fromkeys("\xa0\u202f\u2009\u3000\t\r\n", " "),
    }
)
CHINESE = "\u3007\u3400-\u9fff"
LETTER = rf"(?:(?![{CHINESE}])[^\W\d_]|[{MARKS}])"
ORDINAL = r"ere|er|eme|em|re|ro|ra|[oaeºª°]|tego|iego|ego|go|gi|mo|mu|ого|го|ое|ыи|ая|ье|[еия]|yem|ye"  # folded
TOKEN = re.compile(
    rf"(?P<ordinal>(?:(?<![0-9])[0-9]{{1,2}} ?(?:st|nd|rd|th)|(?<![^\W_])[0-9]{{1,2}}-?(?:{ORDINAL}))(?!{LETTER}))"
    rf"|(?P<number>[0-9]+)|(?P<word>[{CHINESE}]|{LETTER}+(?:'{LETTER}+)?)|(?P<mark>[^\w\s])"
)


@dataclass(frozen=True)
class Plain:
    text: str
    offsets: tuple[int, ...] | None
    """Place of each character in the text as given, and that text's length last; None: the places are the same."""

    def at(self, place: int) -> int:
        return place if self.offsets is None else self.offsets[place]


@dataclass(frozen=True)
class Token:
    kind: str
    """`ordinal`, `number`, `word` or `mark`."""
    text: str
    start: int
    end: int


def plain(text: str) -> Plain:
    """The text in lower case, without diacritics, simplified Chinese, digits 0–9."""
    if text.isascii():
        return Plain(text.lower().translate(ALIKE), None)
    offsets: tuple[int, ...] | None = None
    if DROPPED.search(text):
        kept = [place for place, character in enumerate(text) if not DROPPED.match(character)]
        offsets = (*kept, len(text))
        text = "".join(text[place] for place in kept)
    return Plain(simplified(fold(text)).translate(ALIKE), offsets)


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of plain text; each Chinese character is a word of its own."""
    return [Token(match.lastgroup or "mark", match.group(), *match.span()) for match in TOKEN.finditer(text)]
