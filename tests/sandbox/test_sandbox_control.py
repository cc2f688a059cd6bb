import json
import time
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError

API_PATHS = {
    "qmatic": "/qmatic/calendar-backend/public/api/v1/branches",
    "socrata": "/socrata/resource/dmv0-wait.json",
    "democracy_works": "/democracy_works/elections?stateCode=CT",
    "civic_info": "/civic_info/civicinfo/v2/elections?key=any",
    "statuspage": "/statuspage/api/v2/summary.json",
    "open311": "/open311/requests/24-000123.json",
}
KEY = {"X_API_KEY": "any"}


@pytest.fixture(params=API_PATHS)
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(sandbox: Any, api: str) -> urllib3.BaseHTTPResponse:
    answer: urllib3.BaseHTTPResponse = sandbox.get(API_PATHS[api], **KEY)
    return answer


def test_an_api_without_orders_answers_sample_data(sandbox: Any, api: str) -> None:
    answer = ask(sandbox, api)
    assert answer.status == 200
    assert answer.headers["X-Nutmeg-Sandbox"] == "sample-data"
    assert json.loads(answer.data)


def test_slow_waits_and_then_answers(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="slow", seconds=0.3)
    start = time.monotonic()
    assert ask(sandbox, api).status == 200
    assert time.monotonic() - start >= 0.3


def test_error_answers_html_with_the_status_asked_for(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="error", status=503)
    answer = ask(sandbox, api)
    assert answer.status == 503
    assert answer.headers["Content-Type"].startswith("text/html")


def test_garbage_is_called_json_but_is_not(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="garbage")
    answer = ask(sandbox, api)
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(ValueError, match=r".+"):
        json.loads(answer.data)


def test_down_closes_the_connection_without_a_byte(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="down")
    with pytest.raises(ProtocolError):
        ask(sandbox, api)


def test_truncated_promises_more_than_it_sends(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="truncated")
    with pytest.raises((IncompleteRead, ProtocolError)):
        ask(sandbox, api)


def test_redirect_points_to_another_host(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="redirect")
    answer = ask(sandbox, api)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("https://elsewhere.invalid/")


def test_huge_goes_on_for_many_megabytes(sandbox: Any) -> None:
    sandbox.order(api="open311", mode="huge")
    answer = sandbox.ask("GET", API_PATHS["open311"], preload_content=False)
    seen = sum(len(chunk) for chunk in answer.stream(65536) if chunk)
    assert seen > 30 * 1024 * 1024


def test_wrong_types_keeps_names_and_changes_values(sandbox: Any, api: str) -> None:
    right = json.loads(ask(sandbox, api).data)
    sandbox.order(api=api, mode="wrong_types")
    wrong = json.loads(ask(sandbox, api).data)
    assert type(wrong) is dict
    assert wrong != right


def test_throttled_says_when_to_come_back(sandbox: Any, api: str) -> None:
    sandbox.order(api=api, mode="throttled", seconds=3)
    answer = ask(sandbox, api)
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "3"
    assert json.loads(answer.data) == {"message": "Too Many Requests"}


def test_an_order_for_one_api_leaves_the_others_alone(sandbox: Any) -> None:
    sandbox.order(api="qmatic", mode="down")
    assert ask(sandbox, "socrata").status == 200


def test_an_order_can_hold_for_a_number_of_requests(sandbox: Any) -> None:
    sandbox.order(api="statuspage", mode="error", times=2)
    assert [ask(sandbox, "statuspage").status for _ in range(3)] == [500, 500, 200]


def test_requests_are_counted_so_that_a_breaker_can_be_seen(sandbox: Any) -> None:
    ask(sandbox, "socrata")
    ask(sandbox, "socrata")
    assert sandbox.json("/_control")["served"]["socrata"] == 2


def test_the_star_means_every_api_and_reset_ends_all_orders(sandbox: Any) -> None:
    sandbox.order(api="*", mode="error")
    assert {ask(sandbox, api).status for api in API_PATHS} == {500}
    state = sandbox.order(reset=True)
    assert {fault["mode"] for fault in state["apis"].values()} == {"ok"}
    assert state["now"] is None
    assert {ask(sandbox, api).status for api in API_PATHS} == {200}


@pytest.mark.parametrize(
    "wish",
    [
        {"api": "nemo", "mode": "slow"},
        {"api": "qmatic", "mode": "sleepy"},
        {"api": "qmatic", "mode": "slow", "seconds": -1},
        {"api": "qmatic", "mode": "slow", "seconds": "8"},
        {"api": "qmatic", "mode": "error", "status": 200},
        {"api": "qmatic"},
        {"now": "yesterday"},
        {"now": "2026-11-24T10:00:00"},
        {"components": {"CT DMV website": "on fire"}},
        {"components": {"The moon": "major_outage"}},
        {"hello": 1},
        ["slow"],
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(sandbox: Any, wish: Any) -> None:
    before = sandbox.json("/_control")
    answer = sandbox.ask("POST", "/_control", body=json.dumps(wish))
    assert answer.status == 400
    assert json.loads(answer.data)["error"]
    assert sandbox.json("/_control") == before


def test_everything_repeats_with_the_same_seed_and_clock(sandbox: Any) -> None:
    first = {api: ask(sandbox, api).data for api in API_PATHS}
    sandbox.order(reset=True, now="2027-05-05T12:00:00-04:00")
    assert {api: ask(sandbox, api).data for api in API_PATHS} != first
    sandbox.order(reset=True, now="2026-11-24T10:00:00-05:00")
    assert {api: ask(sandbox, api).data for api in API_PATHS} == first


def test_another_seed_makes_another_state(sandbox: Any, other_seed: Any) -> None:
    other_seed.order(reset=True, now="2026-11-24T10:00:00-05:00")
    assert ask(other_seed, "socrata").data != ask(sandbox, "socrata").data
    assert other_seed.json("/open311/requests.json") != sandbox.json("/open311/requests.json")


def test_the_front_page_shows_samples_and_orders(sandbox: Any) -> None:
    sandbox.order(api="qmatic", mode="garbage")
    page = sandbox.get("/").data.decode()
    assert "24-000123" in page
    assert "garbage" in page


def test_health_is_ok_even_when_every_api_is_down(sandbox: Any) -> None:
    sandbox.order(api="*", mode="down")
    assert sandbox.json("/healthz") == {"status": "ok"}
    with pytest.raises(HTTPError):
        ask(sandbox, "qmatic")


def test_orders_can_be_given_by_hand_on_the_front_page(sandbox: Any) -> None:
    assert b"<option>down</option>" in sandbox.get("/").data
    given = sandbox.ask("POST", "/_control", fields={"api": "qmatic", "mode": "error"}, encode_multipart=False)
    assert (given.status, given.headers["Location"]) == (303, "/")
    assert sandbox.json("/_control")["apis"]["qmatic"]["mode"] == "error"
    sandbox.ask("POST", "/_control", fields={"reset": "1"}, encode_multipart=False)
    assert sandbox.json("/_control")["apis"]["qmatic"]["mode"] == "ok"


def test_json_is_an_order_whatever_it_is_called(sandbox: Any) -> None:
    called_a_form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = sandbox.ask("POST", "/_control", called_a_form, body=b'{"api": "socrata", "mode": "down"}')
    assert answer.status == 200
    assert sandbox.json("/_control")["apis"]["socrata"]["mode"] == "down"
