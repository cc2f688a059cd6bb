"""Which office is meant by a place, when it is open, and how that is said."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from actions.apis.qmatic import Office, nearest
from actions.apis.socrata import OfficeHours, Span
from core import values
from core.jurisdiction import towns
from core.values import Value

Line = tuple[str, dict[str, Value]]
DAY = dt.timedelta(days=1)
MONDAY = dt.date(2024, 1, 1)
"""Any Monday: weekdays are named by a day that falls on them."""


class UnknownPlace(Exception):
    """The place is neither an office nor a town of the state."""


@dataclass(frozen=True)
class Site:
    """An office as the answer to "where": in the town that was asked about, or the nearest to it."""

    office: Office
    town: str | None
    """The town that has no office of its own; None when the office is where it was asked for."""
    miles: float

    @property
    def phrase(self) -> Value:
        """`Norwich DMV office`, or `Norwich DMV office, about 12 miles from Ledyard`."""
        filled = {"office": values.text(self.office.name)}
        if self.town is None:
            return values.lines([("utter_line_office_here", filled)])
        filled |= {"distance": values.miles(max(1.0, self.miles)), "town": values.text(self.town)}
        return values.lines([("utter_line_office_near", filled)])


def sites(place: str, offices: list[Office]) -> list[Site]:
    """The office of a place first, then the next one when the place has none. Raises UnknownPlace."""
    named = [office for office in offices if office.name.lower() == place.lower()]
    if named:
        return [Site(named[0], None, 0.0)]
    town = next((town for town in towns().values() if place.lower() in _names(town.name, town.also)), None)
    if town is None:
        raise UnknownPlace
    close = nearest(offices, town.lat, town.lon)
    inside = [office for office in offices if {office.name.lower(), office.city.lower()} & _names(town.name, town.also)]
    if inside:
        return [Site(inside[0], None, 0.0)]
    return [Site(office, town.name, office.miles_to(town.lat, town.lon)) for office in close]


def _names(name: str, also: Sequence[str]) -> set[str]:
    return {name.lower(), *(other.lower() for other in also)}


@dataclass(frozen=True)
class Timetable:
    """Usual hours with the days taken out on which the office is known to be shut."""

    week: tuple[Span | None, ...]
    shut: frozenset[dt.date]

    def on(self, day: dt.date) -> Span | None:
        return None if day in self.shut else self.week[day.weekday()]

    def is_open(self, now: dt.datetime) -> bool:
        span = self.on(now.date())
        return span is not None and span[0] <= now.time() < span[1]

    def next_opening(self, now: dt.datetime) -> tuple[dt.date, dt.time] | None:
        """The first opening after now, within two weeks."""
        for ahead in range(15):
            day = now.date() + ahead * DAY
            span = self.on(day)
            if span and (ahead or now.time() < span[0]):
                return day, span[0]
        return None


def timetable(hours: OfficeHours | None, shut: frozenset[dt.date]) -> Timetable | None:
    return Timetable(hours.week, shut) if hours and hours.week else None


def today_line(table: Timetable | None, now: dt.datetime) -> Line:
    if table is None:
        return "utter_line_hours_unknown", {}
    span = table.on(now.date())
    if span is None:
        return "utter_line_closed_today", {}
    filled = {"opens": values.time(span[0]), "closes": values.time(span[1])}
    return ("utter_line_open_today" if now.time() < span[1] else "utter_line_was_open_today"), filled


def week_lines(table: Timetable | None) -> Iterator[Line]:
    """The usual week; days in a row with the same hours share a line, days it is shut have none."""
    if table is None:
        return
    for span, group in groupby(range(7), key=lambda weekday: table.week[weekday]):
        if span is None:
            continue
        days = list(group)
        filled = {"opens": values.time(span[0]), "closes": values.time(span[1]), "first": _weekday(days[0])}
        if len(days) == 1:
            yield "utter_line_hours_day", filled
        else:
            yield "utter_line_hours_days", filled | {"last": _weekday(days[-1])}


def shut_lines(table: Timetable | None, today: dt.date) -> Iterator[Line]:
    """Days of the coming week on which it is shut although it would be open."""
    for ahead in range(7):
        day = today + ahead * DAY
        if table and day in table.shut and table.week[day.weekday()]:
            yield "utter_line_closed_day", {"date": values.date(day)}


def _weekday(number: int) -> Value:
    return values.weekday(MONDAY + number * DAY)
