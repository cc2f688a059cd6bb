"""What Google Civic Information v2 tells a voter, read into values that can be shown: plain text, https, no home.

Every field may be missing; a list of the wrong type makes the answer unreadable (Malformed).
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actions.apis.http import Malformed
from actions.apis.reading import Row, day, number, part, phone, row, rows, text, web_address

MOST_SITES = 10
MOST_CONTESTS = 40
MOST_CANDIDATES = 40
MOST_HOURS = 25
"""Lines of opening hours: two weeks of early voting and a bit."""
UNLISTED = 10**6


@dataclass(frozen=True)
class Election:
    id: str
    name: str
    """In English, as the API words it; may be empty."""
    day: dt.date | None


@dataclass(frozen=True)
class Site:
    """A place to vote or to hand in a ballot."""

    name: str
    lines: tuple[str, ...]
    """Its address in lines; the last one is town, state and ZIP code."""
    hours: tuple[str, ...]
    """Free text in English, a line each; empty when the API tells none."""
    first: dt.date | None
    last: dt.date | None
    """Days it is open; None for polling places, which have none of their own."""
    notes: str
    is_official: bool
    """Whether the state itself is the source."""
    source: str
    """Name of the source, to be shown; may be empty."""


@dataclass(frozen=True)
class Candidate:
    name: str
    party: str


@dataclass(frozen=True)
class Contest:
    """Candidates for an office, or a question (then `responses` has the answers to choose from)."""

    title: str
    """The office, or the question's title."""
    district: str
    candidates: tuple[Candidate, ...]
    votes: int
    """How many candidates one may vote for."""
    parties: tuple[str, ...]
    """Those whose primary it is; empty when it is none."""
    subtitle: str
    question: str
    responses: tuple[str, ...]
    is_question: bool
    is_official: bool
    source: str


@dataclass(frozen=True)
class Officials:
    """Who runs the election: the state, or the town."""

    name: str
    page: str
    finder: str
    """Page that finds polling places; the pages are https or empty."""
    phone: str
    """E.164, or empty."""
    hours: tuple[str, ...]


@dataclass(frozen=True)
class VoterInfo:
    election: Election
    others: tuple[Election, ...]
    """Other elections of the same voter, on that day or later."""
    polling_places: tuple[Site, ...]
    early_sites: tuple[Site, ...]
    drop_boxes: tuple[Site, ...]
    """Of each kind only the official ones, when there is one."""
    contests: tuple[Contest, ...]
    """In the order of the ballot."""
    state: Officials | None
    town: Officials | None
    mail_only: bool
    """Whether everybody votes by mail."""

    @property
    def has_places(self) -> bool:
        return bool(self.polling_places or self.early_sites or self.drop_boxes or self.mail_only)


def read_voter_info(answer: Row) -> VoterInfo:
    """Raises Malformed when the answer isn't one of `voterinfo`."""
    election = _election(row(answer.get("election")))
    if not election.id:
        raise Malformed("no_election")
    administration = next(iter(_rows(answer, "state")), {})
    return VoterInfo(
        election=election,
        others=tuple(_election(entry) for entry in _rows(answer, "otherElections")),
        polling_places=_sites(answer, "pollingLocations"),
        early_sites=_sites(answer, "earlyVoteSites"),
        drop_boxes=_sites(answer, "dropOffLocations"),
        contests=_contests(answer),
        state=_officials(administration),
        town=_officials(part(administration, "local_jurisdiction")),
        mail_only=answer.get("mailOnly") is True,
    )


def _rows(entry: Row, name: str) -> list[Row]:
    """A list that may be missing."""
    value = entry.get(name)
    return [] if value is None else rows(value)


def _election(entry: Row) -> Election:
    return Election(text(entry.get("id"), 20), text(entry.get("name"), 120), day(entry.get("electionDay")))


def _sites(answer: Row, name: str) -> tuple[Site, ...]:
    """The sites that can be found by a reader: with a name or a street. Official ones stand in for all others."""
    read = [site for entry in _rows(answer, name) if (site := _site(entry)).lines or site.name]
    official = [site for site in read if site.is_official]
    return tuple(dict.fromkeys(official or read))[:MOST_SITES]


