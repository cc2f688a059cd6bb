"""Voter registrations from a gateway that speaks NIST's Voter Records Interchange (SP 1500-102).

A look-up is a POST with a VoterRecordsRequest: personal, never kept and never repeated. The request is written strictly
by the schema, the answer is read leniently. Of a record only the registration is read; never where somebody lives, nor
their identifiers, contacts, signature or past elections.

Quirks of real servers, each with a test:
  no `@type` in answers · dates that are not ISO · a list or an object where the other belongs · an empty list for none
  · a RequestRejection with 200 · FastAPI's 422 for missing fields · an acknowledgement without a result · names in
  capitals and without accents · a middle initial in the first name · status words the schema doesn't know.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.apis import capabilities
from actions.apis.client import Send, client
from actions.apis.http import Malformed, Missing, Refused, Reply, Trouble
from actions.apis.reading import Row, any_day, part, phone, row, rows, text, web_address, word
from actions.apis.result import Result
from actions.apis.vri_address import one_line
from core.jurisdiction import time_zone
from core.settings import settings
from core.text import fold

SANDBOX_TOKEN = "sample"  # noqa: S105 - the sandbox takes any
REASONS = ("incomplete", "invalid_form", "ineligible")
CONCEALED = {"protected", "confidential"}
PRECINCTS = {"precinct", "split_precinct", "combined_precinct", "ward"}


@dataclass(frozen=True, repr=False)
class Person:
    """Who is asked about, as the resident wrote it. It has no `repr`, so that no traceback or log can quote it."""

    first_name: str
    last_name: str
    birth_date: dt.date
    town: str


class Status(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"
    OTHER = "other"
    """Anything else, a missing status too: never taken for a good one."""


@dataclass(frozen=True)
class PollingPlace:
    """A public building; either part may be empty."""

    name: str
    address: str


@dataclass(frozen=True)
class ElectionOffice:
    """Who keeps the roll there; any part may be empty. The phone is in E.164, the page https."""

    name: str
    phone: str
    email: str
    page: str


@dataclass(frozen=True)
class Registration:
    status: Status
    party: str
    """As the gateway words it; empty when it tells none."""
    polling_place: PollingPlace | None
    district: str
    """Voting district, such as "District 2"; may be empty."""
    office: ElectionOffice | None


async def registration(person: Person) -> Result[Registration]:
    """The registration of one person.

    NotFound stands alike for nobody, several people, somebody else's record, and a voter of the Address
    Confidentiality Program (CGS 54-240g), whom nothing may confirm or deny. Rejected has the reasons `incomplete`,
    `invalid_form`, `ineligible`, `other`, `bad_request` and `forbidden`.
    """

    async def load(send: Send) -> Registration:
        reply = await send("POST", "lookup", headers=bearer("voter_records"), json=_request(person))
        return _registration(_only(_records(reply), person))

    return await client("voter_records").tell("registration", load)


def bearer(upstream: str) -> dict[str, str]:
    """The header with the token of a gateway; none when no token is set."""
    token = getattr(settings(), f"{upstream}_token") or (SANDBOX_TOKEN if client(upstream).is_sandbox else "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _request(person: Person) -> Row:
    """A VoterRecordsRequest. The schema wants an address; all we know and send of it is the town."""
    place = {"@type": "addr_type.PlaceName_type", "PlaceNameType": "MunicipalJurisdiction", "Value": person.town}
    return {
        "@type": "VRI.VoterRecordsRequest",
        "GeneratedDate": dt.datetime.now(time_zone()).date().isoformat(),
        "RequestMethod": "voter-via-internet",
        "Type": ["lookup"],
        "TransactionId": uuid.uuid4().hex,
        "Subject": {
            "@type": "VRI.Voter",
            "Name": {"@type": "VRI.Name", "FirstName": person.first_name, "LastName": person.last_name},
            "DateOfBirth": person.birth_date.isoformat(),
            "ResidenceAddress": {
                "@type": "addr.GeneralAddressClass_type",
                "CompletePlaceName": {"@type": "addr_type.CompletePlaceName_type", "PlaceName": [place]},
                "StateName": str(capabilities.of("voter_records").get("state_code", "")),
            },
        },
    }


def _records(reply: Reply) -> list[Row]:
    """The records of an answer. Raises Missing, Refused or Trouble for every other kind of answer."""
    if reply.status == 422:
        raise Refused("invalid_form")
    if reply.status in (202, 204):
        raise Trouble("not_ready")
    try:
        body = row(reply.json())
    except Malformed:
        if reply.status == 400:
            raise Refused("bad_request") from None
        raise
    kind = body.get("@type")
    if kind == "VRI.RequestRejection" or "Error" in body:
        raise _rejection(body.get("Error"))
    if reply.status == 400:
        raise Refused("bad_request")
    if "VoterRecord" not in body:
        raise Missing if kind == "VRI.VoterRecordResults" else Malformed("no_result")
    return rows(_as_list(body["VoterRecord"]))


def _rejection(errors: Any) -> Missing | Refused:
    names = {word(error.get("Name")) for error in rows(_as_list(errors or []))}
    if "identity_lookup_failed" in names:
        return Missing()
    return Refused(next((reason for reason in REASONS if reason in names), "other"))


def _only(records: list[Row], person: Person) -> Row:
    """The record of exactly this person. Raises Missing when there is none, or more than one.

    Two people may share a name and a birth date, and a gateway may send its nearest guesses. To choose one of several,
    or to tell them apart for the resident, would show one person's registration to another. So a lone record must have
    the last name and contradict nothing that was asked; one of several must state all of it, and be the only one.
    """
    agreements = [(one, _agreement(one, person)) for one in records]
    if len(records) == 1:
        matching = [one for one, (first, last, born) in agreements if last and False not in (first, born)]
    else:
        matching = [one for one, agrees in agreements if all(agrees)]
    if len(matching) != 1 or _is_protected(matching[0]):
        raise Missing
    return matching[0]


def _agreement(record: Row, person: Person) -> tuple[bool | None, bool | None, bool | None]:
    """Whether first name, last name and birth date are those of the person; None for what the record doesn't tell."""
    voter = row(record.get("Voter"))
    first, last, full = (_name(part(voter, "Name", name)) for name in ("FirstName", "LastName", "FullName"))
    asked_first, asked_last = _name(person.first_name), _name(person.last_name)
    born = any_day(_written(voter.get("DateOfBirth")))
    is_born_then = born == person.birth_date if born else None
    if not (asked_first and asked_last):
        return False, False, is_born_then
    if full and not last:
        in_order = full.startswith(asked_first) and full.endswith(asked_last)
        is_named_so = in_order or full.startswith(asked_last + asked_first)
        return is_named_so, is_named_so, is_born_then
    is_called_so = first.startswith(asked_first) or asked_first.startswith(first) if first else None
    return is_called_so, last == asked_last if last else None, is_born_then


