"""What the sample status page reports on."""

from dataclasses import dataclass

from sandbox.offices import OFFICES
from sandbox.world import opaque_id

PAGE = {
    "id": opaque_id("page", length=12),
    "name": "Connecticut services (sample)",
    "url": "https://status.sample.invalid",
    "time_zone": "America/New_York",
    "created_at": "2024-01-15T10:00:00.000-05:00",
}

GROUPS = ("DMV offices", "Phone lines")


@dataclass(frozen=True)
class Component:
    name: str
    position: int
    description: str | None = None
    group: str | None = None
    town: str | None = None
    """The town, when it is an office."""

    @property
    def id(self) -> str:
        return opaque_id("component", self.name, length=12)


def _all() -> list[Component]:
    systems = [
        ("CT DMV website", "portal.ct.gov/dmv", None, None),
        ("DMV online services", "Renewals, address changes, appointments", None, None),
        ("myvote.ct.gov", "Polling places, early voting, absentee ballots", None, None),
        ("Voter registration", "Online registration and look-up", None, None),
        ("CT.gov portal", "The state's front page and sign-in", None, None),
        ("State offices", "Offices of all agencies", None, None),
        ("Phone lines", None, None, None),
        ("DMV phone line", None, "Phone lines", None),
        ("Elections phone line", None, "Phone lines", None),
        ("DMV offices", None, None, None),
        *((f"{office.town} DMV office", None, "DMV offices", office.town) for office in OFFICES),
    ]
    return [Component(name, place, words, group, town) for place, (name, words, group, town) in enumerate(systems, 1)]


COMPONENTS = _all()
BY_NAME = {component.name: component for component in COMPONENTS}


def find(name: str) -> Component:
    return BY_NAME[name]
