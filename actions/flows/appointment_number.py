"""A confirmation number and a last name as residents write them, together or apart: "NB-4T6P2P, Diaz"."""

import re
from dataclasses import dataclass

from actions.apis.appointments import OWN_NUMBER
from actions.apis.capabilities import of
from actions.flows.heard import Heard
from actions.flows.people import MOST_NAME_WORDS, name_words
from core import bookings

EXAMPLE_NUMBER, EXAMPLE_NAME = "NB-4T6P2P", "Diaz"
WRITTEN = re.compile(r"(?<![^\W_])nb[\s-]{0,2}[0-9a-z](?:[\s-]?[0-9a-z]){5}(?![^\W_])", re.IGNORECASE)
TOO_SHORT_OR_LONG = re.compile(r"nb[\s-]*\d[0-9a-z\s-]*|nb-[0-9a-z]+", re.IGNORECASE)
BARE = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{6}", re.IGNORECASE)
BESIDE = " ,.;:-"
"""What stands between a number and a name."""


@dataclass(frozen=True)
class Written:
    """What a message holds: a number that is right in itself, and the text beside it."""

    number: str | None
    rest: str
    is_certain: bool = False
    """It can be nothing else, whatever was asked."""
    is_mistyped: bool = False
    """There is a number, and it is nobody's."""


def written_in(heard: Heard) -> Written:
    text = heard.without("name_is")
    if found := WRITTEN.search(heard.text):
        rest = f"{heard.text[: found.start()]} {heard.text[found.end() :]}".strip(BESIDE)
        number = bookings.read_code(found.group())
        return Written(number, rest, is_certain=True, is_mistyped=number is None)
    first, _, after = text.partition(" ")
    for typed, rest in ((text, ""), (first.strip(BESIDE), after.strip(BESIDE))):
        if number := _bare(typed):
            return Written(number, rest, is_certain=not number.startswith(bookings.PREFIX))
    named = heard.first("confirmation_number")
    if named and (number := bookings.read_code(named)):
        return Written(number, "", is_certain=True)
    is_mistyped = any(shape.fullmatch(text.strip(BESIDE)) for shape in (TOO_SHORT_OR_LONG, BARE))
    return Written(None, heard.text, is_mistyped=is_mistyped)


def names_in(text: str) -> list[str]:
    """What can be the last name in "Diaz", "Diaz, Ana" or "Ana Maria de la Cruz": the name, or its ends."""
    found = name_words(text)
    if not found or len(found) > MOST_NAME_WORDS or any(letter.isdigit() for letter in text):
        return []
    if "," in text.strip(BESIDE):
        return [text.strip(BESIDE).split(",")[0].strip()]
    return [" ".join(found[place:]) for place in range(len(found))]


def _bare(typed: str) -> str | None:
    """The upstream's own number, or ours without its letters: no word is one, as it has a digit or is all capitals."""
    if re.fullmatch(of("qmatic").get("number_pattern", OWN_NUMBER), typed.lower()):
        return typed.lower()
    is_marked = typed.isupper() or any(letter.isdigit() for letter in typed)
    return bookings.read_code(typed) if is_marked else None
