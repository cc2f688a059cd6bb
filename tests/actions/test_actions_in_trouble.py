"""A state system that is slow, failing or lying: residents still get a true answer in time, with a way forward."""

import asyncio
import time
from typing import Any

import pytest

from tests.actions.asking import At, Run, Said, Sandbox

pytestmark = pytest.mark.usefixtures("form")  # for its database

MODES = ["error", "garbage", "down", "truncated", "redirect", "huge", "wrong_types", "throttled", "slow"]
SEPTEMBER, LATER = "2026-09-22T10:00:00-04:00", "2026-09-22T10:05:00-04:00"
LOOKUPS: dict[str, dict[str, Any]] = {
    "dmv_office": {"town": "Norwich"},
    "dmv_wait_time": {"town": "Norwich"},
    "service_system_status": {},
    "service_closures": {},
    "service_case_status": {"request_numbers": ["24-000123"]},
    "vote_deadline": {},
    "vote_election_dates": {},
}


async def ask_all(run: Run) -> dict[str, Said]:
    said = await asyncio.gather(*(run(f"action_{topic}", **slots) for topic, slots in LOOKUPS.items()))
    return dict(zip(LOOKUPS, said, strict=True))


@pytest.mark.parametrize("mode", MODES)
async def test_without_anything_known_it_apologizes_with_phone_and_link_or_computes(
    at: At, sandbox: Sandbox, run: Run, mode: str
) -> None:
    at(SEPTEMBER)
    sandbox.order(api="*", mode=mode)
    began = time.perf_counter()
    said = await ask_all(run)
    assert time.perf_counter() - began < 5
    for topic, answer in said.items():
        if topic.startswith("vote_"):
            assert answer.response == f"utter_{topic}_by_rule"
            continue
        assert answer.response == "utter_lookup_unavailable"
        assert answer.links in (["dmv_offices"], ["state_home"])
        assert answer["phone"]


@pytest.mark.parametrize("mode", ["down", "slow", "wrong_types"])
async def test_what_was_known_before_is_told_with_its_time(at: At, sandbox: Sandbox, run: Run, mode: str) -> None:
    at(SEPTEMBER)
    before = await ask_all(run)
    at(LATER)
    sandbox.order(api="*", mode=mode)
    said = await ask_all(run)
    assert said["service_case_status"].response == "utter_lookup_unavailable"  # personal: never kept
    for topic in ("dmv_wait_time", "service_system_status", "service_closures"):
        assert said[topic].response == before[topic].response
        assert said[topic].notes == ["utter_note_sample", "utter_note_cached"]
        assert said[topic].values["cached_at"] == {"unit": "time", "value": "10:00"}
    for topic in ("dmv_office", "vote_deadline"):  # good for hours: not even asked again
        assert said[topic].response == before[topic].response
        assert said[topic].notes == ["utter_note_sample"]


async def test_a_wait_that_is_too_old_is_not_told(at: At, sandbox: Sandbox, run: Run) -> None:
    at(SEPTEMBER)
    await run("action_dmv_wait_time", town="Norwich")
    at("2026-09-22T11:30:00-04:00")
    sandbox.order(api="socrata", mode="down")
    assert (await run("action_dmv_wait_time", town="Norwich")).response == "utter_lookup_unavailable"


async def test_the_breaker_makes_later_answers_quick(at: At, sandbox: Sandbox, run: Run) -> None:
    sandbox.order(api="open311", mode="error")
    for _ in range(3):
        await run("action_service_case_status", request_numbers=["24-000123"])
    reached = sandbox.served("open311")
    said = await run("action_service_case_status", request_numbers=["24-000123"])
    assert said.response == "utter_lookup_unavailable"
    assert sandbox.served("open311") == reached


async def test_a_fault_that_passes_is_not_noticed(at: At, sandbox: Sandbox, run: Run) -> None:
    sandbox.order(api="*", mode="error", times=1)
    for topic, answer in (await ask_all(run)).items():
        assert answer.response != "utter_lookup_unavailable", topic
