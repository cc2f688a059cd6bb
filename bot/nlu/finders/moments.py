"""Dates and times of day as entities; what they may mean is bot/nlu/dates.py's and bot/nlu/times.py's to say."""

import datetime as dt
from collections.abc import Iterator

from bot.nlu.dates import find_dates
from bot.nlu.finders.spans import Span
from bot.nlu.times import find_times
from core.jurisdiction import time_zone


def dates(text: str, language: str) -> Iterator[Span]:
    """`value` is `1980-07-04`; a list where the text can be read in two ways; `2026-11-30/2026-12-06` for a stretch.

    `has_year` says whether a year was written, `short_year` whether with two digits only. A day that no calendar has
    keeps what was written as its value and is marked `impossible`.
    """
    today = dt.datetime.now(time_zone()).date()
    for found in find_dates(text, language, today):
        if found.span:
            values = ["/".join(day.isoformat() for day in found.span)]
        else:
            values = [day.isoformat() for day in found.readings]
        if found.impossible or not values:
            yield Span("date", text[found.start : found.end], found.start, found.end, more={"impossible": True})
        else:
            more = {"has_year": found.has_year, "short_year": found.short_year}
            yield Span("date", values[0] if len(values) == 1 else values, found.start, found.end, more=more)


def times(text: str, language: str) -> Iterator[Span]:
    """`value` is `15:30`; a list where the text can be read in two ways; `13:00/17:00` for a part of the day."""
    for found in find_times(text, language):
        if found.span:
            values = ["/".join(time.isoformat("minutes") for time in found.span)]
        else:
            values = [time.isoformat("minutes") for time in found.readings]
        if values:
            yield Span("time", values[0] if len(values) == 1 else values, found.start, found.end)
