"""Reminders of an election: a week and a day before the last day to register, and before election day."""

import datetime as dt
from dataclasses import dataclass

from core.elections import Election, coming, elections
from core.jurisdiction import time_zone

DAYS_BEFORE = (7, 1)
CLOCK = dt.time(10)
"""When they are due, by the state's own clock."""
REGISTER = ("register_online", "register_by_mail")
"""Deadlines of elections.yml; the first of them is the one to remind of."""


@dataclass(frozen=True)
class Reminder:
    name: str
    """`register-7`, `vote-1` …: what it is about, and how many days before."""
    about: str
    """`register` or `vote`."""
    day: dt.date
    """The day it reminds of."""
    at: dt.datetime
    """When it is due."""


def reminders(election: Election) -> list[Reminder]:
    """In the order in which they are due."""
    registering = [election.deadlines[name] for name in REGISTER if name in election.deadlines]
    days = {"vote": election.day} | ({"register": min(registering)} if registering else {})
    found = [
        Reminder(f"{about}-{before}", about, day, _due(day, before))
        for about, day in days.items()
        for before in DAYS_BEFORE
    ]
    return sorted(found, key=lambda reminder: reminder.at)


def next_election(now: dt.datetime) -> Election | None:
    """The next one of which there is something left to remind of."""
    today = now.astimezone(time_zone()).date()
    return next((one for one in coming(today) if reminders(one)[-1].at > now), None)


def id_of(election: Election) -> str:
    return f"{election.kind} {election.day.isoformat()}"


def election_of(election_id: str) -> Election | None:
    """The election of an id; None when the rules have changed since and it is on another day."""
    kind, _, day = election_id.partition(" ")
    date = dt.date.fromisoformat(day)
    return next((one for one in elections(date, date) if one.kind == kind), None)


def _due(day: dt.date, days_before: int) -> dt.datetime:
    return dt.datetime.combine(day - dt.timedelta(days=days_before), CLOCK, time_zone()).astimezone(dt.UTC)
