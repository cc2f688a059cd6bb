"""Fields for a time at a DMV office: an office near a town, a day and a time that are really free."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from actions.apis import appointments
from actions.apis.qmatic import Office, nearest, offices
from actions.flows.days import coming_days
from actions.flows.field import Ending, Field, Known, Question, Read
from actions.flows.heard import Heard, Option
from actions.lookup import Answer, NoAnswer
from actions.lookup import known as value_of
from core import values
from core.jurisdiction import towns
from core.values import Value

QMATIC = ("qmatic",)
MOST_OFFICES, MOST_DAYS, MOST_TIMES = 3, 5, 6
LATER = "later"


class OfficeWanted(Field):
    """`office`: the upstream's id, found by town, ZIP code or name among those that do what `service` says."""

    slot = "office"
    depends_on = ("service",)

    async def ask(self, known: Known) -> Question:
        if known["town"]:
            return await self._near(str(known["town"]), known)
        return Question("utter_dmv_appointment_book_ask_office")

    async def read(self, heard: Heard, known: Known) -> Read | Question | None:
        if heard.picked:
            return Read(heard.picked) if any(each.id == heard.picked for each in await suitable(known)) else None
        town = heard.first("town")
        if not town:
            return None
        there = await self._in(town, known)
        return Read(there) if there else await self._near(town, known)

    async def hears(self, heard: Heard, known: Known) -> Any:
        town = heard.first("town")
        return await self._in(town, known) if town and known["service"] else None

    async def _in(self, town: str, known: Known) -> str | None:
        return next((each.id for each in await suitable(known) if town in (each.name, each.city)), None)

    async def _near(self, town: str, known: Known) -> Question:
        place = towns()[town]
        near = nearest(await suitable(known), place.lat, place.lon, MOST_OFFICES)
        if not near:
            raise NoAnswer
        options = [Option(each.id, _with_distance(each, each.miles_to(place.lat, place.lon))) for each in near]
        return Question("utter_dmv_appointment_book_ask_office_near", options=options, upstreams=QMATIC)


class DayWanted(Field):
    """`day`: ISO date, one with a free time."""

    slot = "day"
    depends_on = ("service", "office")

    def takes(self, heard: Heard, known: Known) -> bool:
        return heard.says("soonest") or heard.says("later")

    async def ask(self, known: Known) -> Question | Ending:
        return await self._offer(known)

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | None:
        free = await free_days(known)
        if heard.picked == LATER or heard.says("later"):
            return await self._offer(known, after=_last(known))
        if heard.says("soonest") and free:
            return Read(free[0].isoformat())
        if heard.picked:
            return Read(heard.picked) if heard.picked in {day.isoformat() for day in free} else None
        said = _days_said(heard, known)
        fitting = next((day for day in said if day in free), None)
        if fitting:
            return Read(fitting.isoformat())
        return await self._offer(known, about=said[0]) if said else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        if not (known["service"] and known["office"] and heard.found("date")) or heard.says("soonest"):
            return None  # "el primero" is the first of those on offer, and not of the month
        free = await free_days(known)
        return next((day.isoformat() for day in _days_said(heard, known) if day in free), None)

    async def _offer(
        self, known: Known, after: dt.date | None = None, about: dt.date | None = None
    ) -> Question | Ending:
        office = {"office": values.text((await office_of(known)).name)}
        free = await free_days(known)
        if not free:
            return Ending(Answer("utter_dmv_appointment_book_none", office, QMATIC))
        later = [day for day in free if after is None or day > after] or free
        nearest_first = sorted(later, key=lambda day: abs((day - about).days)) if about else later
        shown = sorted(nearest_first[:MOST_DAYS])
        options = [Option(day.isoformat(), values.day(day)) for day in shown]
        if len(free) > len(shown):
            options.append(Option(LATER, values.words("utter_word_more_days")))
        if about:
            taken = office | {"date": values.date(about)}
            return Question("utter_dmv_appointment_book_ask_day_taken", taken, options, QMATIC)
        return Question("utter_dmv_appointment_book_ask_day", office, options, QMATIC)

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.date(known.today + dt.timedelta(days=7))}


