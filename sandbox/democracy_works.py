"""Election dates and deadlines as the Democracy Works Elections API v2 serves them."""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from sandbox.election_calendar import Election, elections
from sandbox.election_guidance import View, describe
from sandbox.world import World

LANGUAGES = ("en", "es")
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 10, 100
DAYS_BACK, DAYS_AHEAD = 45, 740
"""Without dates: elections just past (phase `past`) and those of the coming two years."""
ADDRESS_PARTS = ("addressStreet", "addressCity", "addressStateCode", "addressZip")

Arguments = MultiDict[str, str]


class BadRequest(Exception):
    """Carries every fault found in the query."""

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("democracy_works", __name__, url_prefix="/democracy_works")

    @routes.get("/elections")
    def find() -> Response:
        if not request.headers.get("X-API-KEY"):
            return _answer({"message": "Unauthorized"}, 401)
        try:
            return _answer(_find(world, request.args))
        except BadRequest as bad:
            return _answer({"status": 400, "message": list(bad.faults)}, 400)

    return routes


def _find(world: World, query: Arguments) -> dict[str, Any]:
    today = world.today()
    size, page = _number(query, "pageSize", DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE), _number(query, "page", 1, 10_000)
    start = _date(query, "startDate", today - dt.timedelta(days=DAYS_BACK))
    end = _date(query, "endDate", today + dt.timedelta(days=DAYS_AHEAD))
    if (end - start).days > 3660:
        raise BadRequest("endDate must be at most 10 years after startDate")
    _check_place(query)
    view = View(_language(), _as_json(query), today, query.get("includeQuestionAndAnswer") == "true")
    fields = _fields(query, view)
    found = [election for election in elections(start, end) if _concerns(election, query)]
    shown = [describe(election, view) for election in found[(page - 1) * size : page * size]]
    return {
        "data": {"elections": [_pick(e, fields) if fields else e for e in shown], "statewideOnly": False},
        "pagination": {"totalRecordCount": len(found), "currentPage": page, "pageSize": size},
    }


def _concerns(election: Election, query: Arguments) -> bool:
    """Whether an election is in the place that was asked about."""
    if state := query.get("stateCode"):
        return state.upper() == "CT"
    if ocd_ids := query.getlist("ocdId"):
        return any(asked == election.ocd_id or asked.startswith(f"{election.ocd_id}/") for asked in ocd_ids)
    if address := query.get("address"):
        return "CT" in address.upper() and (not election.zips or any(code in address for code in election.zips))
    in_state = query["addressStateCode"].upper() == "CT"
    return in_state and (not election.zips or query["addressZip"] in election.zips)


def _check_place(query: Arguments) -> None:
    named = any(query.get(name) for name in ("stateCode", "ocdId", "address"))
    if not named and not all(query.get(part) for part in ADDRESS_PARTS):
        raise BadRequest(f"one of stateCode, ocdId, address or {'+'.join(ADDRESS_PARTS)} is required")


def _language() -> str:
    """The language of `Accept-Language`: en, en-US, es or es-US; anything else is English."""
    return request.accept_languages.best_match(LANGUAGES, default="en")


def _as_json(query: Arguments) -> bool:
    wanted = query.get("contentFormatType", "html")
    if wanted not in ("html", "json"):
        raise BadRequest("contentFormatType must be html or json")
    return wanted == "json"


def _number(query: Arguments, name: str, default: int, largest: int) -> int:
    text = query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= largest:
        raise BadRequest(f"{name} must be a whole number from 1 to {largest}")
    return int(text)


def _date(query: Arguments, name: str, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(query[name]) if name in query else default
    except ValueError:
        raise BadRequest(f"{name} must be a date such as 2026-11-03") from None


def _fields(query: Arguments, view: View) -> list[list[str]]:
    """Paths of `fields`, checked against a whole election. Raises BadRequest for one that leads nowhere."""
    paths = [path.strip().split(".") for path in query.get("fields", "").split(",") if path.strip()]
    near = elections(view.today - dt.timedelta(days=400), view.today)[-1]
    whole = describe(near, View("en", False, view.today, questions=True))
    if wrong := [".".join(path) for path in paths if not _leads_somewhere(whole, path)]:
        raise BadRequest(*(f"fields: unknown path {path}" for path in wrong))
    return paths


def _leads_somewhere(whole: Any, path: list[str]) -> bool:
    for name in path:
        if not isinstance(whole, dict) or name not in whole:
            return False
        whole = whole[name]
    return True


def _pick(whole: Any, paths: list[list[str]]) -> Any:
    """The parts of an object that the paths name; a path that ends early names everything below it."""
    if not isinstance(whole, dict) or [] in paths:
        return whole
    names = dict.fromkeys(path[0] for path in paths)
    return {name: _pick(whole.get(name), [path[1:] for path in paths if path[0] == name]) for name in names}


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=utf-8")
