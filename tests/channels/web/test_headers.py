"""Security headers, CORS by list, cookies, and who may send a form."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from core.settings import REPOSITORY, SECRETS
from tests.stack import Stack
from tests.web_server import Answer, call, web_server

PORTAL = "https://portal.example.gov"


@pytest.fixture(scope="module")
def embedded(stack: Stack) -> Iterator[str]:
    """The app as in production behind a proxy, embedded by a state site."""
    settings = {"NUTMEG_EMBED_ORIGINS": f"{PORTAL}, https://vote.example.gov", "NUTMEG_TRUSTED_PROXIES": "1"}
    with web_server(stack, **settings) as base:
        yield base


def policy(answer: Answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_the_page_has_the_strict_policy_and_names_who_may_frame_it(embedded: str) -> None:
    page = call("GET", f"{embedded}/chat")
    assert policy(page) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": f"'self' {PORTAL} https://vote.example.gov",
    }
    assert b"style=" not in page.body
    assert b" on" + b"click=" not in page.body


@pytest.mark.parametrize("path", ["/chat", "/chat/api/messages", "/healthz", "/", "/embed.js", "/no-such-page"])
def test_every_answer_has_the_security_headers(embedded: str, path: str) -> None:
    headers = call("GET", embedded + path, X_Forwarded_Proto="https").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/chat", "/chat/api/messages", "/readyz"])
def test_conversations_are_never_cached(embedded: str, path: str) -> None:
    assert call("GET", embedded + path).headers["Cache-Control"] == "no-store"


def test_a_listed_site_may_call_the_api(embedded: str) -> None:
    asked = call("OPTIONS", f"{embedded}/chat/api/messages", Origin=PORTAL, Access_Control_Request_Method="POST")
    assert asked.status == 200
    assert asked.headers["Access-Control-Allow-Origin"] == PORTAL
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    opened = call("POST", f"{embedded}/chat/api/conversations", {}, Origin=PORTAL)
    assert opened.headers["Access-Control-Allow-Origin"] == PORTAL
    assert "Origin" in opened.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://portal.example.gov", f"{PORTAL}.evil.example"]
)
def test_another_site_may_not(embedded: str, origin: str) -> None:
    answer = call("POST", f"{embedded}/chat/api/conversations", {}, Origin=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers


FORM = b"text=hello&id=00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused(embedded: str, headers: dict[str, str]) -> None:
    refused = call("POST", f"{embedded}/chat", FORM, Content_Type="application/x-www-form-urlencoded", **headers)
    assert refused.status == 403
    assert "Set-Cookie" not in refused.headers


def test_over_https_the_form_has_a_cookie_that_works_inside_a_frame(embedded: str) -> None:
    sent = call(
        "POST",
        f"{embedded}/chat",
        FORM,
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
        X_Forwarded_Proto="https",
    )
    assert sent.status == 303
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/chat"} <= {
        part.strip() for part in sent.headers["Set-Cookie"].split(";")
    }
    assert "token" not in sent.headers["Location"]


def test_over_http_the_cookie_is_lax(web: str) -> None:
    sent = call(
        "POST", f"{web}/chat", FORM, Content_Type="application/x-www-form-urlencoded", Sec_Fetch_Site="same-origin"
    )
    cookie = sent.headers["Set-Cookie"]
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie
    assert "Partitioned" not in cookie


def test_an_origin_that_is_none_stops_the_start(stack: Stack) -> None:
    env = {**stack.env, "NUTMEG_EMBED_ORIGINS": "https://ok.example, portal.example.gov/chat"}
    done = subprocess.run(
        [sys.executable, "-m", "channels"], cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=30
    )
    assert done.returncode != 0
    assert done.stderr.startswith("nutmeg: NUTMEG_EMBED_ORIGINS: ")
    assert done.stderr.count("\n") == 1


def test_in_production_the_root_leads_to_the_chat(stack: Stack) -> None:
    secrets = {f"NUTMEG_{name.upper()}": "x" * 40 for name in SECRETS}
    with web_server(stack, NUTMEG_ENV="production", **secrets) as base:
        answer = call("GET", f"{base}/")
        assert (answer.status, answer.headers["Location"]) == (302, "/chat")
