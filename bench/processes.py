"""Start-up, memory and training of the real processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from bench.chat import Chatter
from core.settings import REPOSITORY
from tests.stack import COMMANDS, Stack

MESSAGES = 2000


def training(folder: Path) -> dict[str, float]:
    """Seconds of `nutmeg train` from nothing, and the size of the model."""
    folder.mkdir(parents=True)
    environment = {
        **os.environ,
        "NUTMEG_MODEL_DIR": str(folder),
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "PYTHONWARNINGS": "ignore",
    }
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "core.cli", "train"],
        cwd=REPOSITORY,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - started
    made = next(folder.glob("*.tar.gz"))
    return {"training, s": seconds, "model, MB": made.stat().st_size / 1e6}


def start_and_memory(folder: Path, model: Path) -> dict[str, float]:
    """Seconds until Rasa is ready, until the first answer from nothing; megabytes at rest and after many messages."""
    stack = fresh_stack(folder, model)
    try:
        started = time.monotonic()
        stack.start("rasa")
        rasa = time.monotonic() - started
        stack.start("sandbox", "actions", "web", "worker")
        chatter = Chatter(stack.web)
        chatter.say("how do I renew my license")
        first = time.monotonic() - started
        rest = memory(stack)
        for _ in range(MESSAGES // 10):
            chatter = Chatter(stack.web)
            for _ in range(9):
                chatter.say_next()
        after = memory(stack)
    finally:
        stack.stop()
    return {
        "rasa ready, s": rasa,
        "cold start to first answer, s": first,
        **{f"memory of {name} at rest, MB": value for name, value in rest.items()},
        **{f"memory of {name} after {MESSAGES} messages, MB": value for name, value in after.items()},
    }


def fresh_stack(folder: Path, model: Path, **extra: str) -> Stack:
    """A stack of its own whose limits on residents are out of the way of a load."""
    folder.mkdir(parents=True)
    open_doors = {
        "NUTMEG_MESSAGES_PER_MINUTE": "1000000",
        "NUTMEG_ADDRESS_MESSAGES_PER_MINUTE": "1000000",
        "NUTMEG_CONVERSATIONS_PER_HOUR": "1000000",
        "PYTHONWARNINGS": "ignore",
    }
    stack = Stack(folder, model, {**open_doors, **extra})
    stack.upgrade()
    return stack


def memory(stack: Stack) -> dict[str, float]:
    """Resident megabytes of each process with its children."""
    found = {}
    for name in COMMANDS:
        process = psutil.Process(stack.running[name].pid)
        family = [process, *process.children(recursive=True)]
        found[name] = sum(one.memory_info().rss for one in family) / 1e6
    return found
