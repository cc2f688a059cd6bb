"""Where the sample towns vote: polling places, early-voting sites, drop boxes. Every site is made up.

`precincts.py` has the districts of the larger towns; the other towns have one district each. An address falls into a
district by its street and number, so asking twice gives the same place.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sandbox.election_calendar import Election
from sandbox.precincts import BY_NAME, VOTING_TOWNS, Precinct, VotingTown
from sandbox.state_calendar import THURSDAY, TUESDAY
from sandbox.towns import TOWNS, Town

STATE_SOURCE = "Voting Information Project"
OTHER_SOURCE = "Sample Ballot Collectors"
FIRST_FREE_LINE = 1 + max(town.line for town in VOTING_TOWNS)
LAST_LINE = 99
CITIES = frozenset(town.name for town in VOTING_TOWNS if town.districts >= 4)
"""Towns with a second place for early voting and a second drop box."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Site:
    """One place to vote or to hand in a ballot; `hours` and `notes` may be empty, as they often are."""

    name: str
    street: str
    town: Town
    zip: str
    hours: str = ""
    notes: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    official: bool = True

    @property
    def source(self) -> str:
        return STATE_SOURCE if self.official else OTHER_SOURCE


def voting_town(town: Town) -> VotingTown:
    """Districts and registrar's phone of any town."""
    line = FIRST_FREE_LINE + TOWNS.index(town) % (LAST_LINE - FIRST_FREE_LINE + 1)
    return BY_NAME.get(town.name) or VotingTown(town.name, town.zip, 1, line)


def precinct_of(town: Town, street: str) -> Precinct:
    """The district an address of a town lies in."""
    voting = voting_town(town)
    drawn = int(hashlib.sha256(street.casefold().encode()).hexdigest(), 16)
    return Precinct(voting, 1 + drawn % voting.districts)


def polling_place(town: Town, precinct: Precinct) -> Site:
    hours = "Tuesday: 6:00 AM - 8:00 PM"
    entrance = "Use the door on the side of the parking lot." if precinct.number % 2 else ""
    return Site(precinct.site, precinct.street, town, precinct.town.zip, hours, entrance)


def early_sites(town: Town, election: Election) -> list[Site]:
    """One place a town, two in a city; none when the election has no early voting."""
    span = election.early_voting
    if span is None:
        return []
    voting, hours = voting_town(town), _early_hours(*span)
    sites = [Site(f"{town.name} Town Hall", f"{voting.line} Sample Square", town, voting.zip, hours, "", *span)]
    if town.name in CITIES:
        note = "Ring at the main door.\nWheelchair ramp on the left."
        street = f"{voting.line + 200} Sample Avenue"
        sites.append(Site(f"{town.name} Sample Community College", street, town, voting.zip, hours, note, *span))
    return sites


def drop_boxes(town: Town, election: Election) -> list[Site]:
    """Boxes for absentee ballots, from 31 days before the election until its polls close."""
    voting = voting_town(town)
    span = election.date - dt.timedelta(days=31), election.date
    boxes = [
        Site(
            "Ballot box outside Town Hall",
            f"{voting.line} Sample Square",
            town,
            voting.zip,
            "",
            "Open at all hours.",
            *span,
        )
    ]
    if town.name in CITIES:
        street = f"{voting.line + 300} Sample Parkway"
        boxes.append(Site("Ballot box at the library", street, town, voting.zip, "24 hours", "", *span))
    return boxes


def _early_hours(first: dt.date, last: dt.date) -> str:
    """One line a day: ten to six, and eight to eight on the last Tuesday and Thursday of the two weeks."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    long = {max((d for d in days if d.weekday() == weekday), default=None) for weekday in (TUESDAY, THURSDAY)}
    lines = []
    for day in days:
        clock = "8:00 AM - 8:00 PM" if day in long else "10:00 AM - 6:00 PM"
        lines.append(f"{WEEKDAYS[day.weekday()]}, {day:%B} {day.day}: {clock}")
    return "\n".join(lines)
