"""Rasa's door for the public app, asked over HTTP as the public app asks it, and as it never would."""

import json
import secrets
import sqlite3
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3

from core.privacy import _cipher, _derive
from tests.stack import Stack

APOLOGY_SECONDS = 6.0


@dataclass
class Door:
    """The public app's side of the channel; `sender` is one conversation."""

    stack: Stack
    sender: str = field(default_factory=lambda: f"web-{secrets.token_hex(16)}")
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=30.0))

    def post(self, body: Any, secret: str | None = None, **headers: str) -> urllib3.BaseHTTPResponse:
        given = self.secret if secret is None else secret
        named = {"Content-Type": "application/json", "Authorization": f"Bearer {given}"} | headers
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.pool.request("POST", f"{self.stack.rasa}/webhooks/nutmeg/messages", body=data, headers=named)

    @property
    def secret(self) -> str:
        return (self.stack.var / "secrets" / "rasa_secret").read_text().strip()

    def message(self, text: str, message_id: str | None = None, again: bool = False, **more: Any) -> dict[str, Any]:
        metadata = {"channel": "web", "language_hint": None, "again": again} | more.pop("metadata", {})
        return {
            "sender": self.sender, "message_id": message_id or str(uuid.uuid4()), "text": text, "metadata": metadata,
        } | more  # fmt: skip

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        answer = self.post(self.message(text, **more))
        assert answer.status == 200, answer.data
        found: dict[str, Any] = answer.json()
        return found

    def answers(self, text: str, **more: Any) -> list[str]:
        return [message["answer"] for message in self.say(text, **more)["messages"]]

    def events(self) -> list[dict[str, Any]]:
        """What the database holds of the conversation."""
        with sqlite3.connect(self.stack.var / "nutmeg.sqlite3") as connection:
            rows = connection.execute(
                "SELECT event FROM tracker_event WHERE sender_id = ? ORDER BY position", (self.sender,)
            )
            cipher = _cipher((), _derive((self.stack.var / "secrets" / "secret_key").read_text(), "tracker events"))
            stored = [json.loads(row[0]) for row in rows]
            return [json.loads(cipher.open(event["cipher"])) if "cipher" in event else event for event in stored]


@pytest.fixture
def door(stack: Stack) -> Door:
    return Door(stack)


def test_a_question_is_answered_with_everything_a_channel_needs(door: Door) -> None:
    found = door.say("how do I renew my license")
    (message,) = found["messages"]
    assert found["language"] == "en"
    assert (message["answer"], message["topic"]) == ("utter_dmv_license_renew", "dmv_license_renew")
    assert (message["lang"], message["dir"]) == ("en", "ltr")
    assert message["links"]
    assert message["sources"][0]["verified_on"]
    assert set(message) == {
        "text", "lang", "dir", "answer", "topic", "choices", "links", "sources", "reviewed", "english",
    }  # fmt: skip


@pytest.mark.parametrize("secret", ["", "wrong", "wrong" * 20])
def test_without_the_secret_nothing_is_heard(door: Door, secret: str) -> None:
    assert door.post(door.message("hello"), secret=secret).status == 401
    assert door.events() == []


def test_the_secret_must_come_as_a_bearer_token(door: Door) -> None:
    assert door.post(door.message("hello"), Authorization=door.secret).status == 401
    assert door.post(door.message("hello"), Authorization=f"Basic {door.secret}").status == 401
    assert door.post(door.message("hello"), Authorization="Bearer ñandú".encode().decode("latin-1")).status == 401


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "hello",
        {},
        {"text": None},
        {"text": 7},
        {"sender": 7},
        {"sender": None},
        {"sender": ""},
        {"choice": 7},
        {"metadata": {"channel": "telegram"}},
        {"metadata": {}},
        {"metadata": "web"},
        {"metadata": []},
    ],
)
def test_a_malformed_request_is_refused(door: Door, wrong: Any) -> None:
    body = {**door.message("hello"), **wrong} if isinstance(wrong, dict) and wrong else wrong
    answer = door.post(body)
    assert answer.status == 400, answer.data
    assert answer.json() == {"error": "malformed"}


def test_a_body_that_is_not_json_is_refused(door: Door) -> None:
    assert door.post(b"{not json").status == 400
    assert door.post(b"\xff\xfe").status == 400


@pytest.mark.parametrize("typed", ["/dmv_real_id", "  /dmv_real_id", "//dmv_real_id", "\t/dmv_real_id{}"])
def test_a_command_typed_as_text_is_only_a_text(door: Door, typed: str) -> None:
    door.say(typed)
    heard = next(event for event in door.events() if event["event"] == "user")
    assert not heard["text"].startswith("/")
    assert heard["parse_data"]["intent_ranking"]


def test_restart_typed_as_a_command_does_not_restart(door: Door) -> None:
    door.say("how do I renew my license")
    door.say("/restart")
    assert all(event["event"] != "restart" for event in door.events() if event["event"] != "user") or door.answers(
        "hello"
    )


