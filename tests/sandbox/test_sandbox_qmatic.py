import json
from typing import Any

import pytest
from urllib3.exceptions import ProtocolError

API = "/qmatic/calendar-backend/public/api"


@pytest.fixture
def norwich(sandbox: Any) -> str:
    branches = sandbox.json(f"{API}/v1/branches")["branchList"]
    return str(next(b["publicId"] for b in branches if b["name"] == "Norwich"))


def book(sandbox: Any, branch: str, day: str, clock: str, step: str = "book") -> Any:
    body = {
        "title": "Sample",
        "customers": [{"firstName": "Ada", "lastName": "Sample", "email": "ada@example.org"}],
        "services": [{"publicId": "REAL_ID"}],
        "notes": "",
    }
    return sandbox.ask("POST", f"{API}/v2/branches/{branch}/dates/{day}/times/{clock}/{step}", body=json.dumps(body))


def first_slot(sandbox: Any, branch: str) -> tuple[str, str]:
    day = sandbox.json(f"{API}/v2/branches/{branch}/dates;servicePublicId=REAL_ID")["dates"][0][:10]
    return day, sandbox.json(f"{API}/v2/branches/{branch}/dates/{day}/times;servicePublicId=REAL_ID")["times"][0]


def test_branches_have_the_keys_of_the_live_api(sandbox: Any) -> None:
    answer = sandbox.json(f"{API}/v1/branches")
    assert set(answer) == {"branchList", "meta", "notifications"}
    assert len(answer["branchList"]) == answer["meta"]["totalResults"] == 16
    for branch in answer["branchList"]:
        assert len(branch["publicId"]) == 64
        assert branch["timeZone"] == "Eastern Standard Time"
        assert branch["fullTimeZone"] == "America/New_York"
        assert branch["phone"].startswith("+1 860 555 01")
        assert 40.9 < branch["latitude"] < 42.1


def test_one_branch_and_its_services(sandbox: Any, norwich: str) -> None:
    assert sandbox.json(f"{API}/v1/branches/{norwich}")["branch"]["name"] == "Norwich"
    services = sandbox.json(f"{API}/v1/branches/{norwich}/services")["serviceList"]
    assert {"Road_test", "Knowledge_test", "REAL_ID", "New_registration"} <= {s["publicId"] for s in services}
    assert json.loads(services[0]["custom"])["cancelEnabled"] is True


def test_an_express_office_has_no_road_test(sandbox: Any) -> None:
    groups = sandbox.json(f"{API}/v1/services/groups;servicePublicId=Road_test")
    assert "Norwich" in {entry["branchName"] for entry in groups}
    assert "Stamford" not in {entry["branchName"] for entry in groups}


def test_dates_and_times_are_naive_and_skip_closed_days(sandbox: Any, norwich: str) -> None:
    dates = sandbox.json(f"{API}/v2/branches/{norwich}/dates;servicePublicId=REAL_ID")["dates"]
    assert all(date.endswith("T00:00:00") for date in dates)
    assert "2026-11-26T00:00:00" not in dates  # Thanksgiving
    assert "2026-11-30T00:00:00" not in dates  # a Monday
    day = dates[0][:10]
    answer = sandbox.json(
        f"{API}/v2/branches/{norwich}/dates/{day}/times;servicePublicId=REAL_ID;servicePublicId=Title"
    )
    assert answer["meta"]["arguments"] == {"servicePublicId": "[REAL_ID, Title]"}


def test_too_many_people_is_an_empty_list_and_no_error(sandbox: Any, norwich: str) -> None:
    day, _ = first_slot(sandbox, norwich)
    path = f"{API}/v2/branches/{norwich}/dates/{day}/times;servicePublicId=REAL_ID;numberOfCustomers=998"
    assert sandbox.json(path)["times"] == []


