"""`sandbox/openapi/ballot_status.yaml` is the truth: the sandbox keeps it, and so does what our connector sends."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import ignored_auth

from actions.apis.ballot_status import ApplicationStatus, BallotStatus, Reason, question
from actions.apis.voter_records import Person
from core.settings import REPOSITORY
from sandbox.__main__ import server
from sandbox.voters import FIXED

pytestmark = pytest.mark.conformance
# Another method than POST is 405 by HTTP itself, and a body that is no JSON at all is 400.
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": ["400", "401"]}}})
CONTRACT = schemathesis.openapi.from_path(str(REPOSITORY / "sandbox" / "openapi" / "ballot_status.yaml"), config=CONFIG)
# The sandbox takes any token; that it wants one is tested below.
NOT_CHECKED: list[Any] = [ignored_auth]
TOKEN = {"Authorization": "Bearer any"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    running = server("127.0.0.1", 0, 7)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join(5)
    running.server_close()


@CONTRACT.parametrize()
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_questions_meet_no_server_error_and_no_undocumented_answer(case: Case[Any], gateway: str) -> None:
    case.call_and_validate(base_url=gateway, headers=TOKEN, excluded_checks=NOT_CHECKED, timeout=10)


@pytest.mark.parametrize("voter", FIXED, ids=lambda voter: f"{voter.last} {voter.birth_date.year}")
@pytest.mark.parametrize("headers", [{}, TOKEN], ids=["no token", "token"])
def test_the_answer_about_every_fixed_person_is_as_described(voter: Any, headers: dict[str, str], gateway: str) -> None:
    body = question(Person(voter.first, voter.last, voter.birth_date, voter.town))
    case = CONTRACT["/ballot_status/lookup"]["POST"].Case(body=body, media_type="application/json")
    answer = case.call(base_url=gateway, headers=headers, timeout=10)
    case.validate_response(answer, excluded_checks=NOT_CHECKED)
    assert answer.status_code in ((200, 404) if headers else (401,))


def test_our_words_are_those_of_the_description() -> None:
    words = CONTRACT.raw_schema["components"]["schemas"]["Progress"]["properties"]
    assert set(words["application"]["properties"]["status"]["enum"]) == set(ApplicationStatus) - {"unknown"}
    assert set(words["ballot"]["properties"]["status"]["enum"]) == set(BallotStatus) - {"unknown"}
    assert set(words["reason"]["enum"]) == set(Reason) - {Reason.NONE}


def test_what_our_connector_sends_has_exactly_the_fields_of_the_description() -> None:
    asked = question(Person("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich"))
    described = CONTRACT.raw_schema["components"]["schemas"]["Lookup"]
    assert set(asked) == set(described["properties"]) == set(described["required"])
