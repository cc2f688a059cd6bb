"""Public answers of the state's systems, kept for a while. Nothing personal is ever kept here."""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from actions.apis.result import Found

MOST_KEPT = 200


@dataclass(frozen=True)
class Keep:
    """How long an answer stands in for a new call, and how long it may be offered when the system is down."""

    fresh: dt.timedelta
    last_resort: dt.timedelta


STATUS = Keep(dt.timedelta(seconds=60), dt.timedelta(minutes=30))
WAITS = Keep(dt.timedelta(seconds=60), dt.timedelta(minutes=45))
OFFICES = Keep(dt.timedelta(hours=6), dt.timedelta(days=7))
ELECTIONS = Keep(dt.timedelta(hours=12), dt.timedelta(days=3))

SLOTS = Keep(dt.timedelta(seconds=45), dt.timedelta(0))
"""Free times: other people take them, so an old list is of no use."""


class Memory:
    """The last answer for each question of one upstream; the oldest go first when it is full."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Found[Any]] = OrderedDict()

    def put(self, question: str, answer: Found[Any]) -> None:
        self._kept[question] = answer
        self._kept.move_to_end(question)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def drop(self, question: str) -> None:
        self._kept.pop(question, None)

    def get(self, question: str, younger_than: dt.timedelta) -> Found[Any] | None:
        found = self._kept.get(question)
        return found if found and dt.datetime.now(dt.UTC) - found.at <= younger_than else None
