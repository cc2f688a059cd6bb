"""What every connector keeps: limits, one retry, the breaker, quiet when told so, memory, silent logs."""

import asyncio
import contextlib
import datetime as dt
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import time_machine
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions.apis import (
    appointments,
    ballot_status,
    civic_info,
    credential_status,
    democracy_works,
    open311,
    qmatic,
    service_requests,
    socrata,
    statuspage,
    voter_records,
)
from actions.apis.client import close_clients
from actions.apis.http import LARGEST_BODY
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from core.settings import settings
from tests.actions.asking import UPSTREAMS

Ask = Callable[[], Awaitable[Result[Any]]]
TODAY = dt.date(2026, 11, 24)
GRACE = voter_records.Person("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich")

CONNECTORS: dict[str, Ask] = {
    "qmatic": qmatic.offices,
    "qmatic services": appointments.services,
    "qmatic offices with": lambda: appointments.offices_with("Road_test"),
    "qmatic days": lambda: appointments.free_days("hall", "Road_test"),
    "qmatic times": lambda: appointments.free_times("hall", "Road_test", TODAY),
    "qmatic appointment": lambda: appointments.find("a1" * 32),
    "socrata": socrata.waits,
    "democracy_works": lambda: democracy_works.elections(TODAY),
    "civic_info": lambda: civic_info.voter_info("12 Main Street, Norwich, CT"),
    "statuspage": statuspage.summary,
    "open311": lambda: open311.case_status("24-000123"),
    "open311 services": service_requests.services,
    "open311 definition": lambda: service_requests.definition("DMV66"),
    "open311 tokens": lambda: service_requests.number_of("5f2c"),
    "open311 many": lambda: service_requests.statuses(["24-000123", "24-000101"]),
    "voter_records": lambda: voter_records.registration(GRACE),
    "ballot_status": lambda: ballot_status.ballot(GRACE),
    "credential_status": lambda: credential_status.credential("LA-1001012", dt.date(1980, 7, 4)),
    "credential_status plate": lambda: credential_status.registration("ZZ90001", dt.date(1980, 7, 4)),
}
GOOD: dict[str, Any] = {
    "qmatic": {"branchList": [{"name": "Norwich", "latitude": 41.5, "longitude": -72.1}]},
    "qmatic services": {"serviceList": [{"publicId": "Road_test", "name": "Road test", "duration": 30}]},
    "qmatic offices with": [{"branchPublicId": "hall", "serviceGroups": [{"services": []}]}],
    "qmatic days": {"dates": ["2026-11-25T00:00:00"]},
    "qmatic times": {"branch": {"fullTimeZone": "America/New_York"}, "times": ["08:45"]},
    "qmatic appointment": {"appointment": {"publicId": "a1" * 32, "start": "2026-11-25T13:45:00.000+0000"}},
    "socrata": [{"office_name": "Norwich", "queue": "licensing", "updated_at": "2026-11-24T10:00:00.000"}],
    "democracy_works": {"data": {"elections": [{"date": "2027-11-02"}]}, "pagination": {"totalRecordCount": 1}},
    "civic_info": {"election": {"id": "9", "name": "Election", "electionDay": "2027-11-02"}},
    "statuspage": {"page": {}, "components": [{"name": "CT DMV website", "status": "operational"}]},
    "open311": [{"service_request_id": "24-000123", "status": "open"}],
    "open311 services": [{"service_code": "DMV66", "service_name": "License, tag or ticket question"}],
    "open311 definition": {"service_code": "DMV66", "attributes": [{"code": "WHISHETN", "datatype": "string"}]},
    "open311 tokens": [{"service_request_id": "24-000123", "token": "5f2c"}],
    "open311 many": [{"service_request_id": number, "status": "open"} for number in ("24-000123", "24-000101")],
    "voter_records": {"VoterRecord": [{"Voter": {"Name": {"LastName": "OKAFOR"}}, "VoterStatus": "active"}]},
    "ballot_status": {"election": {}, "application": {"status": "approved"}, "ballot": {"status": "sent"}},
    "credential_status": {"kind": "license", "state": "mailed", "mailed_on": "2026-11-22"},
    "credential_status plate": {"state": "active", "valid_until": "2027-12-29"},
}
WRONG_TYPES: dict[str, list[Any]] = {
    "qmatic": [{"branchList": {"0": {}}}, {"branchList": [1, "x"]}, [], 7, None, {"branchList": [{"name": ["x"]}]}],
    "qmatic services": [{"serviceList": {"0": {}}}, {"serviceList": ["x"]}, [], {}, 7, None],
    "qmatic offices with": [{"0": {}}, ["x"], "x", 7, None],
    "qmatic days": [{"dates": {"0": 19}}, {"dates": "x"}, [], {}, 7, None],
    "qmatic times": [{"times": {"0": 5}}, {"times": "08:45"}, [], {}, 7, None],
    "qmatic appointment": [
        {"appointment": {"publicId": "a1", "start": 28}},
        {"appointment": {"start": "2026-11-25T13:45:00.000+0000"}},
        {"appointment": {"publicId": "a1", "start": "2026-11-25T13:45:00.000+0000", "services": {"0": {}}}},
        {"appointment": {"publicId": "a1", "start": "2026-11-25T13:45:00.000+0000", "branch": "x"}},
        {"appointment": []},
        {},
        [],
        None,
    ],
    "socrata": [{"0": {}}, ["x"], "text", None, [{"office_name": 3, "updated_at": True}]],
    "democracy_works": [{"data": []}, {"data": {"elections": {}}}, [], {"data": {"elections": [{"date": 8}]}}],
    "civic_info": [
        {},
        [],
        7,
        None,
        {"election": []},
        {"election": {"id": "9"}, "pollingLocations": {"0": {}}},
        {"election": {"id": "9"}, "contests": [{"office": "x", "candidates": {}}]},
        {"election": {"id": "9"}, "state": {}},
        {"election": {"id": "9"}, "earlyVoteSites": ["x"]},
    ],
    "statuspage": [{"page": 1, "components": {}}, {"components": [{"name": {}}]}, [], {"components": []}],
    "open311": [[{"status": 4}], "open", 5, [["x"]], {"0": {"status": "open"}}, None],
    "open311 services": [[{"service_code": True, "service_name": []}], [], "x", [["x"]], {"services": 5}, None],
    "open311 definition": [{"attributes": "x"}, {"attributes": None}, [{}], [], "x", 5, None],
    "open311 tokens": ["x", 5, [["x"]], None],
    "open311 many": [[{"service_request_id": "24-000123", "status": 4}], "open", {"0": {}}, [["x"]], None],
    "voter_records": [
        {"VoterRecord": [{"Voter": {"Name": {"LastName": 6}}}]},
        {"VoterRecord": {"0": {"Voter": {}}}},
        {"VoterRecord": [{"Voter": {"Name": {"LastName": "Okafor"}}, "VoterStatus": 6}]},
        {"VoterRecord": [{"Voter": {"Name": {"LastName": "Okafor"}, "VoterClassification": 1}}]},
        {"VoterRecord": "x"},
        {"Error": "x"},
        {},
        [],
        7,
        None,
    ],
    "ballot_status": [
        {"application": {"status": 8}, "ballot": {"status": "sent"}},
        {"application": {}, "ballot": {"status": ["sent"]}},
        {"application": {}, "ballot": {}, "reason": 7},
        {"application": "x", "ballot": {}},
        {"application": {}},
        {},
        [],
        None,
    ],
    "credential_status": [[], {}, {"state": 4}, {"state": ["mailed"]}, {"state": ""}, "mailed", 7, None],
    "credential_status plate": [[], {}, {"state": None}, {"state": {"0": "active"}}, [{"state": "active"}], 7],
}
ASKED_ONCE = {"voter_records", "ballot_status", "credential_status", "credential_status plate"}
"""Look-ups that are sent as a POST and therefore never repeated."""
every_connector = pytest.mark.parametrize("name", CONNECTORS)
every_repeatable = pytest.mark.parametrize("name", [name for name in CONNECTORS if name not in ASKED_ONCE])


ANYTHING = re.compile(".*")


def answer_with(server: HTTPServer, response: Response | Callable[[Request], Response]) -> None:
    handler = server.expect_request(ANYTHING)
    if isinstance(response, Response):
        handler.respond_with_response(response)
    else:
        handler.respond_with_handler(response)


def as_json(body: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, content_type="application/json")


@every_connector
async def test_a_good_answer_is_found_with_its_time(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, as_json(GOOD[name]))
    result = await CONNECTORS[name]()
    assert isinstance(result, Found)
    assert abs(dt.datetime.now(dt.UTC) - result.at) < dt.timedelta(seconds=5)


@every_connector
async def test_the_content_type_is_not_believed(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response(json.dumps(GOOD[name]), content_type="application/text;charset=UTF-8"))
    assert isinstance(await CONNECTORS[name](), Found)


@every_connector
async def test_we_say_who_we_are(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, as_json(GOOD[name]))
    await CONNECTORS[name]()
    agent = upstream.log[0][0].headers["User-Agent"]
    assert "CT" in agent
    assert "Nutmeg" in agent


@every_repeatable
async def test_an_error_page_is_tried_twice_and_then_unavailable(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response("<html>Down</html>", 500, content_type="text/html"))
    result = await CONNECTORS[name]()
    assert isinstance(result, Unavailable)
    assert result.cached is None
    assert len(upstream.log) == 2


@pytest.mark.parametrize("name", sorted(ASKED_ONCE))
async def test_a_personal_look_up_that_meets_an_error_page_is_not_sent_again(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response("<html>Down</html>", 500, content_type="text/html"))
    assert isinstance(await CONNECTORS[name](), Unavailable)
    assert len(upstream.log) == 1


@every_repeatable
async def test_the_second_try_may_succeed(upstream: HTTPServer, name: str) -> None:
    upstream.expect_oneshot_request(ANYTHING).respond_with_data("busy", status=502)
    answer_with(upstream, as_json(GOOD[name]))
    assert isinstance(await CONNECTORS[name](), Found)


@every_connector
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_honoured(upstream: HTTPServer, name: str, status: int) -> None:
    answer_with(upstream, as_json({"message": "Too Many Requests"}, status, Retry_After="30"))
    for _ in range(3):
        assert isinstance(await CONNECTORS[name](), Unavailable)
    assert len(upstream.log) == 1


async def test_after_the_quiet_time_it_asks_again(upstream: HTTPServer) -> None:
    upstream.expect_oneshot_request(ANYTHING).respond_with_response(as_json({}, 429, Retry_After="0.2"))
    answer_with(upstream, as_json(GOOD["qmatic"]))
    assert isinstance(await qmatic.offices(), Unavailable)
    await asyncio.sleep(0.3)
    assert isinstance(await qmatic.offices(), Found)


@every_connector
async def test_a_truncated_body_is_unavailable(upstream: HTTPServer, name: str) -> None:
    def cut(_request: Request) -> Response:
        whole = json.dumps(GOOD[name])
        response = Response(whole[: len(whole) // 2], content_type="application/json")
        response.automatically_set_content_length = False
        response.headers["Content-Length"] = str(len(whole))
        return response

    answer_with(upstream, cut)
    assert isinstance(await CONNECTORS[name](), Unavailable)


@every_connector
async def test_a_redirect_to_another_host_is_refused(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response(status=302, headers={"Location": "http://elsewhere.invalid/x"}))
    assert isinstance(await CONNECTORS[name](), Unavailable)
    assert len(upstream.log) == 1


async def test_a_redirect_on_the_same_host_is_followed_and_a_circle_is_not(upstream: HTTPServer) -> None:
    upstream.expect_request("/good").respond_with_json(GOOD["qmatic"])
    upstream.expect_request("/qmatic/calendar-backend/public/api/v1/branches").respond_with_data(
        status=301, headers={"Location": "/good"}
    )
    assert isinstance(await qmatic.offices(), Found)
    upstream.expect_request("/statuspage/api/v2/summary.json").respond_with_data(
        status=302, headers={"Location": "/statuspage/api/v2/summary.json"}
    )
    assert isinstance(await statuspage.summary(), Unavailable)


@every_connector
async def test_a_body_past_the_limit_is_unavailable(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response(b"[" + b" " * LARGEST_BODY + b"]", content_type="application/json"))
    assert isinstance(await CONNECTORS[name](), Unavailable)


@every_connector
async def test_garbage_is_unavailable(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response(b'{"half": [1,\x00\xff', content_type="application/json"))
    assert isinstance(await CONNECTORS[name](), Unavailable)


@every_connector
async def test_a_body_nested_without_end_is_unavailable(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response(b"[" * 100_000, content_type="application/json"))
    assert isinstance(await CONNECTORS[name](), Unavailable)


@pytest.mark.parametrize(("name", "body"), [(name, body) for name in CONNECTORS for body in WRONG_TYPES[name]])
async def test_values_of_the_wrong_type_are_unavailable(upstream: HTTPServer, name: str, body: Any) -> None:
    answer_with(upstream, as_json(body))
    assert isinstance(await CONNECTORS[name](), Unavailable)


@pytest.mark.parametrize(
    "name",
    ["qmatic", "socrata", "democracy_works", "statuspage", "voter_records", "ballot_status", "credential_status"],
)
@pytest.mark.parametrize(("status", "reason"), [(400, "bad_request"), (401, "forbidden"), (403, "forbidden")])
async def test_a_refusal_is_rejected_and_not_tried_again(
    upstream: HTTPServer, name: str, status: int, reason: str
) -> None:
    answer_with(upstream, as_json({"message": "no"}, status))
    assert await CONNECTORS[name]() == Rejected(reason)
    assert len(upstream.log) == 1


async def test_a_500_with_an_error_code_of_qmatic_is_a_refusal(upstream: HTTPServer) -> None:
    upstream.expect_request(ANYTHING).respond_with_data("{}", status=500, headers={"error_code": "E440"})
    assert await qmatic.offices() == Rejected("E440")


async def test_a_500_whose_body_alone_says_no_is_a_refusal(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json({"errorMessage": "ERROR_CANNOT_BE_RESERVED"}, 500))
    assert await qmatic.offices() == Rejected("ERROR_CANNOT_BE_RESERVED")


async def test_socrata_preparing_a_result_is_asked_again(upstream: HTTPServer) -> None:
    upstream.expect_oneshot_request(ANYTHING).respond_with_data("", status=202)
    answer_with(upstream, as_json(GOOD["socrata"]))
    assert isinstance(await socrata.waits(), Found)


async def test_the_breaker_opens_after_three_failures_and_lets_one_probe_through_later(upstream: HTTPServer) -> None:
    answer_with(upstream, Response("down", 500))
    for _ in range(3):
        await statuspage.summary()
    reached = len(upstream.log)
    assert isinstance(await statuspage.summary(), Unavailable)
    assert len(upstream.log) == reached
    upstream.clear_all_handlers()
    answer_with(upstream, as_json(GOOD["statuspage"]))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=25), tick=True):
        assert isinstance(await statuspage.summary(), Found)