def _site(entry: Row) -> Site:
    address = part(entry, "address")
    name = text(entry.get("name"), 100) or text(part(address, "locationName"), 100)
    is_official, source = _source(entry)
    return Site(
        name=name,
        lines=tuple(_address_lines(address)),
        hours=_lines(entry.get("pollingHours")),
        first=day(entry.get("startDate")),
        last=day(entry.get("endDate")),
        notes=text(entry.get("notes"), 300),
        is_official=is_official,
        source=source,
    )


def _address_lines(address: Any) -> Iterable[str]:
    for line in ("line1", "line2", "line3"):
        if shown := text(part(address, line), 100):
            yield shown
    city, state, code = (text(part(address, name), 60) for name in ("city", "state", "zip"))
    if where := ", ".join(filter(None, [city, f"{state} {code}".strip()])):
        yield where


def _lines(told: Any) -> tuple[str, ...]:
    """Free text with line breaks, or HTML ones, as plain lines."""
    if not isinstance(told, str):
        return ()
    parts = re.split(r"[\r\n]+|<\s*(?:br|/p|/li|/div)\s*/?\s*>", told, flags=re.IGNORECASE)
    return tuple(filter(None, (text(line, 120) for line in parts)))[:MOST_HOURS]


def _source(entry: Row) -> tuple[bool, str]:
    """Whether the state itself says so, and who does: an official source before any other."""
    sources = _rows(entry, "sources")
    official = [source for source in sources if source.get("official") is True]
    first = next(iter(official or sources), {})
    return bool(official), text(first.get("name"), 80)


def _contests(answer: Row) -> tuple[Contest, ...]:
    listed = [entry for entry in _rows(answer, "contests") if entry.get("office") or entry.get("referendumTitle")]
    listed.sort(key=lambda entry: _placement(entry, "ballotPlacement"))
    return tuple(_contest(entry) for entry in listed[:MOST_CONTESTS])


def _placement(entry: Row, name: str) -> float:
    """A place in an order, which the API sends as text; what has none comes last."""
    place = number(entry.get(name))
    return UNLISTED if place is None or place != place else place


def _contest(entry: Row) -> Contest:
    is_question = not entry.get("office")
    people = sorted(_rows(entry, "candidates"), key=lambda person: _placement(person, "orderOnBallot"))
    named = [Candidate(name, text(one.get("party"), 60)) for one in people if (name := text(one.get("name"), 100))]
    is_official, source = _source(entry)
    return Contest(
        title=text(entry.get("referendumTitle" if is_question else "office"), 150),
        district=text(part(entry, "district", "name"), 100),
        candidates=tuple(named[:MOST_CANDIDATES]),
        votes=_votes(entry),
        parties=_texts(entry.get("primaryParties")),
        subtitle=text(entry.get("referendumSubtitle"), 200),
        question=text(entry.get("referendumText") or entry.get("referendumBrief"), 600),
        responses=_texts(entry.get("referendumBallotResponses")),
        is_question=is_question,
        is_official=is_official,
        source=source,
    )


def _votes(entry: Row) -> int:
    told = number(entry.get("numberVotingFor"))
    return int(told) if told is not None and 1 <= told <= MOST_CANDIDATES else 1


def _texts(told: Any) -> tuple[str, ...]:
    return tuple(filter(None, (text(one, 80) for one in told))) if isinstance(told, list) else ()


def _officials(region: Any) -> Officials | None:
    body = part(region, "electionAdministrationBody")
    if not isinstance(body, dict):
        return None
    numbers = (phone(person.get("officePhoneNumber")) for person in _rows(body, "electionOfficials"))
    return Officials(
        name=text(body.get("name"), 100) or text(part(region, "name"), 100),
        page=web_address(body.get("electionInfoUrl")),
        finder=web_address(body.get("votingLocationFinderUrl")),
        phone=next(filter(None, numbers), ""),
        hours=_lines(body.get("hoursOfOperation")),
    )
