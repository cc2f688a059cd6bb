"""The sandbox as a process of its own, and the actions run against it over real HTTP."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import time_machine
import urllib3
from pytest_httpserver import HTTPServer
from rasa_sdk.executor import ActionExecutor

from actions.apis import client as clients
from core.facts import facts
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY, settings
from tests.servers import free_port, wait_for_port

UPSTREAMS = ("qmatic", "socrata", "democracy_works", "statuspage", "open311")
TUESDAY_MORNING = "2026-11-24T10:00:00-05:00"
OWN_VALUES = {"help_phone", "languages"}


@dataclass
class Sandbox:
    port: int
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=5.0))

    def order(self, **wish: Any) -> None:
        answer = self.pool.request("POST", f"http://127.0.0.1:{self.port}/_control", body=json.dumps(wish))
        assert answer.status == 200, answer.data

    def served(self, api: str) -> int:
        answer = self.pool.request("GET", f"http://127.0.0.1:{self.port}/_control")
        return int(answer.json()["served"][api])


@dataclass
class Said:
    """One message of an action: the name of the answer and what fills it."""

    response: str
    values: dict[str, Any]
    notes: list[str]
    links: list[str]
    sources: list[dict[str, str]]

    def lines(self, name: str = "details") -> list[str]:
        return [line["response"] for line in self.values[name]["value"]]

    def line(self, response: str, name: str = "details") -> dict[str, Any]:
        """Values of the first line of that response."""
        found = next(line for line in self.values[name]["value"] if line["response"] == response)
        return {key: value["value"] for key, value in found["values"].items()}

    def __getitem__(self, name: str) -> Any:
        return self.values[name]["value"]


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", str(port)], cwd=REPOSITORY, stdout=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        made = Sandbox(port)
        yield made
        made.pool.clear()
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[None]:
    """Settings read anew, no connection, nothing kept from another test."""
    for name in [name for name in os.environ if name.startswith("NUTMEG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NUTMEG_VAR", str(tmp_path))
    settings.cache_clear()
    await clients.close_clients()
    yield
    await clients.close_clients()
    settings.cache_clear()


@pytest.fixture
def sandbox(fresh: None, sandbox_process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox in good order, with its clock and ours on a Tuesday morning unless `at` says otherwise."""
    monkeypatch.setenv("NUTMEG_SANDBOX_PORT", str(sandbox_process.port))
    sandbox_process.order(reset=True)
    return sandbox_process


@pytest.fixture
def at(sandbox: Sandbox) -> Iterator[Callable[[str], None]]:
    """`at("2026-11-24T10:00:00-05:00")` sets the sandbox's clock and ours."""
    running: list[time_machine.travel] = []

    def travel(moment: str) -> None:
        for earlier in running:
            earlier.stop()
        running[:] = [time_machine.travel(dt.datetime.fromisoformat(moment), tick=True)]
        running[0].start()
        sandbox.order(now=moment)

    travel(TUESDAY_MORNING)
    yield travel
    for last in running:
        last.stop()


@pytest.fixture
def upstream(
    fresh: None, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> HTTPServer:
    """A server of hand-made answers in the place of every state system."""
    for name in UPSTREAMS:
        monkeypatch.setenv(f"NUTMEG_{name.upper()}_URL", httpserver.url_for(f"/{name}"))
    return httpserver


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    made = ActionExecutor()
    made.register_package("actions")
    return made


Run = Callable[..., Any]


@pytest.fixture
def run(executor: ActionExecutor) -> Run:
    """`await run("action_dmv_office", town="Norwich")` → what it said; every message is checked to be complete."""

    async def call(action: str, entities: dict[str, str] | None = None, events: Any = (), **slots: Any) -> Said:
        answer = await executor.run(action_call(action, entities or {}, list(events), slots))
        assert answer is not None
        messages = answer["responses"]
        assert len(messages) == 1, messages
        assert messages[0]["text"] is None
        said = Said(**{key: messages[0][key] for key in ("response", "values", "notes", "links", "sources")})
        check_complete(said)
        return said

    return call


def action_call(action: str, entities: dict[str, str], events: list[Any], slots: dict[str, Any]) -> dict[str, Any]:
    named = [{"entity": entity, "value": value} for entity, value in entities.items()]
    tracker = {
        "sender_id": "web-test",
        "slots": slots,
        "latest_message": {"text": "SECRET WORDS", "entities": named, "intent": {"name": "inform"}},
        "events": events,
        "paused": False,
        "active_loop": {},
        "latest_action_name": None,
        "followup_action": None,
    }
    forms = {"case_status_form": {"required_slots": ["case_number"]}}
    return {"next_action": action, "sender_id": "web-test", "tracker": tracker, "domain": {"forms": forms, "slots": {}}}


@cache
def lookups() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(REPOSITORY / "domain" / "lookups.yml")["responses"]
    return found


def check_complete(said: Said) -> None:
    """Every placeholder of the answer, its lines and its notes is filled, in every variant."""
    json.dumps(said.values)
    if said.response.startswith("utter_chat_"):
        return
    for name in (said.response, *said.notes):
        _check(name, said.values)


def _check(name: str, given: dict[str, Any]) -> None:
    for variation in lookups()[name]:
        wanted = {field for _, field, _, _ in Formatter().parse(variation["text"]) if field}
        missing = wanted - given.keys() - facts().keys() - OWN_VALUES
        assert not missing, f"{name} lacks {missing}"
    for value in given.values():
        if value["unit"] == "response":
            _check(value["value"], {})
        elif value["unit"] == "lines":
            for line in value["value"]:
                _check(line["response"], line["values"])


def serve_json(server: HTTPServer, path: str, body: Any, **more: Any) -> None:
    server.expect_request(path).respond_with_json(body, **more)


async def timed(awaitable: Any) -> tuple[Any, float]:
    began = time.perf_counter()
    return await awaitable, time.perf_counter() - began


