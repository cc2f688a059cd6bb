"""The fields of a flow that needs a home address: the address, its town, and leave to send it to a service.

An address is never said back. The question for it says who gets it, so an answer is a yes; an address that comes
unasked ("where do I vote, I live at …") is sent only after a yes of its own.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.apis import capabilities
from actions.apis.address_words import TYPE
from actions.apis.addresses import Address, AddressProblem, read_address
from actions.flows.field import Ending, Field, Known, Question, Read, Wrong
from actions.flows.heard import Heard, Option
from actions.lookup import Answer
from core import values
from core.jurisdiction import towns
from core.settings import settings
from core.values import Value

YES, NO = "yes", "no"
EXAMPLE = "12 Main Street, Norwich"


class Errand:
    """What an address is asked for: a topic, its official page, and what `civic_info` must be able to tell."""

    def __init__(self, topic: str, page: str, parts: tuple[str, ...]) -> None:
        self.topic, self.page, self.parts = topic, page, parts

    @property
    def is_possible(self) -> bool:
        return any(capabilities.gives("civic_info", part) for part in self.parts)

    @property
    def without_address(self) -> Answer:
        """How the resident finds it alone."""
        return Answer(f"utter_{self.topic}_how")

    async def opening(self, known: Known) -> Answer | Ending | None:
        """What is said before the first question; the end, when nothing can be found by an address."""
        return None if self.is_possible else Ending(self.without_address)


class _Field(Field, ABC):
    def __init__(self, errand: Errand) -> None:
        self.errand = errand

    def takes(self, heard: Heard, known: Known) -> bool:
        """A message with an address is an answer, whatever it sounds like ("I moved to …"); danger goes before."""
        is_address = heard.first("address") or _problem(heard.text) in (AddressProblem.NO_NUMBER, AddressProblem.PO_BOX)
        return bool(is_address) and not heard.intent.startswith(("chat_", "safety_"))

    @abstractmethod
    def question(self, known: Known) -> Question:
        """What asks for this field."""

    async def ask(self, known: Known) -> Question | Ending:
        if known["flow_path"]:
            return self.question(known)
        opening = await self.errand.opening(known)
        return opening if isinstance(opening, Ending) else replace(self.question(known), before=opening)

    def refused(self, heard: Heard) -> Ending | None:
        """The end, when the resident keeps the address; "no, New London" is a correction."""
        is_no = heard.picked == NO or (heard.picked is None and heard.is_no and not heard.first("town"))
        return Ending(self.errand.without_address) if is_no else None


class HomeAddress(_Field):
    """`address`: `{"text": …, "town": …}`; without a town, `text` is house number and street."""

    slot = "address"

    def question(self, known: Known) -> Question:
        return Question(f"utter_{self.errand.topic}_ask_address", options=[_decline()], links=(self.errand.page,))

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending | None:
        found = _found(heard.text, known["address_town"])
        if isinstance(found, dict):
            return Read(found)
        if ending := self.refused(heard):
            return ending
        problem = _problem(heard.text)
        return Wrong(f"utter_flow_address_{problem.value}", self.example(known)) if problem else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        found = _found(heard.text, known["address_town"]) if heard.first("address") else None
        return found if isinstance(found, dict) else None

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.text(EXAMPLE)}


class AddressTown(_Field):
    """`address_town`: the town of an address that names none, by its canonical name."""

    slot = "address_town"
    depends_on = ("address",)

    def is_needed(self, known: Known) -> bool:
        return not (known["address"] and isinstance(read_address(known["address"]["text"], None), Address))

    def question(self, known: Known) -> Question:
        options = [Option(known["town"], values.text(known["town"]))] if known["town"] in towns() else []
        return Question("utter_flow_address_ask_town", options=options)

    async def read(self, heard: Heard, known: Known) -> Read | Ending | None:
        if heard.picked in towns():
            return Read(heard.picked)
        town = heard.first("town")
        if town and _guesses_town(heard):
            return None
        return Read(town) if town else self.refused(heard)

    async def hears(self, heard: Heard, known: Known) -> Any:
        is_failed_address = known["requested_slot"] == HomeAddress.slot and _problem(heard.text)
        return None if is_failed_address or _guesses_town(heard) else heard.first("town")


class Consent(_Field):
    """`confirmed`: True after a yes to sending an address that was given before anybody had asked for it."""

    slot = "confirmed"

    def is_needed(self, known: Known) -> bool:
        return "address" not in (known["flow_path"] or ())

    def question(self, known: Known) -> Question:
        options = [Option(YES, values.words("utter_word_yes")), _decline()]
        return Question("utter_flow_address_ask_confirmed", options=options, links=(self.errand.page,))

    async def read(self, heard: Heard, known: Known) -> Read | Ending | None:
        if heard.first("address"):
            return None
        if ending := self.refused(heard):
            return ending
        return Read(True) if heard.picked == YES or heard.is_yes else None


def address_of(known: Known) -> Address | None:
    """The address with its town; None when it can't be read any more."""
    found = read_address(known["address"]["text"], known["address_town"])
    return found if isinstance(found, Address) else None


def _found(text: str, town: str | None) -> dict[str, Any] | AddressProblem:
    """What the slot holds, or what keeps the text from being an address. A missing town is asked for afterwards."""
    found = read_address(text, town)
    if found is AddressProblem.NO_TOWN:
        street = read_address(text, next(iter(towns())))
        return {"text": street.street, "town": None} if isinstance(street, Address) else street
    return {"text": found.text, "town": found.town} if isinstance(found, Address) else found


def _guesses_town(heard: Heard) -> bool:
    """Is the town only like the one in the address ("12 Main Street, Boston" is no Bolton)? It is asked for then."""
    found = _found(heard.text, None)
    written = [heard.text[town["start"] : town["end"]] for town in heard.found("town")]
    return isinstance(found, dict) and found["town"] is None and all(text.isascii() for text in written)


def _problem(text: str) -> AddressProblem | None:
    """What is wrong with a text that is meant as an address; None when it is not meant so, as a town alone is not."""
    found = _found(text, None)
    if found is AddressProblem.NO_NUMBER:
        said = re.sub(rf"[ ,]+{settings().jurisdiction}[ .]*$", "", text.lower())  # "Ct" is a court as well
        is_street = TYPE.search(said) and isinstance(_found(f"1 {said}", None), dict)
        return found if is_street else None
    return found if isinstance(found, AddressProblem) else None


def _decline() -> Option:
    return Option(NO, values.words("utter_word_no_address"))
