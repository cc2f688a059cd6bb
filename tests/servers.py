"""Throwaway PostgreSQL and Redis servers on free ports, for the tests that need them."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

POSTGRES_MISSING = "PostgreSQL is not installed: apt-get install -y postgresql"
REDIS_MISSING = "Redis is not installed: apt-get install -y redis-server"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy address of an empty database on a PostgreSQL server of this test run."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Address of a Redis server of this test run."""
    with redis_server() as url:
        yield url


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    programs = _postgres_programs()
    if programs is None:
        pytest.fail(POSTGRES_MISSING, pytrace=False)
    with tempfile.TemporaryDirectory(prefix="nutmeg-pg-") as folder:
        user = _unprivileged(Path(folder))
        data, port = Path(folder) / "data", free_port()
        run = _runner(user)
        run([programs / "initdb", "-D", data, "-U", "nutmeg", "-A", "trust", "--no-sync", "-E", "UTF8"])
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off"
        run([programs / "pg_ctl", "-D", data, "-o", options, "-l", Path(folder) / "log", "-w", "start"])
        try:
            yield f"postgresql+psycopg://nutmeg@127.0.0.1:{port}/postgres"
        finally:
            run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail(REDIS_MISSING, pytrace=False)
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def _postgres_programs() -> Path | None:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if newest:
        return newest[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: another user then, who gets the folder."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
            return name
    raise RuntimeError("there is neither a user postgres nor a user nobody to run PostgreSQL as")


def _runner(user: str | None):  # type: ignore[no-untyped-def]
    def run(command: list[str | Path]) -> None:
        subprocess.run(
            [str(part) for part in command],
            user=user, check=True, stdout=subprocess.DEVNULL, cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip

    return run
