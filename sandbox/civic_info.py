"""Where people vote and what is on their ballot, as the Google Civic Information API v2 serves it."""

import json
import re
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from sandbox import civic_elections
from sandbox.civic_answers import Asked, divisions, election_entry, voter_info
from sandbox.civic_elections import TEST_ELECTION, election_id
from sandbox.towns import last_named, of_zip
from sandbox.world import World

BASE = "/civic_info/civicinfo/v2"
NO_DATA_TOWN = "Union"

Arguments = MultiDict[str, str]


UNKNOWN = 400, "invalid", "Election unknown"
"""The ordinary answer while there is nothing to tell: between elections, outside the state, before the data is in."""
UNREADABLE = 400, "parseError", "Failed to parse address"
NO_KEY = 403, "forbidden", "The request is missing a valid API key."


class Refusal(Exception):
    """An error in Google's envelope."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("civic_info", __name__, url_prefix=BASE)

    @routes.before_request
    def check_key() -> Response | None:
        return None if request.args.get("key") else _refused(Refusal(*NO_KEY))

    @routes.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return _refused(refusal)

    @routes.get("/elections")
    def elections() -> Response:
        known = [TEST_ELECTION, *civic_elections.coming(world.today())]
        listed = [election_entry(election) for election in known]
        return _answer({"kind": "civicinfo#electionsQueryResponse", "elections": listed})

    @routes.get("/voterinfo")
    def find() -> Response:
        return _answer(_find(world, request.args))

    @routes.get("/divisionsByAddress")
    def by_address() -> Response:
        place = _place(request.args.get("address", ""))
        return _answer(divisions(place))

    return routes


def _find(world: World, query: Arguments) -> dict[str, Any]:
    wanted = query.get("electionId", "0")
    if not re.fullmatch(r"\d{1,18}", wanted, re.ASCII):
        raise Refusal(400, "invalidParameter", "Invalid value for electionId")
    official_only, everything = _flag(query, "officialOnly"), _flag(query, "returnAllAvailableData")
    _flag(query, "productionDataOnly")
    place = _place(query.get("address", ""))
    coming = civic_elections.for_voter(world.today(), place.town, place.zip)
    if place.town.name == NO_DATA_TOWN or civic_elections.is_quiet(world.today()):
        coming = []
    if int(wanted):
        chosen = [e for e in [*coming, TEST_ELECTION] if election_id(e) == wanted]
        return voter_info(world, place, chosen[0], [], official_only) if chosen else _nothing(place, False)
    if not coming:
        return _nothing(place, everything)
    return voter_info(world, place, coming[0], coming[1:], official_only)


def _nothing(place: Asked, everything: bool) -> dict[str, Any]:
    """Election unknown; with `returnAllAvailableData` the little that is known without an election."""
    if not everything:
        raise Refusal(*UNKNOWN)
    return {"kind": "civicinfo#voterInfoResponse", "normalizedInput": place.normalized}


def _place(address: str) -> Asked:
    """An address found by its ZIP code or town. Raises Refusal for one that can't be read or is in another state."""
    words = " ".join(address.split())
    if not re.match(r"\d+[\w/-]* +[^\d\W]|\d+[\w/-]* +\d+(?:st|nd|rd|th)\b", words):
        raise Refusal(*UNREADABLE)
    codes = re.findall(r"\b(\d{5})(?:-\d{4})?\b", words[5:])
    named = last_named(words)
    if codes and (by_zip := of_zip(codes[-1])):
        begins = named[1] if named and named[0] == by_zip else words.rindex(codes[-1])
        return Asked(by_zip, _street(words[:begins]), codes[-1])
    foreign = codes and not codes[-1].startswith("06")
    if named and not foreign and not re.search(r", *(?!CT\b)[A-Z]{2}\b", words):
        return Asked(named[0], _street(words[: named[1]]), codes[-1] if codes else named[0].zip)
    elsewhere = foreign or re.search(r"\b(?!CT\b)[A-Z]{2}$", words)
    raise Refusal(*(UNKNOWN if elsewhere else UNREADABLE))


def _street(words: str) -> str:
    return words.split(",")[0].strip()


def _flag(query: Arguments, name: str) -> bool:
    told = query.get(name, "false")
    if told not in ("true", "false"):
        raise Refusal(400, "invalidParameter", f"Invalid value for {name}")
    return told == "true"


def _refused(refusal: Refusal) -> Response:
    fault = {"domain": "global", "reason": refusal.reason, "message": refusal.message}
    return _answer({"error": {"errors": [fault], "code": refusal.code, "message": refusal.message}}, refusal.code)


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=UTF-8")
