"""Where it is that a request is about: an address, a corner, an exit of a highway. It is never said back."""

import re
from collections.abc import Mapping
from typing import Any

from actions.apis.addresses import Address, AddressProblem, read_address
from actions.flows.field import Field, Known, Question, Read, Wrong
from actions.flows.heard import Heard, Option
from actions.flows.request_kinds import entry
from core import values
from core.jurisdiction import profile
from core.values import Value

TOPIC = "service_request_new"
NOWHERE: dict[str, Any] = {"text": "", "town": None}
SKIP = "skip"
EXAMPLE = "Main Street and State Street, Norwich"
LONGEST = 200
FEWEST_LETTERS = 4
ROAD = re.compile(
    r"(?<!\w)(?:(?:state )?(?:route|rte|rt|ruta|rota|wout|strada|droga|trasa|duong|đường"
    r"|трасса|трассе|шоссе|रूट|हाईवे|طريق"
    r"|interstate|highway|hwy|us|i)[ .-]{0,2}\d{1,3}[nsew]?(?!\w)"
    r"|(?:exit|salida|saida|saída|soti|sortie|uscita|zjazd|loi ra|lối ra|съезд|एग्ज़िट|مخرج)"
    r"[ .-]{0,2}\d{1,3}[a-z]?(?!\w))",
    re.IGNORECASE,
)
"""Roads that have a number, and their exits: with one of them a place needs no town."""


class Place(Field):
    """`place`: `{"text": …, "town": …}`, both empty where it was skipped. Asked if the kind of request says so."""

    slot = "place"

    def is_needed(self, known: Known) -> bool:
        return _wish(known) != "none"

    def is_known(self, known: Known) -> bool:
        held = known[self.slot]
        return held is not None and bool(held["text"] or not _must(known))

    async def ask(self, known: Known) -> Question:
        if _must(known):
            return Question(f"utter_{TOPIC}_ask_place")
        return Question(f"utter_{TOPIC}_ask_place_or_skip", options=[Option(SKIP, values.words("utter_word_skip"))])

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | None:
        if not _must(known) and (heard.picked == SKIP or heard.is_no or heard.says("skip")):
            return Read(NOWHERE)
        if heard.picked or not heard.text:
            return None
        return _read(heard, known)

    async def hears(self, heard: Heard, known: Known) -> Any:
        """A full address, or at the beginning a road; a place that is already known is only corrected by itself."""
        if not _is_open(known):
            return None
        town = heard.first("town")
        if heard.first("address"):
            address = read_address(heard.text, str(town) if town else None)
            return _as_told(address) if isinstance(address, Address) else None
        roads = [match.group() for match in ROAD.finditer(heard.text)]
        if not roads or known[self.slot] is not None:
            return None
        return {"text": ", ".join(filter(None, [*roads, town, str(profile()["name"])])), "town": town}

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.text(EXAMPLE)}


def sent(place: Any) -> str:
    """What a system is given: every request needs a place there, and where there is none it is the state."""
    return str(place["text"]) if place and place["text"] else str(profile()["name"])


def _read(heard: Heard, known: Known) -> Read | Wrong | None:
    town = heard.first("town")
    told = Read({"text": " ".join(heard.text.split())[:LONGEST], "town": town})
    if ROAD.search(heard.text):
        return told  # "exit 25" is no house number
    address = read_address(heard.text, known["town"])
    if isinstance(address, Address):
        return Read(_as_told(address))
    if address is AddressProblem.OTHER_STATE:
        return Wrong("utter_flow_place_other_state")
    if address is AddressProblem.NO_TOWN:
        return None
    is_corner = town is not None and _letters(heard.text) - _letters(town) >= FEWEST_LETTERS
    is_numbered = not heard.text.isascii() and any(letter.isdecimal() for letter in heard.text)
    return told if is_corner or is_numbered or (town and not _must(known)) else None


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def _as_told(address: Address) -> dict[str, Any]:
    return {"text": address.text, "town": address.town}


def _wish(known: Known) -> str:
    return str(entry(str(known["category"])).get("place", ""))


def _must(known: Known) -> bool:
    return _wish(known) == "needed"


def _is_open(known: Known) -> bool:
    """Whether the message may be about the place: not the description, which may name any other."""
    return known["category"] is not None and known["requested_slot"] not in ("description", "details")
