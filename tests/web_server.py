"""A public app of its own beside the stack's: the same database and the same Rasa, other settings. And a caller."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import urllib3

from core.settings import REPOSITORY
from tests.stack import Stack, free_port

http = urllib3.PoolManager(retries=False, timeout=30.0, maxsize=8)

ROOMY = {
    "NUTMEG_CONVERSATIONS_PER_HOUR": "100000",
    "NUTMEG_MESSAGES_PER_MINUTE": "100000",
    "NUTMEG_ADDRESS_MESSAGES_PER_MINUTE": "100000",
}
"""Limits that tests from one address do not meet."""


@contextmanager
def web_server(stack: Stack, **changes: str) -> Iterator[str]:
    """Address of a running public app with these settings."""
    port = free_port()
    env = {**stack.env, **ROOMY, **changes, "NUTMEG_WEB_PORT": str(port)}
    with (stack.var / "web-extra.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "channels"], cwd=REPOSITORY, env=env, stdout=log, stderr=log, start_new_session=True
        )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.send_signal(signal.SIGINT)  # gunicorn's quick way to stop
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            if http.request("GET", f"{base}/healthz").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the public app did not become healthy")


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error code."""
        return str(self.json["error"]["code"])

    @property
    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json["messages"]
        return found


def call(method: str, url: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
    """One request; a body that is not bytes is sent as JSON."""
    # The server hangs up on a body it does not read to the end, so no connection is used twice.
    sent = {"Connection": "close"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None and not any(name.lower() == "content-type" for name in sent):
        sent["Content-Type"] = "application/json"
    answer = http.request(method, url, body=data, headers=sent, redirect=False)
    return Answer(answer.status, answer.headers, answer.data)


@dataclass
class Chat:
    """A resident's conversation through the API."""

    base: str
    language: str | None = "en"
    token: str = ""
    greeting: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        opened = call("POST", f"{self.base}/chat/api/conversations", {"language": self.language})
        assert opened.status == 201
        self.token, self.greeting = opened.json["token"], opened.messages

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return call("POST", f"{self.base}/chat/api/{path}", body, self.token, **headers)

    def say(self, text: str, message_id: str | None = None) -> Answer:
        return self.post("messages", {"id": message_id or str(uuid.uuid4()), "text": text})

    def choose(self, payload: str, message_id: str | None = None) -> Answer:
        return self.post("messages", {"id": message_id or str(uuid.uuid4()), "choice": payload})

    def read(self, after: int = 0) -> list[dict[str, Any]]:
        return call("GET", f"{self.base}/chat/api/messages?after={after}", token=self.token).messages
