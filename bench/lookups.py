"""Look-ups a second through the state's systems as the sandbox plays them, and how long an answer takes."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.chat import Chatter
from bench.processes import fresh_stack

QUESTIONS = (
    "how long is the line at the DMV in Norwich",
    "24-000123",
    "where is the DMV in Danbury",
    "is the DMV website down",
    "24-000107",
    "when is the next election",
)
PERSONAL = ("check my voter registration", "Grace Okafor", "March 12, 1984", "Norwich")
LOOKUPS = 600
AT_ONCE = 12


def through_the_sandbox(folder: Path, model: Path) -> dict[str, float]:
    """The time that answers about people are held back for (`personal_lookup_ms`) is left out."""
    stack = fresh_stack(folder, model, NUTMEG_PERSONAL_LOOKUP_MS="0")
    try:
        stack.start()
        _run(stack.web, 60)  # warm up
        began = time.monotonic()
        times = sorted(_run(stack.web, LOOKUPS))
        rate = len(times) / (time.monotonic() - began)
        personal = sorted(_flow(Chatter(stack.web)) for _ in range(30))
        return {
            "look-ups a second": rate,
            "look-up p50, ms": 1000 * times[len(times) // 2],
            "look-up p95, ms": 1000 * times[int(len(times) * 0.95)],
            "a voter's registration, four turns, p95, ms": 1000 * personal[int(len(personal) * 0.95)],
        }
    finally:
        stack.stop()


def _run(web: str, lookups: int) -> list[float]:
    """Seconds that each look-up took; a dozen residents ask without a pause."""

    def resident(_: int) -> list[float]:
        chatter = Chatter(web)
        return [_timed(chatter, text) for text in itertools.islice(itertools.cycle(QUESTIONS), lookups // AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [seconds for times in pool.map(resident, range(AT_ONCE)) for seconds in times]


def _flow(chatter: Chatter) -> float:
    return sum(_timed(chatter, text) for text in PERSONAL)


def _timed(chatter: Chatter, text: str) -> float:
    began = time.monotonic()
    chatter.say(text)
    return time.monotonic() - began
