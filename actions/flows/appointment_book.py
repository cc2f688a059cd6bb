"""`dmv_appointment_book`: service, office, a day and a time that are really free, name, telephone, and a yes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from actions.apis import appointments
from actions.apis.appointments import Customer, Service
from actions.apis.capabilities import gives
from actions.apis.result import Found, Rejected, Unavailable
from actions.bookable import implied, implying_topics, name_of
from actions.flows.confirm import Confirm
from actions.flows.field import Ending, Field, Known, Question, Read
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard, Option
from actions.flows.people import FullName, Phone
from actions.flows.slots_free import QMATIC, DayWanted, OfficeWanted, TimeWanted, office_of
from actions.lookup import Again, Answer, NoAnswer, agency_values
from actions.lookup import known as value_of
from core import calendar_links, values
from core.jurisdiction import time_zone
from core.values import Value

IMPLIED = 0.2
"""Confidence from which a topic that comes along ("an appointment to renew my license") names the service."""
USUAL_MINUTES = 30


class ServiceWanted(Field):
    """`service`: the upstream's id. The words of `apis.yml` name it, and topics imply it."""

    slot = "service"
    topics = implying_topics()

    async def ask(self, known: Known) -> Question | Ending:
        if not gives("qmatic", "book"):
            return Ending(Answer("utter_dmv_appointment_book_how"))
        return Question("utter_dmv_appointment_book_ask_service", options=await self._options(), upstreams=QMATIC)

    async def read(self, heard: Heard, known: Known) -> Read | None:
        chosen = heard.chosen(await self._options()) or _implied(heard, await _bookable())
        return Read(chosen) if chosen else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        return _implied(heard, await _bookable()) if known[self.slot] is None else None

    async def _options(self) -> list[Option]:
        return [Option(service.id, name_of(service)) for service in await _bookable()]


class ConfirmBooking(Confirm):
    response = "utter_dmv_appointment_book_ask_confirmed"
    changeable = ("service", "office", "day", "time", "full_name", "phone")

    async def summary(self, known: Known) -> Mapping[str, Value]:
        name = known["full_name"]
        return await summary_of(known) | {"name": values.text(f"{name['first']} {name['last']}")}


class ValidateAppointmentBook(Flow):
    topic = "dmv_appointment_book"
    page = "dmv_appointments"
    fields = (
        ServiceWanted(),
        OfficeWanted(),
        DayWanted(),
        TimeWanted(),
        FullName("utter_dmv_appointment_book_ask_full_name"),
        Phone("utter_dmv_appointment_book_ask_phone", is_optional=True),
        ConfirmBooking(),
    )


class ActionAppointmentBook(FlowEnd):
    flow = ValidateAppointmentBook

    async def finish(self, known: Known) -> Answer:
        office, name = await office_of(known), known["full_name"]
        customer = Customer(name["first"], name["last"], known["phone"] or "")
        made = await appointments.book(
            office.id, str(known["service"]), start_of(known), customer, str(known["flow_key"]), known.conversation
        )
        if isinstance(made, Found):
            number, begins = made.value.number, made.value.start
            ends = made.value.end or begins + dt.timedelta(minutes=USUAL_MINUTES)
            link = calendar_links.url(begins, ends, f"{office.name} DMV", office.street, number)
            filled = await summary_of(known) | {"number": values.text(number)}
            calendar = {"title": values.words("utter_line_calendar"), "url": link}
            return Answer("utter_dmv_appointment_book_done", filled, QMATIC, urls=(calendar,))
        if isinstance(made, Unavailable) and made.is_doubtful:
            return Answer("utter_dmv_appointment_book_doubt", agency_values(self.topic), QMATIC)
        if isinstance(made, Rejected) and made.reason == "slot_taken":
            raise Again("time", Answer("utter_dmv_appointment_book_taken", upstreams=QMATIC))
        raise NoAnswer


async def summary_of(known: Known) -> dict[str, Value]:
    """What for, where and when, as values."""
    office, day = await office_of(known), dt.date.fromisoformat(known["day"])
    return {
        "service": await _service_words(str(known["service"])),
        "office": values.text(office.name),
        "address": values.text(", ".join(filter(None, (office.street, office.city)))),
        "day": values.weekday(day),
        "date": values.date(day),
        "time": values.time(dt.time.fromisoformat(known["time"])),
    }


def start_of(known: Known) -> dt.datetime:
    """The chosen time in the state's zone."""
    clock = dt.time.fromisoformat(known["time"])
    return dt.datetime.combine(dt.date.fromisoformat(known["day"]), clock, time_zone())


async def _bookable() -> list[Service]:
    found, _ = value_of(await appointments.services())
    if not found:
        raise NoAnswer
    return found


async def _service_words(service_id: str) -> Value:
    named = next(
        (service for service in await _bookable() if service.id == service_id), Service(service_id, service_id)
    )
    return name_of(named)


def _implied(heard: Heard, bookable: list[Service]) -> str | None:
    """The service that goes with the likeliest topic of the message that has one."""
    for topic, share in heard.ranking:
        if share >= IMPLIED and (meant := implied(topic, bookable)):
            return meant[0].id
    return None
