"""A hand-made gateway of voter records: what it knows of one person, and asking it."""

import datetime as dt
import json
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Response

from actions.apis.result import Found, Result
from actions.apis.voter_records import Person, Registration, registration

GRACE = Person("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich")
LOOKUP = "/voter_records/lookup"


def record(**changes: Any) -> dict[str, Any]:
    """The record of Grace; capitals change the record, lower case the voter in it."""
    voter = {
        "Name": {"FirstName": "GRACE", "LastName": "OKAFOR"},
        "DateOfBirth": "1984-03-12",
        "ResidenceAddress": {"GeneralAddress": "SECRET"},
    }
    voter |= changes.pop("voter", {})
    return {"Voter": voter, "VoterStatus": "active", **changes}


async def told(server: HTTPServer, body: Any, status: int = 200, person: Person = GRACE) -> Result[Registration]:
    written = body if isinstance(body, str) else json.dumps(body)
    server.expect_request(LOOKUP, method="POST").respond_with_response(
        Response(written, status, content_type="application/json")
    )
    return await registration(person)


async def told_of(server: HTTPServer, *records: Any, person: Person = GRACE) -> Result[Registration]:
    return await told(server, {"@type": "VRI.VoterRecordResults", "VoterRecord": list(records)}, person=person)


def found(result: Result[Registration]) -> Registration:
    assert isinstance(result, Found), result
    return result.value
