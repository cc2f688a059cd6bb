"""Voter registrations as a gateway would serve them in NIST's Voter Records Interchange (SP 1500-102).

The standard defines the messages only. Path, token and status codes are our own choice: one POST, any bearer token,
200 with VoterRecordResults, and RequestRejection with 400 (a faulty request), 401 (no token) or 404 (nobody found).
"""

import datetime as dt
import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.ballots import STORIES
from sandbox.precincts import Precinct
from sandbox.voters import Roll, Standing, Voter, sample_voters
from sandbox.world import World

METHODS = {
    "armed-forces-recruitment-office", "motor-vehicle-office", "other", "other-agency-designated-by-state",
    "public-assistance-office", "registration-drive-from-advocacy-group-or-political-party",
    "state-funded-agency-serving-persons-with-disabilities", "unknown", "voter-via-election-registrars-office",
    "voter-via-email", "voter-via-fax", "voter-via-internet", "voter-via-mail",
}  # fmt: skip
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
YOUNGEST = 17
"""Connecticut registers people of 17 who turn 18 by Election Day."""
STATUS = {Standing.ACTIVE: "active", Standing.INACTIVE: "inactive", Standing.PROTECTED: "active"}

Message = dict[str, Any]


class Rejected(Exception):
    """A request that is answered with a RequestRejection; `name` is a word of its `RequestError`, `ref` the culprit."""

    def __init__(self, status: int, name: str, ref: str = "", other: str = "") -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.ref = ref
        self.other = other


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("voter_records", __name__, url_prefix="/voter_records")
    roll = Roll(sample_voters(world, tuple(STORIES)))

    @routes.errorhandler(Rejected)
    def rejected(error: Rejected) -> Response:
        answer = jsonify(_rejection(error, request.get_json(force=True, silent=True)))
        answer.status_code = error.status
        return answer

    @routes.post("/lookup")
    def lookup() -> Response:
        if not re.fullmatch(r"Bearer \S+", request.headers.get("Authorization", "")):
            raise Rejected(401, "other", other="a bearer token is required")
        message = request.get_json(force=True, silent=True)
        if not isinstance(message, dict):
            raise Rejected(400, "invalid-form")
        found = roll.find(*_asked(message, world.today()))
        if not found:
            raise Rejected(404, "identity-lookup-failed")
        results = {"@type": "VRI.VoterRecordResults", "VoterRecord": [_record(voter) for voter in found]}
        return jsonify(_with_transaction(results, message))

    return routes


def _asked(message: Message, today: dt.date) -> tuple[str, str, dt.date, str]:
    """First name, last name, birth date and town of a request. Raises Rejected for one that can't be answered."""
    if message.get("@type") != "VRI.VoterRecordsRequest":
        raise Rejected(400, "invalid-form", "@type")
    _text(message, "GeneratedDate")
    if _text(message, "RequestMethod") not in METHODS:
        raise Rejected(400, "invalid-form", "RequestMethod")
    types = message.get("Type")
    if not types:
        raise Rejected(400, "incomplete", "Type")
    if types != ["lookup"]:
        raise Rejected(400, "invalid-form", "Type")
    subject = _object(message, "Subject")
    name = _object(subject, "Name", "Subject")
    first, last = _text(name, "FirstName", "Subject.Name"), _text(name, "LastName", "Subject.Name")
    born = _day(_text(subject, "DateOfBirth", "Subject"))
    town = _town(_object(subject, "ResidenceAddress", "Subject"))
    if born > today.replace(year=today.year - YOUNGEST, day=min(today.day, 28)):
        raise Rejected(400, "ineligible", "Subject.DateOfBirth")
    return first, last, born, town


def _object(whole: Message, name: str, where: str = "") -> Message:
    value = whole.get(name)
    if value is None:
        raise Rejected(400, "incomplete", _ref(where, name))
    if not isinstance(value, dict) or "@type" not in value:
        raise Rejected(400, "invalid-form", _ref(where, name))
    return value


def _text(whole: Message, name: str, where: str = "") -> str:
    value = whole.get(name)
    if value is None or value == "":
        raise Rejected(400, "incomplete", _ref(where, name))
    if not isinstance(value, str):
        raise Rejected(400, "invalid-form", _ref(where, name))
    return value


