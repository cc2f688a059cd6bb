"""How far a sample voter's absentee ballot has come. Days count back from today, so something is always on its way."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sandbox.election_calendar import Election, elections, general_election_day
from sandbox.voters import Voter
from sandbox.world import World, opaque_id


@dataclass(frozen=True)
class Story:
    """Where an application and its ballot stand, and how many days ago each step was (None: not yet)."""

    application: str
    ballot: str
    applied: int
    sent: int | None = None
    received: int | None = None
    reason: str | None = None


STORIES = {
    "applied": Story("received", "not_sent", 2),
    "approved": Story("approved", "not_sent", 6),
    "refused": Story("rejected", "not_sent", 9, reason="application_incomplete"),
    "sent": Story("approved", "sent", 14, sent=5),
    "undeliverable": Story("approved", "undeliverable", 20, sent=12, reason="address"),
    "received": Story("approved", "received", 18, sent=10, received=1),
    "accepted": Story("approved", "accepted", 24, sent=17, received=6),
    "unsigned": Story("approved", "rejected", 25, sent=18, received=8, reason="signature_missing"),
    "no_envelope": Story("approved", "rejected", 26, sent=19, received=9, reason="envelope_missing"),
}


def next_election(today: dt.date) -> Election:
    """The next November election: the state's in even years, the towns' in odd ones."""
    days = (general_election_day(year) for year in (today.year, today.year + 1))
    day = next(day for day in days if day >= today)
    return elections(day, day)[0]


def ballot_of(voter: Voter, world: World) -> dict[str, Any] | None:
    """The answer about a voter's ballot in the shape of `openapi/ballot_status.yaml`; None when none was asked for."""
    story = STORIES.get(voter.ballot)
    if story is None:
        return None
    election = next_election(world.today())

    def on(days_ago: int | None) -> str | None:
        return (world.today() - dt.timedelta(days=days_ago)).isoformat() if days_ago is not None else None

    ballot = {"status": story.ballot, "sent_on": on(story.sent), "received_on": on(story.received)}
    if story.sent is not None:
        ballot["tracking"] = f"CT{opaque_id('ballot', *voter.key, length=10).upper()}"
    answer: dict[str, Any] = {
        "election": {"name": election.name["en"], "date": election.date.isoformat()},
        "application": {"status": story.application, "received_on": on(story.applied)},
        "ballot": {name: value for name, value in ballot.items() if value is not None},
    }
    return {**answer, "reason": story.reason} if story.reason else answer
