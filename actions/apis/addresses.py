"""A street address as a resident types it, checked and tidied before it is sent to anybody.

People write addresses of Connecticut the American way in every language ("vivo en 12 Main St, Norwich"), so the words
around the address are cut off. An apartment is left out: no polling place depends on it, and nobody need know it.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import usaddress

from actions.apis.address_words import BOX, HOUSE, NUMBER_LAST, ROUTE, SMALL_WORDS, STATES, TYPE, UNITS, bare, plain
from core.jurisdiction import profile, towns
from core.settings import settings

MOST_WORDS = 6
"""Of a street's name; what is longer is chatter with a number in it."""
LONGEST_NAME = 4
MOST_READINGS = 5
TYPE_LABELS = {"StreetNamePostType", "StreetNamePostDirectional"}
UNIT_LABELS = {"OccupancyType", "OccupancyIdentifier", "SubaddressType", "SubaddressIdentifier"}
DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}
COUNTRY = {"us", "usa", "america"}


class AddressProblem(StrEnum):
    """What keeps a text from being an address, to be said to the resident."""

    NO_NUMBER = "no_number"
    NO_STREET = "no_street"
    NO_TOWN = "no_town"
    OTHER_STATE = "other_state"
    PO_BOX = "po_box"


@dataclass(frozen=True)
class Address:
    """An address in this state. Personal: its parts stay out of every representation, so out of every log."""

    street: str = field(repr=False)
    """House number and street, no apartment."""
    place: str = field(repr=False)
    """Town or village as it is called; may be empty when there is a ZIP code."""
    zip: str = field(repr=False)
    """Five digits, or empty."""
    town: str | None = field(repr=False)
    """The town it lies in, when it is known."""

    @property
    def text(self) -> str:
        """On one line, as look-ups take it."""
        state = f"{settings().jurisdiction.upper()} {self.zip}".strip()
        return ", ".join(filter(None, [self.street, self.place, state]))


def read_address(text: str, town: str | None) -> Address | AddressProblem:
    """The address in a resident's words; `town` is the one the conversation knows, for an address that names none.

    It is read again from what would be sent until that changes nothing: what is sent means the same to its reader.
    """
    found = _find(text, town)
    for _ in range(MOST_READINGS):
        again = _find(found.text, None) if isinstance(found, Address) else found
        if again == found:
            return found
        found = again
    return AddressProblem.NO_STREET


def _find(text: str, town: str | None) -> Address | AddressProblem:
    words, boxes = BOX.subn(" ", plain(text))
    problem = AddressProblem.NO_NUMBER
    for start in HOUSE.finditer(words):
        found = _read(words[start.start() :], town)
        if not isinstance(found, Address):
            problem = found
        elif not _hides_another(found.street):
            return found
    if problem in (AddressProblem.NO_NUMBER, AddressProblem.NO_STREET):
        if turned := NUMBER_LAST.search(words):
            return _read(f"{turned['number']} {turned['street']}, {words[turned.end() :]}", town)
        return AddressProblem.PO_BOX if boxes else problem
    return problem


