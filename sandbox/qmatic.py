"""DMV offices and appointments as Qmatic Orchestra's public calendar API serves them.

Parameters are matrix parameters (`/dates;servicePublicId=A;servicePublicId=B`), times are naive and in the branch's
own zone, a booking is answered as `application/text`, and failures come as 500 with an `error_code` header.
"""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response, request

from sandbox.appointments import BOOKED, HELD, Appointment, Diary, SlotTaken, Surprise
from sandbox.faults import hang_up
from sandbox.offices import OFFICES, SERVICES, Office, Service, office_by_id
from sandbox.world import World, local

Matrix = list[tuple[str, str]]

CREATED, UPDATED = 1_445_417_803_528, 1_717_430_400_000
"""Epoch milliseconds, as the API gives them; the same for everything in the sample."""
CUSTOM_OF_SERVICE = json.dumps({"rescheduleEnabled": True, "cancelEnabled": True, "infoText": ""})


class NoSuch(Exception):
    """Something that was asked for does not exist."""


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("qmatic", __name__, url_prefix="/qmatic/calendar-backend/public/api")
    diary = Diary(world)

    @routes.route("/<path:rest>", methods=["GET", "POST", "DELETE"])
    def call(rest: str) -> Response:
        segments, matrix = _matrix(rest)
        try:
            return _dispatch(diary, segments, matrix)
        except NoSuch as missing:
            return _failure(404, "E404", f"{missing} not found")
        except SlotTaken:
            return _failure(500, "E440", "ERROR_SLOT_TAKEN")

    return routes


def _dispatch(diary: Diary, segments: list[str], matrix: Matrix) -> Response:
    match [request.method, *segments]:
        case ["GET", "v1", "branches"]:
            return _json({"branchList": [_branch(o) for o in OFFICES], **_meta(len(OFFICES))})
        case ["GET", "v1", "branches", branch]:
            return _json({"branch": _branch(_office(branch)), **_meta(1)})
        case ["GET", "v1", "services"]:
            return _json({"serviceList": [_service(s) for s in SERVICES], **_meta(len(SERVICES))})
        case ["GET", "v1", "branches", branch, "services"]:
            offered = _office(branch).services
            return _json({"serviceList": [_service(s) for s in offered], **_meta(len(offered))})
        case ["GET", "v1", "services", "groups"]:
            return _json([_branch_groups(office, matrix) for office in OFFICES if _offers(office, matrix)])
        case ["GET", "v2", "branches", branch, "services", "groups"]:
            return _json(_groups(_office(branch), matrix))
        case ["GET", "v2", "branches", branch, "dates"]:
            days = diary.days(_office(branch), _services(matrix), _customers(matrix))
            return _json({"dates": [f"{day}T00:00:00" for day in days], **_meta(len(days), matrix)})
        case ["GET", "v2", "branches", branch, "dates", day, "times"]:
            times = diary.times(_office(branch), _services(matrix), _date(day), _customers(matrix))
            return _json({"times": [f"{time:%H:%M}" for time in times], **_meta(len(times), matrix)})
        case ["POST", "v2", "branches", branch, "dates", day, "times", clock, "book" | "reserve" as step]:
            return _make(diary, _office(branch), _start(day, clock), matrix, held=step == "reserve")
        case ["POST", "v2", "branches", "appointments", appointment, "confirm"]:
            return _confirm(diary, appointment)
        case ["GET", "v1", "appointments", appointment]:
            found = diary.get(appointment)
            if found is None:
                raise NoSuch("appointment")
            return _json({"appointment": _appointment(found), **_meta(1)})
        case ["DELETE", "v1", "appointments", appointment]:
            if not diary.cancel(appointment):
                raise NoSuch("appointment")
            return Response(status=204)
    raise NoSuch("resource")


def _matrix(rest: str) -> tuple[list[str], Matrix]:
    """Path segments, and the matrix parameters of all of them."""
    segments, matrix = [], []
    for part in rest.strip("/").split("/"):
        name, *parameters = part.split(";")
        segments.append(name)
        matrix += [(key, value) for key, _, value in (p.partition("=") for p in parameters) if key]
    return segments, matrix


def _office(public_id: str) -> Office:
    if office := office_by_id(public_id):
        return office
    raise NoSuch("branch")


def _services(matrix: Matrix) -> list[Service]:
    return _services_named([value for key, value in matrix if key == "servicePublicId"])


def _services_named(ids: list[Any]) -> list[Service]:
    known = {service.id: service for service in SERVICES}
    if not ids or any(not isinstance(public_id, str) or public_id not in known for public_id in ids):
        raise NoSuch("service")
    return [known[public_id] for public_id in ids]


