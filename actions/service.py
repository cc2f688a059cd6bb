"""Is a state system down, and are offices closed."""

from actions.apis import capabilities, statuspage
from actions.apis.statuspage import Component, Maintenance, State, Summary
from actions.closures import Closure, closures, is_place, office_component
from actions.lookup import Answer, Asked, Lookup, NoAnswer, as_of, known
from actions.sites import Line
from core import values
from core.jurisdiction import towns
from core.values import Value

MOST_PLANNED = 2
MOST_CLOSURES = 3
TROUBLE = {State.DEGRADED, State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE, State.MAINTENANCE, State.UNKNOWN}


class ActionServiceSystemStatus(Lookup):
    topic = "service_system_status"
    page = "state_home"

    async def answer(self, asked: Asked) -> Answer:
        page, cached_at = known(await statuspage.summary())
        if page.is_old(asked.now) or page.updated_at is None:
            return Answer("utter_service_system_status_old", upstreams=("statuspage",))
        systems = _systems(page)
        if not systems:
            raise NoAnswer
        troubled = [system for system in systems if system.state in TROUBLE]
        planned = [line for entry in page.maintenances if entry.state == "scheduled" for line in _planned(entry)]
        works = [_line(system) for system in systems if system not in troubled]
        filled = {
            "at": as_of(page.updated_at, asked.now),
            "troubled": values.lines([_line(system) for system in troubled]),
            "details": values.lines([*(_line(system) for system in troubled), *works, *planned[:MOST_PLANNED]]),
        }
        mood = "trouble" if troubled else "well"
        return Answer(f"utter_service_system_status_{mood}", filled, ("statuspage",), cached_at)


class ActionServiceClosures(Lookup):
    topic = "service_closures"
    page = "state_home"

    async def answer(self, asked: Asked) -> Answer:
        page, cached_at = known(await statuspage.summary())
        if page.is_old(asked.now):
            return Answer("utter_service_closures_old", upstreams=("statuspage",))
        office = _office_in(asked.place, page)
        found = closures(page, office)
        today = next((closure for closure in found if closure.day == asked.today), None)
        coming = [_closure_line(closure, office) for closure in found if closure.day > asked.today][:MOST_CLOSURES]
        now: list[Line] = [_today_line(today, office)]
        filled = {
            "details": values.lines([*now, *coming]),
            "short": values.lines(now if today else [*now, *coming[:1]]),
        }
        return Answer("utter_service_closures", filled, ("statuspage",), cached_at)


def _systems(page: Summary) -> list[Component]:
    """The systems residents know, in the jurisdiction's order, then any other system that is in trouble."""
    listed = {component.name: component for component in page.components}
    named = list(_names())
    others = [c for c in page.components if c.name not in named and not is_place(c.name) and c.state in TROUBLE]
    return [*(listed[name] for name in named if name in listed), *others]


def _line(component: Component) -> Line:
    return "utter_line_system", {
        "system": _name(component.name),
        "state": values.words(f"utter_word_state_{component.state}"),
    }


def _planned(entry: Maintenance) -> list[Line]:
    """Planned work on systems; closures of offices are another topic."""
    one_day = entry.starts.date() == entry.ends.date()
    ends = values.time(entry.ends.time()) if one_day else values.moment(entry.ends)
    span = {"starts": values.moment(entry.starts), "ends": ends}
    return [("utter_line_planned", {"system": _name(name), **span}) for name in entry.components if not is_place(name)]


def _name(component: str) -> Value:
    known_as = _names().get(component)
    return values.words(known_as) if known_as else values.text(component)


def _names() -> dict[str, str]:
    names: dict[str, str] = capabilities.of("statuspage").get("components", {})
    return names


def _office_in(place: str | None, page: Summary) -> str | None:
    """The name of the office in a place, when the page knows one."""
    if place is None:
        return None
    town = towns().get(place)
    listed = {component.name for component in page.components}
    return next((name for name in (place, *(town.also if town else ())) if office_component(name) in listed), None)


def _today_line(closure: Closure | None, office: str | None) -> Line:
    if closure is None:
        return "utter_line_no_closure_today", {}
    return _with_reason("utter_line_shut_today", closure, office)


def _closure_line(closure: Closure, office: str | None) -> Line:
    name, filled = _with_reason("utter_line_shut", closure, office)
    return name, filled | {"date": values.date(closure.day)}


def _with_reason(name: str, closure: Closure, office: str | None) -> Line:
    """`…_all` or `…_office`, with `_why` when the reason is known."""
    filled: dict[str, Value] = {}
    if not closure.everywhere and office:
        name, filled["office"] = f"{name}_office", values.text(office)
    else:
        name = f"{name}_all"
    if closure.reason:
        name, filled["reason"] = f"{name}_why", values.words(closure.reason)
    return name, filled
