"""The sample elections: the dates follow from rules, so there is always a next one.

General elections fall on the Tuesday after the first Monday of November (the state's in even years, the towns' in odd
ones). Primaries: the second Tuesday of August, and for the towns 56 days before their election. The special election
and the budget vote are inventions, there to have something that concerns only a few people.
"""

import datetime as dt
from dataclasses import dataclass

from sandbox.state_calendar import MONDAY, TUESDAY, nth_weekday

STATE_OCD_ID = "ocd-division/country:us/state:ct"
REGISTRATION_DAYS_BEFORE = 18
POLLS_OPEN, POLLS_CLOSE = dt.time(6), dt.time(20)

Text = dict[str, str]


@dataclass(frozen=True)
class Election:
    date: dt.date
    name: Text
    """By language; a language that is missing is served as null."""
    type: str
    early_days: int
    """Days of early voting, the last of them two days before (none on the Monday); 0 when there is none."""
    ocd_id: str = STATE_OCD_ID
    zips: tuple[str, ...] = ()
    """ZIP codes it concerns; empty means the whole state."""

    @property
    def registration_deadline(self) -> dt.date:
        return self.date - dt.timedelta(days=REGISTRATION_DAYS_BEFORE)

    @property
    def early_voting(self) -> tuple[dt.date, dt.date] | None:
        if not self.early_days:
            return None
        last = self.date - dt.timedelta(days=2)
        return last - dt.timedelta(days=self.early_days - 1), last


def elections(start: dt.date, end: dt.date) -> list[Election]:
    """Elections from one day to another, both included, in order."""
    found = [election for year in range(start.year, end.year + 1) for election in _year(year)]
    return sorted((e for e in found if start <= e.date <= end), key=lambda election: (election.date, election.ocd_id))


def general_election_day(year: int) -> dt.date:
    return nth_weekday(year, 11, MONDAY, 1) + dt.timedelta(days=1)


def _year(year: int) -> list[Election]:
    general = general_election_day(year)
    special = Election(
        nth_weekday(year, 2, TUESDAY, 4),
        {"en": f"{year} Special Election, State House District 999"},
        "stateHouse",
        early_days=4,
        ocd_id=f"{STATE_OCD_ID}/sldl:999",
        zips=("06226", "06256", "06266", "06280"),
    )
    budget = Election(
        nth_weekday(year, 5, TUESDAY, 2),
        {
            "en": f"{year} Town Budget Referendum, Norwich",
            "es": f"Referéndum del presupuesto municipal {year}, Norwich",
        },
        "municipal",
        early_days=0,
        ocd_id=f"{STATE_OCD_ID}/place:norwich",
        zips=("06360", "06380", "06389"),
    )
    return [special, budget, *(_even_year(year, general) if year % 2 == 0 else _odd_year(year, general))]


def _even_year(year: int, general: dt.date) -> list[Election]:
    held = [
        Election(
            nth_weekday(year, 8, TUESDAY, 2),
            {"en": f"{year} Connecticut State Primary", "es": f"Elecciones primarias estatales de Connecticut {year}"},
            "state",
            early_days=7,
        ),
        Election(
            general,
            {
                "en": f"{year} Connecticut State General Election",
                "es": f"Elecciones generales estatales de Connecticut {year}",
            },
            "state",
            early_days=14,
        ),
    ]
    if year % 4 == 0:
        name = {
            "en": f"{year} Connecticut Presidential Preference Primary",
            "es": f"Primarias presidenciales de Connecticut {year}",
        }
        held.append(Election(nth_weekday(year, 4, TUESDAY, 1), name, "presidentialPrimary", early_days=4))
    return held


def _odd_year(year: int, general: dt.date) -> list[Election]:
    return [
        Election(
            general - dt.timedelta(days=56),
            {
                "en": f"{year} Connecticut Municipal Primary",
                "es": f"Elecciones primarias municipales de Connecticut {year}",
            },
            "municipal",
            early_days=7,
        ),
        Election(
            general,
            {
                "en": f"{year} Connecticut Municipal General Election",
                "es": f"Elecciones municipales de Connecticut {year}",
            },
            "municipal",
            early_days=14,
        ),
    ]