class TimeWanted(Field):
    """`time`: `15:30`, free on the day."""

    slot = "time"
    depends_on = ("service", "office", "day")

    def takes(self, heard: Heard, known: Known) -> bool:
        return heard.says("soonest") or heard.says("later")

    async def ask(self, known: Known) -> Question:
        return await self._offer(known)

    async def read(self, heard: Heard, known: Known) -> Read | Question | None:
        free = await free_times(known)
        if heard.picked == LATER or heard.says("later"):
            last = _last(known)
            return await self._offer(known, after=last)
        if heard.says("soonest") and free:
            return Read(free[0])
        wanted = [heard.picked] if heard.picked else _times_said(heard)
        fitting = next((time for time in wanted if time in free), None)
        if fitting:
            return Read(fitting)
        return await self._offer(known, about=wanted[0]) if wanted else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        if not (known["day"] and known["office"] and heard.found("time")):
            return None
        free = await free_times(known)
        return next((time for time in _times_said(heard) if time in free), None)

    async def _offer(self, known: Known, after: Any = None, about: str | None = None) -> Question:
        free = await free_times(known)
        if not free:
            raise NoAnswer
        if about:
            shown = sorted(sorted(free, key=lambda time: abs(_minutes(time) - _minutes(about)))[:MOST_TIMES])
        else:
            shown = _spread([time for time in free if after is None or time > after] or free)
        options = [Option(time, values.time(dt.time.fromisoformat(time))) for time in shown]
        if len(free) > len(shown):
            options.append(Option(LATER, values.words("utter_word_more_times")))
        response = "utter_dmv_appointment_book_ask_time_taken" if about else "utter_dmv_appointment_book_ask_time"
        day = {"date": values.date(dt.date.fromisoformat(known["day"]))}
        return Question(response, day, options, QMATIC)

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.time(dt.time(14, 30))}


async def suitable(known: Known) -> list[Office]:
    """The offices where the service can be booked."""
    everywhere, _ = value_of(await offices())
    doing, _ = value_of(await appointments.offices_with(str(known["service"])))
    return [office for office in everywhere if office.id in doing]


async def office_of(known: Known) -> Office:
    everywhere, _ = value_of(await offices())
    found = next((office for office in everywhere if office.id == known["office"]), None)
    if found is None:
        raise NoAnswer
    return found


async def free_days(known: Known) -> list[dt.date]:
    """Days from tomorrow on: for today nobody makes it to an office in time."""
    found, _ = value_of(await appointments.free_days(str(known["office"]), str(known["service"])))
    return [day for day in found if day > known.today]


async def free_times(known: Known) -> list[str]:
    day = dt.date.fromisoformat(known["day"])
    found, _ = value_of(await appointments.free_times(str(known["office"]), str(known["service"]), day))
    return [f"{start:%H:%M}" for start in found]


def _days_said(heard: Heard, known: Known) -> list[dt.date]:
    return [day for entity in heard.found("date") for day in coming_days(entity, known.today)]


def _times_said(heard: Heard) -> list[str]:
    said = [entity["value"] for entity in heard.found("time")]
    return [str(time) for value in said for time in (value if isinstance(value, list) else [value])]


def _last(known: Known) -> Any:
    """The last of the days or times on offer; None when nothing was offered."""
    offered = [value for value in known["flow_offered"] or () if value != LATER]
    last = offered[-1] if offered else None
    return dt.date.fromisoformat(last) if last and "-" in last else last


def _spread(times: Sequence[str]) -> list[str]:
    """So many of the times, evenly from the first to the last."""
    if len(times) <= MOST_TIMES:
        return list(times)
    return [times[round(place * (len(times) - 1) / (MOST_TIMES - 1))] for place in range(MOST_TIMES)]


def _minutes(time: str) -> int:
    clock = dt.time.fromisoformat(time)
    return clock.hour * 60 + clock.minute


def _with_distance(office: Office, miles: float) -> Value:
    filled = {"office": values.text(office.name), "distance": values.miles(max(1.0, miles))}
    return values.lines([("utter_line_option_office", filled)])
