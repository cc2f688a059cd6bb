"""Messages a second from end to end, and how long answers take at a steady rate."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.chat import Chatter
from bench.processes import fresh_stack
from tests.servers import postgres_server, redis_server
from tests.stack import Stack

MOST = 1500
CONVERSATION = 6
AT_ONCE = 12
RATES = (20, 50)


def on_sqlite(folder: Path, model: Path, seconds: float) -> dict[str, float]:
    return _measure(fresh_stack(folder, model), "sqlite", seconds)


def on_postgresql(folder: Path, model: Path, seconds: float) -> dict[str, float]:
    with postgres_server() as database, redis_server() as redis:
        stack = fresh_stack(folder, model, NUTMEG_DATABASE_URL=database, NUTMEG_REDIS_URL=redis)
        return _measure(stack, "postgresql+redis", seconds)


def _measure(stack: Stack, name: str, seconds: float) -> dict[str, float]:
    try:
        stack.start()
        _as_fast_as_it_goes(stack.web, 120)  # warm up
        found = {f"{name}, messages a second": _as_fast_as_it_goes(stack.web, MOST)}
        for rate in RATES:
            times = sorted(_at_rate(stack.web, rate, seconds))
            found[f"{name}, p50 at {rate} a second, ms"] = 1000 * times[len(times) // 2]
            found[f"{name}, p95 at {rate} a second, ms"] = 1000 * times[int(len(times) * 0.95)]
        return found
    finally:
        stack.stop()


def _as_fast_as_it_goes(web: str, messages: int) -> float:
    """Messages a second when a dozen residents write without a pause, six messages a conversation."""

    def resident(_: int) -> None:
        for _ in range(messages // AT_ONCE // CONVERSATION):
            chatter = Chatter(web)  # the greeting is a turn too
            for _ in range(CONVERSATION - 1):
                chatter.say_next()

    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(resident, range(AT_ONCE)))
    return messages // AT_ONCE // CONVERSATION * CONVERSATION * AT_ONCE / (time.monotonic() - started)


def _at_rate(web: str, rate: int, seconds: float) -> list[float]:
    """Seconds each answer took, messages being sent by the clock whether or not earlier ones are answered."""
    residents = [Chatter(web) for _ in range(int(rate * seconds) // CONVERSATION + 1)]
    times: list[float] = []
    lock = threading.Lock()

    def send(at: float, say: Callable[[], None]) -> None:
        time.sleep(max(0.0, at - time.monotonic()))
        say()
        with lock:
            times.append(time.monotonic() - at)

    with ThreadPoolExecutor(rate * 2) as pool:
        start = time.monotonic() + 0.5
        for place in range(int(rate * seconds)):
            resident = residents[place % len(residents)]
            pool.submit(send, start + place / rate, resident.say_next)
    return times
