"""When elections are, the last day to register, and early voting."""

import datetime as dt
from collections.abc import Iterable

from actions.apis.democracy_works import Election as Listed
from actions.ballots import Ballot, Outlook, outlook, source_of
from actions.lookup import Answer, Asked, Lookup, NoAnswer
from actions.sites import Line
from core import values
from core.jurisdiction import towns
from core.values import Value

EARLY_OVER = "utter_vote_early_over"
MOST_LISTED = 3
MOST_LOCAL = 2


class ActionVoteDeadline(Lookup):
    topic = "vote_deadline"
    page = "vote_my_vote"

    async def answer(self, asked: Asked) -> Answer:
        ahead = await outlook(asked.today)
        ballot = next((one for one in ahead.ballots if one.has_deadline), None)
        if ballot is None:
            raise NoAnswer
        if ballot.differs & {"day", "deadline"}:
            return _answer("utter_vote_deadline_differs", ahead, ballot, {})
        ways = list(_ways(ballot, asked.today))
        earlier = [_line("utter_line_earlier_election", one) for one in ahead.ballots if one.day < ballot.day]
        filled = _names(ballot) | {"ways": values.lines(ways), "details": values.lines([*ways, *earlier])}
        last = max(day for day in (ballot.online, ballot.by_mail) if day)
        if asked.today > last:
            return _answer("utter_vote_deadline_passed", ahead, ballot, filled | {"deadline": values.date(last)})
        return _answer(f"utter_vote_deadline{_certainty(ballot)}", ahead, ballot, filled)


class ActionVoteElectionDates(Lookup):
    topic = "vote_election_dates"
    page = "vote_my_vote"

    async def answer(self, asked: Asked) -> Answer:
        ahead = await outlook(asked.today)
        if not ahead.ballots:
            raise NoAnswer
        first = ahead.ballots[0]
        if "day" in first.differs:
            return _answer("utter_vote_election_dates_differs", ahead, first, {})
        sure = [one for one in ahead.ballots if "day" not in one.differs][:MOST_LISTED]
        dates = [_line("utter_line_election", one) for one in sure]
        details = [*dates, *_local(ahead.local, asked.town), *_polls(first)]
        filled = _names(first) | {"details": values.lines(details), "dates": values.lines(dates)}
        certainty = "_by_rule" if ahead.from_rules else "" if first.firm else "_known"
        return _answer(f"utter_vote_election_dates{certainty}", ahead, first, filled)


async def early_voting(today: dt.date) -> Answer:
    """The days of early voting. Raises NoAnswer when no election with early voting is known."""
    ahead = await outlook(today)
    ballot = next((one for one in ahead.ballots if one.early or "early" in one.differs), None)
    if ballot is None:
        raise NoAnswer
    if ballot.differs & {"day", "early"} or ballot.early is None:
        return _answer("utter_vote_early_differs", ahead, ballot, {})
    first, last = ballot.early
    filled = _names(ballot) | {"first": values.date(first), "last": values.date(last)}
    if today > last:
        return _answer(EARLY_OVER, ahead, ballot, filled)
    if today >= first and ballot.firm:
        return _answer("utter_vote_early_now", ahead, ballot, filled)
    return _answer(f"utter_vote_early{_certainty(ballot)}", ahead, ballot, filled)


def _answer(response: str, ahead: Outlook, ballot: Ballot, filled: dict[str, Value]) -> Answer:
    return Answer(response, filled, ahead.upstreams, ahead.cached_at, sources=source_of(ballot))


def _certainty(ballot: Ballot) -> str:
    """End of the response's name: nothing for settled dates, `_by_rule` for computed ones."""
    return "" if ballot.firm else "_by_rule"


def _names(ballot: Ballot) -> dict[str, Value]:
    return {"election": values.words(f"utter_word_election_{ballot.kind}"), "date": values.date(ballot.day)}


def _line(name: str, ballot: Ballot) -> Line:
    return name, _names(ballot)


def _ways(ballot: Ballot, today: dt.date) -> Iterable[Line]:
    """The last day for each way to register that is still open."""
    for way, last in (("online", ballot.online), ("mail", ballot.by_mail), ("in_person", ballot.in_person)):
        if last and last >= today:
            yield f"utter_line_register_{way}", {"date": values.date(last)}


def _polls(ballot: Ballot) -> list[Line]:
    if ballot.polls is None or "polls" in ballot.differs:
        return []
    opens, closes = ballot.polls
    filled = {"date": values.date(ballot.day), "opens": values.time(opens), "closes": values.time(closes)}
    return [("utter_line_polls", filled)]


def _local(listed: list[Listed], town: str | None) -> list[Line]:
    """Votes in a part of the state; the town that was asked about is named."""
    lines: list[Line] = []
    for one in listed[:MOST_LOCAL]:
        place = one.place.rpartition("/")[2].removeprefix("place:").replace("_", " ").title()
        date = {"date": values.date(one.day)}
        if town in towns() and place == town:
            lines.append(("utter_line_election_town", date | {"town": values.text(place)}))
        else:
            lines.append(("utter_line_election_local", date))
    return lines
