"""Links to a calendar file of an appointment: a signed token holds what the file says, so that nothing is stored.

The token names an office, a time and a confirmation number; no person. The file itself is made by the public app
(`channels/web/calendar_file.py`).
"""

import datetime as dt
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from core.privacy import derived_key
from core.settings import settings

PATH = "/chat/appointment/"


@dataclass(frozen=True)
class Visit:
    start: dt.datetime
    end: dt.datetime
    place: str
    street: str
    number: str


def url(start: dt.datetime, end: dt.datetime, place: str, street: str, number: str) -> str:
    """Address of the calendar file at the public app."""
    held = [start.astimezone(dt.UTC).isoformat(), end.astimezone(dt.UTC).isoformat(), place, street, number]
    return f"{settings().public_base}{PATH}{_signer().dumps(held)}.ics"


def read(token: str) -> Visit | None:
    """What a token holds; None when we have not made it."""
    try:
        start, end, place, street, number = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Visit(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), place, street, number)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(derived_key("calendar links"))
