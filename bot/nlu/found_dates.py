"""What the date finder hands over, and the calendar behind it."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

Kind = Literal["absolute", "relative", "partial"]
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class FoundDate:
    """A date that stands in a text from `start` to `end`."""

    start: int
    end: int
    readings: tuple[dt.date, ...]
    """The likeliest first; more than one where day and month, or the week, are truly open. Empty for a date that does
    not exist and for a stretch of days."""
    has_year: bool
    kind: Kind
    """`absolute` with day, month and year; `relative` to today; `partial` where a part is missing: a date without its
    year is read as the coming one."""
    impossible: bool = False
    """The text names a day that no calendar has: 31 June, 29 February 1981."""
    span: Span | None = None
    """First and last day of a stretch: next week, July 1980."""
    short_year: bool = False
    """The year was written with two digits, so its century is a guess."""
    weekday: int | None = None
    """Monday is 0; only where the text names no more than a weekday."""


def day(year: int, month: int, of_month: int) -> dt.date | None:
    """The day, or None if there is no such day."""
    try:
        return dt.date(year, month, of_month)
    except (ValueError, OverflowError):
        return None


def coming(month: int, of_month: int, today: dt.date) -> dt.date | None:
    """The next such day, today included; None if no year has it."""
    years = range(today.year, today.year + 9)  # 29 February is up to eight years away
    return next((found for year in years if (found := day(year, month, of_month)) and found >= today), None)


def coming_day_of_month(of_month: int, today: dt.date) -> dt.date | None:
    """The next day with this number, today included."""
    months = (divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(12))
    return next((d for year, month in months if (d := day(year, month + 1, of_month)) and d >= today), None)


def full_year(short: int, today: dt.date) -> int:
    """The year of two digits: up to ten years ahead, else the past one."""
    year = today.year // 100 * 100 + short
    return year if year <= today.year + 10 else year - 100


def month_span(year: int, month: int) -> Span:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def coming_month(month: int, today: dt.date) -> Span:
    return month_span(today.year + (month < today.month), month)


def moved(today: dt.date, count: int, unit: str) -> dt.date | None:
    """The day so many days, weeks, months or years away; the month's last day where the day's number is too high."""
    try:
        if unit in ("day", "week"):
            return today + dt.timedelta(days=count * (7 if unit == "week" else 1))
        year, month = divmod(today.year * 12 + today.month - 1 + count * (12 if unit == "year" else 1), 12)
        return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def named_span(name: str, today: dt.date) -> Span:
    """`next_week`, `weekend` and the like; weeks begin on Monday."""
    which, _, unit = name.rpartition("_")
    ahead = {"next": 1, "last": -1}.get(which, 0)
    if unit == "month":
        first = moved(today.replace(day=1), ahead, "month") or today
        return month_span(first.year, first.month)
    monday = today + dt.timedelta(days=7 * ahead - today.weekday())
    return (monday + dt.timedelta(days=5 if unit == "weekend" else 0), monday + dt.timedelta(days=6))
