import json
from typing import Any

import pytest

HOURS, WAITS = "/socrata/resource/dmv0-hour.json", "/socrata/resource/dmv0-wait.json"


def test_hours_are_strings_under_the_column_names_of_new_york(sandbox: Any) -> None:
    (norwich,) = sandbox.json(f"{HOURS}?office_name=Norwich")
    assert norwich["monday_beginning_hours"] == "CLOSED"
    assert norwich["tuesday_beginning_hours"] == "8:00 AM"
    assert norwich["saturday_ending_hours"] == "12:30 PM"
    assert norwich["public_phone_number"] == "8605550107"
    assert norwich["zip_code"] == "06360"


def test_a_column_without_a_value_is_missing(sandbox: Any) -> None:
    rows = sandbox.json(HOURS)
    assert "street_address_line_2" not in next(row for row in rows if row["office_name"] == "Norwich")
    assert {row["office_type"] for row in rows} == {"hub", "branch", "express", "partner"}


def test_waits_are_strings_with_a_time_without_zone(sandbox: Any) -> None:
    rows = sandbox.json(f"{WAITS}?office_name=Norwich")
    assert {row["queue"] for row in rows} == {"licensing", "registration"}
    for row in rows:
        assert row["status"] == "open"
        assert row["wait_minutes"].isdigit()
        assert row["updated_at"] == "2026-11-24T10:00:00.000"


def test_waits_change_from_minute_to_minute(sandbox: Any) -> None:
    first = sandbox.json(WAITS)
    sandbox.order(now="2026-11-24T10:01:00-05:00")
    assert [row.get("wait_minutes") for row in sandbox.json(WAITS)] != [row.get("wait_minutes") for row in first]


@pytest.mark.parametrize(
    "moment", ["2026-11-24T18:00:00-05:00", "2026-11-23T10:00:00-05:00", "2026-11-26T10:00:00-05:00"]
)
def test_in_the_evening_on_monday_and_on_holidays_the_norwich_office_is_closed(sandbox: Any, moment: str) -> None:
    sandbox.order(now=moment)
    for row in sandbox.json(f"{WAITS}?office_name=Norwich"):
        assert row["status"] == "closed"
        assert "wait_minutes" not in row


def test_paging_search_order_and_choice_of_columns(sandbox: Any) -> None:
    rows = sandbox.json(HOURS)
    assert sandbox.json(f"{HOURS}?$limit=5&$offset=3") == rows[3:8]
    assert [row["office_name"] for row in sandbox.json(f"{HOURS}?$q=old%20saybrook")] == ["Old Saybrook"]
    assert sandbox.json(f"{HOURS}?$select=office_name&$order=office_name%20DESC&$limit=1") == [
        {"office_name": "Winsted"}
    ]


@pytest.mark.parametrize("query", ["nothing=1", "$limit=many", "$limit=" + "9" * 5000, "$where=a", "$order=nothing"])
def test_a_bad_query_is_refused_in_soda_s_shape(sandbox: Any, query: str) -> None:
    answer = sandbox.get(f"{HOURS}?{query}")
    assert answer.status == 400
    assert set(json.loads(answer.data)) == {"message", "errorCode", "data"}


def test_an_unknown_data_set_is_404(sandbox: Any) -> None:
    answer = sandbox.get("/socrata/resource/none-none.json")
    assert answer.status == 404
    assert json.loads(answer.data)["error"] is True


# --- SODA3

VIEW = "/socrata/api/v3/views/dmv0-hour/query.json"


def ask3(sandbox: Any, body: Any, path: str = VIEW, **headers: str) -> Any:
    return sandbox.ask("POST", path, headers or {"X-App-Token": "any"}, body=json.dumps(body))


def rows3(sandbox: Any, body: Any) -> Any:
    answer = ask3(sandbox, body)
    assert answer.status == 200, answer.data
    return json.loads(answer.data)


def test_soda3_gives_the_same_rows_as_2_1_page_by_page(sandbox: Any) -> None:
    rows = sandbox.json(HOURS)
    pages = [rows3(sandbox, {"query": "SELECT *", "page": {"pageNumber": n, "pageSize": 6}}) for n in range(1, 5)]
    assert [row for page in pages for row in page] == rows
    assert [len(page) for page in pages] == [6, 6, 4, 0]
    assert rows3(sandbox, {"query": "SELECT *", "includeSynthetic": False}) == rows


def test_soda3_selects_filters_and_orders(sandbox: Any) -> None:
    query = "SELECT office_name WHERE office_type = 'express' ORDER BY office_name DESC LIMIT 2"
    assert rows3(sandbox, {"query": query}) == [{"office_name": "Stamford"}, {"office_name": "Milford"}]


def test_soda3_wants_a_token(sandbox: Any) -> None:
    answer = ask3(sandbox, {"query": "SELECT *"}, Accept="application/json")
    assert answer.status == 403
    assert json.loads(answer.data)["error"] is True


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"query": 7},
        {"query": "DROP TABLE x"},
        {"query": "SELECT nothing"},
        {"query": "SELECT *", "page": 3},
        {"query": "SELECT *", "page": {"pageNumber": 0}},
        {"query": "SELECT *", "limit": 3},
    ],
)
def test_a_bad_body_is_refused_in_soda3_s_shape(sandbox: Any, body: Any) -> None:
    answer = ask3(sandbox, body)
    assert answer.status == 400
    assert set(json.loads(answer.data)) == {"code", "error", "message"}


def test_an_unknown_view_is_404(sandbox: Any) -> None:
    assert ask3(sandbox, {}, "/socrata/api/v3/views/none-none/query.json").status == 404
