"""Status of one service request from Open311 GeoReport v2, by its number.

What residents wrote (`description`), where (`address`, `lat`, `long`) and their pictures are never read: the number is
all that stands between a stranger and a request, so only the state of the work is shown.

Quirks of real servers, each with a test:
  ids are numbers or text · a lone object instead of a list · `{"service_requests": […]}` around it · XML root
  `requests` · XML only · JSON that is none (`"service_code":001`) · 200 with an empty list for a hidden request ·
  empty text for "absent" · keys missing · more states than open and closed · capitals · HTML in notes · errors as
  list, as object, with `detail` instead of `description` · a broken `deflate` encoding.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from actions.apis import capabilities
from actions.apis.client import Get, client
from actions.apis.http import Malformed, Missing, Refused, Reply
from actions.apis.open311_xml import entries_of_xml
from actions.apis.reading import Row, moment, number, text, word
from actions.apis.result import Result
from core.jurisdiction import time_zone

PLAIN = {"Accept-Encoding": "identity"}
LISTS = ("service_requests", "requests")


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


async def case_status(case_number: str) -> Result[CaseStatus]:
    """The status of one request. It is asked anew every time: an answer about a person's case is not kept."""

    async def load(get: Get) -> CaseStatus:
        return _status(case_number, await _entry(get, case_number))

    return await client("open311").ask("case_status", load)


async def _entry(get: Get, case_number: str) -> Row:
    """The request as JSON by its address, else from the list, else as XML. Raises Missing when none knows it."""
    query = {name: value for name in ("jurisdiction_id",) if (value := capabilities.of("open311").get(name))}
    one = f"requests/{quote(case_number, safe='')}"
    try:
        return _only(_entries(await get(f"{one}.json", query=query, headers=PLAIN)), case_number)
    except _Hidden:
        raise Missing from None
    except (Missing, Malformed, Refused):
        pass
    try:
        listed = await get("requests.json", query={**query, "service_request_id": case_number}, headers=PLAIN)
        return _only(_entries(listed), case_number)
    except _Hidden:
        raise Missing from None
    except (Missing, Malformed, Refused):
        pass
    reply = await get(f"{one}.xml", query=query, headers=PLAIN)
    return _only(_judged(entries_of_xml(reply.body)), case_number)


class _Hidden(Missing):
    """The server answered properly, and the answer holds no such request."""


def _entries(reply: Reply) -> list[Row]:
    body: Any = reply.json()
    if isinstance(body, dict):
        body = next((body[name] for name in LISTS if name in body), [body])
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
        raise Malformed
    return _judged(body)


def _judged(entries: list[Row]) -> list[Row]:
    """The entries, unless they are the standard's errors. Raises Missing or Refused for those."""
    if entries and all("code" in entry and "status" not in entry for entry in entries):
        raise Missing if any(number(entry["code"]) == 404 for entry in entries) else Refused("error_list")
    return entries


def _only(entries: list[Row], case_number: str) -> Row:
    """The entry of that number; ids are compared as text, and a lone entry without an id is taken to be it."""
    if not entries:
        raise _Hidden
    for entry in entries:
        if text(entry.get("service_request_id"), 80).lower() == case_number.lower():
            return entry
    if len(entries) == 1 and not text(entries[0].get("service_request_id")) and "status" in entries[0]:
        return entries[0]
    if any("status" in entry or "service_request_id" in entry for entry in entries):
        raise _Hidden
    raise Malformed


def _status(case_number: str, entry: Row) -> CaseStatus:
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
    )
