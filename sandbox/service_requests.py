"""The 400 sample service requests: twenty with fixed numbers, one for each state and quirk, and the rest from dice.

The dates move with the clock, so there are always fresh ones; the fixed numbers and their states never change.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.offices import OFFICES
from sandbox.services_catalog import BY_CODE, SERVICE_TYPES, ServiceType
from sandbox.world import World

HOW_MANY = 400
OLDEST_DAYS = 900


class Quirk(StrEnum):
    """What real servers do to an answer; see section 3.3 of the project's API reference."""

    NONE = ""
    EMPTY_STRINGS = "empty_strings"
    MISSING_KEYS = "missing_keys"
    TEXT_NUMBERS = "text_numbers"
    LONE_OBJECT = "lone_object"
    WRAPPED = "wrapped"
    PRIVATE = "private"
    HTML = "html"


@dataclass(frozen=True)
class Stage:
    """Where a request can be: its Open311 status and the sentence that explains it."""

    status: str
    notes: str
    expected: bool = True
    steps: tuple[str, ...] = ()
    """What happened before, oldest first."""


STAGES = {
    "received": Stage("open", "Received - We have your request and will look at it soon."),
    "review": Stage("open", "In review - A clerk is checking the papers.", steps=("Received",)),
    "progress": Stage(
        "open",
        "In progress - The papers are complete and the request is being worked on.",
        steps=("Received", "In review"),
    ),
    "scheduled": Stage("open", "In progress - The request has been scheduled.", steps=("Received",)),
    "waiting": Stage(
        "open", "Waiting for you - One document is missing. A letter says which one.", False, ("Received", "In review")
    ),
    "approved": Stage("open", "Approved - The document is being printed.", steps=("Received", "In review")),
    "completed": Stage("closed", "Closed - The work is done.", False, ("Received", "In progress")),
    "mailed": Stage("closed", "Closed - The document was mailed.", False, ("Received", "Approved")),
    "refused": Stage(
        "closed",
        "Closed - The request was refused. A letter tells why and how to appeal.",
        False,
        ("Received", "In review"),
    ),
    "withdrawn": Stage("closed", "Closed - The request was withdrawn.", False, ("Received",)),
    "duplicate": Stage("closed", "Closed - This is the same as another request.", False, ("Received",)),
    "raw_in_progress": Stage("in_progress", "Being worked on.", steps=("Received",)),
    "raw_investigating": Stage("investigating", "Somebody is looking at it.", steps=("Received",)),
    "raw_fixed": Stage("fixed", "Fixed.", False, ("Received",)),
    "capitals": Stage("Open", "Received - We have your request.", steps=("Received",)),
    "unknown_word": Stage("tabled", "Tabled until further notice.", steps=("Received",)),
}

WEIGHTS = {
    "received": 12, "review": 12, "progress": 14, "scheduled": 6, "waiting": 10, "approved": 6, "completed": 22,
    "mailed": 12, "refused": 4, "withdrawn": 3, "duplicate": 3, "raw_in_progress": 2, "raw_investigating": 2,
    "raw_fixed": 2,
}  # fmt: skip

FIXED: dict[str, tuple[str, str, Quirk]] = {
    "24-000123": ("DMV10", "progress", Quirk.NONE),
    "24-000101": ("DMV12", "received", Quirk.NONE),
    "24-000102": ("DSS01", "review", Quirk.NONE),
    "24-000103": ("DOT01", "scheduled", Quirk.NONE),
    "24-000104": ("VOT01", "waiting", Quirk.NONE),
    "24-000105": ("DMV12", "approved", Quirk.NONE),
    "24-000106": ("DPH01", "completed", Quirk.NONE),
    "24-000107": ("DMV12", "mailed", Quirk.NONE),
    "24-000108": ("DMV31", "refused", Quirk.NONE),
    "24-000109": ("REV01", "withdrawn", Quirk.NONE),
    "24-000110": ("DOL01", "duplicate", Quirk.NONE),
    "24-000111": ("DMV20", "raw_in_progress", Quirk.NONE),
    "24-000112": ("DMV66", "unknown_word", Quirk.NONE),
    "24-000113": ("DMV66", "capitals", Quirk.NONE),
    "24-000114": ("DMV20", "progress", Quirk.EMPTY_STRINGS),
    "24-000115": ("DMV20", "review", Quirk.MISSING_KEYS),
    "24-000116": ("DOT01", "scheduled", Quirk.TEXT_NUMBERS),
    "24-000117": ("DMV40", "completed", Quirk.LONE_OBJECT),
    "24-000118": ("DMV40", "progress", Quirk.WRAPPED),
    "24-000119": ("DMV66", "review", Quirk.HTML),
    "24-000120": ("DSS01", "progress", Quirk.PRIVATE),
}


