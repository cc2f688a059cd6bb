"""Office hours and waiting times from open data in Socrata's format: SODA 2.1, or SODA3 (`version: 3` in `apis.yml`).

SODA3 is a POST that only asks, needs the app token, and is read page by page (dev.socrata.com/docs/queries/page).

Values are strings, also numbers; a column without a value is missing; times have no zone; 202 means "ask again".
Data set ids and column names are the jurisdiction's (`apis.yml`).
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.apis import capabilities
from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.memory import OFFICES, WAITS
from actions.apis.reading import Row, clock, moment, number, rows, text, word
from actions.apis.result import Result
from core.jurisdiction import time_zone
from core.settings import settings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PAGE_ROWS = 1000
MOST_PAGES = 5
SANDBOX_TOKEN = "sandbox"  # noqa: S105 - any token opens the sandbox
LONGEST_WAIT = 600
Span = tuple[dt.time, dt.time]


class Queue(StrEnum):
    LICENSING = "licensing"
    REGISTRATION = "registration"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OfficeHours:
    """Usual hours of an office; holidays are not in them."""

    office: str
    kind: str
    """`hub`, `branch`, `express`, `partner`, or `unknown`."""
    week: tuple[Span | None, ...] | None
    """Monday to Sunday, None for a day it is shut; None for all when any day is unreadable."""
    services: tuple[str, ...]


@dataclass(frozen=True)
class Wait:
    """One queue of one office; `minutes` is None when it is closed or nothing is known."""

    office: str
    queue: Queue
    is_open: bool | None
    minutes: int | None
    at: dt.datetime


async def office_hours() -> Result[dict[str, OfficeHours]]:
    """Usual hours by the office's name in lower case."""

    def read(row: Row) -> OfficeHours | None:
        name = text(row.get(_column("office")), 60)
        kind = word(row.get(_column("kind")))
        services = tuple(filter(None, map(str.strip, text(row.get(_column("services")), 2000).split(";"))))
        known = kind in capabilities.of("socrata").get("words", {})
        return OfficeHours(name, kind if known else "unknown", _week(row), services) if name else None

    async def load(get: Get) -> dict[str, OfficeHours]:
        read_rows = [hours for row in await _rows(get, "office_hours") if (hours := read(row))]
        if not read_rows:
            raise Malformed("no_rows")
        return {hours.office.lower(): hours for hours in read_rows}

    return await client("socrata").ask("office_hours", load, OFFICES)


async def waits() -> Result[list[Wait]]:
    """Every queue of every office, as of the moment the state wrote it down."""

    async def load(get: Get) -> list[Wait]:
        found = [wait for row in await _rows(get, "wait_times") if (wait := _wait(row))]
        if not found:
            raise Malformed("no_rows")
        return found

    return await client("socrata").ask("wait_times", load, WAITS)


async def _rows(get: Get, dataset: str) -> list[Row]:
    terms = capabilities.of("socrata")
    view = terms["datasets"][dataset]
    if terms.get("version") == 3:
        return await _pages(get, view, terms.get("page_rows", PAGE_ROWS))
    token = settings().socrata_token
    headers = {"X-App-Token": token} if token else {}
    return rows((await get(f"resource/{view}.json", query={"$limit": str(PAGE_ROWS)}, headers=headers)).json())


async def _pages(get: Get, view: str, size: int) -> list[Row]:
    """All rows of a view through SODA3. Raises Malformed past MOST_PAGES: part of a list would pass for the whole."""
    token = settings().socrata_token or (SANDBOX_TOKEN if client("socrata").is_sandbox else "")
    headers = {"X-App-Token": token} if token else {}
    found: list[Row] = []
    for page in range(1, MOST_PAGES + 1):
        question = {
            "query": "SELECT *",
            "page": {"pageNumber": page, "pageSize": size},
            "includeSynthetic": False,
        }
        listed = rows((await get(f"api/v3/views/{view}/query.json", headers=headers, question=question)).json())
        found += listed
        if len(listed) < size:
            return found
    raise Malformed("too_many_rows")


def _column(name: str) -> str:
    columns: dict[str, Any] = capabilities.of("socrata")["columns"]
    return str(columns[name])


def _week(row: Row) -> tuple[Span | None, ...] | None:
    week: list[Span | None] = []
    for day in WEEKDAYS:
        opens, closes = row.get(_column("opens").format(day=day)), row.get(_column("closes").format(day=day))
        if word(opens) in ("", "closed") and word(closes) in ("", "closed"):
            week.append(None)
            continue
        span = clock(opens), clock(closes)
        if span[0] is None or span[1] is None or span[0] >= span[1]:
            return None
        week.append((span[0], span[1]))
    return tuple(week) if any(week) else None


def _wait(row: Row) -> Wait | None:
    name, at = text(row.get(_column("office")), 60), moment(row.get(_column("updated_at")), time_zone())
    if not name or at is None:
        return None
    queue, status, told = (
        word(row.get(_column("queue"))),
        word(row.get(_column("status"))),
        number(row.get(_column("minutes"))),
    )
    is_open = {"open": True, "closed": False}.get(status)
    minutes = round(told) if told is not None and 0 <= told <= LONGEST_WAIT and is_open is not False else None
    return Wait(name, Queue(queue) if queue in set(Queue) else Queue.UNKNOWN, is_open, minutes, at)
