"""Open data as Socrata serves it (SODA 2.1 and SODA3): office hours (`dmv0-hour`) and waiting times (`dmv0-wait`).

Values are strings, also numbers; a column without a value is missing; times have no zone ("floating").
Column names of the office hours are those of New York's DMV office data set (data.ny.gov 9upz-c7xg).
"""

import datetime as dt
import json
import re
from typing import Any

from flask import Blueprint, Response, request

from sandbox import soda3
from sandbox.offices import OFFICES, WEEKDAYS, Office, waits
from sandbox.world import World, opaque_id

Row = dict[str, Any]

DEFAULT_LIMIT, LARGEST_LIMIT = 1000, 50_000
CLOSED = "CLOSED"
HOUR_COLUMNS = [f"{day}_{end}_hours" for day in WEEKDAYS for end in ("beginning", "ending")]
COLUMNS = {
    "dmv0-hour": {
        "office_name", "office_type", "public_phone_number", "street_address_line_1", "street_address_line_2",
        "city", "state", "zip_code", "services", "georeference", *HOUR_COLUMNS,
    },
    "dmv0-wait": {"office_name", "office_type", "queue", "status", "wait_minutes", "people_waiting", "updated_at"},
}  # fmt: skip


class QueryError(Exception):
    """A query that SODA refuses; carries its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("socrata", __name__, url_prefix="/socrata")

    @routes.get("/resource/<dataset>.json")
    def resource(dataset: str) -> Response:
        if dataset not in COLUMNS:
            return _error("dataset.missing", "Not found", 404)
        try:
            return _answer(_query(_rows(world, dataset), COLUMNS[dataset], request.args))
        except QueryError as error:
            return _answer({"message": str(error), "errorCode": error.code, "data": {}}, 400)

    @routes.post("/api/v3/views/<dataset>/query.json")
    def view(dataset: str) -> Response:
        if not (request.headers.get("X-App-Token") or request.headers.get("Authorization")):
            return _error("permission_denied", "Sign in, or send an app token", 403)
        if dataset not in COLUMNS:
            return _error("dataset.missing", "Not found", 404)
        asked = request.get_json(force=True, silent=True)
        try:
            return _answer(soda3.answer(asked, _rows(world, dataset), lambda name: _known(name, COLUMNS[dataset])))
        except (soda3.BodyError, QueryError) as error:
            return _error(error.code, str(error), 400)

    return routes


def _rows(world: World, dataset: str) -> list[Row]:
    return _office_hours() if dataset == "dmv0-hour" else _waiting_times(world)


def _office_hours() -> list[Row]:
    return [_hours_row(office) for office in OFFICES]


def _hours_row(office: Office) -> Row:
    row: Row = {
        "office_name": office.town,
        "office_type": office.kind.value,
        "public_phone_number": f"860555{office.line:04d}",
        "street_address_line_1": office.street,
        "city": office.town,
        "state": "CT",
        "zip_code": office.zip,
        "services": "; ".join(service.name for service in office.services),
        "georeference": {"type": "Point", "coordinates": [office.lon, office.lat]},
    }
    if office.kind in ("express", "partner"):
        row["street_address_line_2"] = "Suite 2"
    for number, day in enumerate(WEEKDAYS[:6]):  # no Sunday columns, as in the data set this follows
        hours = office.usual_hours(number)
        row[f"{day}_beginning_hours"] = _twelve_hour(hours[0]) if hours else CLOSED
        row[f"{day}_ending_hours"] = _twelve_hour(hours[1]) if hours else CLOSED
    return row


def _twelve_hour(clock: dt.time) -> str:
    return f"{clock.hour % 12 or 12}:{clock:%M %p}"


def _waiting_times(world: World) -> list[Row]:
    updated_at = world.now().replace(second=0, microsecond=0, tzinfo=None).isoformat(timespec="milliseconds")
    rows = []
    for wait in waits(world):
        row: Row = {
            "office_name": wait.office.town,
            "office_type": wait.office.kind.value,
            "queue": wait.queue.value,
            "status": "closed" if wait.minutes is None else "open",
            "updated_at": updated_at,
        }
        if wait.minutes is not None:
            row |= {"wait_minutes": str(wait.minutes), "people_waiting": str(wait.people)}
        rows.append(row)
    return rows


def _query(rows: list[Row], columns: set[str], arguments: Any) -> list[Row]:
    wanted = {name: value for name, value in arguments.items() if not name.startswith("$")}
    for name in wanted:
        _known(name, columns)
    if odd := {name for name in arguments if name.startswith("$")} - {"$limit", "$offset", "$q", "$order", "$select"}:
        raise QueryError("query.soql.unsupported", f"Not played by this sandbox: {', '.join(sorted(odd))}")
    found = [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]
    if words := arguments.get("$q", "").lower().split():
        found = [row for row in found if all(word in " ".join(map(str, row.values())).lower() for word in words)]
    if order := arguments.get("$order"):
        name, _, direction = order.partition(" ")
        found.sort(key=lambda row: str(row.get(_known(name, columns), "")), reverse=direction.lower() == "desc")
    start = _count(arguments, "$offset", 0)
    found = found[start : start + _count(arguments, "$limit", DEFAULT_LIMIT)]
    if select := arguments.get("$select"):
        kept = [_known(name.strip(), columns) for name in select.split(",")]
        found = [{name: row[name] for name in kept if name in row} for row in found]
    return found


def _known(name: str, columns: set[str]) -> str:
    if name not in columns:
        raise QueryError("query.soql.no-such-column", f"No such column: {name}")
    return name


def _count(arguments: Any, name: str, default: int) -> int:
    text = arguments.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > LARGEST_LIMIT:
        raise QueryError("query.soql.invalid-number", f"Invalid value for {name}: {text}")
    return int(text)


def _error(code: str, message: str, status: int) -> Response:
    return _answer({"code": code, "error": True, "message": message}, status)


def _answer(body: Any, status: int = 200) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json;charset=utf-8")
    answer.headers["X-Socrata-RequestId"] = opaque_id(request.full_path, length=32)
    return answer
