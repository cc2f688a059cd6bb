import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3

from sandbox.__main__ import server

TUESDAY_MORNING = "2026-11-24T10:00:00-05:00"


@dataclass
class Client:
    """Asks one running sandbox over HTTP, without retries and without following redirects."""

    base: str
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=5.0))

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self.ask("GET", path, headers)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        return self.pool.request(method, self.base + path, headers=named, redirect=False, **more)

    def json(self, path: str, **headers: str) -> Any:
        answer = self.get(path, **headers)
        assert answer.status == 200, answer.data
        return json.loads(answer.data)

    def order(self, **wish: Any) -> Any:
        answer = self.ask("POST", "/_control", body=json.dumps(wish))
        assert answer.status == 200, answer.data
        return json.loads(answer.data)


def serve(seed: int) -> Iterator[Client]:
    running = server("127.0.0.1", 0, seed)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    client = Client(f"http://127.0.0.1:{running.server_port}")
    yield client
    client.pool.clear()
    running.shutdown()
    thread.join(5)
    running.server_close()


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Client]:
    yield from serve(seed=7)


@pytest.fixture(scope="session")
def other_seed() -> Iterator[Client]:
    yield from serve(seed=8)


@pytest.fixture
def sandbox(running_sandbox: Client) -> Client:
    """The sandbox without orders, on an ordinary Tuesday morning."""
    running_sandbox.order(reset=True, now=TUESDAY_MORNING)
    return running_sandbox
