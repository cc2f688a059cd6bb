"""Numbers that nobody should send are gone before a text is stored, and Rasa is told that there was one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from channels.rasa_client import PATH
from core.settings import settings
from tests.channels.sms.sms_app import App, message

Asked = dict[str, Any]


@pytest.fixture
def heard(app: App, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What reaches Rasa's door; a stand-in answers everything with "Noted."."""
    bodies: list[Asked] = []

    def answer(request: Request) -> Response:
        bodies.append(request.get_json())
        reply = {"language": "en", "messages": [message("Noted.")]}
        return Response(json.dumps(reply), content_type="application/json")

    httpserver.expect_request(PATH).respond_with_handler(answer)
    monkeypatch.setenv("NUTMEG_RASA_HOST", httpserver.host)
    monkeypatch.setenv("NUTMEG_RASA_PORT", str(httpserver.port))
    settings.cache_clear()
    return bodies


def test_a_number_is_masked_before_it_is_stored(
    app: App, resident: str, inbox_of: Callable[[str], list[Any]], heard: list[Asked]
) -> None:
    app.text(resident, "my ssn is 123-45-6789, is my license ready?")
    assert [row.text for row in inbox_of(resident)] == ["my ssn is [SSN_1], is my license ready?"]
    assert "6789" not in str(heard)
    assert heard[0]["metadata"]["masked"] == ["SSN"]


def test_an_ordinary_text_is_stored_as_it_is(
    app: App, resident: str, inbox_of: Callable[[str], list[Any]], heard: list[Asked]
) -> None:
    app.text(resident, "status of 24-000123, call 860-555-0142")
    assert [row.text for row in inbox_of(resident)] == ["status of 24-000123, call 860-555-0142"]
    assert heard[0]["metadata"]["masked"] == []
