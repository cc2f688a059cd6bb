"""Service requests as Open311 GeoReport v2 serves them, in JSON and XML, with the quirks of real servers."""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response, request

from sandbox.open311_xml import to_xml
from sandbox.request_form import faults
from sandbox.request_register import Register
from sandbox.service_requests import Quirk, ServiceRequest, shape
from sandbox.services_catalog import BY_CODE, SERVICE_TYPES
from sandbox.world import World

JURISDICTION = "ct.gov"
SPAN = dt.timedelta(days=90)
MOST_LISTED = 1000
CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


class Refused(Exception):
    """A call the standard answers with an error list."""

    def __init__(self, status: int, *descriptions: str) -> None:
        super().__init__(*descriptions)
        self.status = status
        self.descriptions = descriptions


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("open311", __name__, url_prefix="/open311")
    register = Register(world)

    @routes.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        suffix = request.path.rpartition(".")[2]
        faults = [{"code": error.status, "description": words} for words in error.descriptions]
        return _answer("errors", faults, suffix if suffix in CONTENT_TYPES else "json", error.status)

    @routes.get("/discovery.<suffix>")
    def discovery(suffix: str) -> Response:
        return _answer("discovery", _discovery(request.url_root), _known_format(suffix))

    @routes.get("/services.<suffix>")
    def services(suffix: str) -> Response:
        _check_jurisdiction()
        return _answer("services", [service.summary() for service in SERVICE_TYPES], _known_format(suffix))

    @routes.get("/services/<code>.<suffix>")
    def definition(code: str, suffix: str) -> Response:
        _check_jurisdiction()
        if code not in BY_CODE:
            raise Refused(404, "service_code not found")
        return _answer("service_definition", BY_CODE[code].definition(), _known_format(suffix))

    @routes.get("/requests.<suffix>")
    def listed(suffix: str) -> Response:
        _check_jurisdiction()
        shown = [shape(found) for found in _listed(register)]
        return _answer("service_requests", shown, _known_format(suffix))

    @routes.post("/requests.<suffix>")
    def create(suffix: str) -> Response:
        _check_jurisdiction()
        return _answer("service_requests", [_create(register)], _known_format(suffix), 201)

    @routes.get("/requests/<public_id>.<suffix>")
    def one(public_id: str, suffix: str) -> Response:
        _check_jurisdiction()
        return _one(register, public_id, _known_format(suffix))

    @routes.get("/tokens/<token>.<suffix>")
    def token(token: str, suffix: str) -> Response:
        _check_jurisdiction()
        public_id = register.id_of(token)
        if public_id is None:
            raise Refused(404, "token not found")
        found = [{"service_request_id": public_id or None, "token": token}]
        return _answer("service_requests", found, _known_format(suffix))

    return routes


def _one(register: Register, public_id: str, suffix: str) -> Response:
    found = next((r for r in register.all() if r.id == public_id), None)
    if found is None:
        raise Refused(404, "service_request_id not found")
    if found.quirk is Quirk.PRIVATE:
        return _answer("service_requests", [], suffix)
    fields = shape(found)
    if fields["status"][:1].isupper():  # the list gives the status as stored, a single request in lower case
        fields["status"] = fields["status"].lower()
    if suffix == "json" and found.quirk is Quirk.LONE_OBJECT:
        return _answer("service_requests", fields, suffix)
    if suffix == "json" and found.quirk is Quirk.WRAPPED:
        return _answer("service_requests", {"service_requests": [fields]}, suffix)
    return _answer("service_requests", [fields], suffix)


def _listed(register: Register) -> list[ServiceRequest]:
    """The requests a list call asks for. An empty parameter counts as absent; the ids override everything else."""
    visible = [found for found in register.all() if found.quirk is not Quirk.PRIVATE]
    if ids := _words("service_request_id"):
        return [found for found in visible if found.id in ids]
    start, end = _span(register.world.now())
    codes, statuses = _words("service_code"), [status.lower() for status in _words("status")]
    if unknown := [code for code in codes if code not in BY_CODE]:
        raise Refused(404, *(f"service_code {code} not found" for code in unknown))
    found = [
        entry
        for entry in visible
        if start <= entry.requested <= end
        and (not codes or entry.service.code in codes)
        and (not statuses or entry.stage.status.lower() in statuses)
    ]
    size = _whole_number("page_size", MOST_LISTED, MOST_LISTED)
    page = _whole_number("page", 1, 10_000)
    return found[(page - 1) * size : page * size]


def _create(register: Register) -> dict[str, Any]:
    form = request.form
    if not form.get("api_key"):
        raise Refused(403, "api_key was not provided")
    code = form.get("service_code")
    if not code:
        raise Refused(400, "service_code was not provided")
    if code not in BY_CODE:
        raise Refused(404, "service_code not found")
    if wrong := faults(form, BY_CODE[code]):
        raise Refused(400, *wrong)
    return register.file(BY_CODE[code], form.get("description", ""))


def _discovery(root: str) -> dict[str, Any]:
    return {
        "changeset": "2026-01-15T10:00:00-05:00",
        "contact": "Sample data; nobody answers here.",
        "key_service": "Any non-empty api_key will do.",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{root}open311",
                "changeset": "2026-01-15T10:00:00-05:00",
                "type": "test",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }


def _check_jurisdiction() -> None:
    asked = request.values.get("jurisdiction_id")
    if asked and asked != JURISDICTION:
        raise Refused(404, "jurisdiction_id not found")


def _known_format(suffix: str) -> str:
    if suffix not in CONTENT_TYPES:
        raise Refused(400, "the format must be json or xml")
    return suffix


def _words(name: str) -> list[str]:
    return [word.strip() for word in request.args.get(name, "").split(",") if word.strip()]


def _whole_number(name: str, default: int, largest: int) -> int:
    text = request.args.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= largest:
        raise Refused(400, f"{name} must be a whole number from 1 to {largest}")
    return int(text)


def _span(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    end = _moment("end_date")
    start = _moment("start_date") or (end or now) - SPAN
    end = end or min(start + SPAN, now)
    if end - start > SPAN:
        raise Refused(400, "start_date and end_date may be at most 90 days apart")
    return start, end


def _moment(name: str) -> dt.datetime | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, f"{name} is not a time such as 2026-01-31T00:00:00Z") from None
    if not 1970 <= moment.year <= 2200:
        raise Refused(400, f"{name} is out of range")
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _answer(root: str, body: Any, suffix: str, status: int = 200) -> Response:
    data = to_xml(root, body) if suffix == "xml" else json.dumps(body)
    return Response(data, status, content_type=CONTENT_TYPES[suffix])
