"""The fields that open an appointment: its number and a last name.

An unknown number and another last name get the same answer, in the same time, and count as a wrong try. A number with
a wrong check symbol can be nobody's, so that is said at once and nothing is looked up.
"""

from dataclasses import replace
from typing import Any

from actions import personal
from actions.apis import appointments
from actions.apis.appointments import Appointment
from actions.apis.capabilities import gives
from actions.apis.result import Found, NotFound, Result
from actions.flows.appointment_number import EXAMPLE_NAME, EXAMPLE_NUMBER, names_in, written_in
from actions.flows.appointment_told import when
from actions.flows.field import Ending, Field, Known, Question, Read, Settled, Wrong
from actions.flows.heard import Heard
from actions.flows.people import LATIN, says_its_name
from actions.flows.slots_free import QMATIC
from actions.lookup import Answer, NoAnswer, agency_values
from core import values
from core.values import Value

TOPIC, PAGE = "dmv_appointment_manage", "dmv_appointments"
MOST_WORDS_BESIDE = 3
"""How many words beside a number can be a last name that was not asked for."""


class Confirmation(Field):
    """`confirmation`: the number as `core/bookings.py` writes it, or the upstream's own."""

    slot = "confirmation"

    async def ask(self, known: Known) -> Question | Ending:
        if not gives("qmatic", "manage"):
            return Ending(Answer(f"utter_{TOPIC}_how"))
        return Question("utter_dmv_appointment_manage_ask_confirmation", _example())

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | None:
        written = written_in(heard)
        if written.number:
            return Read(written.number)
        return _mistyped() if written.is_mistyped else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        written, opened = written_in(heard), known["last_name"]
        if opened and opened["number"] == written.number:
            return None
        if known["requested_slot"] == LastName.slot:  # with a name beside it, that question's answer looks up both
            return None if names_in(written.rest) else written.number
        return written.number if written.is_certain else None

    def example(self, known: Known) -> dict[str, Value]:
        return _example()


class LastName(Field):
    """`last_name`: the name, and what it opened: `{"name", "number", "service", "title", "office", "start"}`."""

    slot = "last_name"
    depends_on = ("confirmation",)

    def takes(self, heard: Heard, known: Known) -> bool:
        return says_its_name(heard)

    async def ask(self, known: Known) -> Question | Ending:
        if not gives("qmatic", "manage"):
            return Ending(Answer(f"utter_{TOPIC}_how"))
        return Question("utter_dmv_appointment_manage_ask_last_name")

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending | None:
        if heard.picked or heard.intent in ("chat_affirm", "chat_deny"):
            return None
        written = written_in(heard)
        if written.is_mistyped:
            return _mistyped()
        names = names_in(replace(heard, text=written.rest).without("name_is"))
        if not names:
            return None
        if not LATIN.fullmatch(names[0]):
            return Wrong("utter_flow_full_name_latin")
        return await _opened(written.number or str(known["confirmation"]), names, known)

    async def hears(self, heard: Heard, known: Known) -> Any:
        """A name beside the number: "NB-4T6P2P, Diaz", or "my name is Diaz" in the first message."""
        if known[self.slot] or not known["confirmation"] or not gives("qmatic", "manage"):
            return None
        written, asked = written_in(heard), known["requested_slot"]
        is_beside = asked == Confirmation.slot and written.number and len(written.rest.split()) <= MOST_WORDS_BESIDE
        names = names_in(heard.after("named") or (written.rest if is_beside else ""))
        if not names or not LATIN.fullmatch(names[0]):
            return None
        opened = await _opened(str(known["confirmation"]), names, known)
        return opened.value if isinstance(opened, Read) else None


class OfAppointment(Field):
    """A slot that the appointment itself fills, never a question: what `DayWanted` and `TimeWanted` go by."""

    depends_on = ("last_name",)

    def __init__(self, slot: str) -> None:
        self.slot = slot  # type: ignore[misc]

    async def ask(self, known: Known) -> Settled:
        return Settled(known["last_name"][self.slot])


def _example() -> dict[str, Value]:
    return {"example": values.text(EXAMPLE_NUMBER)} | agency_values(TOPIC)


def _mistyped() -> Wrong:
    return Wrong("utter_flow_confirmation_mistyped", _example())


async def _opened(number: str, names: list[str], known: Known) -> Read | Wrong | Ending:
    """The appointment of that number and one of the names. Raises NoAnswer when the state's system is silent."""

    async def load() -> Result[Appointment]:
        found = await appointments.find(number)
        if isinstance(found, Found) and not any(found.value.customer.is_called(name) for name in names):
            return NotFound()
        return found

    lookup = personal.Lookup("appointment", TOPIC, known.conversation, f"appointment {number}")
    try:
        found = await personal.look_up(lookup, load)
    except personal.Locked:
        return Ending(Answer("utter_personal_locked", agency_values(TOPIC), links=(PAGE,)))
    if isinstance(found, NotFound):
        example = values.text(f"{EXAMPLE_NUMBER}, {EXAMPLE_NAME}")
        return Wrong("utter_dmv_appointment_manage_not_found", {"example": example})
    if not isinstance(found, Found):
        raise NoAnswer
    visit = found.value
    if visit.start < known.now:
        return Ending(Answer("utter_dmv_appointment_manage_past", when(visit.start), QMATIC))
    if not visit.services:
        raise NoAnswer
    first = visit.services[0]
    name = next(name for name in names if visit.customer.is_called(name))
    held = {"service": first.id, "title": first.name, "office": visit.office_id, "start": visit.start.isoformat()}
    return Read({"name": name, "number": number, **held})
