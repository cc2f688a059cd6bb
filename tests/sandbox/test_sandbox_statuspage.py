from typing import Any

import pytest

API = "/statuspage/api/v2"


def statuses(sandbox: Any) -> dict[str, str]:
    return {c["name"]: c["status"] for c in sandbox.json(f"{API}/components.json")["components"]}


def test_the_summary_is_fresh_and_has_all_parts(sandbox: Any) -> None:
    summary = sandbox.json(f"{API}/summary.json")
    assert set(summary) == {"page", "status", "components", "incidents", "scheduled_maintenances"}
    assert summary["page"]["updated_at"] == "2026-11-24T10:00:00.000-05:00"
    assert summary["status"]["indicator"] == "minor"


def test_one_incident_is_open_and_one_resolved(sandbox: Any) -> None:
    assert [i["status"] for i in sandbox.json(f"{API}/incidents.json")["incidents"]] == ["identified", "resolved"]
    (unresolved,) = sandbox.json(f"{API}/incidents/unresolved.json")["incidents"]
    assert unresolved["components"][0]["name"] == "DMV online services"
    assert unresolved["incident_updates"][0]["status"] == "identified"
    assert statuses(sandbox)["DMV online services"] == "degraded_performance"


def test_the_holidays_of_a_year_are_scheduled_maintenances(sandbox: Any) -> None:
    entries = sandbox.json(f"{API}/summary.json")["scheduled_maintenances"]
    holidays = [m for m in entries if m["name"].startswith("State offices closed")]
    assert len(holidays) == 13
    thanksgiving = holidays[0]
    assert thanksgiving["scheduled_for"] == "2026-11-26T00:00:00.000-05:00"
    assert thanksgiving["scheduled_until"] == "2026-11-27T00:00:00.000-05:00"
    assert thanksgiving["status"] == "scheduled"
    assert "Norwich DMV office" in {c["name"] for c in thanksgiving["components"]}


def test_on_a_holiday_the_offices_are_under_maintenance(sandbox: Any) -> None:
    sandbox.order(now="2026-11-26T09:00:00-05:00")
    assert statuses(sandbox)["Norwich DMV office"] == "under_maintenance"
    assert statuses(sandbox)["DMV offices"] == "under_maintenance"
    (active,) = sandbox.json(f"{API}/scheduled-maintenances/active.json")["scheduled_maintenances"]
    assert "Thanksgiving" in active["name"]


@pytest.mark.parametrize(
    ("moment", "office", "reason"),
    [("2026-11-24T09:00:00-05:00", "Winsted", "building work"), ("2027-01-08T09:00:00-05:00", "Danbury", "snow")],
)
def test_a_single_office_can_be_closed_for_a_day(sandbox: Any, moment: str, office: str, reason: str) -> None:
    sandbox.order(now=moment)
    assert statuses(sandbox)[f"{office} DMV office"] == "under_maintenance"
    active = sandbox.json(f"{API}/scheduled-maintenances/active.json")["scheduled_maintenances"]
    assert f"{office} DMV office closed: {reason}" in {m["name"] for m in active}


def test_groups_name_their_members(sandbox: Any) -> None:
    components = sandbox.json(f"{API}/components.json")["components"]
    group = next(c for c in components if c["name"] == "DMV offices")
    assert group["group"] is True
    assert set(group["components"]) == {c["id"] for c in components if c["group_id"] == group["id"]}


def test_a_component_can_be_ordered_to_fail(sandbox: Any) -> None:
    sandbox.order(components={"CT DMV website": "major_outage"})
    summary = sandbox.json(f"{API}/summary.json")
    assert summary["status"] == {"indicator": "critical", "description": "Major System Outage"}
    assert summary["incidents"][0]["name"] == "CT DMV website: major outage"
    assert statuses(sandbox)["CT DMV website"] == "major_outage"


def test_an_unknown_address_is_404(sandbox: Any) -> None:
    assert sandbox.get(f"{API}/scheduled-maintenances/never.json").status == 404
