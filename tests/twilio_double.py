"""A stand-in for Twilio: signs webhooks, takes texts over its REST API, remembers what residents would have got.

Its REST answers are judged by Twilio's own specification in tests/conformance.
"""

import email.utils
import itertools
import json
import secrets
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from twilio.request_validator import RequestValidator
from werkzeug import Request, Response

ACCOUNT = "AC" + "b" * 32
TOKEN = "a token for tests only, made up"
OUR_NUMBER = "+18605550100"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
_residents = itertools.count(100)


def a_resident() -> str:
    """A phone number that no test has used yet, of the range that is kept for fiction."""
    return f"+1203555{next(_residents):04d}"


def a_sid() -> str:
    return "SM" + secrets.token_hex(16)


@dataclass(frozen=True)
class Text:
    """What Twilio was asked to send."""

    to: str
    body: str
    sid: str
    status_address: str


@dataclass
class TwilioDouble:
    """`texts` came by the REST API; `failures` are answered first, one for each request."""

    server: HTTPServer
    texts: list[Text] = field(default_factory=list)
    requests: int = 0
    failures: list[Response] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def fail_with(self, status: int, code: int, **headers: str) -> None:
        body = (
            f'{{"code": {code}, "message": "made up", "status": {status},'
            f' "more_info": "https://www.twilio.com/docs/errors/{code}"}}'
        )
        self.failures.append(Response(body, status=status, headers=headers, content_type="application/json"))

    def answer(self, request: Request) -> Response:
        with self._lock:
            self.requests += 1
            if self.failures:
                return self.failures.pop(0)
            form = request.form
            made = Text(form["To"], form["Body"], a_sid(), form.get("StatusCallback", ""))
            self.texts.append(made)
        return Response(_as_json(made, form), status=201, content_type="application/json")

    def bodies_to(self, number: str) -> list[str]:
        with self._lock:
            return [text.body for text in self.texts if text.to == number]


def _as_json(text: Text, form: Any) -> str:
    made = email.utils.formatdate(usegmt=False).replace("-0000", "+0000")
    service = form.get("MessagingServiceSid")
    return json.dumps(
        {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": text.body,
            "date_created": made,
            "date_sent": None,
            "date_updated": made,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": form.get("From"),
            "messaging_service_sid": service,
            "num_media": "0",
            "num_segments": "0" if service else "1",
            "price": None,
            "price_unit": "USD",
            "sid": text.sid,
            "status": "accepted" if service else "queued",
            "subresource_uris": {"media": f"{PATH.removesuffix('.json')}/{text.sid}/Media.json"},
            "tags": None,
            "to": text.to,
            "uri": f"{PATH.removesuffix('.json')}/{text.sid}.json",
        }
    )


@pytest.fixture(scope="session")
def twilio_server() -> Iterator[HTTPServer]:
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def twilio(twilio_server: HTTPServer) -> Iterator[TwilioDouble]:
    double = TwilioDouble(twilio_server)
    twilio_server.expect_request(PATH, method="POST").respond_with_handler(double.answer)
    yield double
    twilio_server.clear()


def inbound_fields(number: str, body: str, sid: str | None = None, **more: str) -> dict[str, str]:
    """The form of Twilio's inbound webhook, as it sends it."""
    sid = sid or a_sid()
    return {
        "ToCountry": "US", "ToState": "CT", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "CT", "SmsStatus": "received", "FromCity": "", "Body": body,
        "FromCountry": "US", "To": OUR_NUMBER, "ToZip": "", "NumSegments": "1", "MessageSid": sid,
        "AccountSid": ACCOUNT, "From": number, "ApiVersion": "2010-04-01",
    } | more  # fmt: skip


def signature(address: str, fields: dict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(address, fields))


def twiml_text(answer: str | bytes) -> str | None:
    """The text in a TwiML answer; None for an empty response. Two texts are an error."""
    root = ET.fromstring(answer)  # noqa: S314 (our own answer)
    assert root.tag == "Response"
    texts = [message.text or "" for message in root.findall("Message")]
    assert len(texts) == len(root)
    assert len(texts) <= 1
    return texts[0] if texts else None


@dataclass
class Phone:
    """A resident's phone that texts an installation over real HTTP, through a Twilio that repeats what broke off."""

    web: str
    public: str
    number: str = field(default_factory=a_resident)
    token: str = TOKEN
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=15.0))

    def post(self, fields: dict[str, str], path: str = "/sms/inbound", **headers: str) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("X-Twilio-Signature", signature(self.public + path, fields, self.token))
        return self.pool.request(
            "POST", self.web + path, fields=fields, headers=named, encode_multipart=False, redirect=False
        )

    def text(self, body: str, **more: str) -> str | None:
        """Text and return what came back in the webhook's own answer."""
        answer = self.post(inbound_fields(self.number, body, **more))
        assert answer.status == 200, answer.status
        return twiml_text(answer.data)