def _customers(matrix: Matrix) -> int:
    """Further customers beside the first one, as the live server counts in dates and times."""
    given = dict(matrix).get("numberOfCustomers", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 999


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NoSuch("date") from None


def _start(day: str, clock: str) -> dt.datetime:
    try:
        return local(dt.date.fromisoformat(day), dt.time.fromisoformat(clock).replace(tzinfo=None))
    except ValueError:
        raise NoSuch("time") from None


def _make(diary: Diary, office: Office, start: dt.datetime, matrix: Matrix, *, held: bool) -> Response:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        return _failure(400, "E400", "ERROR_BAD_REQUEST")
    services = _services_named([s.get("publicId") for s in _objects(body, "services")])
    customers = [] if held else _objects(body, "customers")
    total = dict(matrix).get("numberOfCustomers", "1")
    people = int(total) if held and total.isascii() and total.isdigit() and len(total) < 4 else max(1, len(customers))
    wish = {} if held else _wish(body)
    made = diary.make(office, services, start, people, HELD if held else BOOKED, **wish)
    if not held and diary.is_due(Surprise.ANSWER_LOST):
        hang_up()
    return _as_text(_appointment(made), 200 if held else 202)


def _confirm(diary: Diary, public_id: str) -> Response:
    body = request.get_json(force=True, silent=True)
    made = diary.confirm(public_id, **_wish(body if isinstance(body, dict) else {}))
    if made is None:
        body = {"errorMessage": "ERROR_CANNOT_BE_RESERVED"}
        return Response(json.dumps(body), 500, content_type="application/json")
    if diary.is_due(Surprise.ANSWER_LOST):
        hang_up()
    return _as_text(_appointment(made), 200)


def _wish(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": str(body.get("title", "")),
        "notes": str(body.get("notes", "")),
        "custom": body.get("custom"),
        "customers": _objects(body, "customers"),
    }


def _objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = body.get(name)
    return [part for part in given if isinstance(part, dict)] if isinstance(given, list) else []


def _branch(office: Office) -> dict[str, Any]:
    return {
        "publicId": office.id,
        "name": office.town,
        "addressLine1": office.street,
        "addressLine2": None,
        "addressCity": office.town,
        "addressState": "CT",
        "addressZip": office.zip,
        "addressCountry": "USA",
        "phone": f"+1 860 555 {office.line:04d}",
        "email": None,
        "latitude": office.lat,
        "longitude": office.lon,
        "timeZone": "Eastern Standard Time",
        "fullTimeZone": "America/New_York",
        "branchPrefix": None,
        "custom": None,
        "created": CREATED,
        "updated": UPDATED,
    }


def _service(service: Service) -> dict[str, Any]:
    return {**_short_service(service), "active": True, "publicEnabled": True, "created": CREATED, "updated": UPDATED}


def _short_service(service: Service) -> dict[str, Any]:
    return {
        "publicId": service.id,
        "name": service.name,
        "duration": service.duration,
        "additionalCustomerDuration": service.each_further_person,
        "custom": CUSTOM_OF_SERVICE,
    }


def _offers(office: Office, matrix: Matrix) -> bool:
    return all(service in office.services for service in _services(matrix))


def _groups(office: Office, matrix: Matrix) -> list[dict[str, Any]]:
    """What can be booked together with the services named: those of the same queue."""
    if not _offers(office, matrix):
        return []
    queues = {service.queue for service in _services(matrix)}
    return [{"services": [_short_service(service) for service in office.services if service.queue in queues]}]


def _branch_groups(office: Office, matrix: Matrix) -> dict[str, Any]:
    return {"branchPublicId": office.id, "branchName": office.town, "serviceGroups": _groups(office, matrix)}


def _appointment(made: Appointment) -> dict[str, Any]:
    blank = {"dateOfBirth": None, "identificationNumber": None, "email": None, "phone": None, "deletionTimestamp": None}
    stamp = int(made.made.timestamp() * 1000)
    return {
        "publicId": made.id,
        "status": made.status,
        "start": _utc(made.start),
        "end": _utc(made.end),
        "title": made.title,
        "notes": made.notes,
        "numberOfCustomers": made.people,
        "services": [_service(service) for service in made.services],
        "branch": _branch(made.office),
        "customers": [{**blank, **customer} for customer in made.customers],
        "resource": {"name": "Counter 2", "custom": None},
        "allDay": False,
        "blocking": False,
        "custom": made.custom,
        "created": stamp,
        "updated": stamp,
    }


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _meta(total: int, matrix: Matrix | None = None) -> dict[str, Any]:
    arguments: dict[str, list[str]] = {}
    for key, value in matrix or []:
        arguments.setdefault(key, []).append(value)
    return {
        "meta": {
            "start": "",
            "end": "",
            "totalResults": total,
            "offset": None,
            "limit": None,
            "fields": "",
            "arguments": {key: f"[{', '.join(values)}]" for key, values in arguments.items()},
        },
        "notifications": [],
    }


def _json(body: Any) -> Response:
    return Response(json.dumps(body), content_type="application/json")


def _as_text(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/text;charset=UTF-8")


def _failure(status: int, code: str, message: str) -> Response:
    headers = {"error_code": code, "error_message": message}
    return Response(json.dumps({"errorMessage": message}), status, headers, content_type="application/json")