@dataclass(frozen=True)
class _Word:
    text: str
    bare: str
    label: str
    """What `usaddress` takes it for."""
    ends: bool
    """A comma follows."""

    @property
    def is_type(self) -> bool:
        return bool(TYPE.fullmatch(self.bare))

    @property
    def is_zip(self) -> bool:
        return bool(re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", self.text))


@dataclass(frozen=True)
class _Place:
    """Words `start` to `end` (excluded) name a town, or a village in one."""

    start: int
    end: int
    name: str
    town: str


def _read(words: str, town: str | None) -> Address | AddressProblem:
    """An address that begins with its house number."""
    tagged = _tagged(words)
    place = _place(tagged)
    code = next((n for n, word in enumerate(tagged) if n >= 2 and word.is_zip), None)
    zip_code = tagged[code].text[:5] if code is not None else ""
    if (zip_code and not zip_code.startswith(_zip_beginnings())) or _names_other_state(tagged, place):
        return AddressProblem.OTHER_STATE
    ends = [len(tagged), *([code] if code else []), *([place.start] if place else [])]
    street = _street(tagged, min(ends))
    if street is None:
        return AddressProblem.NO_STREET
    if place:
        return Address(street, place.name, zip_code, place.town)
    if zip_code:
        return Address(street, "", zip_code, _town_of_zip().get(zip_code))
    return Address(street, town, "", town) if town in towns() and town else AddressProblem.NO_TOWN


def _tagged(words: str) -> list[_Word]:
    parsed = [(token, label) for token, label in usaddress.parse(words) if bare(token)]
    return [_Word(token.strip(" ,."), bare(token), label, token.endswith(",")) for token, label in parsed]


def _street(words: list[_Word], end: int) -> str | None:
    """House number and street out of the words before the town; None when no street is among them."""
    taken: list[_Word] = []
    for n, word in enumerate(words[:end]):
        is_unit = word.label in UNIT_LABELS or word.bare in UNITS or word.text.startswith("#")
        if n >= 2 and (is_unit or _is_own_state(words, n)):
            break
        taken.append(word)
        if word.ends and n >= 1 and word.text != "1/2":
            break
    while len(taken) > 1 and taken[-1].bare in SMALL_WORDS and taken[-1].text.islower():
        taken.pop()
    named = [word for word in taken[1:] if re.search("[^0-9/-]", word.text)]
    if not named or len(taken) - 1 > MOST_WORDS:
        return None
    return " ".join(word.text for word in taken)


def _hides_another(street: str) -> bool:
    """Was the number not the house's ("25 and live at 12 Main St")?"""
    for later in HOUSE.finditer(street, 1):
        head, tail = street[: later.start()], street[later.start() :]
        if TYPE.search(tail.lower()) and not TYPE.search(head.lower()) and not ROUTE.search(head.lower()):
            return True
    return False


def _place(words: list[_Word]) -> _Place | None:
    """The first town behind the street; a name in the street ("Norwich Avenue") is none."""
    loose = None
    for start in range(1, len(words)):
        for end in range(min(start + LONGEST_NAME, len(words)), start, -1):
            known = _known_name(words[start:end])
            if known is None:
                continue
            place = _Place(start, end, *known)
            if _is_last(words, place) or (start >= 2 and _follows_street(words, place)):
                return place
            if start >= 2 and not _is_street_name(words, place):
                loose = place
    return loose


def _known_name(words: list[_Word]) -> tuple[str, str] | None:
    """Name and town of some words that are the name of a place, "N Haven" included."""
    if any(word.ends for word in words[:-1]):
        return None
    names = [word.bare for word in words]
    first = DIRECTIONS.get(names[0])
    known = _names()
    return known.get(" ".join(names)) or (known.get(" ".join([first, *names[1:]])) if first and names[1:] else None)


def _is_last(words: list[_Word], place: _Place) -> bool:
    """Do only the state, the ZIP code and the country follow? "12 Washington Ct" is a court, not a town."""
    rest = words[place.end :]
    is_court = place.start == 1 and bool(rest) and rest[0].is_type and not words[place.end - 1].ends
    return not is_court and all(word.is_zip or word.bare in COUNTRY | _own_state() for word in rest)


def _follows_street(words: list[_Word], place: _Place) -> bool:
    before = words[place.start - 1]
    parted = before.ends or before.is_type or before.label in TYPE_LABELS | UNIT_LABELS or before.bare in SMALL_WORDS
    return parted and not _is_street_name(words, place)


def _is_street_name(words: list[_Word], place: _Place) -> bool:
    follows = words[place.end] if place.end < len(words) else None
    return follows is not None and not words[place.end - 1].ends and follows.is_type and follows.bare != "ct"


def _is_own_state(words: list[_Word], n: int) -> bool:
    """ "Ct" is a court as well: the state only behind a comma or behind a kind of street."""
    word = words[n]
    if word.bare != settings().jurisdiction:
        return word.bare in _own_state() and not (n + 1 < len(words) and words[n + 1].is_type)
    return any(earlier.is_type for earlier in words[1:n])


def _names_other_state(words: list[_Word], place: _Place | None) -> bool:
    """Another state stands behind the town or the street."""
    others = {name: code for name, code in STATES.items() if code not in _own_state()}
    for n in range(place.end if place else 2, len(words)):
        before, word, rest = words[n - 1], words[n], words[n + 1 :]
        if word.bare in others.values() and _is_code(word, rest):
            return True
        begins = before.ends or before.is_type or (place is not None and n == place.end)
        two = bool(rest) and f"{word.bare} {rest[0].bare}" in others
        follows = rest[1:] if two else rest
        if begins and (two or word.bare in others) and not (follows and follows[0].is_type):
            return True
    return False


def _is_code(word: _Word, rest: list[_Word]) -> bool:
    """Is it a state's code? "in", "or", "me" are words as well."""
    if rest and rest[0].is_zip:
        return True
    return (word.ends or not rest) and (word.text.isupper() or word.label == "StateName")


@cache
def _names() -> dict[str, tuple[str, str]]:
    """What places are called, and the town each is in."""
    named = [(name, town.name) for town in towns().values() for name in (*town.also, town.name)]
    return {" ".join(map(bare, name.split())): (name, town) for name, town in named}


@cache
def _town_of_zip() -> dict[str, str]:
    return {code: town.name for town in towns().values() for code in town.zips}


@cache
def _zip_beginnings() -> tuple[str, ...]:
    return tuple({code[:2] for code in _town_of_zip()})


@cache
def _own_state() -> frozenset[str]:
    name = str(profile()["name"]).lower()
    return frozenset({settings().jurisdiction, name, name[:4]})
