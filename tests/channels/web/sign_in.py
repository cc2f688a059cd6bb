"""A browser of the test client on its way through a sign-in, and an issuer whose every token a test can bend."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from channels import conversations, rasa_client, wake
from channels.app import create_app
from channels.web import oidc
from core import identity
from core.database import reading
from core.tables import inbox
from tests.bot.dialogue import installation
from tests.servers import free_port

CLIENT = "nutmeg-test"
KIND, TOPIC = "voter_registration", "vote_registration_status"
ANSWER = "You are registered."
JANE = {"birthdate": "1984-03-12", "family_name": "Quillfeather"}


@dataclass
class Issuer:
    """Discovery, keys, token and userinfo endpoint. `bend` changes the claims of the next ID token."""

    server: HTTPServer
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "one"}))
    signed_with: RSAKey | OctKey | None = None
    algorithm: str = "RS256"
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: dict(JANE))
    bend: Callable[[dict[str, Any]], None] = lambda claims: None
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "jane"})
    metadata: dict[str, Any] = field(default_factory=dict)
    token_status: int = 200
    token_requests: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path, answer in {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": lambda _request: _json({"keys": [self.key.as_dict(private=False)]}),
            "/token": self._token,
            "/userinfo": lambda _request: _json(self.userinfo),
        }.items():
            self.server.expect_request(path).respond_with_handler(answer)

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def _metadata(self, _request: Request) -> Response:
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
        }
        return _json(told | self.metadata)

    def _token(self, request: Request) -> Response:
        self.token_requests.append(request)
        if self.token_status != 200:
            return _json({"error": "invalid_grant"}, self.token_status)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "jane", "nonce": self.nonce, "iat": now, "exp": now + 300}
        claims |= self.claims
        self.bend(claims)
        token = self._signed({"alg": self.algorithm, "kid": "one"}, claims)
        return _json({"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _signed(self, header: dict[str, str], claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            return ".".join([*(_base64(json.dumps(part).encode()) for part in (header, claims)), ""])
        return jwt.encode(header, claims, self.signed_with or self.key, algorithms=[self.algorithm])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


class Browser:
    """A resident's browser on the app in this process."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def hold(self, conversation: str) -> None:
        """The cookie that the chat page gives."""
        self.client.set_cookie("nutmeg_chat", conversations.token_for(conversation), path="/chat")

    def open(self, link: str) -> Any:
        return self.client.get(urlsplit(link).path)

    def press(self, link: str, **headers: str) -> Any:
        return self.client.post(urlsplit(link).path, data={"go": "1"}, headers=headers)

    def go(self, link: str) -> dict[str, str]:
        """Open a link and press its button; the query that the sign-in service gets."""
        assert self.open(link).status_code == 200
        answer = self.press(link)
        assert answer.status_code == 302
        return query(answer.headers["Location"])

    def come_back(self, **told: str) -> Any:
        return self.client.get("/chat/identity/callback", query_string=told)


Start = Callable[..., Browser]


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def new_link(conversation: str) -> str:
    return identity.begin(conversation, KIND, TOPIC, {"voter_town": "Norwich"})


def sentences(answer: Any) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main>")[2]).split())


def forget() -> None:
    for kept in (oidc._known_issuer, oidc._keys, wake.queue, wake.task, rasa_client._pool):
        kept.cache_clear()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(issuer)`: a visitor of the app with that sign-in service, and nobody where Rasa should be."""
    running = ExitStack()

    def begin(issuer: str, **more: str) -> Browser:
        values = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": "a secret"}
        values |= {"IDENTITY_REQUIRED": KIND, "RASA_PORT": str(free_port()), **more}
        running.enter_context(installation(tmp_path, **{f"NUTMEG_{name}": value for name, value in values.items()}))
        forget()
        return Browser(create_app())

    with running:
        yield begin
    forget()


@pytest.fixture
def issuer(httpserver: HTTPServer) -> Issuer:
    return Issuer(httpserver)


@pytest.fixture
def visitor(start: Start, issuer: Issuer) -> Browser:
    return start(issuer.url)


@pytest.fixture
def mine(visitor: Browser) -> str:
    """A conversation that the browser holds."""
    opened = conversations.open_web("en").id
    visitor.hold(opened)
    return opened


def rasa_answers(server: HTTPServer) -> None:
    """A stand-in for Rasa that knows the topic's answer."""

    def answer(request: Request) -> Response:
        assert request.get_json()["choice"] == f"/{TOPIC}"
        said = {
            "text": ANSWER, "lang": "en", "dir": "ltr", "answer": "utter_x", "topic": TOPIC, "choices": [],
            "links": [], "sources": [], "reviewed": True, "english": None,
        }  # fmt: skip
        return _json({"language": "en", "messages": [said]})

    server.expect_request(rasa_client.PATH).respond_with_handler(answer)


def asked() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(inbox).order_by(inbox.c.id)))


def come_back(visitor: Browser, issuer: Issuer, sent: dict[str, str], **changes: str) -> Any:
    issuer.nonce = sent["nonce"]
    return visitor.come_back(**{"code": "a-code", "state": sent["state"], **changes})
