"""Limits per conversation and per address: a polite refusal that says when to come back."""

from collections.abc import Iterator

import pytest
import redis

from tests.stack import Stack
from tests.web_server import Chat, call, web_server


@pytest.fixture(scope="module")
def narrow(stack: Stack) -> Iterator[str]:
    limits = {
        "NUTMEG_MESSAGES_PER_MINUTE": "3",
        "NUTMEG_ADDRESS_MESSAGES_PER_MINUTE": "8",
        "NUTMEG_CONVERSATIONS_PER_HOUR": "4",
        "NUTMEG_TRUSTED_PROXIES": "1",
    }
    with web_server(stack, **limits) as base:
        yield base


def open_from(base: str, address: str) -> str:
    opened = call("POST", f"{base}/chat/api/conversations", {"language": "es"}, X_Forwarded_For=address)
    assert opened.status == 201
    return str(opened.json["token"])


def test_a_conversation_that_writes_too_fast_is_asked_to_wait(narrow: str) -> None:
    token = open_from(narrow, "192.0.2.1")
    statuses = []
    for number in range(4):
        body = {"id": f"00000000-0000-4000-8000-00000000000{number}", "text": "hola"}
        answer = call("POST", f"{narrow}/chat/api/messages", body, token, X_Forwarded_For="192.0.2.1")
        statuses.append(answer.status)
    assert statuses == [200, 200, 200, 429]
    assert answer.code == "too_many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert "espere" in answer.json["error"]["message"]


def test_an_address_that_opens_too_many_conversations_is_asked_to_wait(narrow: str) -> None:
    for _ in range(4):
        open_from(narrow, "192.0.2.2")
    refused = call("POST", f"{narrow}/chat/api/conversations", {}, X_Forwarded_For="192.0.2.2")
    assert (refused.status, refused.code) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) > 60
    open_from(narrow, "192.0.2.3")


def test_one_ipv6_customer_counts_as_one_address(narrow: str) -> None:
    for end in range(4):
        open_from(narrow, f"2001:db8:1:2::{end}")
    refused = call("POST", f"{narrow}/chat/api/conversations", {}, X_Forwarded_For="2001:db8:1:2:ffff::9")
    assert refused.status == 429
    open_from(narrow, "2001:db8:1:3::1")


def test_the_page_without_script_says_it_politely_and_gives_a_phone_number(narrow: str) -> None:
    for _ in range(4):
        open_from(narrow, "192.0.2.4")
    refused = call(
        "POST",
        f"{narrow}/chat",
        b"text=hello&id=00000000-0000-4000-8000-000000000009",
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
        X_Forwarded_For="192.0.2.4",
    )
    assert refused.status == 429
    assert "Retry-After" in refused.headers
    assert b"Please wait a moment" in refused.body
    assert b"211" in refused.body
    assert b">hello</textarea>" in refused.body


def test_the_limits_are_shared_through_redis_and_hold_no_address(stack: Stack, redis_url: str) -> None:
    narrow = {"NUTMEG_REDIS_URL": redis_url, "NUTMEG_CONVERSATIONS_PER_HOUR": "1", "NUTMEG_TRUSTED_PROXIES": "1"}
    with web_server(stack, **narrow) as one, web_server(stack, **narrow) as other:
        open_from(one, "192.0.2.77")
        assert call("POST", f"{other}/chat/api/conversations", {}, X_Forwarded_For="192.0.2.77").status == 429
        assert call("GET", f"{other}/readyz").json["redis"] == "ok"
        store = redis.Redis.from_url(redis_url)
        keys = str(store.keys("*"))
        store.close()
    assert "nutmeg" in keys
    assert "192.0.2" not in keys


def test_a_conversation_still_works_when_redis_is_away(stack: Stack) -> None:
    with web_server(stack, NUTMEG_REDIS_URL="redis://127.0.0.1:1/0") as base:
        assert Chat(base).say("how do I renew my license").status == 200
        assert call("GET", f"{base}/readyz").status == 503
