"""HTTP to a state system: the limits of a call, and the ways it can go wrong. Reads are repeated, changes never."""

import datetime as dt
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import stamina
from yarl import URL

from core.settings import settings

CONNECT_SECONDS = 1.0
WHOLE_SECONDS = 4.0
LARGEST_BODY = 2 * 1024 * 1024
MOST_HOPS = 3
REDIRECTS = {301, 302, 303, 307, 308}
DEFAULT_QUIET = 10.0
LONGEST_QUIET = 600.0
LONGEST_REFUSAL = 2000
ERROR_CODE = re.compile(r"\w{1,40}", re.ASCII)


class Missing(Exception):
    """The upstream says that there is no such thing."""


class SignInNeeded(Exception):
    """The upstream answers only a person who has signed in (a problem of the type `identity_required`, RFC 9457)."""


class Refused(Exception):
    """The upstream refuses the question; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Trouble(Exception):
    """The upstream gives no usable answer now; `reason` is a short code and never quotes what was sent or received."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(Trouble):
    """An answer came, but not one that can be read."""

    def __init__(self, reason: str = "malformed") -> None:
        super().__init__(reason)


class Throttled(Exception):
    """The upstream asks to be left alone for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class _Passing(Trouble):
    """Trouble that a second try may not meet."""


class Doubtful(Trouble):
    """A change was sent and its answer never came: it may have been made. Look before it is sent again."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, whatever its content type says (Qmatic says `application/text`). Raises Malformed."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Malformed("not_json") from None


class Transport:
    """The connections to one upstream. `base` comes from the settings only, never from what a resident wrote."""

    def __init__(self, base: str) -> None:
        self._base = URL(base.rstrip("/") + "/")
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        question: Any = None,
        readable: Collection[int] = (),
    ) -> Reply:
        """One read, tried again once after passing trouble: a GET, or a POST whose JSON body is only a `question`
        (SODA3). Raises Missing, Refused, SignInNeeded, Throttled or Trouble.

        `readable` are statuses of refusals that the connector reads itself (Google says "no data" with a 400).
        """
        url = URL(f"{self._base}{path}", encoded=True).update_query(query or {})
        async for attempt in stamina.retry_context(
            on=_Passing, attempts=2, timeout=WHOLE_SECONDS, wait_initial=0.1, wait_max=0.3, wait_jitter=0.2
        ):
            with attempt:
                reply = await self._fetch(url, headers or {}, question)
                return reply if reply.status in readable else self._judge(reply)
        raise AssertionError("stamina returns or raises")

    async def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Sequence[tuple[str, str]] | None = None,
    ) -> Reply:
        """One POST, PUT or DELETE with a JSON or a form body; never repeated, no redirect followed.

        A reply of 400 or 422 is returned for the connector to read. Raises Missing, Refused, SignInNeeded, Throttled,
        Doubtful or Trouble.
        """
        url = URL(f"{self._base}{path}", encoded=True).update_query(query or {})
        data = aiohttp.FormData(form, charset="utf-8") if form is not None else None
        call = self._open_session().request(
            method, url, headers=headers or {}, json=json, data=data, allow_redirects=False
        )
        try:
            async with call as response:
                reply = Reply(response.status, response.headers, await _limited_body(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Trouble("connection") from None
        except (TimeoutError, aiohttp.ClientError, ValueError):
            raise Doubtful("no_answer") from None
        except Trouble as trouble:  # an answer past the limit: the change may have been made
            raise Doubtful(trouble.reason) from None
        if reply.status in (201, 202, 204, 400, 422):
            return reply
        try:
            return self._judge(reply)
        except _Passing as trouble:
            raise Doubtful(trouble.reason) from None

    async def _fetch(self, url: URL, headers: Mapping[str, str], question: Any) -> Reply:
        """The reply at the end of at most three redirects on the same host."""
        session = self._open_session()
        method = "GET" if question is None else "POST"
        try:
            for _ in range(MOST_HOPS + 1):
                call = session.request(method, url, headers=headers, json=question, allow_redirects=False)
                async with call as response:
                    location = response.headers.get("Location", "")
                    if response.status not in REDIRECTS or not location:
                        return Reply(response.status, response.headers, await _limited_body(response))
                    url = self._same_host(url.join(URL(location)))
        except TimeoutError:
            raise _Passing("timeout") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            raise _Passing("connection") from None
        except (aiohttp.ClientError, ValueError):
            raise Trouble("protocol") from None
        raise Trouble("redirects")

    def _same_host(self, target: URL) -> URL:
        upgraded = self._base.scheme == "http" and target.scheme == "https"
        if target.host != self._base.host or (target.origin() != self._base.origin() and not upgraded):
            raise Trouble("foreign_redirect")
        return target

    def _judge(self, reply: Reply) -> Reply:
        """The reply when it is a plain answer; otherwise the exception that its status stands for."""
        status = reply.status
        if status in (200, 203):
            return reply
        quiet = _retry_after(reply.headers)
        if status == 429 or (status == 503 and quiet is not None):
            raise Throttled(quiet if quiet is not None else DEFAULT_QUIET)
        if status == 202:
            raise _Passing("not_ready")  # Socrata: the result is being prepared, ask again
        if status in (404, 410):
            raise Missing
        if status in (401, 403):
            raise SignInNeeded if _asks_for_identity(reply.body) else Refused("forbidden")
        if 400 <= status < 500:
            raise Refused("bad_request")
        if code := reply.headers.get("error_code") or _error_message(reply.body):
            raise Refused(code if ERROR_CODE.fullmatch(code) else "error_code")  # Qmatic: a 500 that is a "no"
        raise _Passing(f"status_{status}")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=WHOLE_SECONDS, sock_connect=CONNECT_SECONDS),
                headers={"User-Agent": f"Nutmeg resident assistant (state: {settings().jurisdiction.upper()})"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _limited_body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in response.content.iter_chunked(65_536):
        body += part
        if len(body) > LARGEST_BODY:
            response.close()
            raise Trouble("too_big")
    return bytes(body)


def _asks_for_identity(body: bytes) -> bool:
    """Is it a problem (RFC 9457) whose type ends in `identity_required`?"""
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return False
    kind = problem.get("type") if isinstance(problem, dict) else None
    return isinstance(kind, str) and re.split(r"[/#:]", kind)[-1] == "identity_required"


def _error_message(body: bytes) -> str:
    """Qmatic's other "no", in the body only: `{"errorMessage": "ERROR_CANNOT_BE_RESERVED"}`; else empty."""
    try:
        told = json.loads(body) if len(body) < LONGEST_REFUSAL else None
    except (ValueError, RecursionError):
        return ""
    message = told.get("errorMessage") if isinstance(told, dict) else None
    return message if isinstance(message, str) and message.startswith("ERROR_") else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the upstream wants to be left alone for: a number or a date, at most ten minutes."""
    told = headers.get("Retry-After", "").strip()
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - dt.datetime.now(dt.UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_QUIET)
