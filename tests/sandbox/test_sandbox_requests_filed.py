"""Filing service requests with the sandbox, watching them move, and ordering them about."""

import datetime as dt
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.sandbox.conftest import TUESDAY_MORNING

HOLE = {"api_key": "any", "service_code": "DOT01", "address_string": "Hartford", "description": "A hole"}
TITLE = {**HOLE, "service_code": "DMV10"}
QUESTION = {**HOLE, "service_code": "DMV66", "attribute[WHISHETN]": "123"}


def post(sandbox: Any, form: dict[str, Any], suffix: str = "json") -> Any:
    pairs = [(key, one) for key, value in form.items() for one in ([value] if isinstance(value, str) else value)]
    return sandbox.ask("POST", f"/open311/requests.{suffix}", fields=pairs, encode_multipart=False)


def file(sandbox: Any, form: dict[str, Any]) -> Any:
    answer = post(sandbox, form)
    assert answer.status == 201, answer.data
    (made,) = json.loads(answer.data)
    return made


def one(sandbox: Any, public_id: str) -> Any:
    (found,) = sandbox.json(f"/open311/requests/{public_id}.json")
    return found


def later(sandbox: Any, **after: float) -> None:
    sandbox.order(now=(dt.datetime.fromisoformat(TUESDAY_MORNING) + dt.timedelta(**after)).isoformat())


def refusal(sandbox: Any, **wish: Any) -> str:
    answer = sandbox.ask("POST", "/_control", body=json.dumps(wish))
    assert answer.status == 400
    return str(json.loads(answer.data)["error"])


def test_a_request_can_be_filed_and_read_back(sandbox: Any) -> None:
    found = one(sandbox, file(sandbox, TITLE)["service_request_id"])
    assert (found["status"], found["service_code"]) == ("open", "DMV10")
    assert found["status_notes"].startswith("Received - ")
    assert found["service_request_id"] == sandbox.json("/open311/requests.json")[0]["service_request_id"]


def test_a_request_can_be_filed_in_xml(sandbox: Any) -> None:
    answer = post(sandbox, TITLE, "xml")
    assert answer.status == 201
    assert ET.fromstring(answer.data).findtext("request/service_request_id")  # noqa: S314 - our own sandbox


@pytest.mark.parametrize(
    ("minutes", "status", "note", "steps"),
    [
        (0, "open", "Received", 1),
        (2, "open", "In review", 2),
        (5, "open", "In progress", 3),
        (10, "closed", "Closed - The work is done.", 4),
        (9000, "closed", "Closed - The work is done.", 4),
        (-5, "open", "Received", 1),
    ],
)
def test_a_filed_request_moves_within_minutes(sandbox: Any, minutes: float, status: str, note: str, steps: int) -> None:
    number = file(sandbox, TITLE)["service_request_id"]
    later(sandbox, minutes=minutes)
    found = one(sandbox, number)
    assert found["status"] == status
    assert found["status_notes"].startswith(note)
    assert (found["expected_datetime"] is None) == (status == "closed")
    if minutes >= 0:
        assert len(found["notes"]) == steps
        assert found["updated_datetime"] == found["notes"][-1]["datetime"]


def test_a_batch_service_gives_a_token_first_and_the_number_a_little_later(sandbox: Any) -> None:
    made = file(sandbox, HOLE)
    assert "service_request_id" not in made
    path = f"/open311/tokens/{made['token']}.json"
    assert sandbox.json(path) == [{"service_request_id": None, "token": made["token"]}]
    later(sandbox, seconds=30)
    (resolved,) = sandbox.json(path)
    assert one(sandbox, resolved["service_request_id"])["service_code"] == "DOT01"


def test_a_blackbox_gives_nothing(sandbox: Any) -> None:
    made = file(sandbox, {**HOLE, "service_code": "GEN01"})
    assert not {"service_request_id", "token"} & set(made)


