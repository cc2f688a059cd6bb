"""With Rasa away a message is kept, the resident is told so, and the answer comes when Rasa is back."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stack import Stack
from tests.web_server import Answer, Chat, call, web_server


@pytest.fixture(scope="module")
def away(stack: Stack) -> Iterator[dict[str, Any]]:
    """What residents met while Rasa was away; it is back when the tests look."""
    met: dict[str, Any] = {}
    with web_server(stack, NUTMEG_WEB_REPLY_SECONDS="1") as base:
        chat = Chat(base, "es")
        stack.kill("rasa")
        try:
            met["chat"], met["ids"] = chat, [str(uuid.uuid4()) for _ in range(2)]
            met["answers"] = [chat.say("cuanto cuesta renovar la licencia", one) for one in met["ids"]]
            met["again"] = chat.say("cuanto cuesta renovar la licencia", met["ids"][0])
            met["opened"] = call("POST", f"{base}/chat/api/conversations", {"language": "en"})
            met["ready"] = call("GET", f"{base}/readyz")
            met["alive"] = call("GET", f"{base}/healthz")
        finally:
            stack.start("rasa")
        yield met


def eventually(found: Callable[[], Any], seconds: float = 60) -> Any:
    until = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < until:
        time.sleep(0.2)
    return value


def test_the_message_is_kept_and_the_resident_told(away: dict[str, Any]) -> None:
    answers: list[Answer] = [*away["answers"], away["again"]]
    for answer in answers:
        assert (answer.status, answer.code) == (503, "answer_later")
        assert int(answer.headers["Retry-After"]) >= 1
        assert "Tenemos su mensaje" in answer.json["error"]["message"]


def test_a_conversation_still_opens(away: dict[str, Any]) -> None:
    assert away["opened"].status == 201
    assert away["opened"].messages == []


def test_the_app_says_that_it_is_up_but_not_ready(away: dict[str, Any]) -> None:
    assert away["alive"].status == 200
    assert away["ready"].status == 503
    assert away["ready"].json["rasa"] == "away"


def test_the_answers_come_later_once_and_in_order(away: dict[str, Any]) -> None:
    chat: Chat = away["chat"]
    assert eventually(lambda: [m["id"] for m in chat.read() if m["from"] == "resident"] == away["ids"])
    messages = chat.read()
    answered = [message for message in messages if message["from"] == "assistant" and message["seq"] > 2]
    assert {message["topic"] for message in answered} == {"dmv_fees"}
    assert len(answered) == 2


def test_the_greeting_comes_later_too(away: dict[str, Any]) -> None:
    late = away["chat"]
    late = Chat.__new__(Chat)
    late.base, late.token = away["chat"].base, away["opened"].json["token"]
    assert eventually(late.read)[0]["topic"] == "chat_greet"
