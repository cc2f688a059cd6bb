"""`dmv_credential_status`: an application by its number, or a vehicle's registration by its plate, with a birth date.

The number itself is never read back, nor what a gateway may tell beside the state: names, addresses, license numbers.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from actions import application_numbers
from actions.apis import credential_status
from actions.apis.capabilities import gives, of
from actions.apis.credential_status import Credential, Reason, Registration, RegistrationState, State
from actions.apis.result import Result
from actions.application_numbers import Fault
from actions.flows.field import Ending, Field, Known, Question, Read, Settled, Wrong
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard, Option
from actions.flows.people import BirthDate
from actions.flows.records import record_of
from actions.lookup import Answer, agency_values
from actions.sites import Line
from core import values
from core.values import Value

TOPIC, UPSTREAM = "dmv_credential_status", "credential_status"
APPLICATION, PLATE = "credential", "registration"
"""What `credential_kind` holds: the words of `gives` in `apis.yml`."""
NONE = "none"
CARDS = frozenset({"driver_license", "learner_permit", "state_id"})
MEANT = {
    "dmv_license_new": APPLICATION,
    "dmv_license_renew": APPLICATION,
    "dmv_license_replace": APPLICATION,
    "dmv_license_transfer": APPLICATION,
    "dmv_nondriver_id": APPLICATION,
    "dmv_permit": APPLICATION,
    "dmv_real_id": APPLICATION,
    "dmv_registration_new": PLATE,
    "dmv_registration_renew": PLATE,
}
"""Topics that, in answer to our question, say what to look up."""
NUMBER = re.compile(r"(?<![^\W_])[^\W\d_]{0,3}[\W_]{0,2}\d(?:[\s.-]?\d){4,11}(?![^\W_])")
LETTERS = re.compile(r"[^\W\d_]+")
MOST_PLATE_WORDS = 3
NEXT = {
    State.RECEIVED: "wait",
    State.IN_REVIEW: "wait",
    State.PRINTED: "wait",
    State.MAILED: "mail",
    State.DELIVERED: "delivered",
    State.RETURNED: "returned",
    State.REFUSED: "letter",
}
REGISTRATION_NEXT = {
    RegistrationState.ACTIVE: "renew_in_time",
    RegistrationState.EXPIRED: "renew",
    RegistrationState.CANCELLED: "not_valid",
}
PUT_RIGHT = {
    Reason.PHOTO_NEEDED: "photo",
    Reason.DOCUMENT_MISSING: "document",
    Reason.FEE_UNPAID: "fee",
    Reason.ADDRESS_UNCONFIRMED: "address",
    Reason.INSURANCE_LAPSED: "insurance",
    Reason.EMISSIONS_OVERDUE: "emissions",
    Reason.TAXES_UNPAID: "taxes",
    Reason.UNDELIVERABLE: "returned",
}
"""What to do next, the end of `utter_word_credential_do_…`: by the state, and for what is on hold by its reason."""


class KindWanted(Field):
    """`credential_kind`: an application or a plate; not asked where the state's system tells only one of them."""

    slot = "credential_kind"
    topics = frozenset({*MEANT, TOPIC})

    async def ask(self, known: Known) -> Question | Settled | Ending:
        options = _kinds()
        if not options:
            return Ending(Answer(f"utter_{TOPIC}_how"))
        if len(options) == 1:
            return Settled(options[0].value)
        return Question(f"utter_{TOPIC}_ask_kind", options=options)

    async def read(self, heard: Heard, known: Known) -> Read | None:
        kind = heard.chosen(_kinds()) or _kind_of_number(heard) or _kind_of_paper(heard) or MEANT.get(heard.intent)
        return Read(kind) if kind and gives(UPSTREAM, kind) else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """A number says it at any time; a card that is named ("where is my license") only at the beginning."""
        kind = _kind_of_number(heard)
        if kind is None and known[self.slot] is None and _kind_of_paper(heard) == APPLICATION:
            kind = APPLICATION  # "my registration" may be papers in the mail as well, so that is asked
        return kind if kind and gives(UPSTREAM, kind) else None


