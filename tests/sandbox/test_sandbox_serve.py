"""`python -m sandbox` as an operator starts and stops it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

ROOT = Path(__file__).parents[2]


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def started() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with start("--port", "0", "--seed", "7") as process:
        assert process.stdout
        yield process, process.stdout.readline().split()[-1]
        process.kill()


def test_it_says_where_it_is_logs_no_requests_and_stops_cleanly(started: tuple[subprocess.Popen[str], str]) -> None:
    process, address = started
    answer = urllib3.request("GET", f"{address}open311/requests/24-000123.json", timeout=5, retries=False)
    assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "24-000123" not in out + err


def test_a_port_in_use_is_one_line_and_exit_code_2(started: tuple[subprocess.Popen[str], str]) -> None:
    port = started[1].rstrip("/").rpartition(":")[2]
    with start("--port", port) as second:
        _, err = second.communicate(timeout=10)
    assert second.returncode == 2
    assert "cannot listen" in err
    assert "Traceback" not in err


def test_a_port_that_is_no_number_is_refused() -> None:
    with start("--port", "many") as process:
        process.communicate(timeout=10)
    assert process.returncode == 2
