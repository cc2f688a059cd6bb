"""How carriers count a text: GSM-7 or UCS-2, 160 or 70 in one part, 153 or 67 in each of several (3GPP TS 23.038)."""

from dataclasses import dataclass
from typing import Literal

MOST_SEGMENTS = 3

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = frozenset("\f^{}\\[~]|€")
"""Two units each, an escape and the letter."""

# Look-alikes outside GSM-7. Accents are never taken off: that would change words.
SAFE = str.maketrans(
    {
        # quotation marks, primes
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        # hyphens, dashes, minus
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        # spaces that do not break or have a width of their own
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000\t", " "),
        # invisible: zero width space, byte order mark, word joiner, soft hyphen. Not U+200C: Persian and Urdu need it
        **dict.fromkeys("\u200b\ufeff\u2060\u00ad", ""),
        "\u2026": "...",
        "\u2022": "-",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)


@dataclass(frozen=True)
class Count:
    coding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def safe(text: str) -> str:
    """The text with typographic characters replaced by plain ones that cost less."""
    return text.translate(SAFE)


def count(text: str) -> Count:
    """Coding, units and segments of a text, as a carrier splits it: no pair is cut in two."""
    if all(character in GSM_BASIC or character in GSM_ESCAPED for character in text):
        sizes = [2 if character in GSM_ESCAPED else 1 for character in text]
        return Count("GSM-7", sum(sizes), _parts(sizes, 160, 153))
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Count("UCS-2", sum(sizes), _parts(sizes, 70, 67))


def _parts(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    parts, room = 1, each
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts


def fits(text: str) -> bool:
    return count(text).segments <= MOST_SEGMENTS