class NumberWanted(Field):
    """`application_number`, as `application_numbers.read` writes it."""

    slot = "application_number"

    async def ask(self, known: Known) -> Question:
        return Question(f"utter_{TOPIC}_ask_application_number", options=[_none()])

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending | None:
        readings = [_number(written) for written in _numbers_in(heard)]
        number = next((each for each in readings if isinstance(each, str)), None)
        if number:
            return Read(number)
        if Fault.CHECK_DIGIT in readings:
            return Wrong("utter_flow_application_number_typo")
        return _without_number() if _has_none(heard) else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        readings = (_number(str(entity["value"])) for entity in heard.found("confirmation_number"))
        return next((each for each in readings if isinstance(each, str)), None)

    def is_needed(self, known: Known) -> bool:
        return bool(known["credential_kind"] != PLATE)

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.text(str(of(UPSTREAM)["number_example"]))}


class PlateWanted(Field):
    """`plate`, as `application_numbers.read_plate` writes it."""

    slot = "plate"

    async def ask(self, known: Known) -> Question:
        return Question(f"utter_{TOPIC}_ask_plate", options=[_none()])

    async def read(self, heard: Heard, known: Known) -> Read | Ending | None:
        plate = await self.hears(heard, known) or _plate_alone(heard.text)
        if plate:
            return Read(plate)
        return _without_number() if _has_none(heard) else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        named = heard.first("plate_number")
        return application_numbers.read_plate(named) if named else None

    def is_needed(self, known: Known) -> bool:
        return bool(known["credential_kind"] == PLATE)

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.text(str(of(UPSTREAM)["plate_example"]))}


class ValidateCredentialStatus(Flow):
    topic = TOPIC
    page = "dmv_contact"
    fields = (KindWanted(), NumberWanted(), PlateWanted(), BirthDate(f"utter_{TOPIC}_ask_birth_date"))


class ActionCredentialStatus(FlowEnd):
    flow = ValidateCredentialStatus

    async def finish(self, known: Known) -> Answer:
        if known["credential_kind"] == PLATE:
            return await self._registration(known)
        number, born = str(known["application_number"]), dt.date.fromisoformat(known["birth_date"])

        async def load() -> Result[Credential]:
            return await credential_status.credential(number, born)

        found = await record_of(known, self.flow, "credential", f"application {number}", load, (UPSTREAM,))
        return found if isinstance(found, Answer) else _told(found, self.page)

    async def _registration(self, known: Known) -> Answer:
        plate, born = str(known["plate"]), dt.date.fromisoformat(known["birth_date"])

        async def load() -> Result[Registration]:
            return await credential_status.registration(plate, born)

        found = await record_of(known, self.flow, "vehicle_registration", f"plate {plate}", load, (UPSTREAM,))
        return found if isinstance(found, Answer) else _registration_told(found, known, self.page)


def _kinds() -> list[Option]:
    return [
        Option(kind, values.words(f"utter_word_credential_kind_{kind}"))
        for kind in (APPLICATION, PLATE)
        if gives(UPSTREAM, kind)
    ]


def _kind_of_number(heard: Heard) -> str | None:
    if any(isinstance(_number(str(entity["value"])), str) for entity in heard.found("confirmation_number")):
        return APPLICATION
    return PLATE if heard.found("plate_number") else None


def _kind_of_paper(heard: Heard) -> str | None:
    named = {str(entity["value"]) for entity in heard.found("document")}
    if named & CARDS:
        return APPLICATION
    return PLATE if "registration_card" in named else None


def _none() -> Option:
    return Option(NONE, values.words("utter_word_credential_no_number"))


def _has_none(heard: Heard) -> bool:
    return heard.chosen([_none()]) == NONE or heard.is_no or heard.says("skip")


