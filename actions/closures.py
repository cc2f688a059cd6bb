"""Days on which offices are shut: holidays, weather, building work, as the state's status page announces them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from actions.apis import capabilities
from actions.apis.statuspage import Maintenance, Summary


@dataclass(frozen=True)
class Closure:
    day: dt.date
    everywhere: bool
    """All state offices, not only the one that was asked about."""
    reason: str | None
    """Response that names the reason; None when the page's words are not known."""


def closures(summary: Summary, office: str | None = None) -> list[Closure]:
    """Closures of all state offices and, if named, of one office, a day each, in order."""
    own = {office_component(office)} if office else set()
    everywhere = set(_terms()["all_offices"])
    found: dict[dt.date, Closure] = {}
    for entry in summary.maintenances:
        names = set(entry.components)
        if names & (own | everywhere):
            for day in entry.days():
                found.setdefault(day, Closure(day, bool(names & everywhere), reason(entry)))
    return [found[day] for day in sorted(found)]


def shut_days(summary: Summary, office: str) -> frozenset[dt.date]:
    return frozenset(closure.day for closure in closures(summary, office))


def office_component(office: str) -> str:
    return str(_terms()["office"]).format(office=office)


def is_place(component: str) -> bool:
    """Whether a component of the status page is an office, not a system."""
    before, _, after = str(_terms()["office"]).partition("{office}")
    return component in _terms()["all_offices"] or (component.startswith(before) and component.endswith(after))


def reason(entry: Maintenance) -> str | None:
    told = entry.name.lower().replace("'", "")
    words: dict[str, str] = capabilities.of("statuspage").get("closure_reasons", {})
    return next((response for word, response in words.items() if word in told), None)


def _terms() -> dict[str, Any]:
    found: dict[str, Any] = capabilities.of("statuspage")["closures"]
    return found
