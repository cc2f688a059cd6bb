"""SODA3 (`version: 3` in apis.yml): the same rows as by 2.1, asked by POST with a token, page by page."""

import json
import re
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions.apis import capabilities, socrata
from actions.apis.client import close_clients
from actions.apis.result import Found, Rejected, Result, Unavailable
from core.settings import settings
from tests.actions.asking import Sandbox

WAITS = "/socrata/api/v3/views/dmv0-wait/query.json"
ROW = {"office_name": "Norwich", "queue": "licensing", "status": "open", "updated_at": "2026-11-24T10:00:00.000"}


@pytest.fixture(autouse=True)
def soda3(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Another configuration of the state; nothing else is different."""
    block: dict[str, Any] = {**capabilities.of("socrata"), "version": 3}
    monkeypatch.setitem(capabilities._all(), "socrata", block)
    return block


def value(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


def serve_pages(server: HTTPServer, rows: list[dict[str, str]], path: str = WAITS) -> None:
    def page(request: Request) -> Response:
        asked = json.loads(request.data)["page"]
        start = (asked["pageNumber"] - 1) * asked["pageSize"]
        return Response(json.dumps(rows[start : start + asked["pageSize"]]), content_type="application/json")

    server.expect_request(path, method="POST").respond_with_handler(page)


async def test_both_versions_read_the_same_from_the_sandbox(sandbox: Sandbox, soda3: dict[str, Any]) -> None:
    sandbox.order(now="2026-11-24T10:00:00-05:00")
    by_three = value(await socrata.office_hours()), value(await socrata.waits())
    await close_clients()
    soda3["version"] = 2.1
    assert by_three == (value(await socrata.office_hours()), value(await socrata.waits()))
    assert len(by_three[0]) == 16


async def test_the_question_stands_in_the_body_and_the_token_in_a_header(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUTMEG_SOCRATA_TOKEN", "token-1")
    settings.cache_clear()
    serve_pages(upstream, [ROW])
    await socrata.waits()
    (request,) = [request for request, _ in upstream.log]
    assert request.headers["X-App-Token"] == "token-1"
    assert request.json == {
        "query": "SELECT *",
        "page": {"pageNumber": 1, "pageSize": 1000},
        "includeSynthetic": False,
    }


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (3, 2), (4, 2), (8, 3)])
async def test_all_pages_are_read(upstream: HTTPServer, soda3: dict[str, Any], count: int, calls: int) -> None:
    soda3["page_rows"] = 3
    serve_pages(upstream, [{**ROW, "wait_minutes": str(place)} for place in range(count)])
    waits = value(await socrata.waits())
    assert [wait.minutes for wait in waits] == list(range(count))
    assert len(upstream.log) == calls


async def test_a_list_without_end_is_not_taken_for_the_whole(upstream: HTTPServer, soda3: dict[str, Any]) -> None:
    soda3["page_rows"] = 1
    upstream.expect_request(WAITS).respond_with_json([ROW])
    assert isinstance(await socrata.waits(), Unavailable)
    assert len(upstream.log) == socrata.MOST_PAGES


async def test_a_second_page_that_fails_makes_no_half_answer(upstream: HTTPServer, soda3: dict[str, Any]) -> None:
    soda3["page_rows"] = 1
    upstream.expect_oneshot_request(WAITS).respond_with_json([ROW])
    upstream.expect_request(WAITS).respond_with_data("down", status=500)
    assert isinstance(await socrata.waits(), Unavailable)


async def test_a_result_in_preparation_is_asked_for_again(upstream: HTTPServer) -> None:
    upstream.expect_oneshot_request(WAITS).respond_with_data("", status=202)
    serve_pages(upstream, [ROW])
    assert len(value(await socrata.waits())) == 1
    assert len(upstream.log) == 2


async def test_a_result_that_stays_in_preparation_is_unavailable(upstream: HTTPServer) -> None:
    upstream.expect_request(WAITS).respond_with_data("", status=202)
    assert isinstance(await socrata.waits(), Unavailable)


async def test_without_a_token_the_refusal_is_told_as_one(upstream: HTTPServer) -> None:
    refusal = {"code": "permission_denied", "error": True, "message": "You must be logged in"}
    upstream.expect_request(WAITS).respond_with_json(refusal, status=403)
    assert await socrata.waits() == Rejected("forbidden")
    assert "X-App-Token" not in upstream.log[0][0].headers


@pytest.mark.parametrize(
    "response",
    [
        Response("<html>Down</html>", 500, content_type="text/html"),
        Response(json.dumps({"message": "x"}), 429, {"Retry-After": "30"}),
        Response(status=307, headers={"Location": "http://elsewhere.invalid/x"}),
        Response(b'[{"half": \x00', content_type="application/json"),
        Response(json.dumps({"data": [ROW]}), content_type="application/json"),
        Response("[]", content_type="application/json"),
        Response(b"[" + b" " * 2**21 + b"]", content_type="application/json"),
    ],
    ids=["error page", "throttled", "foreign redirect", "garbage", "object", "no rows", "oversize"],
)
async def test_trouble_is_unavailable(upstream: HTTPServer, response: Response) -> None:
    upstream.expect_request(re.compile(".*")).respond_with_response(response)
    assert isinstance(await socrata.waits(), Unavailable)


async def test_the_answer_is_kept_like_that_of_2_1(upstream: HTTPServer) -> None:
    serve_pages(upstream, [ROW])
    first, second = await socrata.waits(), await socrata.waits()
    assert isinstance(first, Found)
    assert first == second
    assert len(upstream.log) == 1
