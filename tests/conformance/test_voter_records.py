"""What our connector says and the sandbox answers, judged by NIST's schema of SP 1500-102 (JSON Schema draft 4)."""

import datetime as dt
import json
import os
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import jsonschema
import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions.apis.client import close_clients
from actions.apis.result import Found, NotFound, Rejected
from actions.apis.voter_records import Person, registration
from core.settings import settings
from sandbox.__main__ import server
from sandbox.ballots import STORIES
from sandbox.control import Control
from sandbox.voters import FIXED, Standing, Voter, sample_voters
from sandbox.world import World
from tests.conformance.prism import spec

pytestmark = pytest.mark.conformance
SEED = 7
POOL = urllib3.PoolManager(retries=False, timeout=5.0)
GRACE = Person("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(spec("NIST_V0_voter_records_interchange.json").read_text())
    return found


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    running = server("127.0.0.1", 0, SEED)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/voter_records/lookup"
    POOL.clear()
    running.shutdown()
    thread.join(5)
    running.server_close()


@pytest.fixture
async def overheard(
    gateway: str, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> AsyncIterator[list[Any]]:
    """Every message between our connector and the sandbox, in order."""
    messages: list[Any] = []

    def pass_on(request: Request) -> Response:
        answer = POOL.request("POST", gateway, body=request.data, headers={"Authorization": "Bearer any"})
        messages.extend([json.loads(request.data), answer.json()])
        return Response(answer.data, answer.status, content_type="application/json")

    httpserver.expect_request("/lookup", method="POST").respond_with_handler(pass_on)
    for name in [name for name in os.environ if name.startswith("NUTMEG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NUTMEG_VAR", str(tmp_path))
    monkeypatch.setenv("NUTMEG_VOTER_RECORDS_URL", httpserver.url_for("/"))
    settings.cache_clear()
    await close_clients()
    yield messages
    await close_clients()
    settings.cache_clear()


def problems(schema: dict[str, Any], message: Any) -> list[str]:
    """What is wrong with a message by the definition that its `@type` names."""
    of_type = {**schema, "$ref": f"#/definitions/{message['@type']}"}
    of_type.pop("oneOf")
    return [error.message for error in jsonschema.Draft4Validator(of_type).iter_errors(message)]


def person(voter: Voter) -> Person:
    return Person(voter.first, voter.last, voter.birth_date, voter.town)


def test_the_schema_would_notice(schema: dict[str, Any]) -> None:
    assert problems(schema, {"@type": "VRI.VoterRecordResults", "VoterRecord": [{"@type": "VRI.VoterRecord"}]})
    assert problems(schema, {"@type": "VRI.RequestRejection", "Error": [{"@type": "VRI.Error", "Name": "no"}]})


async def test_every_message_about_all_500_voters_is_valid(schema: dict[str, Any], overheard: list[Any]) -> None:
    voters = sample_voters(World(SEED, Control()), tuple(STORIES))
    shown = 0
    for voter in voters:
        shown += isinstance(await registration(person(voter)), Found)
    hidden = {Standing.PROTECTED, Standing.CANCELLED}
    assert shown == sum(voter.standing not in hidden and voter.last != "Santos" for voter in voters)
    assert len(overheard) == 1000
    assert [wrong for message in overheard for wrong in problems(schema, message)] == []


@pytest.mark.parametrize(
    ("asked", "result", "kind"),
    [
        (Person("Nobody", "Known", dt.date(1980, 1, 1), "Norwich"), NotFound(), "VRI.RequestRejection"),
        (person(FIXED[3]), NotFound(), "VRI.VoterRecordResults"),
        (Person("Ann", "Lee", dt.date(2020, 1, 1), "Norwich"), Rejected("ineligible"), "VRI.RequestRejection"),
        (Person("", "Lee", dt.date(1980, 1, 1), "Norwich"), Rejected("incomplete"), "VRI.RequestRejection"),
        (Person("李", "Ó'Ñ\"\\", dt.date(1901, 1, 1), "Étage 🗳"), NotFound(), "VRI.RequestRejection"),
    ],
    ids=["nobody", "protected", "too young", "no name", "odd letters"],
)
async def test_refusals_are_valid_too(
    schema: dict[str, Any], overheard: list[Any], asked: Person, result: Any, kind: str
) -> None:
    assert await registration(asked) == result
    sent, answered = overheard
    assert answered["@type"] == kind
    assert problems(schema, sent) == problems(schema, answered) == []


@pytest.mark.parametrize("body", ["", "{", "[]", "7", "{}", '{"@type": "VRI.VoterRecordsRequest"}', '{"Subject": 1}'])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer any"}], ids=["no token", "token"])
def test_whatever_the_sandbox_is_sent_it_answers_with_a_valid_message(
    schema: dict[str, Any], gateway: str, body: str, headers: dict[str, str]
) -> None:
    answer = POOL.request("POST", gateway, body=body, headers=headers)
    assert answer.status == (400 if headers else 401)
    assert problems(schema, answer.json()) == []


async def test_an_address_is_in_the_answer_and_never_in_the_result(overheard: list[Any]) -> None:
    result = await registration(GRACE)
    assert isinstance(result, Found)
    assert "Private" in json.dumps(overheard[1])
    assert "Private" not in repr(result)
