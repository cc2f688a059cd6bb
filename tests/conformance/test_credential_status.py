"""`sandbox/openapi/credential_status.yaml` is the truth: generated questions meet no surprise in the sandbox."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import urllib3
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from schemathesis import Case
from schemathesis.specs.openapi.checks import ignored_auth

from core.settings import REPOSITORY
from sandbox.__main__ import server
from sandbox.control import Control
from sandbox.credentials import FIXED, FIXED_PLATES, sample_credentials, sample_registrations
from sandbox.world import World

pytestmark = pytest.mark.conformance
TOKEN = {"Authorization": "Bearer any"}
ANY_TOKEN_WILL_DO: list[Any] = [ignored_auth]  # here; that there must be one is shown in tests/sandbox
CONTRACT = schemathesis.openapi.from_path(str(REPOSITORY / "sandbox" / "openapi" / "credential_status.yaml"))


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    running = server("127.0.0.1", 0, seed=7)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/credential_status"
    running.shutdown()
    thread.join(5)
    running.server_close()


@CONTRACT.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_questions_meet_no_server_error_and_no_undocumented_answer(case: Case[Any], gateway: str) -> None:
    case.call_and_validate(base_url=gateway, headers=TOKEN, excluded_checks=ANY_TOKEN_WILL_DO, timeout=30)


def test_every_documented_sample_is_answered_as_the_contract_says(gateway: str) -> None:
    asked = [("lookup", "application_number", one.number, one) for one in FIXED]
    asked += [("registration", "plate", plate.plate, plate) for plate in FIXED_PLATES]
    pool = urllib3.PoolManager()
    for path, name, number, one in asked:
        answer = pool.request(
            "POST", f"{gateway}/{path}", headers=TOKEN, json={name: number, "birth_date": one.birth_date.isoformat()}
        )
        assert answer.status == (403 if "sign-in" in one.shows else 200)
        if answer.status == 200:
            _check("Credential" if path == "lookup" else "Registration", answer.json())
    pool.clear()


def test_all_samples_fit_the_contract() -> None:
    world = World(7, Control())
    for entry in sample_credentials(world).values():
        _check("Credential", entry.fields())
    for entry in sample_registrations(world).values():
        _check("Registration", entry.fields())


def _check(name: str, body: Any) -> None:
    schemas = json.loads(json.dumps(CONTRACT.raw_schema["components"]))
    schema = {"$ref": f"#/components/schemas/{name}", "components": schemas}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)