def _name(told: Any) -> str:
    """A name without capitals, accents, spaces and punctuation. Raises Malformed for what is no text."""
    return "".join(letter for letter in fold(_written(told)) if letter.isalnum())


def _written(told: Any) -> str:
    if told is None:
        return ""
    if not isinstance(told, str):
        raise Malformed
    return told


def _is_protected(record: Row) -> bool:
    classes = rows(_as_list(part(record, "Voter", "VoterClassification") or []))
    marked = any(word(one.get("Type")) == "protected_voter" and word(one.get("Assertion")) != "no" for one in classes)
    return marked or bool(CONCEALED & set(word(record.get("OtherStatus")).split("_")))


def _registration(record: Row) -> Registration:
    districts = [unit for unit in _units(record.get("District")) if word(unit.get("Type")) in PRECINCTS]
    place = next(iter(_units(record.get("PollingLocation"))), None)
    office = record.get("ElectionAdministration")
    return Registration(
        _status(record),
        text(part(record, "Voter", "Party", "Name"), 60),
        _polling_place(place) if place else None,
        text(districts[0].get("Name"), 80) if districts else "",
        _office(office) if isinstance(office, dict) else None,
    )


def _status(record: Row) -> Status:
    told, other = word(_written(record.get("VoterStatus"))), word(_written(record.get("OtherStatus")))
    pending = capabilities.of("voter_records").get("pending", ())
    if told in (Status.ACTIVE, Status.INACTIVE):
        return Status(told)
    return Status.PENDING if told in pending or other in pending else Status.OTHER


def _polling_place(unit: Row) -> PollingPlace | None:
    name, address = text(unit.get("Name"), 80), one_line(part(unit, "Location", "Address"))
    return PollingPlace(name, address) if name or address else None


def _office(told: Row) -> ElectionOffice:
    ways = [(word(way.get("Type")), way.get("Value")) for way in _units(told.get("ContactMethod"))]
    pages = told.get("Uri")
    return ElectionOffice(
        text(told.get("Name"), 80),
        next((number for kind, value in ways if kind == "phone" and (number := phone(value))), ""),
        next((mail for kind, value in ways if kind == "email" and "@" in (mail := text(value, 80))), ""),
        next((page for one in (pages if isinstance(pages, list) else [pages]) if (page := web_address(one))), ""),
    )


def _units(told: Any) -> list[Row]:
    """The objects of a list, or a lone object as a list; nothing for anything else."""
    return [unit for unit in _as_list(told) if isinstance(unit, dict)] if isinstance(told, list | dict) else []


def _as_list(told: Any) -> Any:
    return [told] if isinstance(told, dict) else told