@dataclass(frozen=True)
class ServiceRequest:
    id: str
    service: ServiceType
    stage: Stage
    requested: dt.datetime
    updated: dt.datetime
    expected: dt.datetime | None
    town: str
    zip: str
    lat: float
    long: float
    quirk: Quirk = Quirk.NONE
    description: str = "PRIVATE: what the person wrote is for the agency only."
    history: list[tuple[dt.datetime, str]] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        """The request as the standard has it, in the standard's order; a value it does not have is None."""
        return {
            "service_request_id": self.id,
            "status": self.stage.status,
            "status_notes": self.stage.notes,
            "service_name": self.service.name,
            "service_code": self.service.code,
            "description": self.description,
            "agency_responsible": self.service.agency,
            "service_notice": None,
            "requested_datetime": self.requested.isoformat(),
            "updated_datetime": self.updated.isoformat(),
            "expected_datetime": self.expected.isoformat() if self.expected else None,
            "address": f"1 Private Lane, {self.town}, CT",
            "address_id": None,
            "zipcode": self.zip,
            "lat": self.lat,
            "long": self.long,
            "media_url": None,
            "notes": [
                {"datetime": at.isoformat(), "description": words, "type": "status"} for at, words in self.history
            ],
        }


def sample_requests(world: World) -> list[ServiceRequest]:
    """All of them, newest first."""
    fixed = [_fixed(world, number, public_id) for number, public_id in enumerate(FIXED)]
    dice = world.dice("request numbers")
    numbers = dice.sample(range(1000, 99_999), HOW_MANY - len(fixed))
    made = [_made(world, number) for number in numbers]
    return sorted(fixed + made, key=lambda request: request.requested, reverse=True)


def _fixed(world: World, place: int, public_id: str) -> ServiceRequest:
    code, stage, quirk = FIXED[public_id]
    requested = dt.datetime(2024, 3, 4 + place, 10, 15, tzinfo=world.now().tzinfo)
    return _request(world, public_id, BY_CODE[code], stage, requested, quirk)


def _made(world: World, number: int) -> ServiceRequest:
    dice = world.dice("request", number)
    age = dice.choice((dice.randint(0, 14), dice.randint(0, 90), dice.randint(0, OLDEST_DAYS)))
    midnight = world.now().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = midnight - dt.timedelta(days=age + 1) + dt.timedelta(minutes=dice.randint(8 * 60, 17 * 60))
    stage = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    quirk = dice.choices((Quirk.NONE, Quirk.EMPTY_STRINGS, Quirk.MISSING_KEYS, Quirk.PRIVATE), (85, 6, 5, 4))[0]
    public_id = f"{asked.year % 100:02d}-{number:06d}"
    return _request(world, public_id, dice.choice(SERVICE_TYPES[:-1]), stage, asked, quirk)


def _request(
    world: World, public_id: str, service: ServiceType, stage_name: str, asked: dt.datetime, quirk: Quirk
) -> ServiceRequest:
    stage = STAGES[stage_name]
    dice = world.dice("details", public_id[3:])
    office = dice.choice(OFFICES)
    now = world.now().replace(second=0, microsecond=0)
    office_hour = dt.timedelta(hours=dice.randint(8, 15), minutes=dice.randint(0, 59))
    updated = max(asked, now.replace(hour=0, minute=0) - dt.timedelta(days=dice.randint(1, 5)) + office_hour)
    if stage_name == "received":
        updated = min(updated, asked + dt.timedelta(minutes=20))
    expected = now.replace(hour=16, minute=0) + dt.timedelta(days=dice.randint(3, 21)) if stage.expected else None
    between = (updated - asked) / (len(stage.steps) + 1)
    history = [(asked + between * step, f"{words}.") for step, words in enumerate(stage.steps)]
    notes = f"<p>{stage.notes} <a href='https://portal.ct.gov'>More</a></p>" if quirk is Quirk.HTML else stage.notes
    return ServiceRequest(
        public_id, service, Stage(stage.status, notes, stage.expected, stage.steps), asked, updated, expected,
        office.town, office.zip, round(office.lat + dice.uniform(-0.02, 0.02), 5),
        round(office.lon + dice.uniform(-0.02, 0.02), 5), quirk, history=[*history, (updated, stage.notes)],
    )  # fmt: skip


def shape(request: ServiceRequest) -> dict[str, Any]:
    """The request as its server would write it, quirk included."""
    fields = request.fields()
    match request.quirk:
        case Quirk.EMPTY_STRINGS:
            fields |= dict.fromkeys(("status_notes", "expected_datetime", "agency_responsible", "zipcode"), "")
            return {name: "" if value is None else value for name, value in fields.items()}
        case Quirk.MISSING_KEYS:
            kept = ("service_request_id", "status", "service_name", "service_code", "requested_datetime")
            return {name: fields[name] for name in kept}
        case Quirk.TEXT_NUMBERS:
            return fields | {"lat": str(request.lat), "long": str(request.long)}
        case _:
            return fields
