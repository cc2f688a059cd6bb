"""How far a license, an ID or a registration is, in our own format: `openapi/credential_status.yaml`.

Who asks must know two things that match. An unknown number and a wrong birth date get the same answer, to the byte.
"""

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from sandbox.credentials import Entry, sample_credentials, sample_registrations
from sandbox.world import World

BEARER = re.compile(r"bearer +\S+", re.IGNORECASE)
NUMBER = re.compile(r"LA-[0-9]{7}")
PLATE = re.compile(r"[A-Z0-9]{1,7}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Entries = Mapping[str, Entry]


class Problem(Exception):
    """An answer in the shape of RFC 9457. Nothing that was sent is quoted in it."""

    def __init__(self, status: int, kind: str, title: str, **more: Any) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": kind, "title": title, "status": status, **more}


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("credential_status", __name__, url_prefix="/credential_status")
    credentials, registrations = _Daily(world, sample_credentials), _Daily(world, sample_registrations)

    @routes.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        answer = _answer(error.body, error.status, "application/problem+json")
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @routes.post("/lookup")
    def lookup() -> Response:
        return _shown(credentials.entries(), *_asked("application_number", NUMBER))

    @routes.post("/registration")
    def registration() -> Response:
        return _shown(registrations.entries(), *_asked("plate", PLATE))

    return routes


class _Daily:
    """Samples whose dates move with the clock, made once a day."""

    def __init__(self, world: World, make: Callable[[World], Entries]) -> None:
        self._world, self._make = world, make
        self._lock = threading.Lock()
        self._made: tuple[dt.date, Entries] | None = None

    def entries(self) -> Entries:
        today = self._world.today()
        with self._lock:
            if self._made is None or self._made[0] != today:
                self._made = today, self._make(self._world)
            return self._made[1]


def _shown(entries: Entries, key: str, birth_date: dt.date) -> Response:
    entry = entries.get(key)
    if entry is None or entry.birth_date != birth_date:
        raise Problem(404, "not_found", "Nothing matches")
    if entry.needs_sign_in:
        raise Problem(403, "identity_required", "Only for a person who has signed in")
    return _answer(entry.fields(), 200, "application/json")


def _asked(name: str, pattern: re.Pattern[str]) -> tuple[str, dt.date]:
    """The number and the birth date of the body. Raises Problem: 401, 415, or 422 with the names of the bad fields."""
    if not BEARER.fullmatch(request.headers.get("Authorization", "")):
        raise Problem(401, "unauthorized", "A bearer token is needed")
    if request.mimetype != "application/json":
        raise Problem(415, "unsupported_media_type", "The body must be JSON")
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Problem(422, "malformed", "The body must be a JSON object", errors=[])
    birth_date = _day(body.get("birth_date"))
    bad = [field for field in body if field not in (name, "birth_date")][:10]
    if not isinstance(body.get(name), str) or not pattern.fullmatch(body[name]):
        bad.append(name)
    if birth_date is None:
        bad.append("birth_date")
    if bad or birth_date is None:
        errors = [{"field": field if field in (name, "birth_date") else "unknown"} for field in bad]
        raise Problem(422, "malformed", "A field is missing, malformed or unknown", errors=errors)
    return body[name], birth_date


def _day(value: object) -> dt.date | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _answer(body: dict[str, Any], status: int, content_type: str) -> Response:
    answer = Response(json.dumps(body), status, content_type=content_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer
