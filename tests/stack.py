"""All of Nutmeg's processes, started for real on free ports with a folder of their own."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.settings import REPOSITORY

COMMANDS = {
    "sandbox": ["-m", "sandbox"],
    "actions": ["-m", "actions"],
    "rasa": ["-m", "bot"],
    "web": ["-m", "channels"],
    "worker": ["-m", "channels.worker"],
}
HEALTH = {
    "sandbox": ("NUTMEG_SANDBOX_PORT", "/healthz"),
    "actions": ("NUTMEG_ACTIONS_PORT", "/health"),
    "rasa": ("NUTMEG_RASA_PORT", "/webhooks/nutmeg/health"),
    "web": ("NUTMEG_WEB_PORT", "/healthz"),
}
READY_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """Processes by name: start, kill -9, read what they logged. `env` is what they were started with."""

    var: Path
    model: Path
    extra: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = {f"NUTMEG_{name.upper()}_PORT": str(free_port()) for name in ("rasa", "actions", "web", "sandbox")}
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("NUTMEG_")}
        self.env = {
            **inherited,
            **ports,
            "NUTMEG_VAR": str(self.var),
            "NUTMEG_MODEL_DIR": str(self.model.parent),
            "NUTMEG_LANGUAGES": os.environ.get("NUTMEG_LANGUAGES", ""),
            "RASA_TELEMETRY_ENABLED": "false",
            "NUTMEG_PERSONAL_LOOKUP_MS": "0",  # its own tests measure the time
            "NUTMEG_BREAKER_SECONDS": "0.05",  # a fault of one test is over for the next
            **self.extra,
        }
        if not self.env["NUTMEG_LANGUAGES"]:
            del self.env["NUTMEG_LANGUAGES"]

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.env[f'NUTMEG_{name.upper()}_PORT']}"

    @property
    def web(self) -> str:
        return self.url("web")

    @property
    def rasa(self) -> str:
        return self.url("rasa")

    @property
    def sandbox(self) -> str:
        return self.url("sandbox")

    def upgrade(self) -> None:
        """Create the database."""
        subprocess.run(
            [sys.executable, "-c", "from core.database import upgrade; upgrade()"],
            cwd=REPOSITORY,
            env=self.env,
            check=True,
        )

    def start(self, *names: str) -> None:
        """Start the named processes, all when none is named, and wait until each answers its health check."""
        wanted = names or tuple(COMMANDS)
        for name in wanted:
            arguments = [*COMMANDS[name], *(["--port", self.env["NUTMEG_SANDBOX_PORT"]] if name == "sandbox" else [])]
            with self._log(name).open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *arguments], cwd=REPOSITORY, env=self.env, stdout=log, stderr=log
                )
        for name in wanted:
            self._wait(name)

    @contextlib.contextmanager
    def orders(self, *orders: dict[str, Any]) -> Iterator[None]:
        """Orders to the sandbox (docs/sandbox.md), taken back at the end."""
        try:
            for order in orders:
                self._control(order)
            yield
        finally:
            self._control({"reset": True})

    def forget_wrong_tries(self) -> None:
        """A look-up that was locked by an earlier test opens again."""
        with contextlib.closing(sqlite3.connect(self.var / "nutmeg.sqlite3", timeout=10)) as database:
            database.execute("DELETE FROM attempt")
            database.commit()

    def _control(self, order: dict[str, Any]) -> None:
        asked = urllib.request.Request(f"{self.sandbox}/_control", json.dumps(order).encode(), method="POST")
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert answer.status == 200

    def kill(self, name: str) -> None:
        """kill -9, children too where the process has some."""
        process = self.running.pop(name)
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.running.clear()

    def log_text(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.var.glob("*.log")))

    def _log(self, name: str) -> Path:
        return self.var / f"{name}.log"

    def _wait(self, name: str) -> None:
        if name not in HEALTH:
            return
        variable, path = HEALTH[name]
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self.running[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.env[variable]}{path}", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{name} did not become healthy; its log ends:\n{self._log(name).read_text()[-2000:]}")


def _children(pid: int) -> list[int]:
    """Process ids of direct children (gunicorn's workers)."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []
