"""Quirks of the other formats, as hand-made answers; and the replies of the real sandbox."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer

from actions.apis import democracy_works, qmatic, socrata, statuspage
from actions.apis.client import close_clients
from actions.apis.democracy_works import Election, Phase
from actions.apis.result import Found, Rejected, Result, Unavailable
from actions.apis.socrata import OfficeHours, Queue
from actions.apis.statuspage import State, Summary
from core.settings import settings
from tests.actions.asking import Sandbox

EASTERN = ZoneInfo("America/New_York")
TODAY = dt.date(2026, 11, 24)


def value(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


# --- Qmatic


async def test_branches_without_a_place_or_name_are_left_out(upstream: HTTPServer) -> None:
    good = {"publicId": "a", "name": "Norwich", "latitude": "41.524", "longitude": "-72.076", "phone": "860 555 0107"}
    bad = [
        {"name": "Nowhere"},
        {"latitude": 1, "longitude": 2},
        {**good, "latitude": 0, "longitude": 0},
        {**good, "latitude": 999},
    ]
    _serve(upstream, "/qmatic/calendar-backend/public/api/v1/branches", {"branchList": [good, *bad]})
    (office,) = value(await qmatic.offices())
    assert (office.phone, office.street, office.lat) == ("+18605550107", "", 41.524)


async def test_distances_are_great_circles(upstream: HTTPServer) -> None:
    boston = qmatic.Office("", "Boston", "", "", "", "", 42.3601, -71.0589)
    assert boston.miles_to(41.7637, -72.6851) == pytest.approx(93, abs=1.5)  # Hartford
    assert boston.miles_to(boston.lat, boston.lon) == 0


async def test_offices_of_the_sandbox_are_read(sandbox: Sandbox) -> None:
    offices = value(await qmatic.offices())
    assert len(offices) == 16
    assert {office.zip for office in offices} >= {"06360", "06109"}


# --- Socrata


async def _hours(server: HTTPServer, **columns: Any) -> OfficeHours:
    _serve(server, "/socrata/resource/dmv0-hour.json", [{"office_name": "Norwich", **columns}])
    hours: OfficeHours = value(await socrata.office_hours())["norwich"]
    return hours


async def test_hours_are_read_in_every_spelling_and_missing_days_are_shut(upstream: HTTPServer) -> None:
    columns = {"monday_beginning_hours": "8:00 AM", "monday_ending_hours": "4 PM", "tuesday_beginning_hours": "CLOSED"}
    hours = await _hours(upstream, **columns)
    assert hours.week is not None
    assert hours.week[0] == (dt.time(8), dt.time(16))
    assert hours.week[1:] == (None,) * 6


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"monday_beginning_hours": "8:00 AM"},
        {"monday_beginning_hours": "by appointment", "monday_ending_hours": "4:00 PM"},
        {"monday_beginning_hours": "4:00 PM", "monday_ending_hours": "8:00 AM"},
        {"monday_beginning_hours": 8, "monday_ending_hours": [16]},
    ],
)
async def test_hours_that_are_not_understood_are_unknown(upstream: HTTPServer, columns: dict[str, Any]) -> None:
    assert (await _hours(upstream, **columns)).week is None


async def test_an_unknown_kind_of_office_is_unknown(upstream: HTTPServer) -> None:
    assert (await _hours(upstream, office_type="MOBILE UNIT")).kind == "unknown"


@pytest.mark.parametrize(
    ("row", "queue", "is_open", "minutes"),
    [
        ({"queue": "licensing", "status": "open", "wait_minutes": "25"}, Queue.LICENSING, True, 25),
        ({"queue": "REGISTRATION", "status": "Open", "wait_minutes": 0}, Queue.REGISTRATION, True, 0),
        ({"queue": "licensing", "status": "closed", "wait_minutes": "25"}, Queue.LICENSING, False, None),
        ({"queue": "licensing", "status": "open"}, Queue.LICENSING, True, None),
        ({"queue": "passports", "status": "paused", "wait_minutes": "5"}, Queue.UNKNOWN, None, 5),
        ({"queue": "licensing", "status": "open", "wait_minutes": "-3"}, Queue.LICENSING, True, None),
        ({"queue": "licensing", "status": "open", "wait_minutes": "99999"}, Queue.LICENSING, True, None),
        ({"queue": "licensing", "status": "open", "wait_minutes": "soon"}, Queue.LICENSING, True, None),
    ],
)
async def test_waits_are_read_with_care(
    upstream: HTTPServer, row: dict[str, Any], queue: Queue, is_open: bool | None, minutes: int | None
) -> None:
    whole = {"office_name": "Norwich", "updated_at": "2026-11-24T10:00:00.000", **row}
    _serve(upstream, "/socrata/resource/dmv0-wait.json", [whole])
    (wait,) = value(await socrata.waits())
    assert (wait.queue, wait.is_open, wait.minutes) == (queue, is_open, minutes)
    assert wait.at == dt.datetime(2026, 11, 24, 10, tzinfo=EASTERN)


async def test_hours_and_waits_of_the_sandbox_are_read(sandbox: Sandbox) -> None:
    assert all(hours.week and hours.kind != "unknown" for hours in value(await socrata.office_hours()).values())
    assert {wait.queue for wait in value(await socrata.waits())} == {Queue.LICENSING, Queue.REGISTRATION}


async def test_a_token_is_sent_when_there_is_one(upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_SOCRATA_TOKEN", "token-1")
    _serve(upstream, "/socrata/resource/dmv0-wait.json", [{"office_name": "x", "updated_at": "2026-11-24T10:00:00"}])
    await socrata.waits()
    assert upstream.log[0][0].headers["X-App-Token"] == "token-1"


# --- Democracy Works

STATE = "ocd-division/country:us/state:ct"


async def _election(server: HTTPServer, **changes: Any) -> Election:
    entry = {"date": "2027-11-02", "guidancePhase": "active", "ocdId": STATE, "type": "municipal", **changes}
    _serve(
        server, "/democracy_works/elections", {"data": {"elections": [entry]}, "pagination": {"totalRecordCount": 1}}
    )
    election: Election = value(await democracy_works.elections(TODAY))[0]
    return election


@pytest.mark.parametrize(
    ("deadline", "day"),
    [
        ({"date": "2027-10-15", "timestamp": None, "description": None}, dt.date(2027, 10, 15)),
        ({"date": None, "timestamp": "2027-10-16T03:59:59Z"}, dt.date(2027, 10, 15)),
        ({"date": "2027-10-15", "timestamp": "2027-10-15T23:59:59-04:00"}, dt.date(2027, 10, 15)),
        ({"date": "2027-10-15", "timestamp": "2027-10-20T23:59:59-04:00"}, None),
        ({"date": None, "timestamp": None, "description": "18 days before"}, None),
        ({"date": "soon"}, None),
        (None, None),
        ([], None),
    ],
)
async def test_a_deadline_is_a_date_a_time_stamp_or_only_a_phrase(
    upstream: HTTPServer, deadline: Any, day: dt.date | None
) -> None:
    assert (await _election(upstream, registration={"online": {"deadline": deadline}})).online == day


async def test_null_texts_and_missing_parts_are_no_trouble(upstream: HTTPServer) -> None:
    election = await _election(upstream, description=None, registration=None, voting=None)
    assert (election.name, election.online, election.early, election.polls_close) == ("", None, None, None)


async def test_html_is_made_plain_and_only_https_addresses_are_kept(upstream: HTTPServer) -> None:
    election = await _election(
        upstream, description="<b>State</b> &amp; <i>town</i>", canonicalUrl="javascript:alert(1)"
    )
    assert (election.name, election.source) == ("State & town", "")


@pytest.mark.parametrize(
    ("told", "phase"), [("active", Phase.ACTIVE), ("known", Phase.KNOWN), ("draft", Phase.UNKNOWN)]
)
async def test_only_active_elections_are_firm(upstream: HTTPServer, told: str, phase: Phase) -> None:
    election = await _election(upstream, guidancePhase=told)
    assert (election.phase, election.is_firm) == (phase, phase is Phase.ACTIVE)


async def test_several_elections_of_one_place_stay_several(upstream: HTTPServer) -> None:
    entries = [{"date": "2027-11-02", "ocdId": STATE}, {"date": "2027-09-07", "ocdId": STATE}, {"date": "2025-11-04"}]
    _serve(upstream, "/democracy_works/elections", {"data": {"elections": entries}, "pagination": {}})
    assert [e.day for e in value(await democracy_works.elections(TODAY))] == [dt.date(2027, 9, 7), dt.date(2027, 11, 2)]


async def test_all_pages_are_read(upstream: HTTPServer) -> None:
    for page in ("1", "2"):
        body = {"data": {"elections": [{"date": f"2027-0{page}-01"}]}, "pagination": {"totalRecordCount": 150}}
        upstream.expect_request("/democracy_works/elections", query_string=_page(page)).respond_with_json(body)
    assert len(value(await democracy_works.elections(TODAY))) == 2


def _page(page: str) -> dict[str, str]:
    return {"stateCode": "CT", "startDate": TODAY.isoformat(), "pageSize": "100", "page": page}


async def test_the_key_is_sent_and_without_one_it_is_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert value(await democracy_works.elections(TODAY))
    monkeypatch.setenv("NUTMEG_DEMOCRACY_WORKS_URL", f"http://127.0.0.1:{sandbox.port}/democracy_works")
    settings.cache_clear()
    await close_clients()
    assert await democracy_works.elections(TODAY) == Rejected("forbidden")


# --- Statuspage


async def _summary(server: HTTPServer, **parts: Any) -> Summary:
    page = {
        "page": {"updated_at": "2026-11-24T10:00:00.000-05:00"},
        "components": [{"name": "CT.gov", "status": "operational"}],
    }
    _serve(server, "/statuspage/api/v2/summary.json", page | parts)
    summary: Summary = value(await statuspage.summary())
    return summary


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("operational", State.OPERATIONAL),
        ("Major Outage", State.MAJOR_OUTAGE),
        ("sleepy", State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
async def test_an_unknown_word_is_unknown_and_never_well(upstream: HTTPServer, told: Any, state: State) -> None:
    summary = await _summary(upstream, components=[{"name": "CT.gov", "status": told}])
    assert summary.components[0].state is state


@pytest.mark.parametrize(
    ("updated_at", "old"),
    [
        ("2026-11-24T09:00:00-05:00", False),
        ("2026-11-20T09:00:00-05:00", True),
        ("2026-12-24T09:00:00-05:00", True),
        (None, True),
        ("x", True),
    ],
)
async def test_a_page_that_nobody_updates_is_old(upstream: HTTPServer, updated_at: Any, old: bool) -> None:
    summary = await _summary(upstream, page={"updated_at": updated_at})
    assert summary.is_old(dt.datetime(2026, 11, 24, 10, tzinfo=EASTERN)) is old


async def test_groups_are_no_components_and_finished_work_is_left_out(upstream: HTTPServer) -> None:
    done = {
        "name": "x",
        "status": "completed",
        "scheduled_for": "2026-11-01T00:00:00Z",
        "scheduled_until": "2026-11-02T00:00:00Z",
    }
    components = [{"name": "Offices", "group": True, "status": "operational"}, {"name": "A", "status": "operational"}]
    summary = await _summary(upstream, components=components, scheduled_maintenances=[done, {"name": "no dates"}])
    assert [component.name for component in summary.components] == ["A"]
    assert summary.maintenances == ()


async def test_a_closure_until_midnight_is_one_day(sandbox: Sandbox) -> None:
    sandbox.order(now="2026-11-24T10:00:00-05:00")
    summary = value(await statuspage.summary())
    thanksgiving = next(entry for entry in summary.maintenances if "Thanksgiving" in entry.name)
    assert thanksgiving.days() == [dt.date(2026, 11, 26)]


@pytest.mark.parametrize("body", [{"status": {"indicator": "none"}}, {"components": None}, {"page": {}}])
async def test_a_look_alike_without_components_is_unavailable(upstream: HTTPServer, body: Any) -> None:
    _serve(upstream, "/statuspage/api/v2/summary.json", body)
    assert isinstance(await statuspage.summary(), Unavailable)


def _serve(server: HTTPServer, path: str, body: Any) -> None:
    server.expect_request(path).respond_with_json(body)
