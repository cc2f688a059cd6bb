"""The action server as its own process, and rules that hold for the whole package."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from tests.actions.asking import Sandbox, action_call, lookups
from tests.servers import free_port, wait_for_port

ACTIONS = REPOSITORY / "actions"
NAMES = {
    name for path in (REPOSITORY / "domain").glob("*.yml") for name in read_yaml(path).get("actions") or ()
}  # fmt: skip
"""Every action that the dialogue may call."""

ASKED: dict[str, dict[str, Any]] = {
    "action_dmv_office": {"town": "Norwich"},
    "action_service_case_status": {"request_numbers": ["24-000123"]},
    "action_vote_deadline": {},
}


@pytest.fixture(scope="module")
def server(sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    port = free_port()
    folder = tmp_path_factory.mktemp("actions")
    log = folder / "log"
    env = {name: value for name, value in os.environ.items() if not name.startswith("NUTMEG_")}
    env |= {"NUTMEG_SANDBOX_PORT": str(sandbox_process.port), "NUTMEG_VAR": str(folder)}
    upgrade = [sys.executable, "-c", "from core.database import upgrade; upgrade()"]
    subprocess.run(upgrade, cwd=REPOSITORY, env=env, check=True)
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions", "--port", str(port)],
            cwd=REPOSITORY,
            env=env,
            stdout=stream,
            stderr=stream,
        )
        try:
            wait_for_port(port, 30)
            yield f"http://127.0.0.1:{port}", log
        finally:
            process.terminate()
            assert process.wait(10) is not None


def test_it_answers_over_http_and_logs_nothing_personal(server: tuple[str, Path], sandbox_process: Sandbox) -> None:
    base, log = server
    sandbox_process.order(reset=True)
    with urllib3.PoolManager(retries=False, timeout=10.0) as pool:
        assert pool.request("GET", f"{base}/health").status == 200
        assert {action["name"] for action in pool.request("GET", f"{base}/actions").json()} == NAMES
        for name, slots in ASKED.items():
            call = action_call(name, {"town": "Norwich"}, [], slots)
            answer = pool.request(
                "POST", f"{base}/webhook", body=json.dumps(call), headers={"Content-Type": "application/json"}
            )
            assert answer.status == 200
            assert answer.json()["responses"][0]["response"].startswith("utter_")
        assert (
            b'nutmeg_api_calls_total{call="case_status",outcome="found"' in pool.request("GET", f"{base}/metrics").data
        )
    written = log.read_text()
    assert '"event": "called"' in written
    assert '"conversation": "web-test"' in written
    for private in ("24-000123", "Norwich", "SECRET", "06360", "?", "127.0.0.1"):
        assert private not in written
    assert all(json.loads(line) for line in written.splitlines())


def test_no_action_utters_prose() -> None:
    for path in ACTIONS.rglob("*.py"):
        for call in _calls(path, "utter_message"):
            named = {keyword.arg for keyword in call.keywords}
            assert not call.args, f"{path.name}:{call.lineno} utters a text"
            assert "response" in named
            assert not named & {"text", "template", "json_message", "image", "attachment"}, f"{path.name}:{call.lineno}"


def test_every_answer_that_actions_name_exists() -> None:
    for path in [*ACTIONS.rglob("*.py"), REPOSITORY / "data" / "jurisdictions" / "ct" / "apis.yml"]:
        for name in _answers_in(path):
            assert name in lookups() or name.startswith("utter_chat_"), f"{path.name} names {name}"


def test_lookup_texts_hold_no_figure_and_no_address() -> None:
    for name, variations in lookups().items():
        for variation in variations:
            assert not any(letter.isdigit() for letter in variation["text"]), name
            assert "http" not in variation["text"], name


def _calls(path: Path, method: str) -> list[ast.Call]:
    tree = ast.parse(path.read_text())
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


def _answers_in(path: Path) -> list[str]:
    """Whole names only: those that are put together from parts are checked where they are used."""
    if path.suffix == ".yml":
        return re.findall(r"\butter_\w+", path.read_text())
    tree: Any = ast.parse(path.read_text())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    parts = [part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values]
    pieces = {part.value for part in parts if isinstance(part, ast.Constant)}
    stems = {"utter_message", "utter_action", "utter_line_shut", "utter_line_shut_today"}
    return [text for text in texts if text.startswith("utter_") and text not in pieces | stems and " " not in text]
