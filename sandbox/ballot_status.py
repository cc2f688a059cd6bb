"""Progress of absentee ballots in a format of our own (`openapi/ballot_status.yaml`): no open standard has it."""

import datetime as dt
import json
import re
from typing import Any

from flask import Blueprint, Response, request

from sandbox.ballots import STORIES, ballot_of
from sandbox.voters import Roll, Standing, sample_voters
from sandbox.world import World

FIELDS = {"first_name": 80, "last_name": 80, "birth_date": 10, "town": 60}
"""The fields of a look-up, all required, and the most characters of each."""
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Problem(Exception):
    """An answer in the form of RFC 9457."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("ballot_status", __name__, url_prefix="/ballot_status")
    roll = Roll(sample_voters(world, tuple(STORIES)))

    @routes.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        body = {"type": "about:blank", "title": error.title, "status": error.status}
        return Response(json.dumps(body), error.status, content_type="application/problem+json")

    @routes.post("/lookup")
    def lookup() -> Response:
        if not re.fullmatch(r"Bearer \S+", request.headers.get("Authorization", "")):
            raise Problem(401, "A bearer token is required")
        first, last, born, town = _asked(request.get_json(force=True, silent=True))
        # A protected voter is answered like a stranger: nothing may confirm that they live in a town.
        open_to_all = [v for v in roll.find(first, last, born, town) if v.standing is not Standing.PROTECTED]
        found = [ballot for voter in open_to_all if (ballot := ballot_of(voter, world))]
        if len(open_to_all) != 1 or not found:
            raise Problem(404, "No absentee ballot of that person is known")
        return Response(json.dumps(found[0], ensure_ascii=False), content_type="application/json")

    return routes


def _asked(body: Any) -> tuple[str, str, dt.date, str]:
    """First name, last name, birth date and town. Raises Problem when the body isn't as the description says."""
    if not isinstance(body, dict) or set(body) != set(FIELDS):
        raise Problem(400, f"The body must be a JSON object with exactly {', '.join(FIELDS)}")
    for name, most in FIELDS.items():
        if not isinstance(body[name], str) or not 1 <= len(body[name]) <= most:
            raise Problem(400, f"{name} must be text of at most {most} characters")
    try:
        if not ISO_DAY.fullmatch(body["birth_date"]):
            raise ValueError
        born = dt.date.fromisoformat(body["birth_date"])
    except ValueError:
        raise Problem(400, "birth_date must be a date such as 1984-03-12") from None
    return body["first_name"], body["last_name"], born, body["town"]
