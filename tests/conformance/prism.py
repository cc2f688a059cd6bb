"""Prism (npm package @stoplight/prism-cli): a server made of somebody's OpenAPI file, or a judge in front of ours."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import REPOSITORY
from tests.servers import free_port

SPECS = REPOSITORY.parent / "shared" / "specs"
NPM = REPOSITORY / "var" / "npm"
PRISM = NPM / "node_modules" / ".bin" / "prism"
READY_SECONDS = 60.0


def need(path: Path, what_to_do: str) -> Path:
    if not path.exists():
        pytest.fail(f"{path.name} is missing: {what_to_do}", pytrace=False)
    return path


def spec(name: str) -> Path:
    """A published description; the files stay outside this repository."""
    return need(SPECS / name, "conformance needs the folder shared/specs beside the checkout")


def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.fail("Node.js is not installed: apt-get install -y nodejs npm", pytrace=False)
    return found


@contextlib.contextmanager
def mock(description: Path, log: Path) -> Iterator[str]:
    """The address of a server that plays the described API and answers 422 to a request that breaks it."""
    with _run(["mock", "--errors", str(description)], log) as address:
        yield address


@contextlib.contextmanager
def proxy(description: Path, upstream: str, log: Path) -> Iterator[str]:
    """The address of a proxy that answers 500 when the server behind it breaks the description."""
    with _run(["proxy", "--errors", str(description), upstream], log) as address:
        yield address


@contextlib.contextmanager
def _run(arguments: list[str], log: Path) -> Iterator[str]:
    need(PRISM, "make conformance installs it, or: npm install --prefix var/npm @stoplight/prism-cli@5.14.2")
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [node(), str(PRISM.resolve()), arguments[0], "-h", "127.0.0.1", "-p", str(port), *arguments[1:]],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if "Prism is listening" in log.read_text(errors="replace"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Prism did not start:\n{log.read_text(errors='replace')[-2000:]}")