def test_several_values_of_a_list_are_taken(sandbox: Any) -> None:
    file(sandbox, {**HOLE, "service_code": "DMV20", "attribute[REGWHY][]": ["name", "plate"]})


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({**HOLE, "api_key": ""}, 403, "api_key"),
        ({**HOLE, "service_code": ""}, 400, "service_code"),
        ({**HOLE, "service_code": "NOPE"}, 404, "service_code"),
        ({**HOLE, "address_string": ""}, 400, "location"),
        ({**HOLE, "address_string": "", "lat": "41"}, 400, "location"),
        ({**HOLE, "lat": "north", "long": "-72"}, 400, "lat"),
        ({**HOLE, "lat": "nan", "long": "-720"}, 400, "long"),
        ({**HOLE, "description": "x" * 4001}, 400, "description"),
        ({**HOLE, "email": "nobody"}, 400, "email"),
        ({**HOLE, "phone": "12"}, 400, "phone"),
        ({**QUESTION, "attribute[WHISHETN]": ""}, 400, "attribute[WHISHETN] was not provided"),
        ({**QUESTION, "attribute[WHISHETN]": "999"}, 400, "not in its list"),
        ({**QUESTION, "attribute[WHISHETN]": ["123", "124"]}, 400, "one value"),
        ({**QUESTION, "attribute[OTHER]": "1"}, 400, "does not belong"),
        ({**HOLE, "service_code": "DPH01", "attribute[COPIES]": "two"}, 400, "number"),
    ],
)
def test_a_bad_filing_is_refused_with_the_standards_errors(
    sandbox: Any, form: dict[str, Any], status: int, told: str
) -> None:
    before = len(sandbox.json("/open311/requests.json"))
    answer = post(sandbox, form)
    assert answer.status == status
    faults = json.loads(answer.data)
    assert all(fault["code"] == status for fault in faults)
    assert any(told in fault["description"] for fault in faults)
    assert len(sandbox.json("/open311/requests.json")) == before


def test_several_faults_come_at_once(sandbox: Any) -> None:
    answer = post(sandbox, {"api_key": "any", "service_code": "DMV66"}, "xml")
    assert len(ET.fromstring(answer.data).findall("error")) == 2  # noqa: S314 - our own sandbox


@pytest.mark.parametrize("public_id", ["24-000123", "24-000120", "24-000106"])
def test_any_request_can_be_put_into_a_state_at_once(sandbox: Any, public_id: str) -> None:
    path = f"/open311/requests/{public_id}.json"
    before = sandbox.json(path)
    sandbox.order(api="open311", request=public_id, status="closed", note="Closed - It was sent.")
    after = sandbox.json(path)
    if not before:
        assert after == []  # hidden it stays
        return
    assert (after[0]["status"], after[0]["status_notes"]) == ("closed", "Closed - It was sent.")
    assert dt.datetime.fromisoformat(after[0]["updated_datetime"]) == dt.datetime.fromisoformat(TUESDAY_MORNING)
    assert after[0]["expected_datetime"] is None
    assert [note["description"] for note in after[0]["notes"]][-1] == "Closed - It was sent."
    assert len(after[0]["notes"]) == len(before[0]["notes"]) + 1
    sandbox.order(reset=True, now=TUESDAY_MORNING)
    assert sandbox.json(path) == before


def test_after_an_order_only_orders_move_a_filed_request(sandbox: Any) -> None:
    number = file(sandbox, TITLE)["service_request_id"]
    later(sandbox, minutes=3)
    sandbox.order(api="open311", request=number, status="waiting")
    later(sandbox, minutes=30)
    found = one(sandbox, number)
    assert found["status_notes"].startswith("Waiting for you - ")
    assert [note["description"].split(" - ")[0] for note in found["notes"]] == [
        "Received",
        "In review",
        "Waiting for you",
    ]
    sandbox.order(api="open311", request=number, status="tabled")
    assert (one(sandbox, number)["status"], one(sandbox, number)["status_notes"]) == ("tabled", "")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"request": "24-999999", "status": "closed"}, "request"),
        ({"request": ["24-000123"], "status": "closed"}, "request"),
        ({"request": "24-000123"}, "status"),
        ({"request": "24-000123", "status": 4}, "status"),
        ({"request": "24-000123", "status": "<b>"}, "status"),
        ({"request": "24-000123", "status": "closed", "note": 4}, "note"),
        ({"request": "24-000123", "status": "closed", "mode": "slow"}, "mode"),
        ({"request": "24-000123", "status": "closed", "api": "qmatic"}, "open311"),
    ],
)
def test_an_order_about_a_request_that_makes_no_sense_changes_nothing(
    sandbox: Any, wish: dict[str, Any], told: str
) -> None:
    before = one(sandbox, "24-000123")
    assert told in refusal(sandbox, **{"api": "open311", **wish})
    assert one(sandbox, "24-000123") == before
