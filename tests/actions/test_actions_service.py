"""Systems, closures and follow-ups, asked of the real sandbox."""

import pytest

from tests.actions.asking import At, Run, Sandbox


async def test_systems_in_trouble_come_first(at: At, run: Run) -> None:
    said = await run("action_service_system_status")
    assert said.response == "utter_service_system_status_trouble"
    assert said.line("utter_line_system", "troubled") == {
        "system": "utter_word_system_dmv_online", "state": "utter_word_state_degraded_performance",
    }  # fmt: skip
    assert said.lines().count("utter_line_system") == 7
    assert "utter_line_planned" in said.lines()


async def test_when_all_works_it_says_so_with_the_time(at: At, sandbox: Sandbox, run: Run) -> None:
    sandbox.order(components={"DMV online services": "operational"})
    said = await run("action_service_system_status")
    assert said.response == "utter_service_system_status_well"
    assert said["at"] == "10:00"


@pytest.mark.parametrize("state", ["partial_outage", "major_outage", "under_maintenance"])
async def test_each_kind_of_trouble_has_its_word(at: At, sandbox: Sandbox, run: Run, state: str) -> None:
    sandbox.order(components={"DMV online services": "operational", "CT DMV website": state})
    said = await run("action_service_system_status")
    assert said.line("utter_line_system", "troubled")["state"] == f"utter_word_state_{state}"


async def test_closures_name_the_next_holidays(at: At, run: Run) -> None:
    said = await run("action_service_closures")
    assert said.lines()[0] == "utter_line_no_closure_today"
    assert said.line("utter_line_shut_all_why") == {
        "date": "2026-11-26", "reason": "utter_word_holiday_thanksgiving",
    }  # fmt: skip


async def test_a_holiday_today_is_told(at: At, run: Run) -> None:
    at("2026-12-25T09:00:00-05:00")
    said = await run("action_service_closures")
    assert said.line("utter_line_shut_today_all_why") == {"reason": "utter_word_holiday_christmas"}


async def test_an_office_that_is_shut_alone_is_told_to_those_who_ask_about_its_town(at: At, run: Run) -> None:
    asked_there = await run("action_service_closures", town="Winchester")
    assert asked_there.line("utter_line_shut_today_office_why") == {
        "office": "Winsted", "reason": "utter_word_closure_building",
    }  # fmt: skip
    assert (await run("action_service_closures")).lines()[0] == "utter_line_no_closure_today"


@pytest.mark.parametrize(
    ("topic", "response"),
    [
        ("dmv_office", "utter_dmv_office"),
        ("dmv_wait_time", "utter_dmv_wait_time"),
        ("service_closures", "utter_service_closures"),
        ("vote_election_dates", "utter_vote_election_dates_known"),
        ("dmv_fees", "utter_which_place_topic"),
        (None, "utter_which_place_topic"),
    ],
)
async def test_a_bare_place_repeats_the_last_lookup_for_it(at: At, run: Run, topic: str | None, response: str) -> None:
    assert (await run("action_follow_up_place", {"town": "Norwich"}, topic=topic, town="Norwich")).response == response
