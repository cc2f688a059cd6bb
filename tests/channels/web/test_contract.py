"""`channels/openapi.yaml` is the truth: every route stands in it, and generated requests meet no surprise."""

import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from channels.web.api import api
from channels.web.calendar_file import calendar_file
from channels.web.health import health
from core.settings import REPOSITORY
from tests.web_server import Chat

# Too long is 413 here, which the tool does not count as a refusal by itself.
REFUSALS = ["400", "401", "404", "405", "409", "413", "415"]
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
CONTRACT = schemathesis.openapi.from_path(str(REPOSITORY / "channels" / "openapi.yaml"), config=CONFIG)
# A choice that fits the contract need not have been offered, and a text may hold nothing but spaces.
# With GET a query field that nobody knows is no reason to refuse.
NOT_CHECKED: list[Any] = [positive_data_acceptance]


@pytest.fixture(scope="module")
def token(web: str) -> str:
    return Chat(web).token


@CONTRACT.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests_meet_no_server_error_and_no_undocumented_answer(
    case: Case[Any], web: str, token: str
) -> None:
    excluded = [*NOT_CHECKED, negative_data_rejection] if case.method == "GET" else NOT_CHECKED
    case.call_and_validate(
        base_url=web, headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded, timeout=30
    )


def test_every_route_stands_in_the_contract() -> None:
    app = Flask("routes")
    app.register_blueprint(api)
    app.register_blueprint(calendar_file)
    app.register_blueprint(health)
    routes = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in ("static", "health.metrics")
    }
    written = {(method, path) for path, methods in CONTRACT.raw_schema["paths"].items() for method in methods}
    assert routes == written
