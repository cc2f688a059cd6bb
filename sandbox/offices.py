"""The sample DMV offices: where they are, when they open, what they do, and how long people wait there right now."""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum

from sandbox.state_calendar import closure
from sandbox.world import World, local, opaque_id

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hours = tuple[dt.time, dt.time]


class Kind(StrEnum):
    HUB = "hub"
    BRANCH = "branch"
    EXPRESS = "express"
    PARTNER = "partner"


class Queue(StrEnum):
    LICENSING = "licensing"
    REGISTRATION = "registration"


@dataclass(frozen=True)
class Service:
    """Something people make an appointment for; durations in minutes."""

    id: str
    name: str
    queue: Queue
    duration: int
    each_further_person: int
    kinds: frozenset[Kind]


@dataclass(frozen=True)
class Office:
    town: str
    kind: Kind
    lat: float
    lon: float
    zip: str
    street: str
    line: int
    """Last four digits of its phone number, of those kept free for fiction (555-01xx)."""
    saturdays: bool = True
    no_road_test: bool = False

    @property
    def id(self) -> str:
        return opaque_id("office", self.town)

    @property
    def services(self) -> list[Service]:
        return [s for s in SERVICES if self.kind in s.kinds and not (self.no_road_test and s.id == "Road_test")]

    @property
    def queues(self) -> list[Queue]:
        offered = {service.queue for service in self.services}
        return [queue for queue in Queue if queue in offered]

    def usual_hours(self, weekday: int) -> Hours | None:
        """Opening hours of a weekday (0 is Monday), or None when shut all day."""
        if self.kind is Kind.PARTNER:
            return (dt.time(9), dt.time(17)) if weekday < 5 else None
        if self.kind is Kind.EXPRESS:
            return (dt.time(9), dt.time(16, 30)) if 1 <= weekday <= 4 else None
        if weekday == 5 and self.saturdays:
            return dt.time(8), dt.time(12, 30)
        return (dt.time(8), dt.time(16)) if 1 <= weekday <= 4 else None

    def hours(self, day: dt.date) -> Hours | None:
        """Opening hours of a day, holidays and other closures taken into account."""
        return None if closure(self.town, day) else self.usual_hours(day.weekday())

    def is_open(self, moment: dt.datetime) -> bool:
        hours = self.hours(moment.date())
        return hours is not None and local(moment.date(), hours[0]) <= moment < local(moment.date(), hours[1])


@dataclass(frozen=True)
class Wait:
    """One queue of one office now; minutes and people are None while it is closed."""

    office: Office
    queue: Queue
    minutes: int | None
    people: int | None


EVERYWHERE = frozenset(Kind)
FULL = frozenset({Kind.HUB, Kind.BRANCH})
HUB_ONLY = frozenset({Kind.HUB})

SERVICES = [
    Service("License_renewal", "Driver's license renewal", Queue.LICENSING, 10, 10, EVERYWHERE),
    Service("Non_driver_ID", "Non-driver ID card", Queue.LICENSING, 15, 10, EVERYWHERE),
    Service("REAL_ID", "REAL ID (first time)", Queue.LICENSING, 20, 15, frozenset({*FULL, Kind.EXPRESS})),
    Service("New_license", "First driver's license", Queue.LICENSING, 20, 20, FULL),
    Service("License_transfer", "Transfer of an out-of-state license", Queue.LICENSING, 20, 20, FULL),
    Service("Learners_permit", "Learner's permit", Queue.LICENSING, 20, 20, FULL),
    Service("Knowledge_test", "Knowledge test", Queue.LICENSING, 45, 5, FULL),
    Service("Road_test", "Road test", Queue.LICENSING, 30, 30, FULL),
    Service("Name_change", "Name or address change on a license", Queue.LICENSING, 15, 10, FULL),
    Service("Drive_Only", "Drive Only license", Queue.LICENSING, 25, 25, HUB_ONLY),
    Service("New_registration", "New vehicle registration", Queue.REGISTRATION, 20, 15, FULL),
    Service("Registration_renewal", "Registration renewal", Queue.REGISTRATION, 10, 10, FULL),
    Service("Title", "Title transfer or copy", Queue.REGISTRATION, 20, 15, FULL),
    Service("Plate_return", "Plate return", Queue.REGISTRATION, 5, 5, FULL),
]

OFFICES = [
    Office("Avon", Kind.PARTNER, 41.810, -72.831, "06001", "16 Sample Road", 116),
    Office("Bridgeport", Kind.HUB, 41.179, -73.190, "06604", "101 Sample Avenue", 101),
    Office("Cheshire", Kind.EXPRESS, 41.499, -72.901, "06410", "15 Sample Road", 115),
    Office("Danbury", Kind.BRANCH, 41.395, -73.454, "06810", "102 Sample Street", 102),
    Office("Enfield", Kind.BRANCH, 41.992, -72.591, "06082", "103 Sample Street", 103, no_road_test=True),
    Office("Hamden", Kind.HUB, 41.383, -72.902, "06518", "104 Sample Avenue", 104),
    Office("Milford", Kind.EXPRESS, 41.222, -73.057, "06460", "14 Sample Road", 114),
    Office("New Britain", Kind.BRANCH, 41.666, -72.780, "06051", "105 Sample Street", 105),
    Office("Norwalk", Kind.BRANCH, 41.117, -73.408, "06851", "106 Sample Street", 106),
    Office("Norwich", Kind.HUB, 41.524, -72.076, "06360", "107 Sample Turnpike", 107),
    Office("Old Saybrook", Kind.BRANCH, 41.292, -72.376, "06475", "108 Sample Drive", 108, saturdays=False),
    Office("Stamford", Kind.EXPRESS, 41.053, -73.539, "06902", "13 Sample Road", 113),
    Office("Waterbury", Kind.HUB, 41.556, -73.041, "06705", "109 Sample Avenue", 109),
    Office("Wethersfield", Kind.HUB, 41.714, -72.653, "06109", "110 Sample Street", 110),
    Office("Willimantic", Kind.BRANCH, 41.711, -72.209, "06226", "111 Sample Street", 111, saturdays=False),
    Office("Winsted", Kind.BRANCH, 41.922, -73.066, "06098", "112 Sample Street", 112, False, no_road_test=True),
]

USUAL_WAIT = {Kind.HUB: 34, Kind.BRANCH: 22, Kind.EXPRESS: 9, Kind.PARTNER: 6}
MINUTES_PER_PERSON = {Kind.HUB: 2.2, Kind.BRANCH: 3.5, Kind.EXPRESS: 6.0, Kind.PARTNER: 7.0}


def office_by_id(public_id: str) -> Office | None:
    return next((office for office in OFFICES if office.id == public_id), None)


def waits(world: World) -> list[Wait]:
    """Every queue of every office at this minute."""
    return [_wait(world, office, queue) for office in OFFICES for queue in office.queues]


def _wait(world: World, office: Office, queue: Queue) -> Wait:
    now = world.now()
    if not office.is_open(now):
        return Wait(office, queue, None, None)
    busy_day = world.dice("day", office.town, queue, now.date()).uniform(0.6, 1.4)
    busy_hour = 1 + 0.35 * math.sin((now.hour + now.minute / 60 - 9) * math.pi / 2)
    share = 1.0 if queue is Queue.LICENSING else 0.75
    jitter = world.dice("minute", office.town, queue, now.date(), now.hour, now.minute).randint(-3, 3)
    minutes = max(0, round(USUAL_WAIT[office.kind] * busy_day * busy_hour * share) + jitter)
    return Wait(office, queue, minutes, round(minutes / MINUTES_PER_PERSON[office.kind]))
