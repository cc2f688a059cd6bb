"""Many residents at once, by chat and by text, who repeat what was not acknowledged."""

import itertools
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests.twilio_double import Phone, a_sid, inbound_fields, twiml_text

QUESTIONS = (
    "how do I renew my license",
    "cuanto cuesta renovar la licencia",
    "how do I register to vote",
    "hello",
    "I lost my license",
)
PATIENCE_SECONDS = 60.0


@dataclass
class Burst:
    """Counts accepted messages and remembers what came back for each."""

    accepted: int = 0
    texts: dict[str, str | None] = field(default_factory=dict)
    """By the browser's id or Twilio's sid: the text in the webhook's own answer, if there was one."""
    broken: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, text: str | None) -> None:
        with self._lock:
            self.accepted += 1
            self.texts[key] = text

    def give_up(self, key: str) -> None:
        with self._lock:
            self.broken.append(key)

    def wait_for(self, accepted: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self.accepted + len(self.broken) < accepted and time.monotonic() < until:
            time.sleep(0.01)


def tries() -> Iterator[None]:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        yield None
        time.sleep(0.25)


@dataclass
class Browser:
    """One chat. A message that got no 200 is posted again under the same id, as the page does."""

    web: str
    token: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    """The answers that came with a post."""
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=20.0))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.pool.request(method, f"{self.web}/chat/api{path}", json=body, headers=headers)

    def open(self) -> None:
        answer = self.ask("POST", "/conversations", {"language": "en"})
        assert answer.status == 201, answer.status
        self.token = answer.json()["token"]

    def talk(self, burst: Burst, count: int) -> None:
        for text in itertools.islice(itertools.cycle(QUESTIONS), count):
            message = {"id": str(uuid.uuid4()), "text": text}
            for _ in tries():
                try:
                    answer = self.ask("POST", "/messages", message)
                except urllib3.exceptions.HTTPError:
                    continue
                if answer.status == 200:
                    self.got += json.loads(answer.data)["messages"]
                    burst.note(message["id"], None)
                    break
            else:
                burst.give_up(message["id"])


@dataclass
class Texter:
    """One phone. Twilio repeats a request that broke off, with the same token (`#rc=…` in docs/sms.md)."""

    phone: Phone
    sids: list[str] = field(default_factory=list)

    def talk(self, burst: Burst, count: int) -> None:
        for text in itertools.islice(itertools.cycle(QUESTIONS), count):
            sid = a_sid()
            self.sids.append(sid)
            fields = inbound_fields(self.phone.number, text, sid)
            for _ in tries():
                try:
                    answer = self.phone.post(fields, I_Twilio_Idempotency_Token=sid)
                except urllib3.exceptions.HTTPError:
                    continue
                if answer.status == 200:
                    burst.note(sid, twiml_text(answer.data))
                    break
            else:
                burst.give_up(sid)
