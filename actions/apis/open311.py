"""Status of one service request from Open311 GeoReport v2, by its number.

What residents wrote (`description`), where (`address`, `lat`, `long`) and their pictures are never read: the number is
all that stands between a stranger and a request, so only the state of the work is shown. Of the history only the kinds
of notes that `apis.yml` names are read, for the same reason. Filing and lists of kinds: `service_requests.py`.

Quirks of real servers, each with a test:
  ids are numbers or text · a lone object instead of a list · `{"service_requests": […]}` around it · XML root
  `requests` · XML only · JSON that is none (`"service_code":001`) · 200 with an empty list for a hidden request ·
  empty text for "absent" · keys missing · more states than open and closed · capitals · HTML in notes · errors as
  list, as object, with `detail` or `message` instead of `description` · a broken `deflate` encoding.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from actions.apis import capabilities
from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.open311_entries import Hidden, common_query, entries, first_readable
from actions.apis.reading import Row, moment, part, text, word
from actions.apis.result import Result
from core.jurisdiction import time_zone

HISTORIES = (("notes",), ("extensions", "notes"), ("extended_attributes", "notes"))
"""Where servers put the history: no place of it is in the standard."""
LONGEST_HISTORY = 12


@dataclass(frozen=True)
class CaseStatus:
    number: str
    status: str
    """The server's word in one spelling (`open`, `closed`, `in_progress` …); empty when it gives none."""
    note: str
    """The agency's own sentence, in English; may be empty."""
    service: str
    agency: str
    updated: dt.datetime | None
    expected: dt.datetime | None
    history: tuple[tuple[dt.datetime, str], ...] = ()
    """What happened when, oldest first, in the agency's English words; the last steps where there are many."""
    service_code: str = ""


async def case_status(case_number: str) -> Result[CaseStatus]:
    """The status of one request. It is asked anew every time: an answer about a person's case is not kept."""

    async def load(get: Get) -> CaseStatus:
        return await load_status(get, case_number)

    return await client("open311").ask("case_status", load)


async def load_status(get: Get, case_number: str) -> CaseStatus:
    """The request as JSON by its address, else from the list, else as XML. Raises Missing when none knows it."""
    query, one = common_query(), f"requests/{quote(case_number, safe='')}"
    calls = [
        (f"{one}.json", query),
        ("requests.json", {**query, "service_request_id": case_number}),
        (f"{one}.xml", query),
    ]
    return status_of(case_number, await first_readable(get, calls, lambda reply: _only(entries(reply), case_number)))


def status_of(case_number: str, entry: Row) -> CaseStatus:
    status = entry.get("status")
    if status is not None and not isinstance(status, str):
        raise Malformed
    return CaseStatus(
        case_number,
        word(status),
        text(entry.get("status_notes"), 240),
        text(entry.get("service_name"), 80),
        text(entry.get("agency_responsible"), 80),
        moment(entry.get("updated_datetime"), time_zone()),
        moment(entry.get("expected_datetime"), time_zone()),
        _history(entry),
        text(entry.get("service_code"), 80),
    )


def is_number(entry: Row, case_number: str) -> bool:
    """Ids are numbers or texts, so they are compared as texts."""
    return text(entry.get("service_request_id"), 80).lower() == case_number.lower()


def _only(found: list[Row], case_number: str) -> Row:
    """The entry of that number; a lone entry without an id is taken to be it."""
    if not found:
        raise Hidden
    for entry in found:
        if is_number(entry, case_number):
            return entry
    if len(found) == 1 and not text(found[0].get("service_request_id")) and "status" in found[0]:
        return found[0]
    if any("status" in entry or "service_request_id" in entry for entry in found):
        raise Hidden
    raise Malformed


def _history(entry: Row) -> tuple[tuple[dt.datetime, str], ...]:
    kinds = capabilities.of("open311").get("history", ())
    listed: Any = next((found for place in HISTORIES if isinstance(found := part(entry, *place), list)), [])
    steps = [
        (when, words)
        for note in listed
        if isinstance(note, dict)
        and word(note.get("type")) in kinds
        and (when := moment(note.get("datetime"), time_zone()))
        and (words := text(note.get("description"), 240))
    ]
    return tuple(sorted(steps)[-LONGEST_HISTORY:])
