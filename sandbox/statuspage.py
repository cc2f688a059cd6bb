"""What is up and what is down, as an Atlassian Statuspage (API v2) serves it, closures of offices included."""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response

from sandbox.components import BY_NAME, COMPONENTS, GROUPS, PAGE, Component, find
from sandbox.offices import OFFICES
from sandbox.state_calendar import Closure, closure, coming_holidays, holiday
from sandbox.world import World, local, opaque_id

DAY = dt.timedelta(days=1)
SOFTWARE_UPDATE = dt.time(1), dt.time(5)


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("statuspage", __name__, url_prefix="/statuspage/api/v2")

    @routes.get("/summary.json")
    def summary() -> Response:
        open_incidents = [i for i in incidents(world) if i["status"] != "resolved"]
        ahead = [m for m in maintenances(world) if m["status"] != "completed"]
        return _answer(
            world,
            status=_overall(world),
            components=components(world),
            incidents=open_incidents,
            scheduled_maintenances=ahead,
        )

    @routes.get("/status.json")
    def status() -> Response:
        return _answer(world, status=_overall(world))

    @routes.get("/components.json")
    def all_components() -> Response:
        return _answer(world, components=components(world))

    @routes.get("/incidents.json")
    def all_incidents() -> Response:
        return _answer(world, incidents=incidents(world))

    @routes.get("/incidents/unresolved.json")
    def unresolved() -> Response:
        return _answer(world, incidents=[i for i in incidents(world) if i["status"] != "resolved"])

    @routes.get("/scheduled-maintenances.json")
    def all_maintenances() -> Response:
        return _answer(world, scheduled_maintenances=maintenances(world))

    @routes.get("/scheduled-maintenances/<when>.json")
    def some_maintenances(when: str) -> Response:
        wanted = {"upcoming": "scheduled", "active": "in_progress"}.get(when)
        if wanted is None:
            return Response('{"error":"not found"}', 404, content_type="application/json")
        return _answer(world, scheduled_maintenances=[m for m in maintenances(world) if m["status"] == wanted])

    return routes


def components(world: World) -> list[dict[str, Any]]:
    """All components in the order of the page, each group before its members."""
    return [_component(world, component) for component in COMPONENTS]


def incidents(world: World) -> list[dict[str, Any]]:
    """One in progress, one that was resolved yesterday, and one for each component that was ordered to be down."""
    hour = world.now().replace(minute=0, second=0, microsecond=0)
    slow = _incident(
        world,
        "Online renewals are slow",
        "minor",
        [find("DMV online services")],
        [
            ("investigating", "Some people wait a long time on the payment page.", hour - dt.timedelta(hours=2)),
            ("identified", "The cause is found. Renewals work but take longer.", hour - dt.timedelta(hours=1)),
        ],
    )
    yesterday = hour - DAY
    phones = _incident(
        world,
        "Dropped calls on the DMV phone line",
        "major",
        [find("DMV phone line")],
        [
            ("investigating", "Calls end after a minute.", yesterday - dt.timedelta(hours=3)),
            ("resolved", "Calls work again.", yesterday),
        ],
    )
    ordered = [
        _incident(
            world,
            f"{name}: {status.replace('_', ' ')}",
            "critical" if status == "major_outage" else "major",
            [component],
            [("investigating", f"We are looking into a problem with {name}.", hour)],
        )
        for name, status in world.control.components.items()
        if status not in ("operational", "under_maintenance") and (component := BY_NAME.get(name))
    ]
    return [*ordered, slow, phones]


def maintenances(world: World) -> list[dict[str, Any]]:
    """Closures of offices that are known today, and the software update of the coming Sunday, by start."""
    today = world.today()
    sunday = today + dt.timedelta(days=(6 - today.weekday()) % 7)
    planned = [
        _maintenance(
            world,
            "Software update of DMV online services",
            "Renewals and address changes pause during the update.",
            (local(sunday, SOFTWARE_UPDATE[0]), local(sunday, SOFTWARE_UPDATE[1])),
            [find("DMV online services")],
        )
    ]
    holidays = coming_holidays(today - DAY, days=366)
    every_office = [find("State offices"), *(find(f"{office.town} DMV office") for office in OFFICES)]
    planned += [_closed(world, kept, "State offices", every_office) for kept in holidays]
    for office in OFFICES:
        shut = closure(office.town, today)
        if shut and not shut.planned and office.usual_hours(today.weekday()):
            name = f"{office.town} DMV office"
            planned.append(_closed(world, shut, name, [find(name)]))
    return sorted(planned, key=lambda entry: entry["scheduled_for"])


