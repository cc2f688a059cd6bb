"""The real Twilio client, pointed at Twilio or at a local double, and its answers in our own words.

Twilio has no key that would make a repeated create harmless. So the one question after an error is whether the text
can have gone out: `NotSent` says no, `MaybeSent` says nobody knows.
"""

import email.utils
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from core.settings import settings

SECONDS = 10.0
# Of something between us and Twilio, which may have passed the request on.
GATEWAY = (502, 504)
# A text that Twilio itself could not pass on within five minutes answers a question of long ago.
VALIDITY_SECONDS = 300
_local = threading.local()


@dataclass(frozen=True)
class Sent:
    sid: str
    status: str


@dataclass(frozen=True)
class NotSent:
    """Twilio refused, or was not reached at all."""

    status: int
    """HTTP status; 0 when no connection was made."""
    code: int | None
    retry_after: float | None


@dataclass(frozen=True)
class MaybeSent:
    """The request went out and its answer was lost."""

    reason: str


def send(to: str, body: str, status_address: str) -> Sent | NotSent | MaybeSent:
    """One text by one request; never repeated in here."""
    client, wire = _client()
    sender: dict[str, Any] = (
        {"messaging_service_sid": settings().twilio_from}
        if settings().twilio_from.startswith("MG")
        else {"from_": settings().twilio_from}
    )
    try:
        made = client.messages.create(
            to=to, body=body, status_callback=status_address, validity_period=VALIDITY_SECONDS, **sender
        )
    except TwilioRestException as error:
        if error.status in GATEWAY:
            return MaybeSent(f"status {error.status}")
        return NotSent(error.status, error.code, wire.retry_after)
    except requests.exceptions.RequestException as error:
        return NotSent(0, None, None) if _never_connected(error) else MaybeSent(type(error).__name__)
    except (TwilioException, ValueError, KeyError) as error:
        if 400 <= wire.status < 500:
            return NotSent(wire.status, None, wire.retry_after)
        return MaybeSent(type(error).__name__)  # an answer that is not Twilio's, from something in between
    if not isinstance(made.sid, str) or len(made.sid) > 34:
        return MaybeSent("no sid")
    return Sent(made.sid, str(made.status))


def _client() -> tuple[Client, "Wire"]:
    """One client a thread: `Wire` remembers the last answer."""
    if not hasattr(_local, "client"):
        _local.wire = Wire(settings().twilio_api_url)
        _local.client = Client(settings().twilio_account_sid, settings().twilio_auth_token, http_client=_local.wire)
    return _local.client, _local.wire


class Wire(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own HTTP client, with a time limit, without retries, and with scheme and host of a double if given.

    Every text gets a new connection: an idle one that the other side has closed fails in the same way as a lost
    answer, and the text would count as `MaybeSent`.
    """

    def __init__(self, double: str) -> None:
        super().__init__(timeout=SECONDS, pool_connections=False)
        self._double = urlsplit(double) if double else None
        self.retry_after: float | None = None
        self.status = 0

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        self.retry_after, self.status = None, 0
        if self._double:
            asked = urlsplit(url)
            url = urlunsplit((self._double.scheme, self._double.netloc, asked.path, asked.query, ""))
        answer = super().request(method, url, *args, **kwargs)
        self.status = answer.status_code
        self.retry_after = _seconds((answer.headers or {}).get("Retry-After"))
        return answer


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def _never_connected(error: requests.exceptions.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)
