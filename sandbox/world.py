"""What the made-up Connecticut is computed from: a seed, a clock, and dice that always fall the same way."""

import datetime as dt
import hashlib
import random
from zoneinfo import ZoneInfo

from sandbox.control import Control

EASTERN = ZoneInfo("America/New_York")


class World:
    """One sample state. The same seed and the same time give the same answers, to the letter."""

    def __init__(self, seed: int, control: Control) -> None:
        self.seed = seed
        self.control = control

    def now(self) -> dt.datetime:
        """The time in Connecticut: the real one, or the one that was ordered."""
        return (self.control.now or dt.datetime.now(dt.UTC)).astimezone(EASTERN)

    def today(self) -> dt.date:
        return self.now().date()

    def dice(self, *parts: object) -> random.Random:
        """A random source of its own for one thing, so that asking in another order changes nothing."""
        return random.Random(":".join(map(str, (self.seed, *parts))))  # noqa: S311 - sample data, not secrets


def local(day: dt.date, clock: dt.time) -> dt.datetime:
    """That time of that day in Connecticut."""
    return dt.datetime.combine(day, clock, EASTERN)


def opaque_id(*parts: object, length: int = 64) -> str:
    """An id that says nothing and never changes, in hexadecimal."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:length]
