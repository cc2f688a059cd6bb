"""Free appointment times at the sample offices, and the appointments made with this sandbox since it started."""

import datetime as dt
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.control import ControlError
from sandbox.offices import Office, Service
from sandbox.world import World, local, opaque_id

DAYS_AHEAD = 21
STEP = dt.timedelta(minutes=5)
MOST_PEOPLE = 6
HELD, BOOKED = 10, 20
HOLD_LASTS = dt.timedelta(minutes=5)


class SlotTaken(Exception):
    """Somebody else has that time; Qmatic's error E440."""


class Surprise(StrEnum):
    """What happens to the next appointment that is made, once."""

    TAKEN = "taken"
    """Somebody else is faster: the time is gone when it is reserved or booked."""
    HOLD_ENDED = "hold_ended"
    """The hold has run out when it is confirmed."""
    ANSWER_LOST = "answer_lost"
    """It is made, and the connection closes before the answer."""


@dataclass
class Appointment:
    id: str
    office: Office
    services: list[Service]
    start: dt.datetime
    people: int
    made: dt.datetime
    status: int
    title: str = ""
    notes: str = ""
    custom: str | None = None
    customers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def end(self) -> dt.datetime:
        return self.start + length(self.services, self.people - 1)


def length(services: list[Service], further_people: int) -> dt.timedelta:
    """How long the services take together for one person and some more."""
    minutes = sum(service.duration + service.each_further_person * further_people for service in services)
    return dt.timedelta(minutes=minutes)


class Diary:
    """Free and taken times. Free ones follow from seed and day; taken ones are remembered until a reset."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._made: dict[str, Appointment] = {}
        self._count = 0
        self._surprise: Surprise | None = None
        world.control.on_reset.append(self._forget)
        world.control.on_appointment = self.order

    def order(self, wish: dict[str, Any]) -> None:
        """Carry out an order such as `{"appointment": "taken"}`; ControlError when it makes no sense."""
        if set(wish) != {"appointment"} or wish["appointment"] not in set(Surprise):
            raise ControlError(f"appointment must stand alone and be one of: {', '.join(Surprise)}")
        with self._lock:
            self._surprise = Surprise(wish["appointment"])

    def is_due(self, surprise: Surprise) -> bool:
        """Whether that was ordered; it is used up by asking."""
        with self._lock:
            due = self._surprise is surprise
            if due:
                self._surprise = None
            return due

    def days(self, office: Office, services: list[Service], further_people: int) -> list[dt.date]:
        today = self._world.today()
        coming = (today + dt.timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1))
        return [day for day in coming if self.times(office, services, day, further_people)]

    def times(self, office: Office, services: list[Service], day: dt.date, further_people: int) -> list[dt.time]:
        """Times at which an appointment could start; none on a closed day or for too many people."""
        hours = office.hours(day)
        today = self._world.today()
        in_reach = today < day <= today + dt.timedelta(days=DAYS_AHEAD)
        offered = services and all(service in office.services for service in services)
        if not hours or not in_reach or not offered or not 0 <= further_people < MOST_PEOPLE:
            return []
        taken = self._taken(office, day)
        dice = self._world.dice("slots", office.town, day, *sorted(service.id for service in services))
        share = dice.choice((0, 0.05, 0.2, 0.4))
        start, end, needed = local(day, hours[0]), local(day, hours[1]), length(services, further_people)
        free = []
        while start + needed <= end:
            if dice.random() < share and start.time() not in taken:
                free.append(start.time())
            start += STEP
        return free

    def make(
        self, office: Office, services: list[Service], start: dt.datetime, people: int, status: int, **wish: Any
    ) -> Appointment:
        """Book or hold a time. Raises SlotTaken when it is not free."""
        faster = self.is_due(Surprise.TAKEN)
        with self._lock:
            if start.time() not in self.times(office, services, start.date(), people - 1):
                raise SlotTaken
            self._count += 1
            made = Appointment(
                opaque_id("appointment", self._world.seed, self._count),
                office, services, start, people, self._world.now(), BOOKED if faster else status,
                **({} if faster else wish),
            )  # fmt: skip
            self._made[made.id] = made
            if faster:
                raise SlotTaken
            return made

    def confirm(self, public_id: str, **wish: Any) -> Appointment | None:
        """Turn a hold into an appointment; None when it is unknown or ran out."""
        if self.is_due(Surprise.HOLD_ENDED):
            self.cancel(public_id)
        with self._lock:
            held = self._made.get(public_id)
            if held is None or held.status != HELD or not self._stands(held):
                return None
            held.status = BOOKED
            for name, value in wish.items():
                setattr(held, name, value)
            return held

    def get(self, public_id: str) -> Appointment | None:
        """An appointment or a hold; None when it was cancelled or ran out."""
        with self._lock:
            made = self._made.get(public_id)
            return made if made and self._stands(made) else None

    def cancel(self, public_id: str) -> bool:
        with self._lock:
            made = self._made.pop(public_id, None)
            return made is not None and self._stands(made)

    def _stands(self, made: Appointment) -> bool:
        return made.status == BOOKED or self._world.now() - made.made <= HOLD_LASTS

    def _taken(self, office: Office, day: dt.date) -> set[dt.time]:
        return {
            made.start.time()
            for made in list(self._made.values())
            if made.office is office and made.start.date() == day and self._stands(made)
        }

    def _forget(self) -> None:
        with self._lock:
            self._made.clear()
            self._surprise = None
            self._count = 0
