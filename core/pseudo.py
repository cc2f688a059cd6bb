"""Pseudo-locales: two languages made from the English as it is served, which show what a real one would stumble over.

`xa` (CLDR's en-XA) is lengthened and accented; `xb` (ar-XB) is mirrored: its words really run from right to left. Each
text stands in square brackets, so a text on a page without them was never translated, and a missing bracket was cut
off. Offered only with NUTMEG_PSEUDO_LOCALES, for tests and a developer's own machine.
"""

import re
from functools import cache

from core.languages import Language

LONGER = 0.4
"""So many more letters: Italian and Polish need up to 40 % more than the English on buttons and in short sentences."""

KEPT = re.compile(r"(\{[a-z0-9_]*\}|https?://\S+|\b(?:[\w-]+\.)+(?:gov|com|org)\b\S*)")
"""Placeholders and addresses stay as they are."""
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
VOWELS = "aeiouyAEIOUY"
ITEM = re.compile(r"- ")
ACCENTED = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz",
    "ÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž",
)
RIGHT_TO_LEFT_MARK, OVERRIDE, END = "\u200f", "\u202e", "\u202c"


@cache
def pseudo(english: str, language: Language) -> str:
    """An English text as the pseudo-locale has it; `{placeholders}`, links and figures are untouched."""
    changed = _mirrored if language.direction == "rtl" else _lengthened
    parts = KEPT.split(english)
    parts[::2] = [changed(part) for part in parts[::2]]
    made = "".join(parts)
    marker = ITEM.match(made)  # a line of a list must go on beginning as one
    start = marker.end() if marker else 0
    return f"{made[:start]}[{made[start:]}]"


def _lengthened(text: str) -> str:
    letters = sum(map(len, WORD.findall(text)))
    places = [place for place, letter in enumerate(text) if letter in VOWELS]
    places = places or [match.end() - 1 for match in WORD.finditer(text)]
    if not places:
        return text
    each, rest = divmod(round(letters * LONGER), len(places))
    longer = {place: 1 + each + (number < rest) for number, place in enumerate(places)}
    return "".join(letter * longer.get(place, 1) for place, letter in enumerate(text)).translate(ACCENTED)


def _mirrored(text: str) -> str:
    """Word by word, as the override must not reach figures and values, nor end with the line."""
    return WORD.sub(lambda word: f"{RIGHT_TO_LEFT_MARK}{OVERRIDE}{word.group()}{END}{RIGHT_TO_LEFT_MARK}", text)
