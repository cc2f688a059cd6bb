"""Days and times as a form means them: a birthday lies in the past, an appointment ahead.

The entity `date` (bot/nlu/finders/moments.py) holds the readings of what was written: `value` is an ISO date, a list of
them, or `first/last` for a stretch of days; `has_year` says whether a year was written, `short_year` with two digits.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
OLDEST = 120
"""Years."""
LONGEST_STRETCH = 62
"""Days."""


def birth_dates(entity: Mapping[str, Any], today: dt.date) -> list[dt.date]:
    """The readings that can be a date of birth: with a year, in the past, at most 120 years ago."""
    if entity.get("has_year") is False or "/" in str(entity.get("value")):
        return []
    days = [_a_century_back(day) if entity.get("short_year") and day > today else day for day in readings(entity)]
    return [day for day in dict.fromkeys(days) if day < today and today.year - day.year <= OLDEST]


def coming_days(entity: Mapping[str, Any], today: dt.date) -> list[dt.date]:
    """The readings as days from today on, every day of a stretch; without a year, the next such day."""
    days = readings(entity)
    if entity.get("has_year") is False:
        days = [day if day >= today else _a_year_on(day) for day in days]
    return [day for day in dict.fromkeys(days) if day >= today]


def readings(entity: Mapping[str, Any]) -> list[dt.date]:
    """The days that can be meant; none for a day that no calendar has, which stands there as it was written."""
    value = entity.get("value")
    texts = value if isinstance(value, list) else [value]
    return [day for text in texts if ISO_DAY.match(str(text)) for day in _days(str(text))]


def _days(text: str) -> list[dt.date]:
    first, _, last = text.partition("/")
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
    return [begin + dt.timedelta(days=ahead) for ahead in range(min((end - begin).days, LONGEST_STRETCH) + 1)]


def _a_century_back(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year - 100)
    except ValueError:
        return day.replace(year=day.year - 100, day=28)


def _a_year_on(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
