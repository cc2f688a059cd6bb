"""How far a license, ID, permit or registration is, from a gateway that speaks our own format.

There is no open standard; the format is written down in `sandbox/openapi/credential_status.yaml`. A question is a POST
with a number (or plate) and a birth date, so that neither stands in an address. It is sent once and nothing is kept:
the gateway counts misses, and the answer is about a person. An unknown word is `UNKNOWN`, never an error, never good
news. Names, addresses and license numbers are not read even where a gateway sends them.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from actions.apis.client import Send, client
from actions.apis.http import Malformed, Refused
from actions.apis.reading import Row, day, row, text, word
from actions.apis.result import Result
from core.settings import settings

SANDBOX_TOKEN = "sandbox"  # noqa: S105 - any token opens the sandbox
TRACKING = re.compile(r"[A-Z0-9]{8,34}")


class Kind(StrEnum):
    LICENSE = "license"
    ID = "id"
    PERMIT = "permit"
    REGISTRATION = "registration"
    UNKNOWN = "unknown"


class State(StrEnum):
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    PRINTED = "printed"
    MAILED = "mailed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class RegistrationState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why something is held, came back, was refused or was suspended."""

    PHOTO_NEEDED = "photo_needed"
    DOCUMENT_MISSING = "document_missing"
    FEE_UNPAID = "fee_unpaid"
    ADDRESS_UNCONFIRMED = "address_unconfirmed"
    INSURANCE_LAPSED = "insurance_lapsed"
    EMISSIONS_OVERDUE = "emissions_overdue"
    TAXES_UNPAID = "taxes_unpaid"
    UNDELIVERABLE = "undeliverable"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


class Carrier(StrEnum):
    USPS = "usps"
    UPS = "ups"
    FEDEX = "fedex"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Credential:
    """An application and how far it is; a day is None where the gateway gives none, or none that can be read."""

    kind: Kind
    state: State
    updated: dt.date | None
    printed: dt.date | None
    mailed: dt.date | None
    carrier: Carrier | None
    tracking: str
    """Capital letters and digits; empty when there is none."""
    valid_until: dt.date | None
    reason: Reason | None


@dataclass(frozen=True)
class Registration:
    """A vehicle's registration, as the register has it."""

    state: RegistrationState
    updated: dt.date | None
    valid_until: dt.date | None
    reason: Reason | None

    def state_on(self, today: dt.date) -> RegistrationState:
        """The state, except that a registration whose last day is past is not called active."""
        is_past = self.valid_until is not None and self.valid_until < today
        return RegistrationState.EXPIRED if is_past and self.state is RegistrationState.ACTIVE else self.state


async def credential(number: str, birth_date: dt.date) -> Result[Credential]:
    """The application with that number (as `application_numbers.read` writes it), if the birth date matches.

    NotFound says that the two don't match, not which of them is wrong.
    """

    async def load(send: Send) -> Credential:
        found = await _answer(send, "lookup", {"application_number": number, "birth_date": birth_date.isoformat()})
        tracking = text(found.get("tracking"), 40).upper().replace(" ", "")
        return Credential(
            _word(Kind, found.get("kind")) or Kind.UNKNOWN,
            _state(State, found),
            day(found.get("updated_on")),
            day(found.get("printed_on")),
            day(found.get("mailed_on")),
            _word(Carrier, found.get("carrier")),
            tracking if TRACKING.fullmatch(tracking) else "",
            day(found.get("valid_until")),
            _word(Reason, found.get("reason")),
        )

    return await client("credential_status").tell("credential", load)


async def registration(plate: str, birth_date: dt.date) -> Result[Registration]:
    """The registration of that plate (as `application_numbers.read_plate` writes it), if the birth date matches."""

    async def load(send: Send) -> Registration:
        found = await _answer(send, "registration", {"plate": plate, "birth_date": birth_date.isoformat()})
        return Registration(
            _state(RegistrationState, found),
            day(found.get("updated_on")),
            day(found.get("valid_until")),
            _word(Reason, found.get("reason")),
        )

    return await client("credential_status").tell("registration", load)


async def _answer(send: Send, path: str, question: dict[str, str]) -> Row:
    upstream = client("credential_status")
    token = settings().credential_status_token or (SANDBOX_TOKEN if upstream.is_sandbox else "")
    reply = await send("POST", path, headers={"Authorization": f"Bearer {token}"} if token else {}, json=question)
    if reply.status in (400, 422):
        raise Refused("bad_request")
    if reply.status != 200:
        raise Malformed
    return row(reply.json())


Words = TypeVar("Words", bound=StrEnum)


def _word(words: type[Words], told: Any) -> Words | None:
    """The word, `UNKNOWN` for a new one or one of the wrong type, None where there is none."""
    if told is None or told == "":
        return None
    said = word(told)
    return words(said if said in set(words) else "unknown")


def _state(words: type[Words], found: Row) -> Words:
    """The state every answer must have. Raises Malformed where there is none, or one that is no text."""
    state = _word(words, found.get("state"))
    if state is None or not isinstance(found["state"], str):
        raise Malformed
    return state
