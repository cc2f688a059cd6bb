"""Which of the sample elections the Civic Information API knows: two for each address, all year round.

The real one has data for the last weeks before an election only; a demo could then be given twice a year. To keep its
ordinary answer "Election unknown" in play, nothing is known for two weeks after a statewide election.
"""

import datetime as dt

from sandbox.election_calendar import STATE_OCD_ID, Election, elections
from sandbox.towns import BY_NAME, Town

MOST_KNOWN = 2
DAYS_AHEAD = 740
QUIET_DAYS = 14

TEST_ELECTION = Election(
    dt.date(2031, 12, 6), {"en": "VIP Test Election"}, "state", early_days=14, ocd_id="ocd-division/country:us"
)
TEST_ID = "2000"
TWO_ON_ONE_DAY = BY_NAME["Torrington"]
"""This town votes on a question of its own on the day of every statewide election, as an election apart."""


def election_id(election: Election) -> str:
    if election is TEST_ELECTION:
        return TEST_ID
    return f"{election.date:%Y%m%d}{int(bool(election.zips))}"


def coming(today: dt.date) -> list[Election]:
    """All that are known, in order; of one day the statewide one first."""
    found = elections(today, today + dt.timedelta(days=DAYS_AHEAD))
    own = [_own_question(election) for election in found if not election.zips]
    return sorted([*found, *own], key=lambda election: (election.date, election_id(election)))


def for_voter(today: dt.date, town: Town, code: str) -> list[Election]:
    """The next two that somebody in a town, or with a ZIP code of it, votes in."""
    reach = {code, *town.zips}
    return [e for e in coming(today) if not e.zips or reach.intersection(e.zips)][:MOST_KNOWN]


def is_quiet(today: dt.date) -> bool:
    """Whether a statewide election was held in the last two weeks: the next data is not in yet."""
    past = elections(today - dt.timedelta(days=QUIET_DAYS), today - dt.timedelta(days=1))
    return any(not election.zips for election in past)


def _own_question(statewide: Election) -> Election:
    return Election(
        statewide.date,
        {"en": f"{statewide.date.year} Special Town Referendum, {TWO_ON_ONE_DAY.name}"},
        "municipal",
        early_days=0,
        ocd_id=f"{STATE_OCD_ID}/place:{TWO_ON_ONE_DAY.name.lower()}",
        zips=TWO_ON_ONE_DAY.zips,
    )
