"""The worker: handles what the queue wakes it for and, by itself, sweeps up what was left behind.

`python -m channels.worker`. Several may run; every step they take is decided by the database.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels import rasa_client, turns, wake, work
from channels.sms import delivery, notices
from core import bookings, disclosures, erasure, identity, logs, subscriptions
from core.settings import settings

BOOKINGS_KEPT = dt.timedelta(days=120)
"""Appointments are made a few weeks ahead."""

log = logs.logger("worker")


class Sweep:
    """Looks through the database every so often. Huey's periodic tasks are too coarse for that: a minute at least."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(settings().worker_threads, "sweep")
        self._in_hand: set[tuple[str, int]] = set()
        self._over = threading.Event()
        self._next_tidying = 0.0
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
        is_ready = rasa_client.is_ready()
        left = turns.waiting() if is_ready else turns.hopeless()
        for inbox_id in left:
            self._hand_out("turn", work.answer_and_send, inbox_id)
        for inbox_id in delivery.unsent():
            self._hand_out("text", delivery.send, inbox_id)
        for subscription_id in subscriptions.due() if is_ready else ():
            self._hand_out("notice", notices.check, subscription_id)
        if time.monotonic() >= self._next_tidying:
            self._next_tidying = time.monotonic() + settings().pickup_seconds
            _tidy()

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


def _tidy() -> None:
    """What has had its time: ended sessions, links, subscriptions, numbers of appointments, old disclosures."""
    erasure.erase_ended_sessions()
    identity.forget_expired()
    subscriptions.tidy()
    bookings.forget_older(BOOKINGS_KEPT)
    disclosures.expire()


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
