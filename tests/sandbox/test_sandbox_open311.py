import datetime as dt
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from georeport import GeoReport  # type: ignore[import-untyped]


@pytest.fixture(params=["json", "xml"])
def somebody_elses_client(sandbox: Any, request: pytest.FixtureRequest) -> GeoReport:
    return GeoReport(f"{sandbox.base}/open311", jurisdiction="ct.gov", output_format=request.param)


def one(sandbox: Any, public_id: str) -> Any:
    return sandbox.json(f"/open311/requests/{public_id}.json")


def test_georeport_reads_the_service_list(somebody_elses_client: GeoReport) -> None:
    services = {s["service_code"]: s for s in somebody_elses_client.get_service_list()}
    assert services["DMV66"]["service_name"] == "License, tag or ticket question"
    assert {s["type"] for s in services.values()} == {"realtime", "batch", "blackbox"}


def test_georeport_reads_a_service_definition(somebody_elses_client: GeoReport) -> None:
    definition = somebody_elses_client.get_service_definition("DMV66")
    assert definition["service_code"] == "DMV66"
    assert "WHISHETN" in json.dumps(definition)


def test_georeport_reads_a_request(somebody_elses_client: GeoReport) -> None:
    found = somebody_elses_client.get_service_request("24-000123")
    assert found["status"] == "open"
    assert found["status_notes"].startswith("In progress - ")
    assert found["agency_responsible"] == "DMV - Vehicle Services"


def test_georeport_reads_the_list(somebody_elses_client: GeoReport) -> None:
    found = somebody_elses_client.get_service_requests(status="closed")
    assert len(found) > 10
    assert {entry["status"] for entry in found} == {"closed"}


def test_there_are_400_requests_and_they_are_in_every_state(sandbox: Any) -> None:
    end = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    found: dict[str, Any] = {}
    while end.year > 2023:
        start = end - dt.timedelta(days=90)
        span = f"start_date={start:%Y-%m-%dT%H:%M:%SZ}&end_date={end:%Y-%m-%dT%H:%M:%SZ}"
        found |= {entry["service_request_id"]: entry for entry in sandbox.json(f"/open311/requests.json?{span}")}
        end = start
    assert 370 <= len(found) < 400  # the private ones are not listed
    assert all(re.fullmatch(r"\d\d-\d{6}", public_id) for public_id in found)
    assert {"open", "closed", "in_progress", "investigating", "fixed"} <= {entry["status"] for entry in found.values()}


def test_times_have_a_zone_and_history_is_in_order(sandbox: Any) -> None:
    (found,) = one(sandbox, "24-000123")
    assert found["requested_datetime"].endswith("-05:00")
    times = [note["datetime"] for note in found["notes"]]
    assert times == sorted(times)


def test_quirks_of_real_servers_are_played(sandbox: Any) -> None:
    assert one(sandbox, "24-000114")[0]["expected_datetime"] == ""
    assert "status_notes" not in one(sandbox, "24-000115")[0]
    assert isinstance(one(sandbox, "24-000116")[0]["lat"], str)
    assert isinstance(one(sandbox, "24-000117"), dict)
    assert set(one(sandbox, "24-000118")) == {"service_requests"}
    assert "<p>" in one(sandbox, "24-000119")[0]["status_notes"]
    assert one(sandbox, "24-000120") == []


def test_a_list_gives_the_status_as_stored_and_a_single_request_in_lower_case(sandbox: Any) -> None:
    (listed,) = sandbox.json("/open311/requests.json?service_request_id=24-000113")
    assert listed["status"] == "Open"
    assert one(sandbox, "24-000113")[0]["status"] == "open"


def test_ids_override_everything_and_empty_parameters_count_as_absent(sandbox: Any) -> None:
    path = "/open311/requests.json?service_request_id=24-000123,24-000106&status=closed&start_date=&service_code=DMV66"
    assert {entry["service_request_id"] for entry in sandbox.json(path)} == {"24-000123", "24-000106"}


def test_pages_of_the_list(sandbox: Any) -> None:
    everything = sandbox.json("/open311/requests.json")
    assert sandbox.json("/open311/requests.json?page=2&page_size=5") == everything[5:10]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests/24-999999", 404),
        ("requests/%00", 404),
        ("services/NOPE", 404),
        ("services.{}?jurisdiction_id=elsewhere.gov", 404),
        ("requests.{}?start_date=soon", 400),
        ("requests.{}?start_date=2025-01-01T00:00:00Z&end_date=2026-01-01T00:00:00Z", 400),
        ("requests.{}?service_code=NOPE", 404),
        ("requests.{}?page=0", 400),
    ],
)
def test_errors_come_in_the_format_that_was_asked_for(sandbox: Any, path: str, status: int) -> None:
    for suffix in ("json", "xml"):
        answer = sandbox.get(f"/open311/{path.format(suffix) if '{}' in path else f'{path}.{suffix}'}")
        assert answer.status == status
        if suffix == "json":
            assert json.loads(answer.data)[0]["code"] == status
        else:
            assert ET.fromstring(answer.data).findtext("error/code") == str(status)  # noqa: S314 - our own sandbox


def test_a_character_that_xml_forbids_does_not_spoil_the_answer(sandbox: Any) -> None:
    answer = sandbox.get("/open311/requests.xml?service_code=a%00b")
    assert "service_code" in str(ET.fromstring(answer.data).findtext("error/description"))  # noqa: S314 - our own


def test_discovery_names_the_endpoint(sandbox: Any) -> None:
    found = sandbox.json("/open311/discovery.json")
    assert found["endpoints"][0]["url"] == f"{sandbox.base}/open311"
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
