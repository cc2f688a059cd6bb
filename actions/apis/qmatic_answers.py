"""Appointments as Qmatic's public calendar API writes them, and the ids and matrix parameters it is asked with.

Parameters are matrix parameters, `;` and not `?`; the service one repeats. Start and end of an appointment are UTC, all
other times naive and in the branch's own zone.
"""

import asyncio
import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote
from zoneinfo import ZoneInfo

from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.qmatic import ROOT
from actions.apis.reading import Row, moment, number, part, phone, row, rows, text
from actions.apis.result import Result, Unavailable
from core.jurisdiction import time_zone

HELD = 10
"""Status of a time that is only kept free for a while; 20 is a booked one."""
LOOK_SECONDS = 1.0
CHANGE_SECONDS = 2.4


@dataclass(frozen=True)
class Service:
    """Something people make an appointment for; `minutes` for one person, None when the list does not say."""

    id: str
    name: str
    minutes: int | None = None


@dataclass(frozen=True)
class Customer:
    """Whom an appointment is for. Personal: never shown by `repr`, logged or kept."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    """E.164, or empty."""
    email: str = field(default="", repr=False)

    def is_called(self, last_name: str) -> bool:
        """Is that the last name? Capitals, accents, spaces, hyphens and apostrophes don't matter."""
        return bool(_plain(last_name)) and _plain(last_name) == _plain(self.last_name)


@dataclass(frozen=True)
class Appointment:
    id: str = field(repr=False)
    """The upstream's own id; whoever knows it can cancel the appointment."""
    number: str = field(repr=False)
    """What the resident was given or typed: `NB-7K3M9Q` (core/bookings.py)."""
    start: dt.datetime
    """In the branch's zone, as is `end`."""
    end: dt.datetime | None
    office_id: str
    office: str
    services: tuple[Service, ...]
    people: int
    customer: Customer = field(repr=False)
    """To check the last name, and to carry over when the appointment is moved; never to be told."""
    is_held: bool = False


async def look(upstream_id: str, number: str, seconds: float = LOOK_SECONDS) -> Result[Appointment]:
    """An appointment or a held time by the upstream's id."""

    async def load(get: Get) -> Appointment:
        async with asyncio.timeout(seconds):
            reply = await get(f"{ROOT}/v1/appointments/{quoted(upstream_id)}")
        return appointment(row(part(reply.json(), "appointment")), number)

    result = await client("qmatic").ask("appointment", load)
    return replace(result, is_doubtful=False) if isinstance(result, Unavailable) else result


def appointment(found: Row, shown: str) -> Appointment:
    """An appointment as the API tells it, under the number that is shown. Raises Malformed without an id or a start."""
    branch = row(found.get("branch") or {})
    zone = zone_of(branch)
    start, own = moment(found.get("start"), zone), text(found.get("publicId"), 80)
    if start is None or not own:
        raise Malformed
    named = rows(found.get("customers") or [])
    return Appointment(
        own,
        shown,
        start,
        moment(found.get("end"), zone),
        text(branch.get("publicId"), 80),
        text(branch.get("name"), 60),
        tuple(known for entry in rows(found.get("services") or []) if (known := service(entry))),
        _whole(found.get("numberOfCustomers")) or 1,
        _customer(named[0] if named else {}),
        number(found.get("status")) == HELD,
    )


def quoted(public_id: str) -> str:
    return quote(public_id, safe="")


def matrix(service_id: str, also: Sequence[str] = (), further_people: int = 0) -> str:
    """`;servicePublicId=A;servicePublicId=B;numberOfCustomers=1`; one person alone is not counted."""
    chosen = "".join(f";servicePublicId={quoted(each)}" for each in (service_id, *also))
    return f"{chosen};numberOfCustomers={further_people}" if further_people else chosen


def zone_of(branch: object) -> ZoneInfo:
    """The zone of a branch, else the state's own: `timeZone` may be a name of Windows that nobody else knows."""
    for name in (part(branch, "fullTimeZone"), part(branch, "timeZone")):
        try:
            return ZoneInfo(text(name, 40))
        except (ValueError, OSError, KeyError):  # not a name, a folder of names, no such zone
            continue
    return time_zone()


def service(entry: Row) -> Service | None:
    own, name = text(entry.get("publicId"), 80), text(entry.get("name"), 80)
    return Service(own, name, _whole(entry.get("duration"))) if own and name else None


def _customer(entry: Row) -> Customer:
    names = text(entry.get("firstName"), 60), text(entry.get("lastName"), 60)
    return Customer(*names, phone(entry.get("phone")), text(entry.get("email"), 120))


def _whole(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found > 0 else None


def _plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())
