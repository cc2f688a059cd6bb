"""The answers of the Civic Information API, field by field, with the quirks some towns play (docs/sandbox.md)."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sandbox.civic_elections import election_id
from sandbox.contests import Contest, contests
from sandbox.election_calendar import STATE_OCD_ID, Election
from sandbox.polling_places import (
    OTHER_SOURCE,
    STATE_SOURCE,
    Site,
    drop_boxes,
    early_sites,
    polling_place,
    precinct_of,
    voting_town,
)
from sandbox.towns import Town
from sandbox.world import World

MY_VOTE = "https://myvote.ct.gov"
REGISTER = "https://voterregistration.ct.gov/OLVR/welcome.do"
LOOK_UP = "https://portaldir.ct.gov/sots/LookUp.aspx"

QUIRKS = {
    "Bristol": "unofficial",
    "Cornwall": "html",
    "Danbury": "contradicted",
    "Kent": "bare",
    "Norfolk": "mail only",
    "Salisbury": "not yet",
}
"""Towns that play something; `civic_info.py` and `civic_elections.py` have two more."""


@dataclass(frozen=True)
class Asked:
    """An address as it was understood."""

    town: Town
    street: str
    zip: str

    @property
    def normalized(self) -> dict[str, str]:
        return {"line1": self.street, "city": self.town.name, "state": "CT", "zip": self.zip}


def voter_info(
    world: World, place: Asked, election: Election, others: list[Election], official_only: bool
) -> dict[str, Any]:
    """Everything about one election; nothing about its places and contests while another one has the same day."""
    answer: dict[str, Any] = {"kind": "civicinfo#voterInfoResponse", "election": election_entry(election)}
    if others:
        answer["otherElections"] = [election_entry(other) for other in others]
    answer["normalizedInput"] = place.normalized
    quirk = QUIRKS.get(place.town.name, "")
    if not any(other.date == election.date for other in others):
        answer |= _places(place, election, quirk, official_only)
        answer["contests"] = [
            _contest(number, contest) for number, contest in enumerate(contests(world, place.town, election), 1)
        ]
    answer["state"] = [_state(place.town, quirk)]
    return answer


def election_entry(election: Election) -> dict[str, str]:
    return {
        "id": election_id(election),
        "name": election.name["en"],
        "electionDay": election.date.isoformat(),
        "ocdDivisionId": election.ocd_id,
    }


def divisions(place: Asked) -> dict[str, Any]:
    town_id = f"{STATE_OCD_ID}/place:{place.town.name.lower().replace(' ', '_')}"
    return {
        "normalizedInput": place.normalized,
        "divisions": {
            "ocd-division/country:us": {"name": "United States"},
            STATE_OCD_ID: {"name": "Connecticut"},
            town_id: {"name": f"{place.town.name} town"},
        },
    }


def _places(place: Asked, election: Election, quirk: str, official_only: bool) -> dict[str, Any]:
    precinct = precinct_of(place.town, place.street)
    polls = [] if quirk == "not yet" else [polling_place(place.town, precinct)]
    early, boxes = early_sites(place.town, election), drop_boxes(place.town, election)
    if quirk == "contradicted":
        polls.insert(0, replace(polls[0], name="Old Sample Hall (closed)", street="999 Sample Street", official=False))
    listed = {"pollingLocations": polls, "earlyVoteSites": early, "dropOffLocations": boxes}
    answer: dict[str, Any] = {}
    for name, sites in listed.items():
        shown = [_played(site, quirk) for site in sites]
        kept = [site for site in shown if site.official or not official_only]
        if kept:
            answer[name] = [_site(site, is_poll=name == "pollingLocations") for site in kept]
    if quirk == "mail only":
        answer["mailOnly"] = True
    return answer | {"precinctId": str(precinct.number)}


def _played(site: Site, quirk: str) -> Site:
    match quirk:
        case "unofficial":
            return replace(site, official=False)
        case "bare":
            return replace(site, hours="", notes="")
        case "html":
            hours = site.hours.replace("\n", "<br>")
            return replace(site, hours=hours, notes="<p>Park <b>behind</b> the church.</p><script>alert(1)</script>")
        case _:
            return site


def _site(site: Site, is_poll: bool) -> dict[str, Any]:
    """One location; only the others have a name and dates of their own."""
    address = {"line1": site.street, "city": site.town.name, "state": "CT", "zip": site.zip}
    entry: dict[str, Any] = {"address": {"locationName": site.name, **address}}
    entry |= {"notes": site.notes, "pollingHours": site.hours}
    if not is_poll:
        entry["name"] = site.name
        entry |= {"startDate": _day(site.first), "endDate": _day(site.last)}
    entry |= {"latitude": site.town.lat, "longitude": site.town.lon}
    return entry | {"sources": [{"name": site.source, "official": site.official}]}


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _contest(number: int, contest: Contest) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ballotPlacement": str(number),
        "district": {"id": contest.district_id, "name": contest.district, "scope": contest.scope},
        "sources": [{"name": OTHER_SOURCE, "official": False}],
    }
    if asked := contest.question:
        return entry | {
            "type": "Referendum",
            "referendumTitle": asked.title,
            "referendumSubtitle": asked.subtitle,
            "referendumText": asked.text,
            "referendumBallotResponses": list(asked.responses),
            "referendumUrl": MY_VOTE,
        }
    entry |= {"type": "Primary" if contest.primary_party else "General", "office": contest.office}
    if contest.primary_party:
        entry["primaryParties"] = [contest.primary_party]
    entry |= {"numberElected": str(contest.seats), "numberVotingFor": str(contest.seats)}
    people = enumerate(contest.candidates, 1)
    return entry | {
        "candidates": [{"name": who, "party": party, "orderOnBallot": str(n)} for n, (who, party) in people]
    }


def _state(town: Town, quirk: str) -> dict[str, Any]:
    body = {
        "name": "Sample Secretary of the State",
        "electionInfoUrl": MY_VOTE,
        "electionRegistrationUrl": REGISTER,
        "electionRegistrationConfirmationUrl": LOOK_UP,
        "votingLocationFinderUrl": LOOK_UP,
        "voter_services": ["voting-machine-demo"],
        "electionOfficials": [{"title": "Elections line", "officePhoneNumber": "(860) 555-0100"}],
    }
    sources = [{"name": STATE_SOURCE, "official": True}]
    entry: dict[str, Any] = {"name": "Connecticut", "electionAdministrationBody": body, "sources": sources}
    if quirk == "bare":
        return entry
    voting = voting_town(town)
    address = {"line1": f"{voting.line} Sample Square", "city": town.name, "state": "CT", "zip": voting.zip}
    registrars = {
        "name": f"{town.name} Registrars of Voters",
        "electionInfoUrl": MY_VOTE,
        "hoursOfOperation": "Tuesday and Thursday 9:00 AM - 12:00 PM",
        "physicalAddress": {"locationName": f"{town.name} Town Hall", **address},
        "electionOfficials": [
            {
                "name": "Sam Sample",
                "title": "Registrar of Voters",
                "officePhoneNumber": voting.phone,
                "emailAddress": "registrars@example.gov",
            }
        ],
    }
    return entry | {
        "local_jurisdiction": {"name": town.name, "electionAdministrationBody": registrars, "sources": sources}
    }
