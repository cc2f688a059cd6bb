"""Days on which offices are shut: the state's holidays, and the odd day of snow or building work."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

MONDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 4
"""Weekdays as `date.weekday()` counts them."""


@dataclass(frozen=True)
class Closure:
    """A whole day without opening hours."""

    day: dt.date
    reason: str
    planned: bool
    """Holidays are known a year ahead; snow and building work are announced on the day."""


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """The nth such weekday of a month; -1 is the last one."""
    if nth < 0:
        last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def easter(year: int) -> dt.date:
    """Western Easter Sunday (the anonymous Gregorian reckoning of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def holidays(year: int) -> tuple[Closure, ...]:
    """The state's legal holidays, in order. One that falls on a Sunday is kept on the Monday after it."""
    named = [
        (dt.date(year, 1, 1), "New Year's Day"),
        (nth_weekday(year, 1, MONDAY, 3), "Martin Luther King Day"),
        (dt.date(year, 2, 12), "Lincoln's Birthday"),
        (nth_weekday(year, 2, MONDAY, 3), "Washington's Birthday"),
        (easter(year) - dt.timedelta(days=2), "Good Friday"),
        (nth_weekday(year, 5, MONDAY, -1), "Memorial Day"),
        (dt.date(year, 6, 19), "Juneteenth"),
        (dt.date(year, 7, 4), "Independence Day"),
        (nth_weekday(year, 9, MONDAY, 1), "Labor Day"),
        (nth_weekday(year, 10, MONDAY, 2), "Columbus Day"),
        (dt.date(year, 11, 11), "Veterans Day"),
        (nth_weekday(year, 11, THURSDAY, 4), "Thanksgiving Day"),
        (dt.date(year, 12, 25), "Christmas Day"),
    ]
    kept = [Closure(day + dt.timedelta(days=day.weekday() == 6), name, planned=True) for day, name in named]
    return tuple(sorted(kept, key=lambda closure: closure.day))


def holiday(day: dt.date) -> Closure | None:
    return next((closure for closure in holidays(day.year) if closure.day == day), None)


def coming_holidays(today: dt.date, days: int = 365) -> list[Closure]:
    """Holidays from today on, for a year."""
    end = today + dt.timedelta(days=days)
    return [c for year in range(today.year, end.year + 1) for c in holidays(year) if today <= c.day <= end]


def closure(town: str, day: dt.date) -> Closure | None:
    """Why the office in a town is shut on a day on which it would be open, if it is."""
    if known := holiday(day):
        return known
    if town == "Winsted" and day.weekday() == TUESDAY and day.isocalendar().week % 2 == 0:
        return Closure(day, "building work", planned=False)
    if town in ("Winsted", "Danbury") and day == nth_weekday(day.year, day.month, FRIDAY, 2) and day.month in (1, 2):
        return Closure(day, "snow", planned=False)
    return None