def test_a_booking_is_json_called_text_and_can_be_cancelled(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    answer = book(sandbox, norwich, day, clock)
    assert answer.status == 202
    assert answer.headers["Content-Type"] == "application/text;charset=UTF-8"
    made = json.loads(answer.data)
    assert made["status"] == 20
    assert made["start"].endswith(".000+0000")
    path = f"{API}/v1/appointments/{made['publicId']}"
    assert sandbox.json(path)["appointment"]["customers"][0]["firstName"] == "Ada"
    assert sandbox.ask("DELETE", path).status == 204
    assert sandbox.get(path).status == 404
    assert sandbox.ask("DELETE", path).status == 404


def test_a_taken_slot_is_500_with_the_code_in_a_header(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    assert book(sandbox, norwich, day, clock).status == 202
    again = book(sandbox, norwich, day, clock)
    assert again.status == 500
    assert again.headers["error_code"] == "E440"
    times = sandbox.json(f"{API}/v2/branches/{norwich}/dates/{day}/times;servicePublicId=REAL_ID")["times"]
    assert clock not in times


def test_a_hold_is_confirmed_or_runs_out(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    assert held["status"] == 10
    path = f"{API}/v2/branches/appointments/{held['publicId']}/confirm"
    sandbox.order(now="2026-11-24T10:30:00-05:00")
    late = sandbox.ask("POST", path, body="{}")
    assert late.status == 500
    assert json.loads(late.data) == {"errorMessage": "ERROR_CANNOT_BE_RESERVED"}
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    confirmed = sandbox.ask("POST", f"{API}/v2/branches/appointments/{held['publicId']}/confirm", body='{"title": "x"}')
    assert json.loads(confirmed.data)["status"] == 20


@pytest.mark.parametrize(
    "path",
    [
        "/v1/branches/nowhere",
        "/v1/nothing",
        "/v2/branches/{id}/dates;servicePublicId=Nothing",
        "/v2/branches/{id}/dates",
    ],
)
def test_what_does_not_exist_is_404(sandbox: Any, norwich: str, path: str) -> None:
    assert sandbox.get(API + path.format(id=norwich)).status == 404


def every_slot(sandbox: Any, branch: str) -> list[tuple[str, str]]:
    days = sandbox.json(f"{API}/v2/branches/{branch}/dates;servicePublicId=REAL_ID")["dates"]
    path = f"{API}/v2/branches/{branch}/dates/{{}}/times;servicePublicId=REAL_ID"
    return [(day[:10], clock) for day in days for clock in sandbox.json(path.format(day[:10]))["times"]]


def test_three_weeks_of_free_times_are_always_the_same_and_fill_up(sandbox: Any, norwich: str) -> None:
    slots = every_slot(sandbox, norwich)
    assert slots == every_slot(sandbox, norwich)
    assert "2026-11-25" <= slots[0][0] < slots[-1][0] <= "2026-12-15"
    for day, clock in [slot for slot in slots if slot[0] == slots[0][0]]:
        assert book(sandbox, norwich, day, clock).status == 202
    assert every_slot(sandbox, norwich) == [slot for slot in slots if slot[0] != slots[0][0]]


def test_a_hold_can_be_looked_at_and_released_until_it_runs_out(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    path = f"{API}/v1/appointments/{held['publicId']}"
    assert sandbox.json(path)["appointment"]["status"] == 10
    assert sandbox.ask("DELETE", path).status == 204
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    sandbox.order(now="2026-11-24T10:30:00-05:00")
    assert sandbox.get(f"{API}/v1/appointments/{held['publicId']}").status == 404


@pytest.mark.parametrize("step", ["book", "reserve"])
def test_on_order_somebody_else_is_faster_once(sandbox: Any, norwich: str, step: str) -> None:
    (day, clock), *more = every_slot(sandbox, norwich)
    sandbox.order(appointment="taken")
    assert book(sandbox, norwich, day, clock, step).headers["error_code"] == "E440"
    assert every_slot(sandbox, norwich) == more
    assert book(sandbox, norwich, *more[0], step).status in (200, 202)


def test_on_order_a_hold_has_ended_when_it_is_confirmed(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    sandbox.order(appointment="hold_ended")
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    late = sandbox.ask("POST", f"{API}/v2/branches/appointments/{held['publicId']}/confirm", body="{}")
    assert json.loads(late.data) == {"errorMessage": "ERROR_CANNOT_BE_RESERVED"}
    assert book(sandbox, norwich, day, clock).status == 202


def test_on_order_an_appointment_is_made_and_its_answer_lost(sandbox: Any, norwich: str) -> None:
    day, clock = first_slot(sandbox, norwich)
    held = json.loads(book(sandbox, norwich, day, clock, "reserve").data)
    sandbox.order(appointment="answer_lost")
    with pytest.raises(ProtocolError):
        sandbox.ask("POST", f"{API}/v2/branches/appointments/{held['publicId']}/confirm", body="{}")
    assert sandbox.json(f"{API}/v1/appointments/{held['publicId']}")["appointment"]["status"] == 20


@pytest.mark.parametrize("wish", [{"appointment": "lost"}, {"appointment": "taken", "api": "qmatic"}])
def test_an_order_about_appointments_that_makes_no_sense_is_refused(sandbox: Any, wish: dict[str, str]) -> None:
    answer = sandbox.ask("POST", "/_control", body=json.dumps(wish))
    assert answer.status == 400
    assert "hold_ended" in json.loads(answer.data)["error"]
