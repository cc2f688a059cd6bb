"""`nutmeg run`: everything, on this machine."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import typer
from honcho.manager import Manager
from rich.console import Console

from core.database import upgrade
from core.model import model_path, train
from core.settings import REPOSITORY, Settings, settings

HEALTH = {
    "sandbox": ("sandbox_port", "/healthz"),
    "actions": ("actions_port", "/health"),
    "rasa": ("rasa_port", "/webhooks/nutmeg/health"),
    "web": ("web_port", "/healthz"),
    "console": ("console_port", "/healthz"),
}
READY_SECONDS = 90

console = Console(stderr=True, highlight=False)


def run() -> None:
    """Start every process, wait until each is healthy, and say where to go. Ctrl-C stops them all."""
    found = settings()
    _check_ports(found)
    upgrade()
    if not model_path().exists():
        with console.status("Training the model of this data (once, about a minute) …"):
            train()
    manager = Manager()
    for name, command in procfile().items():
        # Rasa's libraries warn of each other at every start; an operator can do nothing about that.
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        manager.add_process(name, command, env=environment, cwd=str(REPOSITORY))
    started = time.monotonic()
    threading.Thread(target=_announce, args=(found, started), daemon=True).start()
    manager.loop()
    # Stopped by the operator is a good end; a process that fell over is not.
    raise typer.Exit(0 if manager.returncode in (0, 130, 143) else 1)


def procfile() -> dict[str, str]:
    """Commands by process name; `python` is the interpreter that runs this."""
    lines = (REPOSITORY / "Procfile").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))
    python = str(Path(sys.executable))
    return {name.strip(): command.strip().replace("python", python, 1) for name, command in pairs}


def _check_ports(found: Settings) -> None:
    """A taken port is said before anything starts."""
    import socket

    for name, (setting, _) in HEALTH.items():
        port: int = getattr(found, setting)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((found.host, port))
            except OSError:
                console.print(f"nutmeg: port {port} for {name} is taken; free it or set NUTMEG_{setting.upper()}")
                raise typer.Exit(2) from None


def _announce(found: Settings, started: float) -> None:
    """Wait for every health check, then print where to go; what never gets healthy is named."""
    missing = set(HEALTH)
    while missing and time.monotonic() - started < READY_SECONDS:
        missing = {name for name in missing if not _is_healthy(found, name)}
        time.sleep(0.2)
    if missing:
        console.print(f"\nnutmeg: {', '.join(sorted(missing))} did not become healthy; the log lines above say why")
        os.kill(os.getpid(), signal.SIGTERM)
        return
    curl = subprocess.run(
        [sys.executable, "-c", "from channels.sms.demo import curl_line; print(curl_line())"],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    ).stdout.strip()
    print_plain(
        f"\nNutmeg is ready after {time.monotonic() - started:.0f} s.\n\n"
        f"  Chat, on a demo page of the state:  http://127.0.0.1:{found.web_port}/\n"
        f"  Chat alone:                         http://127.0.0.1:{found.web_port}/chat\n"
        f"  Staff console:                      http://127.0.0.1:{found.console_port}/"
        f"  (password: var/secrets/console_password)\n"
        f"  The state's systems, played:        http://127.0.0.1:{found.sandbox_port}/\n\n"
        f"A text message, signed as Twilio signs it:\n\n{curl}\n\nCtrl-C stops everything.\n"
    )


def print_plain(text: str) -> None:
    """To the terminal as it is: a line that is to be copied must not be wrapped."""
    sys.stderr.write(text + "\n")


def _is_healthy(found: Settings, name: str) -> bool:
    setting, path = HEALTH[name]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{getattr(found, setting)}{path}", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
