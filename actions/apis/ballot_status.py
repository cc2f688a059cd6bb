"""How far a person's absentee ballot has come, from a gateway that speaks `sandbox/openapi/ballot_status.yaml`.

The format is our own, because no open standard has one. A look-up is a POST: personal, never kept and never repeated.
It is read leniently all the same: unknown words are "unknown", unreadable dates absent.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from actions.apis.client import Send, client
from actions.apis.http import Malformed, Refused, Reply, Trouble
from actions.apis.reading import any_day, part, row, text, word
from actions.apis.result import Result
from actions.apis.voter_records import Person, bearer


class ApplicationStatus(StrEnum):
    RECEIVED = "received"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class BallotStatus(StrEnum):
    NOT_SENT = "not_sent"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    """The post office sent it back."""
    RECEIVED = "received"
    """It has come back from the voter and is not looked at yet."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why an application or a ballot was rejected, or a ballot not delivered."""

    NONE = ""
    APPLICATION_INCOMPLETE = "application_incomplete"
    ADDRESS = "address"
    SIGNATURE_MISSING = "signature_missing"
    ENVELOPE_MISSING = "envelope_missing"
    LATE = "late"
    OTHER = "other"


@dataclass(frozen=True)
class Ballot:
    election: str
    """Name in English; may be empty."""
    election_date: dt.date | None
    application: ApplicationStatus
    applied_on: dt.date | None
    """Day the town got the application."""
    status: BallotStatus
    sent_on: dt.date | None
    received_on: dt.date | None
    """Day the town got the ballot back."""
    tracking: str
    reason: Reason


async def ballot(person: Person) -> Result[Ballot]:
    """The absentee ballot of one person for the next election.

    NotFound stands alike for nobody, somebody who asked for no ballot, several people, and a protected voter.
    """

    async def load(send: Send) -> Ballot:
        return _ballot(await send("POST", "lookup", headers=bearer("ballot_status"), json=question(person)))

    return await client("ballot_status").tell("ballot", load)


def question(person: Person) -> dict[str, str]:
    """The body of a look-up, `Lookup` in the description."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": person.birth_date.isoformat(),
        "town": person.town,
    }


def _ballot(reply: Reply) -> Ballot:
    if reply.status in (400, 422):
        raise Refused("bad_request")
    if reply.status in (202, 204):
        raise Trouble("not_ready")
    body = row(reply.json())
    election, application, progress = body.get("election"), row(body.get("application")), row(body.get("ballot"))
    return Ballot(
        text(part(election, "name"), 120),
        any_day(part(election, "date")),
        _known(ApplicationStatus, application.get("status"), ApplicationStatus.UNKNOWN),
        any_day(application.get("received_on")),
        _known(BallotStatus, progress.get("status"), BallotStatus.UNKNOWN),
        any_day(progress.get("sent_on")),
        any_day(progress.get("received_on")),
        text(progress.get("tracking"), 40),
        _known(Reason, body.get("reason"), Reason.OTHER) if body.get("reason") else Reason.NONE,
    )


Words = TypeVar("Words", bound=StrEnum)


def _known(words: type[Words], told: Any, otherwise: Words) -> Words:
    """The word of a vocabulary, `otherwise` for one it doesn't hold. Raises Malformed for what is no text."""
    if told is not None and not isinstance(told, str):
        raise Malformed
    spelled = word(told)
    return words(spelled) if spelled in set(words) else otherwise
