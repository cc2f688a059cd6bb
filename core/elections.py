"""The calendar of elections that follows from the jurisdiction's own rules (`elections.yml` says what they are).

Nothing is typed as a date: election days, deadlines and early voting are computed for any year. What no rule covers is
None: it is never guessed.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.jurisdiction import folder, read_yaml

DAY = dt.timedelta(days=1)
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
YEARS = {"every": (0, 1), "even": (0,), "odd": (1,)}
"""What the year leaves when divided by two."""


class RuleError(Exception):
    """A rule of elections.yml can't be read; the message names it."""


@dataclass(frozen=True)
class Election:
    """An election day by rule, with what the rules say about it."""

    kind: str
    """Id of its rule, such as `state_election`."""
    day: dt.date
    deadlines: dict[str, dt.date]
    """Last day by the id of the rule, such as `register_online`."""
    early_voting: tuple[dt.date, dt.date] | None
    """First and last day."""
    polls: tuple[dt.time, dt.time] | None
    """When the polls open and close."""
    source: str
    """Id of the page on which its rule must be read."""


def elections(start: dt.date, end: dt.date) -> list[Election]:
    """The elections from one day to another, both included, in order."""
    found = (
        _election(kind, rule, day)
        for year in range(start.year, end.year + 1)
        for kind, rule in rules()["elections"].items()
        if year % 2 in YEARS[rule["years"]]
        if start <= (day := _day_of_year(kind, rule["date"], year)) <= end
    )
    return sorted(found, key=lambda election: election.day)


def coming(today: dt.date, years: int = 2) -> list[Election]:
    """The elections from today on, for so many years."""
    return elections(today, today + dt.timedelta(days=366 * years))


@cache
def rules() -> dict[str, Any]:
    """`elections.yml`, checked so far that nothing below can fail. Raises RuleError."""
    found: dict[str, Any] = read_yaml(folder() / "elections.yml")
    for kind, rule in found["elections"].items():
        if rule["years"] not in YEARS:
            raise RuleError(f"elections.yml: {kind} has years {rule['years']!r}; use {', '.join(YEARS)}")
        _day_of_year(kind, rule["date"], 2024)
    return found


def _election(kind: str, rule: dict[str, Any], day: dt.date) -> Election:
    return Election(
        kind,
        day,
        {name: _before(day, entry["date"]) for name, entry in _rules_for("deadlines", kind)},
        next((_early(day, entry) for _, entry in _rules_for("early_voting", kind)), None),
        next((_span(entry) for _, entry in _rules_for("poll_hours", kind)), None),
        str(rule["source"]),
    )


def _rules_for(group: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, entry) for name, entry in rules().get(group, {}).items() if kind in entry["for"])


def _before(day: dt.date, rule: dict[str, int]) -> dt.date:
    return day - rule["days_before"] * DAY


def _early(day: dt.date, rule: dict[str, Any]) -> tuple[dt.date, dt.date]:
    last = _before(day, rule["last_day"])
    return last - (rule["days"] - 1) * DAY, last


def _span(rule: dict[str, str]) -> tuple[dt.time, dt.time]:
    return dt.time.fromisoformat(rule["opens"]), dt.time.fromisoformat(rule["closes"])


def _day_of_year(kind: str, rule: dict[str, Any], year: int) -> dt.date:
    try:
        weekday, month = WEEKDAYS[rule["weekday"]], rule["month"]
        if "nth" in rule:
            return _nth(year, month, weekday, rule["nth"])
        after = _nth(year, month, WEEKDAYS[rule["after"]["first"]], 1) + DAY
        return after + (weekday - after.weekday()) % 7 * DAY
    except (KeyError, TypeError, ValueError):
        raise RuleError(f"elections.yml: the date of {kind} is not written as the head of the file says") from None


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * DAY