async def test_missing_things_do_not_open_the_breaker(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json([{"code": 404, "description": "not found"}], 404))
    for _ in range(5):
        assert await open311.case_status("24-000123") == NotFound()


async def test_a_fresh_public_answer_is_not_asked_again(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json(GOOD["qmatic"]))
    for _ in range(3):
        assert isinstance(await qmatic.offices(), Found)
    assert len(upstream.log) == 1


async def test_the_same_question_at_the_same_time_is_asked_once(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json(GOOD["qmatic"]))
    results = await asyncio.gather(*(qmatic.offices() for _ in range(20)))
    assert all(isinstance(result, Found) for result in results)
    assert len(upstream.log) == 1


async def test_a_personal_answer_is_never_kept(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json(GOOD["open311"]))
    await open311.case_status("24-000123")
    upstream.clear_all_handlers()
    answer_with(upstream, Response("down", 500))
    result = await open311.case_status("24-000123")
    assert isinstance(result, Unavailable)
    assert result.cached is None


async def test_the_last_known_answer_is_offered_with_its_time_until_it_is_too_old(upstream: HTTPServer) -> None:
    answer_with(upstream, as_json(GOOD["statuspage"]))
    known = await statuspage.summary()
    upstream.clear_all_handlers()
    answer_with(upstream, Response("down", 500))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5), tick=True):
        result = await statuspage.summary()
        assert isinstance(result, Unavailable)
        assert result.cached == known
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2), tick=True):
        result = await statuspage.summary()
        assert isinstance(result, Unavailable)
        assert result.cached is None


@contextlib.asynccontextmanager
async def mute_server() -> AsyncIterator[int]:
    """Takes connections and never answers."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in held:
            writer.close()
        server.close()


async def test_a_system_that_never_answers_costs_four_seconds(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async with mute_server() as port:
        for name in UPSTREAMS:
            monkeypatch.setenv(f"NUTMEG_{name.upper()}_URL", f"http://127.0.0.1:{port}/{name}")
        settings.cache_clear()
        began = time.perf_counter()
        results = await asyncio.gather(*(ask() for ask in CONNECTORS.values()))
        assert all(isinstance(result, Unavailable) for result in results)
        assert 3.5 < time.perf_counter() - began < 4.6
        await close_clients()


async def test_a_port_where_nothing_listens_is_unavailable(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_QMATIC_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    assert isinstance(await qmatic.offices(), Unavailable)


async def test_logs_and_metrics_hold_no_path_number_or_query(
    upstream: HTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    answer_with(upstream, Response("down 24-000123", 500))
    await open311.case_status("24-000123")
    output = "".join(capfd.readouterr())
    assert "case_status" in output
    assert not any(private in output for private in ("24-000123", "requests", "?"))