def _ref(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _day(written: str) -> dt.date:
    try:
        if ISO_DAY.fullmatch(written):
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise Rejected(400, "invalid-form", "Subject.DateOfBirth")


def _town(address: Message) -> str:
    """The town of an address: the first name in CompletePlaceName, else what precedes the comma of PlaceStateZip."""
    place = address.get("CompletePlaceName") or address.get("CompletePlaceName1")
    names = place.get("PlaceName") if isinstance(place, dict) else None
    if isinstance(names, list) and names and isinstance(names[0], dict) and isinstance(names[0].get("Value"), str):
        return str(names[0]["Value"])
    lines = address.get("PlaceStateZip")
    if isinstance(lines, list) and lines and isinstance(lines[0], str):
        return lines[0].partition(",")[0]
    raise Rejected(400, "incomplete", "Subject.ResidenceAddress.CompletePlaceName")


def _rejection(error: Rejected, message: Any) -> Message:
    fault = {"@type": "VRI.Error", "Name": error.name}
    fault |= {name: value for name, value in (("Ref", error.ref), ("OtherError", error.other)) if value}
    return _with_transaction({"@type": "VRI.RequestRejection", "Error": [fault]}, message)


def _with_transaction(answer: Message, message: Any) -> Message:
    """The answer with the request's own number, where it had one."""
    number = message.get("TransactionId") if isinstance(message, dict) else None
    return {**answer, "TransactionId": number} if isinstance(number, str) else answer


def _record(voter: Voter) -> Message:
    """One voter. A protected one has no address and nothing that would tell where they live."""
    town = voter.precinct.town
    person: Message = {
        "@type": "VRI.Voter",
        "Name": {"@type": "VRI.Name", "FirstName": voter.first, "LastName": voter.last},
        "DateOfBirth": voter.birth_date.isoformat(),
        "Party": {"@type": "VRI.Party", "Name": voter.party},
    }
    if voter.standing is Standing.PROTECTED:
        protected = {"@type": "VRI.VoterClassification", "Type": "protected-voter", "Assertion": "yes"}
        nowhere = {"@type": "addr.GeneralAddressClass_type"}
        person |= {"ResidenceAddress": nowhere, "VoterClassification": [protected]}
        return {"@type": "VRI.VoterRecord", "Voter": person, "VoterStatus": "active"}
    person["ResidenceAddress"] = _address(f"{voter.birth_date.day} Private Lane", town.name, town.zip)
    record: Message = {
        "@type": "VRI.VoterRecord",
        "Voter": person,
        "VoterStatus": STATUS.get(voter.standing, "other"),
        "HavaIdRequired": voter.standing is Standing.PENDING,
        "District": [_unit("precinct", voter.precinct.name)],
        "Locality": [_unit("town", town.name)],
        "PollingLocation": _polling_place(voter.precinct),
        "ElectionAdministration": {
            "@type": "VRI.ElectionAdministration",
            "Name": f"{town.name} Registrar of Voters",
            "ContactMethod": [
                {"@type": "VRI.PhoneContactMethod", "Type": "phone", "Capability": ["voice"], "Value": town.phone}
            ],
        },
    }
    return {**record, "OtherStatus": "pending"} if voter.standing is Standing.PENDING else record


def _polling_place(precinct: Precinct) -> Message:
    address = _address(precinct.street, precinct.town.name, precinct.town.zip)
    where = {"@type": "VRI.Location", "Address": address}
    return {**_unit("polling-place", precinct.site), "Location": where}


def _unit(kind: str, name: str) -> Message:
    return {"@type": "VRI.ReportingUnit", "Type": kind, "Name": name}


def _address(street: str, town: str, zip_code: str) -> Message:
    place = {"@type": "addr_type.PlaceName_type", "PlaceNameType": "MunicipalJurisdiction", "Value": town}
    return {
        "@type": "addr.GeneralAddressClass_type",
        "GeneralAddress": street,
        "CompletePlaceName": {"@type": "addr_type.CompletePlaceName_type", "PlaceName": [place]},
        "StateName": "CT",
        "ZipCode": zip_code,
    }
