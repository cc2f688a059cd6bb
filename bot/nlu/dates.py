"""Finds the dates a text names, in twelve languages: in figures, in words, relative to today.

    find_dates("can I come next friday or on 4 de julio?", "en", today)

Nothing here guesses silently: where day and month are open (07/04/80) both readings are given, the language's own order
first, and a day that no calendar has (31 June) is found and marked. The words are in `data/date_words.yml`.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

from bot.nlu.date_figures import figure_dates
from bot.nlu.date_phrases import said_dates
from bot.nlu.date_signs import signed_vocabulary
from bot.nlu.found_dates import FoundDate, coming_day_of_month, day, full_year
from bot.nlu.plain_text import Plain, plain

__all__ = ["DaySpan", "FoundDate", "as_birth_date", "as_coming_day", "as_date", "find_dates"]

OLDEST = 120
USUAL_AGES = range(16, 111)
"""Ages of those who vote, drive or ask for an identity card: preferred where a birth date is open."""
LONGEST = 2000
"""Characters that are looked at."""
RUN = re.compile(r"\D{0,12}?(?P<run>[0-9]{8}|[0-9]{6})\W*")
ALONE = re.compile(r"(?:the|el|le|il|dia|em|ngay|w|na)? ?(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|[oº°.日号])?[.!]?")


@dataclass(frozen=True)
class DaySpan:
    """A stretch of days; `first` and `last` are equal for a single day."""

    first: dt.date
    last: dt.date


def find_dates(text: str, language: str, today: dt.date) -> list[FoundDate]:
    """The dates in order of appearance, none over another; `start` and `end` are offsets in the text."""
    seen = plain(text[:LONGEST])
    words = signed_vocabulary(language)
    found = list(figure_dates(seen.text, language, words.month_first, today))
    rest = seen.text
    for one in found:
        rest = rest[: one.start] + "|" * (one.end - one.start) + rest[one.end :]
    said = sorted(said_dates(rest, words, today), key=lambda one: one.start)
    whole = _with_weekdays(sorted([*found, *said], key=lambda one: one.start), seen.text)
    return [_placed(one, seen) for one in whole]


def as_birth_date(found: FoundDate, today: dt.date) -> tuple[dt.date, ...]:
    """The readings that can be a resident's date of birth, the likeliest first; empty if none can.

    A date of birth has its year and lies 0 to 120 years back; ages from 16 to 110 go first. A year of two digits is
    read in the century that makes the person at least 16, if that makes nobody older than 110.
    """
    if found.kind != "absolute":
        return ()
    days = [_birth_century(one, today) if found.short_year else one for one in found.readings]
    possible = [one for one in days if one <= today and _age(one, today) <= OLDEST]
    return tuple(sorted(possible, key=lambda one: _age(one, today) not in USUAL_AGES))


def as_coming_day(found: FoundDate, today: dt.date) -> tuple[DaySpan, ...]:
    """The readings that can be a day to come, today included, the likeliest first; a stretch begins today at the
    earliest. Empty if all lie in the past."""
    if found.span:
        first, last = found.span
        return (DaySpan(max(first, today), last),) if last >= today else ()
    return tuple(DaySpan(one, one) for one in found.readings if one >= today)


def as_date(text: str, language: str, today: dt.date) -> FoundDate | None:
    """The date of an answer to the question for one: also a bare run of digits (07041980, 19800704) and a bare day of
    the month ("15", "el 15"), which elsewhere could be any number. The first date, if there are several.
    """
    if found := find_dates(text, language, today):
        return found[0]
    seen = plain(text[:LONGEST])
    if match := RUN.fullmatch(seen.text):
        return _run(match, seen, language, today)
    if match := ALONE.fullmatch(seen.text.strip()):
        place = seen.text.index(match["day"])
        coming = coming_day_of_month(int(match["day"]), today)
        readings = (coming,) if coming else ()
        return FoundDate(seen.at(place), seen.at(place + len(match["day"])), readings, False, "partial", not readings)
    return None


def _run(match: "re.Match[str]", seen: Plain, language: str, today: dt.date) -> FoundDate | None:
    run = match["run"]
    place = match.start("run")
    if len(run) == 8 and run[:2] in ("19", "20") and day(int(run[:4]), int(run[4:6]), int(run[6:])):
        parts = f"{run[:4]}-{run[4:6]}-{run[6:]}"
    else:
        parts = f"{run[:2]}/{run[2:4]}/{run[4:]}"
    found = find_dates(parts, language, today)
    return replace(found[0], start=seen.at(place), end=seen.at(place + len(run))) if found else None


def _birth_century(one: dt.date, today: dt.date) -> dt.date:
    """`one` or the same day in another century, whichever is a likelier birth."""
    years = (full_year(one.year % 100, today), full_year(one.year % 100, today) - 100)
    days = [found for year in years if (found := day(year, one.month, one.day)) and found <= today]
    usual = [found for found in days if _age(found, today) in USUAL_AGES]
    return (usual or days or [one])[0]


def _age(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _with_weekdays(found: list[FoundDate], text: str) -> list[FoundDate]:
    """A weekday beside a date belongs to it, and settles day and month where they are open."""
    joined: list[FoundDate] = []
    for one in found:
        last = joined[-1] if joined else None
        if (
            last
            and last.weekday is not None
            and one.readings
            and re.fullmatch(r"[\s,.(]*(?:\w{1,4}\s)?", text[last.end : one.start])
        ):
            fitting = tuple(reading for reading in one.readings if reading.weekday() == last.weekday)
            if one.kind != "relative":
                joined[-1] = replace(one, start=last.start, readings=fitting or one.readings)
                continue
        if (
            last
            and one.weekday is not None
            and last.kind != "relative"
            and re.fullmatch(r"[\s,.(]*", text[last.end : one.start])
        ):
            fitting = tuple(reading for reading in last.readings if reading.weekday() == one.weekday)
            joined[-1] = replace(last, end=one.end, readings=fitting or last.readings)
            continue
        joined.append(one)
    return joined


def _placed(one: FoundDate, seen: Plain) -> FoundDate:
    last = seen.at(one.end - 1) + 1 if one.end else 0
    return replace(one, start=seen.at(one.start), end=last)
