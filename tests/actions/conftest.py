"""The sandbox as a process of its own, and the actions run against it over real HTTP."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pytest_httpserver import HTTPServer
from rasa_sdk.executor import ActionExecutor

from actions.apis import client as clients
from core.database import engine, upgrade
from core.settings import REPOSITORY, settings
from tests.actions.asking import UPSTREAMS, Run, Said, Sandbox, action_call, check_complete
from tests.actions.forms import Form
from tests.servers import free_port, wait_for_port

TUESDAY_MORNING = "2026-11-24T10:00:00-05:00"


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
    monkeypatch.setenv("NUTMEG_PERSONAL_LOOKUP_MS", "50")
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
def upstream(fresh: None, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """A server of hand-made answers in the place of every state system."""
    for name in UPSTREAMS:
        monkeypatch.setenv(f"NUTMEG_{name.upper()}_URL", httpserver.url_for(f"/{name}"))
    return httpserver


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    made = ActionExecutor()
    made.register_package("actions")
    return made


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


@pytest.fixture
def form(executor: ActionExecutor, sandbox: Sandbox) -> Iterator[Callable[..., Form]]:
    """`form("dmv_appointment_book")`: a form to play, with a database of its own."""
    engine.cache_clear()
    upgrade()

    def begin(topic: str, channel: str = "web") -> Form:
        return Form(executor.run, topic, channel)

    yield begin
    engine().dispose()
    engine.cache_clear()
