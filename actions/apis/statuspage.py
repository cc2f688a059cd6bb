"""What is up, what is down and which offices are shut, from an Atlassian Statuspage (API v2).

A word it doesn't know is `unknown`, never "works"; a page that has not been updated for a while says nothing about now.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.memory import STATUS
from actions.apis.reading import Row, moment, part, row, rows, text, word
from actions.apis.result import Result
from core.jurisdiction import time_zone

OLD = dt.timedelta(hours=24)
"""A page that nobody has touched for this long is not trusted to know how things are now."""


class State(StrEnum):
    OPERATIONAL = "operational"
    DEGRADED = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"
    MAINTENANCE = "under_maintenance"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Component:
    name: str
    state: State


@dataclass(frozen=True)
class Incident:
    name: str
    state: str
    components: tuple[str, ...]


@dataclass(frozen=True)
class Maintenance:
    """Planned work or a closure, with the components it concerns."""

    name: str
    state: str
    starts: dt.datetime
    ends: dt.datetime
    components: tuple[str, ...]

    def days(self) -> list[dt.date]:
        """The days it touches, in the state's own time; one that ends at midnight doesn't touch the day that begins."""
        last = (self.ends - dt.timedelta(microseconds=1)).date()
        count = min((last - self.starts.date()).days, 60)
        return [self.starts.date() + dt.timedelta(days=day) for day in range(count + 1)]


@dataclass(frozen=True)
class Summary:
    updated_at: dt.datetime | None
    components: tuple[Component, ...]
    """Without the groups that hold them."""
    incidents: tuple[Incident, ...]
    maintenances: tuple[Maintenance, ...]

    def is_old(self, now: dt.datetime) -> bool:
        """Whether the page can't be trusted to say how things are now: its time is missing, old or in the future."""
        return self.updated_at is None or not -dt.timedelta(hours=1) <= now - self.updated_at <= OLD


async def summary() -> Result[Summary]:
    async def load(get: Get) -> Summary:
        return _summary(row((await get("api/v2/summary.json")).json()))

    return await client("statuspage").ask("summary", load, STATUS)


def _summary(body: Row) -> Summary:
    listed = [entry for entry in rows(body.get("components")) if entry.get("group") is not True]
    components = tuple(
        Component(name, _state(entry.get("status"))) for entry in listed if (name := text(entry.get("name"), 80))
    )
    if not components:
        raise Malformed("no_components")
    incidents = (_incident(entry) for entry in rows(body.get("incidents") or []))
    planned = (_maintenance(entry) for entry in rows(body.get("scheduled_maintenances") or []))
    return Summary(
        moment(part(body, "page", "updated_at"), time_zone()),
        components,
        tuple(incident for incident in incidents if incident.state not in ("resolved", "postmortem")),
        tuple(sorted(filter(None, planned), key=lambda entry: entry.starts)),
    )


def _state(value: Any) -> State:
    told = word(value)
    return State(told) if told in set(State) else State.UNKNOWN


def _incident(entry: Row) -> Incident:
    return Incident(text(entry.get("name"), 120), word(entry.get("status")), _names(entry))


def _maintenance(entry: Row) -> Maintenance | None:
    starts, ends = (moment(entry.get(f"scheduled_{end}"), time_zone()) for end in ("for", "until"))
    state = word(entry.get("status"))
    if starts is None or ends is None or ends <= starts or state == "completed":
        return None
    return Maintenance(text(entry.get("name"), 120), state, starts, ends, _names(entry))


def _names(entry: Row) -> tuple[str, ...]:
    return tuple(text(component.get("name"), 80) for component in rows(entry.get("components") or []))
