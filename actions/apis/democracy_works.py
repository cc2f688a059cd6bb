"""Elections and their deadlines from the Democracy Works Elections API v2.

Only elections in the guidance phase `active` have firm dates besides their day. Texts may be HTML, and null in a
language; `ocdId` says where an election is held, it is no id of the election.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.apis import capabilities
from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.memory import ELECTIONS
from actions.apis.reading import Row, day, moment, number, part, row, rows, text, web_address, word
from actions.apis.result import Result
from core.jurisdiction import time_zone
from core.settings import settings

PAGE_SIZE = 100
MOST_PAGES = 3
SANDBOX_KEY = "sample"


class Phase(StrEnum):
    PAST = "past"
    KNOWN = "known"
    ACTIVE = "active"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Election:
    day: dt.date
    name: str
    """In English, as the API words it; may be empty."""
    type: str
    phase: Phase
    place: str
    """OCD division it is held in."""
    online: dt.date | None
    by_mail: dt.date | None
    in_person: dt.date | None
    early: tuple[dt.date, dt.date] | None
    early_varies: bool
    """Whether the early days differ from town to town."""
    polls_close: dt.time | None
    source: str
    """Page to name as the source (https), or empty."""

    @property
    def is_statewide(self) -> bool:
        return self.place == capabilities.of("democracy_works").get("state_ocd_id")

    @property
    def is_firm(self) -> bool:
        return self.phase is Phase.ACTIVE


async def elections(today: dt.date) -> Result[list[Election]]:
    """Elections from today on, in order."""

    async def load(get: Get) -> list[Election]:
        found: list[Election] = []
        for page in range(1, MOST_PAGES + 1):
            body = row((await get("elections", query=_query(today, page), headers=_headers())).json())
            listed = rows(part(body, "data", "elections"))
            read = [election for entry in listed if (election := _election(entry))]
            if listed and not read:
                raise Malformed("no_election_readable")
            found += read
            total = number(part(body, "pagination", "totalRecordCount"))
            if not listed or total is None or page * PAGE_SIZE >= total:
                break
        return sorted((e for e in found if e.day >= today and e.phase is not Phase.PAST), key=lambda e: e.day)

    return await client("democracy_works").ask("elections", load, ELECTIONS, key=today.isoformat())


def _query(today: dt.date, page: int) -> dict[str, str]:
    state = str(capabilities.of("democracy_works").get("state_code", ""))
    return {"stateCode": state, "startDate": today.isoformat(), "pageSize": str(PAGE_SIZE), "page": str(page)}


def _headers() -> dict[str, str]:
    key = settings().democracy_works_key or (SANDBOX_KEY if client("democracy_works").is_sandbox else "")
    return {"Accept-Language": "en", **({"X-API-KEY": key} if key else {})}


def _election(entry: Row) -> Election | None:
    held = day(entry.get("date"))
    if held is None:
        return None
    phase = word(entry.get("guidancePhase"))
    early = part(entry, "voting", "early")
    first, last = day(part(early, "startDate")), day(part(early, "endDate"))
    online, by_mail, in_person = (
        _deadline(part(entry, "registration", way, "deadline")) for way in ("online", "byMail", "inPerson")
    )
    closes = moment(part(entry, "voting", "inPerson", "electionDay", "closing", "timestamp"), time_zone())
    return Election(
        day=held,
        name=text(entry.get("description"), 120),
        type=text(entry.get("type"), 40),
        phase=Phase(phase) if phase in set(Phase) else Phase.UNKNOWN,
        place=text(entry.get("ocdId"), 120),
        online=online,
        by_mail=by_mail,
        in_person=in_person,
        early=(first, last) if first and last and first <= last <= held else None,
        early_varies=part(early, "varies") is not False,
        polls_close=closes.time() if closes and closes.date() == held else None,
        source=web_address(entry.get("canonicalUrl")),
    )


def _deadline(told: Any) -> dt.date | None:
    """The day of a deadline; None when only a phrase is given, or when its date and its time stamp disagree."""
    plain, stamp = day(part(told, "date")), moment(part(told, "timestamp"), time_zone())
    if plain and stamp:
        return plain if stamp.date() == plain else None
    return plain or (stamp.date() if stamp else None)
