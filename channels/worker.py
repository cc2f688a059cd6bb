"""The worker: handles what the queue wakes it for and, by itself, sweeps up what was left behind.

`python -m channels.worker`. Several may run; every step they take is decided by the database.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels import rasa_client, turns, wake, work
from channels.sms import delivery
from core import logs
from core.settings import settings

log = logs.logger("worker")


class Sweep:
    """Looks through the database every so often. Huey's periodic tasks are too coarse for that: a minute at least."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(settings().worker_threads, "sweep")
        self._in_hand: set[tuple[str, int]] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        pause = min(5.0, settings().pickup_seconds / 20)
        while not self._over.wait(pause):
            try:
                self._once()
            except Exception:
                log.exception("sweep_failed")

    def _once(self) -> None:
        delivery.mark_lost()
        # While Rasa is away every try would fail at once; only messages that are too old to wait are looked at.
        left = turns.waiting() if rasa_client.is_ready() else turns.hopeless()
        for inbox_id in left:
            self._hand_out("turn", work.answer_and_send, inbox_id)
        for inbox_id in delivery.unsent():
            self._hand_out("text", delivery.send, inbox_id)

    def _hand_out(self, kind: str, do: Callable[[int], Any], inbox_id: int) -> None:
        item = (kind, inbox_id)
        if item in self._in_hand:
            return
        self._in_hand.add(item)
        self._pool.submit(self._do, item, do)

    def _do(self, item: tuple[str, int], do: Callable[[int], Any]) -> None:
        try:
            do(item[1])
        except Exception:
            log.exception("sweep_item_failed", inbox=item[1], task=item[0])
        finally:
            self._in_hand.discard(item)


def main() -> None:
    logs.configure("worker")
    wake.task()
    sweep = Sweep()
    sweep.start()
    log.info("started")
    consumer = wake.queue().create_consumer(
        workers=settings().worker_threads,
        worker_type="thread",
        periodic=False,
        initial_delay=0.05,
        max_delay=0.25,
        graceful_signal="TERM",
        shutdown_timeout=10,
    )
    try:
        consumer.run()
    finally:
        sweep.stop()


if __name__ == "__main__":
    main()
