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

from actions.apis import democracy_works, open311, qmatic, socrata, statuspage
from actions.apis.client import close_clients
from actions.apis.http import LARGEST_BODY
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from core.settings import settings
from tests.actions.asking import UPSTREAMS

Ask = Callable[[], Awaitable[Result[Any]]]
TODAY = dt.date(2026, 11, 24)

CONNECTORS: dict[str, Ask] = {
    "qmatic": qmatic.offices,
    "socrata": socrata.waits,
    "democracy_works": lambda: democracy_works.elections(TODAY),
    "statuspage": statuspage.summary,
    "open311": lambda: open311.case_status("24-000123"),
}
GOOD: dict[str, Any] = {
    "qmatic": {"branchList": [{"name": "Norwich", "latitude": 41.5, "longitude": -72.1}]},
    "socrata": [{"office_name": "Norwich", "queue": "licensing", "updated_at": "2026-11-24T10:00:00.000"}],
    "democracy_works": {"data": {"elections": [{"date": "2027-11-02"}]}, "pagination": {"totalRecordCount": 1}},
    "statuspage": {"page": {}, "components": [{"name": "CT DMV website", "status": "operational"}]},
    "open311": [{"service_request_id": "24-000123", "status": "open"}],
}
WRONG_TYPES: dict[str, list[Any]] = {
    "qmatic": [{"branchList": {"0": {}}}, {"branchList": [1, "x"]}, [], 7, None, {"branchList": [{"name": ["x"]}]}],
    "socrata": [{"0": {}}, ["x"], "text", None, [{"office_name": 3, "updated_at": True}]],
    "democracy_works": [{"data": []}, {"data": {"elections": {}}}, [], {"data": {"elections": [{"date": 8}]}}],
    "statuspage": [{"page": 1, "components": {}}, {"components": [{"name": {}}]}, [], {"components": []}],
    "open311": [[{"status": 4}], "open", 5, [["x"]], {"0": {"status": "open"}}, None],
}
every_connector = pytest.mark.parametrize("name", UPSTREAMS)


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


@every_connector
async def test_an_error_page_is_tried_twice_and_then_unavailable(upstream: HTTPServer, name: str) -> None:
    answer_with(upstream, Response("<html>Down</html>", 500, content_type="text/html"))
    result = await CONNECTORS[name]()
    assert isinstance(result, Unavailable)
    assert result.cached is None
    assert len(upstream.log) == 2


@every_connector
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


@pytest.mark.parametrize(("name", "body"), [(name, body) for name in UPSTREAMS for body in WRONG_TYPES[name]])
async def test_values_of_the_wrong_type_are_unavailable(upstream: HTTPServer, name: str, body: Any) -> None:
    answer_with(upstream, as_json(body))
    assert isinstance(await CONNECTORS[name](), Unavailable)


@pytest.mark.parametrize("name", ["qmatic", "socrata", "democracy_works", "statuspage"])
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
