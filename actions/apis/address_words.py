"""The words and shapes by which a typed address is taken apart (`addresses.py`)."""

import re
import unicodedata

LONGEST = 300
NUMBER = r"[1-9][0-9]{0,4}(?:-[0-9]{1,5})?(?:-?[A-Za-z](?![A-Za-z0-9]))?(?: 1/2)?"
TYPES = (
    "street|str|st|road|rd|avenue|ave|av|lane|ln|drive|dr|court|ct|place|pl|boulevard|blvd|turnpike|tpke|way|circle|cir"
    "|terrace|ter|hill|highway|hwy|parkway|pkwy|trail|trl|square|sq|row|path|extension|ext|common|green"
)

HOUSE = re.compile(rf"(?<![0-9A-Za-z#/.-]){NUMBER}(?![0-9A-Za-z/-])(?=[ ,]+(?:[0-9]+(?:st|nd|rd|th)\b|[^\W\d]))", re.I)
"""A house number and a street behind it, named or numbered ("12 5th Street"). A ZIP code here begins with 0."""
NUMBER_LAST = re.compile(
    rf"(?P<street>(?:\b[A-Z][A-Za-z'.]* ){{1,3}}(?i:{TYPES})\b\.?),? (?P<number>{NUMBER})(?![0-9A-Za-z])"
)
"""The number behind the street, as most of the world writes it ("Main Street 12")."""
BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post office box|apartado(?: postal| de correos)?|caixa postal|bo[iî]te postale"
    r"|skrytka(?: pocztowa)?|casella postale)(?: ?#? ?[0-9]+)?\b,?",
    re.IGNORECASE,
)
TYPE = re.compile(rf"\b(?:{TYPES})\b")
"""Kinds of streets, in lower case."""
ROUTE = re.compile(r"\b(?:route|rt|rte|state|us|interstate) $")
"""Behind these a number is a road's."""

UNITS = {
    "apt", "apartment", "unit", "suite", "ste", "floor", "fl", "rm", "room", "lot", "bsmt", "no", "apartamento", "apto",
    "depto", "piso", "mieszkanie",
}  # fmt: skip
SMALL_WORDS = {
    "in", "en", "em", "no", "na", "w", "we", "a", "nan", "o", "di", "at", "of", "town", "city", "the", "de", "ciudad",
    "miasto", "ville", "cidade", "vil", "thanh", "pho",
}  # fmt: skip
"""What stands between a street and its town in the languages we speak, as `bare` writes it."""

STATES = {
    "alabama": "al", "alaska": "ak", "arizona": "az", "arkansas": "ar", "california": "ca", "colorado": "co",
    "connecticut": "ct", "delaware": "de", "florida": "fl", "georgia": "ga", "hawaii": "hi", "idaho": "id",
    "illinois": "il", "indiana": "in", "iowa": "ia", "kansas": "ks", "kentucky": "ky", "louisiana": "la", "maine": "me",
    "maryland": "md", "massachusetts": "ma", "michigan": "mi", "minnesota": "mn", "mississippi": "ms",
    "missouri": "mo", "montana": "mt", "nebraska": "ne", "nevada": "nv", "new hampshire": "nh", "new jersey": "nj",
    "new mexico": "nm", "new york": "ny", "north carolina": "nc", "north dakota": "nd", "ohio": "oh", "oklahoma": "ok",
    "oregon": "or", "pennsylvania": "pa", "rhode island": "ri", "south carolina": "sc", "south dakota": "sd",
    "tennessee": "tn", "texas": "tx", "utah": "ut", "vermont": "vt", "virginia": "va", "washington": "wa",
    "west virginia": "wv", "wisconsin": "wi", "wyoming": "wy", "district of columbia": "dc", "puerto rico": "pr",
}  # fmt: skip


def plain(text: str) -> str:
    """One line of Latin letters, ASCII digits and the signs of addresses; letters of other scripts become a comma."""
    shown = "".join(map(_plain_letter, unicodedata.normalize("NFKC", text[:LONGEST]))).replace("°", " ")
    return re.sub(r"[ ,]*,[ ,]*", ", ", " ".join(shown.split())).strip(" ,")


def bare(word: str) -> str:
    """A word for comparing: lower case, no accents, letters and digits and hyphens only."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if letter.isalnum() or letter == "-").strip("-")


def _plain_letter(letter: str) -> str:
    if letter in " ,.'-/#":
        return letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if letter in "’‘`ʼ":
        return "'"
    if letter in "‐‑‒–":
        return "-"
    if letter.isalpha():
        return letter if unicodedata.name(letter, "").startswith("LATIN") else ","
    return " " if letter.isspace() and letter not in "\r\n" else ","
