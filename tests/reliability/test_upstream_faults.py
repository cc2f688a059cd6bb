"""Every state system misbehaves in every way while residents use what needs it: nobody waits long or sees an error."""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.stack import Stack

LONGEST_SECONDS = 6.0
CONVERSATIONS = 50
AT_ONCE = 10
FAULTS: tuple[dict[str, Any], ...] = (
    {"mode": "slow", "seconds": 8},
    {"mode": "error", "status": 500},
    {"mode": "garbage"},
    {"mode": "wrong_types"},
    {"mode": "truncated"},
    {"mode": "redirect"},
    {"mode": "huge"},
)
RAW_ERROR = re.compile(r"traceback|exception|error \d|\{\w+\}|null|undefined|<html", re.IGNORECASE)
TALKS: tuple[tuple[str, ...], ...] = (
    ("where is the DMV in Norwich", "how long is the line there"),
    ("I want to book an appointment at the DMV", "to renew my license", "Norwich", "the first one"),
    ("when is the next election", "when is the last day to register to vote"),
    ("what is the status of my request", "24-000123"),
    ("check my voter registration", "Grace Okafor", "March 12, 1984", "Norwich"),
    ("where do I vote", "12 Main Street, Norwich", "yes"),
    ("where is my license", "LA-1001012", "July 4, 1980"),
    ("is the DMV website down", "which offices are closed"),
)


@dataclass
class Seen:
    slowest: float = 0.0
    texts: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, seconds: float, status: int, body: bytes) -> None:
        with self.lock:
            self.slowest = max(self.slowest, seconds)
            if status != 200:
                self.refused.append(status)
            else:
                self.texts += [message["text"] for message in json.loads(body)["messages"]]


@pytest.fixture(scope="module")
def state(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    limits = {
        "NUTMEG_BREAKER_SECONDS": "20",
        "NUTMEG_CONVERSATIONS_PER_HOUR": "100000",
        "NUTMEG_MESSAGES_PER_MINUTE": "1000",
        "NUTMEG_ADDRESS_MESSAGES_PER_MINUTE": "100000",
    }
    made = Stack(tmp_path_factory.mktemp("faults"), model, limits)
    made.upgrade()
    try:
        made.start()
        yield made
    finally:
        made.stop()


def _talk(web: str, lines: tuple[str, ...], seen: Seen) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=30.0)
    opened = pool.request("POST", f"{web}/chat/api/conversations", json={"language": "en"})
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    for line in lines:
        began = time.monotonic()
        body = {"id": str(uuid.uuid4()), "text": line}
        answer = pool.request("POST", f"{web}/chat/api/messages", json=body, headers=headers)
        seen.note(time.monotonic() - began, answer.status, answer.data)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["mode"]))
def test_fifty_conversations_go_on_while_every_state_system_misbehaves(state: Stack, fault: dict[str, Any]) -> None:
    seen = Seen()
    talks = [TALKS[place % len(TALKS)] for place in range(CONVERSATIONS)]
    waiting = iter(talks)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                lines = next(waiting, None)
            if lines is None:
                return
            _talk(state.web, lines, seen)

    with state.orders({"api": "*", **fault}):
        threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen.refused == []
    assert seen.slowest < LONGEST_SECONDS
    assert len(seen.texts) >= sum(map(len, talks))
    assert not [text for text in seen.texts if not text.strip() or RAW_ERROR.search(text)]
