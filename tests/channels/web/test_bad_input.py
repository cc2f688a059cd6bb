"""Whatever is typed or sent: stored as text, shown as text, or refused with a sentence. Never a server error."""

import json
import uuid
from contextlib import closing
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.web.resident_text import clean
from tests.web_server import Chat, call

ODD_TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE inbox; -- renew license",
    "template": "{{ 7*7 }} ${7*7} {language}",
    "rasa command": '/restart /dmv_fees{"a":"b"}',
    "emoji": "👩🏽‍⚕️🏴󠁧󠁢󠁥󠁮󠁧󠁿 renew 🚗",
    "combining marks": "Z̸̢̛͕̗a̴͉͝l̷̰͝g̵̠̈́o̷͖͝",
    "right to left": "תחדש רישיון abc",
    "very long word": "a" * 1000,
    "many lines": "a\n" * 400,
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_is_answered_and_kept_as_it_is(chat: Chat, text: str) -> None:
    assert chat.say(text).status == 200
    assert next(message for message in chat.read() if message["from"] == "resident")["text"] == clean(text)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b'"renew\\u0000 license"', "renew license"),
        (b'"renew \\ud800license"', "renew license"),
        (b'"renew \\u202elicense"', "renew license"),
        (b'"renew\\u0007 \\u2066license\\u2069"', "renew license"),
        ('"renew \U000e0041\U000e0042license"'.encode(), "renew license"),
        (b'"renew\\r\\nlicense"', "renew\nlicense"),
    ],
)
def test_hidden_characters_are_taken_out(chat: Chat, raw: bytes, kept: str) -> None:
    body = b'{"id": "%s", "text": %s}' % (str(uuid.uuid4()).encode(), raw)
    assert chat.post("messages", body).status == 200
    assert next(message for message in chat.read() if message["from"] == "resident")["text"] == kept


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u200d\ufe0f"[:2], "\x00\x01", "\u202e"])
def test_text_with_nothing_to_read_is_refused(chat: Chat, text: str) -> None:
    refused = chat.say(text)
    assert (refused.status, refused.code) == (400, "empty_text")


def test_a_thousand_characters_pass_and_one_more_does_not(chat: Chat) -> None:
    assert chat.say("é" * 1000).status == 200
    refused = chat.say("é" * 1001)
    assert (refused.status, refused.code) == (413, "text_too_long")


@pytest.mark.parametrize("size", [65_536, 100_000, 3_000_000])
def test_a_body_over_64_kilobytes_is_refused(chat: Chat, size: int) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "text": "x" * size}).encode()
    refused = chat.post("messages", body)
    assert (refused.status, refused.code) == (413, "body_too_large")


def test_a_body_sent_in_chunks_has_the_same_limit(chat: Chat) -> None:
    headers = {"Authorization": f"Bearer {chat.token}", "Content-Type": "application/json"}
    with closing(HTTPConnection(chat.base.removeprefix("http://"), timeout=10)) as connection:
        chunks = (b"x" * 8192 for _ in range(9))
        connection.request("POST", "/chat/api/messages", body=chunks, headers=headers, encode_chunked=True)
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
)
def test_only_json_is_taken(chat: Chat, kind: str) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "text": "hello"}).encode()
    refused = chat.post("messages", body, Content_Type=kind)
    assert (refused.status, refused.code) == (415, "not_json")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"id": "\xff\xfe", "text": "\xc3\x28"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 50_000,
        b'{"a":' * 9_000,
        b'{"id": NaN, "text": 1' + b"0" * 5000 + b"}",
    ],
)
def test_broken_json_is_refused(chat: Chat, body: bytes) -> None:
    refused = chat.post("messages", body)
    assert (refused.status, refused.code) == (400, "bad_request")


@pytest.mark.parametrize("path", ["/chat/api/", "/chat/api/messages/1", "/chat/api/words/xx", "/chat/api/words/%00"])
def test_an_unknown_address_answers_in_json(chat: Chat, path: str) -> None:
    assert call("GET", chat.base + path, token=chat.token).code == "not_found"


def test_a_wrong_method_says_which_are_right(chat: Chat) -> None:
    answer = call("DELETE", f"{chat.base}/chat/api/messages", token=chat.token)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert "\x00" not in once


@given(st.text(alphabet="abc áñ\n!¿?漢字", max_size=60))
def test_cleaning_keeps_what_can_be_read(text: str) -> None:
    assert set(clean(text)) >= set(text) - set(" \n") or not text.strip()
