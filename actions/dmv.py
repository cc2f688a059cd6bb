"""DMV offices and the wait at them."""

import asyncio
import datetime as dt
from dataclasses import dataclass

from actions.apis import capabilities, qmatic, socrata, statuspage
from actions.apis.result import Result
from actions.apis.socrata import OfficeHours, Queue, Wait
from actions.apis.statuspage import Summary
from actions.closures import shut_days
from actions.lookup import Answer, Asked, Lookup, NoAnswer, as_of, known, oldest
from actions.sites import Line, Site, Timetable, UnknownPlace, shut_lines, sites, timetable, today_line, week_lines
from core import values

OLDEST_WAIT = dt.timedelta(minutes=60)
"""A waiting time older than this says nothing about now."""
QUEUES = {
    Queue.LICENSING: "licensing",
    Queue.REGISTRATION: "registration",
}


@dataclass(frozen=True)
class Whereabouts:
    """The office of a place with everything known about it."""

    site: Site
    others: tuple[Site, ...]
    hours: OfficeHours | None
    table: Timetable | None
    cached_at: dt.datetime | None


class ActionDmvOffice(Lookup):
    topic = "dmv_office"
    page = "dmv_offices"

    async def answer(self, asked: Asked) -> Answer:
        if asked.place is None:
            return Answer("utter_dmv_office_which")
        try:
            found = await office_of(asked.place)
        except UnknownPlace:
            return Answer("utter_dmv_office_which")
        office = found.site.office
        today = today_line(found.table, asked.now)
        phone: list[Line] = [("utter_line_phone", {"phone": values.phone(office.phone)})] if office.phone else []
        others: list[Line] = [("utter_line_also_near", {"place": other.phrase}) for other in found.others]
        details = [
            today,
            *shut_lines(found.table, asked.today),
            *week_lines(found.table),
            *phone,
            *_kind(found.hours),
            *others,
        ]
        filled = {
            "place": found.site.phrase,
            "address": values.text(", ".join(filter(None, (office.street, office.city, office.zip)))),
            "details": values.lines(details),
            "short": values.lines([today, *phone]),
        }
        return Answer("utter_dmv_office", filled, ("qmatic", "socrata"), found.cached_at)


class ActionDmvWaitTime(Lookup):
    topic = "dmv_wait_time"
    page = "dmv_offices"

    async def answer(self, asked: Asked) -> Answer:
        if asked.place is None:
            return Answer("utter_dmv_wait_time_which")
        try:
            found, told = await asyncio.gather(office_of(asked.place), socrata.waits())
        except UnknownPlace:
            return Answer("utter_dmv_wait_time_which")
        waits, waits_at = known(told)
        name = found.site.office.name.lower()
        own = [wait for wait in waits if wait.office.lower() == name and _is_current(wait, asked.now)]
        said = self._said(asked, found, own)
        return Answer(said.response, said.values, ("qmatic", "socrata"), oldest(found.cached_at, waits_at))

    def _said(self, asked: Asked, found: Whereabouts, waits: list[Wait]) -> Answer:
        place = {"place": found.site.phrase}
        queues = [line for queue in QUEUES if (line := _queue_line(queue, waits))]
        if queues:
            filled = place | {
                "at": as_of(min(wait.at for wait in waits), asked.now),
                "details": values.lines([*queues, *_until(found.table, asked.now)]),
                "queues": values.lines(queues),
            }
            return Answer("utter_dmv_wait_time", filled)
        closed = bool(waits) and all(wait.is_open is False for wait in waits)
        if closed or (found.table and not found.table.is_open(asked.now)):
            opening = found.table.next_opening(asked.now) if found.table else None
            if opening is None:
                return Answer("utter_dmv_wait_time_closed", place)
            day, opens = opening
            filled = place | {"opens": values.time(opens), "date": values.date(day), "day": values.weekday(day)}
            later = "today" if day == asked.today else "later"
            return Answer(f"utter_dmv_wait_time_closed_{later}", filled)
        return Answer("utter_dmv_wait_time_unknown", place)


async def office_of(place: str) -> Whereabouts:
    """The office there or the nearest one, with what is known of its hours. Raises NoAnswer, UnknownPlace."""
    listed, hours, page = await asyncio.gather(qmatic.offices(), socrata.office_hours(), statuspage.summary())
    offices, offices_at = known(listed)
    site, *others = sites(place, offices)
    name = site.office.name
    own, hours_at = _of(hours, name)
    table = timetable(own, _shut(page, name))
    return Whereabouts(site, tuple(others), own, table, oldest(offices_at, hours_at))


def _of(hours: Result[dict[str, OfficeHours]], office: str) -> tuple[OfficeHours | None, dt.datetime | None]:
    """The hours of one office, when they can be had: without them an address is still an answer."""
    try:
        listed, at = known(hours)
    except NoAnswer:
        return None, None
    return listed.get(office.lower()), at


def _shut(page: Result[Summary], office: str) -> frozenset[dt.date]:
    try:
        return shut_days(known(page)[0], office)
    except NoAnswer:
        return frozenset()


def _is_current(wait: Wait, now: dt.datetime) -> bool:
    return dt.timedelta(minutes=-10) <= now - wait.at <= OLDEST_WAIT


def _queue_line(queue: Queue, waits: list[Wait]) -> Line | None:
    minutes = next((wait.minutes for wait in waits if wait.queue is queue and wait.minutes is not None), None)
    if minutes is None:
        return None
    if minutes == 0:
        return f"utter_line_no_wait_{QUEUES[queue]}", {}
    return f"utter_line_wait_{QUEUES[queue]}", {"wait": values.minutes(minutes)}


def _until(table: Timetable | None, now: dt.datetime) -> list[Line]:
    span = table.on(now.date()) if table else None
    return [("utter_line_open_until", {"closes": values.time(span[1])})] if span and now.time() < span[1] else []


def _kind(hours: OfficeHours | None) -> list[Line]:
    words = capabilities.of("socrata")["words"]
    if hours is None or hours.kind not in words:
        return []
    return [("utter_line_office_kind", {"kind": values.words(words[hours.kind])})]