def _without_number() -> Ending:
    return Ending(Answer(f"utter_{TOPIC}_no_number", agency_values(TOPIC), links=(ValidateCredentialStatus.page,)))


def _numbers_in(heard: Heard) -> list[str]:
    """What can be an application number: what the model found, letters with digits after them, digits alone."""
    named = [str(entity["value"]) for entity in heard.found("confirmation_number")]
    written = NUMBER.findall(heard.text)
    return [*named, *written, *(LETTERS.sub("", each) for each in written)]


def _number(written: str) -> str | Fault:
    """A number with its letters, or only its digits: then the letters are those of every number."""
    read = application_numbers.read(written)
    if read is Fault.SHAPE and not any(letter.isalpha() for letter in written):
        letters = str(of(UPSTREAM)["number_example"]).partition("-")[0]
        return application_numbers.read(f"{letters}{written}")
    return read


def _plate_alone(text: str) -> str | None:
    """A plate and nothing else: with a digit in it, or in capitals, so that "no idea" is none."""
    is_marked = any(letter.isdigit() for letter in text) or text.isupper()
    return application_numbers.read_plate(text) if is_marked and len(text.split()) <= MOST_PLATE_WORDS else None


def _told(found: Credential, page: str) -> Answer:
    terms = of(UPSTREAM)
    state: list[Line] = [
        ("utter_line_credential_kind", {"kind": values.words(terms["kinds"][found.kind])}),
        ("utter_line_credential_state", {"state": values.words(terms["states"][found.state])}),
    ]
    if found.reason:
        state.append(("utter_line_credential_reason", {"reason": values.words(terms["reasons"][found.reason])}))
    way: list[Line] = []
    if found.mailed:
        way.append(("utter_line_credential_mailed", {"date": values.date(found.mailed)}))
    if found.carrier:
        way.append(("utter_line_credential_carrier", {"carrier": values.words(terms["carriers"][found.carrier])}))
    if found.tracking:
        way.append(("utter_line_credential_tracking", {"number": values.text(found.tracking)}))
    printed: list[Line] = []
    if found.printed:
        printed.append(("utter_line_credential_printed", {"date": values.date(found.printed)}))
    rest = _until(found.valid_until) + _as_of(found.updated)
    filled = {
        "details": values.lines([*state, *printed, *way, *rest]),
        "short": values.lines([*state, *(way if found.state is State.MAILED else [])]),
        "advice": _next(NEXT.get(found.state) or (_put_right(found.reason) if found.state is State.ON_HOLD else "ask")),
    }
    return Answer(f"utter_{TOPIC}_found", filled, (UPSTREAM,), links=(page,))


def _registration_told(found: Registration, known: Known, page: str) -> Answer:
    terms = of(UPSTREAM)
    state = found.state_on(known.today)
    lines: list[Line] = [
        ("utter_line_credential_state", {"state": values.words(terms["registration_states"][state])}),
    ]
    if found.reason:
        lines.append(("utter_line_credential_reason", {"reason": values.words(terms["reasons"][found.reason])}))
    lines += _until(found.valid_until)
    suspended = state is RegistrationState.SUSPENDED
    filled = {
        "details": values.lines([*lines, *_as_of(found.updated)]),
        "short": values.lines(lines),
        "advice": _next(REGISTRATION_NEXT.get(state) or (_put_right(found.reason) if suspended else "ask")),
    }
    return Answer(f"utter_{TOPIC}_registration", filled, (UPSTREAM,), links=(page,))


def _until(day: dt.date | None) -> list[Line]:
    return [("utter_line_credential_until", {"date": values.date(day)})] if day else []


def _as_of(day: dt.date | None) -> list[Line]:
    return [("utter_line_credential_updated", {"date": values.date(day)})] if day else []


def _put_right(reason: Reason | None) -> str:
    return PUT_RIGHT.get(reason, "ask") if reason else "ask"


def _next(what: str) -> Value:
    return values.words(f"utter_word_credential_do_{what}")