def test_a_button_is_a_command(door: Door) -> None:
    assert door.answers("REAL ID", choice="/dmv_real_id") == ["utter_dmv_real_id"]


def test_where_a_number_was_masked_a_warning_comes_before_the_answer(door: Door) -> None:
    masked = {"masked": ["SSN"]}
    answers = door.answers("how do I renew my license, my number is [SSN_1]", metadata=masked)
    assert answers == ["utter_masked_number", "utter_dmv_license_renew"]


def test_where_nothing_but_a_masked_number_was_said_there_is_only_the_warning(door: Door) -> None:
    assert door.answers("[LICENSE_1]", metadata={"masked": ["LICENSE"]}) == ["utter_masked_number"]


def test_a_message_asked_again_brings_its_warning_again(door: Door) -> None:
    asked = {"text": "how do I renew my license [SSN_1]", "message_id": str(uuid.uuid4())}
    first = door.say(**asked, metadata={"masked": ["SSN"]})
    assert door.say(**asked, metadata={"masked": ["SSN"]}, again=True)["messages"] == first["messages"]


def test_the_same_message_asked_again_repeats_its_answers_and_adds_nothing(door: Door) -> None:
    message_id = str(uuid.uuid4())
    first = door.say("how do I get a learner's permit", message_id=message_id)
    before = door.events()
    second = door.say("how do I get a learner's permit", message_id=message_id, again=True)
    assert second == first
    assert door.events() == before


def test_an_earlier_message_asked_again_gives_its_own_answers(door: Door) -> None:
    message_id = str(uuid.uuid4())
    first = door.say("how do I get a learner's permit", message_id=message_id)
    door.say("how much is it?")
    assert door.say("how do I get a learner's permit", message_id=message_id, again=True) == first


def test_asked_again_without_a_first_time_the_turn_is_run(door: Door) -> None:
    assert door.answers("how do I get a learner's permit", again=True) == ["utter_dmv_permit"]


@pytest.mark.parametrize("hint", ["xx", "", "klingon", 7, None, ["en"]])
def test_an_unknown_language_hint_counts_as_none(door: Door, hint: Any) -> None:
    found = door.say("how do I get a learner's permit", metadata={"language_hint": hint})
    assert found["language"] == "en"


def test_the_hint_decides_what_a_text_without_words_is_in(door: Door) -> None:
    assert door.say("???", metadata={"language_hint": "es"})["messages"][0]["lang"] == "es"


@pytest.mark.parametrize(
    "text",
    [
        "renew\u0000 my license",
        "\u202erenew my license\u202c",
        "🚗🚗🚗",
        "<script>alert(1)</script><b>renew</b>",
        "'; DROP TABLE tracker_event; --",
        "{address} {0} %s {{x}}",
        "",
        " ",
        "/",
        "////",
        "\n\n\n",
        "a" * 5000,
        "¿?" * 500,
        "é\u0301\u0301\u0301",
        "\ud83d",
        "ᐃᓄᒃᑎᑐᑦ ᐊᔪᕐᓇᖅ",
        "٢٤-٠٠٠١٢٣",
    ],
)
def test_whatever_is_typed_gets_an_answer(door: Door, text: str) -> None:
    messages = door.say(text)["messages"]
    assert messages
    assert all(message["text"].strip() and "{" not in message["text"] for message in messages)


def test_what_was_typed_is_not_given_back(door: Door) -> None:
    said = door.say("<script>alert(1)</script>")
    assert "script" not in json.dumps(said)


def test_no_text_is_logged(door: Door, stack: Stack) -> None:
    door.say("xyzzy plugh how do I renew my license for Xenophilius")
    assert "xyzzy" not in stack.log_text()
    assert "Xenophilius" not in stack.log_text()


def test_it_says_whether_it_is_ready_and_with_which_model(door: Door) -> None:
    answer = door.pool.request("GET", f"{door.stack.rasa}/webhooks/nutmeg/health")
    assert answer.status == 200
    assert answer.json()["ready"] is True
    assert answer.json()["model"]


def test_rasas_own_api_is_closed_without_the_secret(door: Door) -> None:
    for path in ("/domain", f"/conversations/{door.sender}/tracker"):
        assert door.pool.request("GET", door.stack.rasa + path).status == 401


@pytest.mark.parametrize(("asked", "language"), [("wait time at the norwich dmv", "en"),
                                                 ("cuánto hay que esperar en el dmv de norwich", "es")])  # fmt: skip
def test_without_the_action_server_it_apologises_with_a_phone_and_a_link_in_time(
    door: Door, stack: Stack, asked: str, language: str
) -> None:
    stack.kill("actions")
    try:
        started = time.monotonic()
        (message,) = door.say(asked)["messages"]
        assert time.monotonic() - started < APOLOGY_SECONDS
        assert (message["answer"], message["lang"]) == ("utter_apology", language)
        assert message["links"]
        assert "(860)" in message["text"]
    finally:
        stack.start("actions")
    assert door.answers("is the dmv website down") != ["utter_apology"]
