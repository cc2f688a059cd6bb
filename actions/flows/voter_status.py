"""`vote_registration_status` and `vote_absentee_status`: name, date of birth and town, and what the state's lists say.

An answer holds the voter's own polling place, which is a public building, and never where somebody lives. A voter whom
nobody may find (Address Confidentiality Program) gets the answer that nobody gets.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

from actions.apis import ballot_status, voter_records
from actions.apis.ballot_status import ApplicationStatus, Ballot, BallotStatus, Reason
from actions.apis.capabilities import gives, of
from actions.apis.reading import word
from actions.apis.result import NotFound, Result
from actions.apis.voter_records import Person, Registration
from actions.flows.field import Ending, Known, Question
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard
from actions.flows.people import BirthDate, FullName, Town
from actions.flows.records import record_of, spelled
from actions.lookup import Answer
from actions.sites import Line
from core import values
from core.values import Value

T = TypeVar("T")

ON_THE_WAY = {
    BallotStatus.SENT: "sent",
    BallotStatus.UNDELIVERABLE: "undeliverable",
    BallotStatus.RECEIVED: "received",
    BallotStatus.ACCEPTED: "accepted",
    BallotStatus.REJECTED: "rejected",
}
BEFORE_IT = {
    ApplicationStatus.RECEIVED: "wait",
    ApplicationStatus.APPROVED: "wait",
    ApplicationStatus.REJECTED: "application_rejected",
}
"""What to do next, the end of `utter_word_ballot_do_…`: by the ballot, and while there is none, by the application."""


class VoterName(FullName):
    """The first question: it ends the flow where the jurisdiction's system doesn't tell this."""

    def __init__(self, topic: str, upstream: str, what: str) -> None:
        super().__init__(f"utter_{topic}_ask_full_name")
        self.topic, self.upstream, self.what = topic, upstream, what

    async def ask(self, known: Known) -> Question | Ending:  # type: ignore[override]
        if not gives(self.upstream, self.what):
            return Ending(Answer(f"utter_{self.topic}_how"))
        return await super().ask(known)

    async def hears(self, heard: Heard, known: Known) -> object:
        return await super().hears(heard, known) if gives(self.upstream, self.what) else None


class ValidateRegistrationStatus(Flow):
    topic = "vote_registration_status"
    page = "vote_lookup"
    fields = (
        VoterName(topic, "voter_records", "registration"),
        BirthDate("utter_vote_registration_status_ask_birth_date"),
        Town("voter_town", "utter_vote_registration_status_ask_town"),
    )


class ActionRegistrationStatus(FlowEnd):
    flow = ValidateRegistrationStatus

    async def finish(self, known: Known) -> Answer:
        async def load() -> Result[Registration]:
            return await _first_found(known, voter_records.registration)

        found = await record_of(known, self.flow, "voter_registration", _thing(known), load, ("voter_records",))
        return found if isinstance(found, Answer) else _registration(found, self.page)


class ValidateAbsenteeStatus(Flow):
    topic = "vote_absentee_status"
    page = "vote_lookup"
    fields = (
        VoterName(topic, "ballot_status", "ballot"),
        BirthDate("utter_vote_absentee_status_ask_birth_date"),
        Town("voter_town", "utter_vote_absentee_status_ask_town"),
    )


class ActionAbsenteeStatus(FlowEnd):
    flow = ValidateAbsenteeStatus

    async def finish(self, known: Known) -> Answer:
        async def load() -> Result[Ballot]:
            return await _first_found(known, ballot_status.ballot)

        found = await record_of(known, self.flow, "absentee_ballot", _thing(known), load, ("ballot_status",))
        return found if isinstance(found, Answer) else _ballot(found, self.page)


def people(known: Known) -> list[Person]:
    """Whom a name can mean. Of "Mary Ann Smith" the roll may hold "Mary" "Ann Smith", or "Mary" "Smith"."""
    first, last = known["full_name"]["first"], known["full_name"]["last"]
    born, town = dt.date.fromisoformat(known["birth_date"]), str(known["voter_town"])
    return [Person(first, each, born, town) for each in dict.fromkeys((last, last.split()[-1]))]


async def _first_found(known: Known, ask: Callable[[Person], Awaitable[Result[T]]]) -> Result[T]:
    """One try for the resident, whatever number of spellings it takes."""
    result: Result[T] = NotFound()
    for person in people(known):
        result = await ask(person)
        if not isinstance(result, NotFound):
            break
    return result


def _thing(known: Known) -> str:
    name = known["full_name"]
    return spelled(f"{name['first']}{name['last']}", str(known["birth_date"]))


def _registration(found: Registration, page: str) -> Answer:
    status = values.words(of("voter_records")["words"][found.status])
    state: list[Line] = [("utter_line_voter_state", {"state": status})]
    party: list[Line] = [("utter_line_voter_party", {"party": _party(found.party)})] if found.party else []
    district: list[Line] = []
    if found.district:
        district.append(("utter_line_voter_district", {"district": values.text(found.district)}))
    place: list[Line] = []
    if found.polling_place:
        where = ", ".join(filter(None, (found.polling_place.name, found.polling_place.address)))
        place.append(("utter_line_voter_place", {"place": values.text(where)}))
    filled = {
        "details": values.lines([*state, *party, *district, *place, *_office(found)]),
        "short": values.lines([*party, *place] or state),
    }
    return Answer(f"utter_vote_registration_status_{found.status}", filled, ("voter_records",), links=(page,))


def _party(told: str) -> Value:
    known = (of("voter_records").get("parties") or {}).get(word(told))
    return values.words(str(known)) if known else values.text(told)


def _office(found: Registration) -> list[Line]:
    office = found.office
    if office is None:
        return []
    lines: list[Line] = []
    if office.name:
        lines.append(("utter_line_voter_office", {"office": values.text(office.name)}))
    if office.phone:
        lines.append(("utter_line_voter_office_phone", {"phone": values.phone(office.phone)}))
    elif office.email:
        lines.append(("utter_line_voter_office_email", {"email": values.text(office.email)}))
    return lines


def _ballot(found: Ballot, page: str) -> Answer:
    terms = of("ballot_status")
    election: list[Line] = []
    if found.election_date:
        election.append(("utter_line_ballot_election", {"date": values.date(found.election_date)}))
    application: list[Line] = [
        ("utter_line_ballot_application", {"state": values.words(terms["applications"][found.application])})
    ]
    if found.applied_on:
        application.append(("utter_line_ballot_applied_on", {"date": values.date(found.applied_on)}))
    ballot: list[Line] = [("utter_line_ballot_state", {"state": values.words(terms["words"][found.status])})]
    if found.reason is not Reason.NONE:
        ballot.append(("utter_line_ballot_reason", {"reason": values.words(terms["reasons"][found.reason])}))
    way: list[Line] = []
    if found.sent_on:
        way.append(("utter_line_ballot_sent_on", {"date": values.date(found.sent_on)}))
    if found.received_on:
        way.append(("utter_line_ballot_received_on", {"date": values.date(found.received_on)}))
    if found.tracking:
        way.append(("utter_line_ballot_tracking", {"number": values.text(found.tracking)}))
    do = ON_THE_WAY.get(found.status) or BEFORE_IT.get(found.application, "ask")
    if found.status is BallotStatus.UNKNOWN:
        do = "ask"
    filled = {
        "details": values.lines([*election, *application, *ballot, *way]),
        "short": values.lines([application[0], *ballot]),
        "advice": values.words(f"utter_word_ballot_do_{do}"),
    }
    return Answer("utter_vote_absentee_status_found", filled, ("ballot_status",), links=(page,))
