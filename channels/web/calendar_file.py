"""`GET /chat/appointment/<token>.ics`: an appointment for a calendar, as RFC 5545 writes it.

Everything in the file comes out of the signed token (core/calendar_links.py): nothing is looked up, it names nobody,
and it holds no word that would need a translation.
"""

import datetime as dt
import re
from collections.abc import Iterator

from flask import Blueprint, Response, abort

from core import calendar_links
from core.calendar_links import PATH, Visit
from core.privacy import keyed_hash

calendar_file = Blueprint("calendar_file", __name__)

LONGEST = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@calendar_file.get(f"{PATH}<token>.ics")
def appointment(token: str) -> Response:
    visit = calendar_links.read(token)
    if visit is None:
        abort(404)
    file = calendar(visit, dt.datetime.now(dt.UTC))
    answer = Response(file, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


def calendar(visit: Visit, made: dt.datetime) -> bytes:
    """The file, in UTF-8 with CRLF. The same number gives the same UID: a second download is no second entry."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nutmeg//Resident assistant//EN",
        "BEGIN:VEVENT",
        f"UID:{keyed_hash('calendar', visit.number)}",
        f"DTSTAMP:{utc(made)}",
        f"DTSTART:{utc(visit.start)}",
        f"DTEND:{utc(visit.end)}",
        f"SUMMARY:{escaped(visit.place)}",
        f"LOCATION:{escaped(', '.join(filter(None, (visit.place, visit.street))))}",
        f"DESCRIPTION:{escaped(visit.number)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """A value of the type TEXT (3.3.11); characters that no calendar may hold are left out."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(ESCAPED)


def folded(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 octets, each further one behind a space; no character is cut in two."""
    piece = b""
    for character in line:
        written = character.encode()
        if len(piece) + len(written) > LONGEST:
            yield piece
            piece = b" "
        piece += written
    yield piece


def utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