def _closed(world: World, shut: Closure, who: str, affected: list[Component]) -> dict[str, Any]:
    span = local(shut.day, dt.time()), local(shut.day + DAY, dt.time())
    body = f"{who} closed on {shut.day:%A, %B} {shut.day.day}, {shut.day.year}: {shut.reason}."
    return _maintenance(world, f"{who} closed: {shut.reason}", body, span, affected)


def _state_of(world: World, component: Component) -> str:
    ordered: str | None = world.control.components.get(component.name)
    if ordered:
        return ordered
    if component.name == "DMV online services":
        now, today = world.now(), world.today()
        update = today.weekday() == 6 and SOFTWARE_UPDATE[0] <= now.time() < SOFTWARE_UPDATE[1]
        return "under_maintenance" if update else "degraded_performance"
    if component.town and closure(component.town, world.today()):
        return "under_maintenance"
    if component.name == "State offices" and holiday(world.today()):
        return "under_maintenance"
    if component.name in GROUPS:
        members = [_state_of(world, member) for member in COMPONENTS if member.group == component.name]
        return max(members, key=_SEVERITY.index)
    return "operational"


_SEVERITY = ["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"]

_OVERALL = {
    "operational": ("none", "All Systems Operational"),
    "under_maintenance": ("maintenance", "Service Under Maintenance"),
    "degraded_performance": ("minor", "Partially Degraded Service"),
    "partial_outage": ("major", "Partial System Outage"),
    "major_outage": ("critical", "Major System Outage"),
}


def _overall(world: World) -> dict[str, str]:
    worst = max((_state_of(world, component) for component in COMPONENTS), key=_SEVERITY.index)
    indicator, description = _OVERALL[worst]
    return {"indicator": indicator, "description": description}


def _component(world: World, component: Component) -> dict[str, Any]:
    answer = {
        "id": component.id,
        "name": component.name,
        "status": _state_of(world, component),
        "created_at": PAGE["created_at"],
        "updated_at": _stamp(world.now()),
        "position": component.position,
        "description": component.description,
        "showcase": False,
        "start_date": None,
        "group_id": find(component.group).id if component.group else None,
        "page_id": PAGE["id"],
        "group": component.name in GROUPS,
        "only_show_if_degraded": False,
    }
    if component.name in GROUPS:
        answer["components"] = [member.id for member in COMPONENTS if member.group == component.name]
    return answer


def _incident(
    world: World, name: str, impact: str, affected: list[Component], updates: list[tuple[str, str, dt.datetime]]
) -> dict[str, Any]:
    """An incident; `updates` are (status, text, time), oldest first, and are served newest first."""
    started, last = updates[0][2], updates[-1][2]
    public_id = opaque_id("incident", name, started, length=12)
    said = [_update(public_id, status, body, at) for status, body, at in reversed(updates)]
    return {
        "id": public_id,
        "name": name,
        "status": updates[-1][0],
        "created_at": _stamp(started),
        "updated_at": _stamp(last),
        "monitoring_at": None,
        "resolved_at": _stamp(last) if updates[-1][0] == "resolved" else None,
        "impact": impact,
        "shortlink": f"https://stspg.example/{public_id}",
        "started_at": _stamp(started),
        "page_id": PAGE["id"],
        "incident_updates": said,
        "components": [_component(world, component) for component in affected],
    }


def _maintenance(
    world: World, name: str, body: str, span: tuple[dt.datetime, dt.datetime], affected: list[Component]
) -> dict[str, Any]:
    start, end = span
    now = world.now()
    status = "scheduled" if now < start else "in_progress" if now < end else "completed"
    public_id = opaque_id("maintenance", name, start, length=12)
    announced = start - 30 * DAY if now < start else start
    return {
        "id": public_id,
        "name": name,
        "status": status,
        "created_at": _stamp(announced),
        "updated_at": _stamp(announced),
        "monitoring_at": None,
        "resolved_at": _stamp(end) if status == "completed" else None,
        "impact": "maintenance",
        "shortlink": f"https://stspg.example/{public_id}",
        "started_at": _stamp(announced),
        "page_id": PAGE["id"],
        "scheduled_for": _stamp(start),
        "scheduled_until": _stamp(end),
        "incident_updates": [_update(public_id, status, body, announced)],
        "components": [_component(world, component) for component in affected],
    }


def _update(incident: str, status: str, body: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "id": opaque_id(incident, status, at, length=12),
        "status": status,
        "body": body,
        "incident_id": incident,
        "created_at": _stamp(at),
        "updated_at": _stamp(at),
        "display_at": _stamp(at),
        "affected_components": None,
        "deliver_notifications": False,
    }


def _stamp(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _answer(world: World, **parts: Any) -> Response:
    page = {name: PAGE[name] for name in ("id", "name", "url", "time_zone")} | {"updated_at": _stamp(world.now())}
    return Response(json.dumps({"page": page, **parts}), content_type="application/json; charset=utf-8")
