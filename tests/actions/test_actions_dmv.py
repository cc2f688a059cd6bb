"""Offices and waits, asked of the real sandbox."""

from core.jurisdiction import towns
from tests.actions.asking import At, Run, Sandbox


async def test_an_office_in_the_town_is_given_with_address_hours_and_phone(at: At, run: Run) -> None:
    said = await run("action_dmv_office", town="Norwich")
    assert said.response == "utter_dmv_office"
    assert said.lines("place") == ["utter_line_office_here"]
    assert said["address"] == "107 Sample Turnpike, Norwich, 06360"
    assert said.line("utter_line_open_today") == {"opens": "08:00", "closes": "16:00"}
    assert said.line("utter_line_phone") == {"phone": "+18605550107"}
    assert said.line("utter_line_office_kind") == {"kind": "utter_word_office_hub"}
    assert said.notes == ["utter_note_sample"]


async def test_days_in_a_row_with_the_same_hours_share_a_line(at: At, run: Run) -> None:
    said = await run("action_dmv_office", town="Norwich")
    assert said.line("utter_line_hours_days") == {
        "first": "2024-01-02", "last": "2024-01-05", "opens": "08:00", "closes": "16:00",
    }  # fmt: skip
    assert said.line("utter_line_hours_day")["closes"] == "12:30"


async def test_a_holiday_of_the_coming_week_is_told(at: At, run: Run) -> None:
    said = await run("action_dmv_office", town="Norwich")
    assert said.line("utter_line_closed_day") == {"date": "2026-11-26"}
    at("2026-11-26T10:00:00-05:00")
    assert "utter_line_closed_today" in (await run("action_dmv_office", town="Danbury")).lines()


async def test_a_town_without_an_office_gets_the_nearest_two(at: At, run: Run) -> None:
    said = await run("action_dmv_office", town="Ledyard")
    near = said.line("utter_line_office_near", "place")
    assert (near["office"], near["town"]) == ("Norwich", "Ledyard")
    assert 5 <= near["distance"] <= 10
    assert said.lines().count("utter_line_also_near") == 1


async def test_a_village_of_the_town_with_the_office_counts_as_there(at: At, run: Run) -> None:
    assert (await run("action_dmv_office", town="Windham")).lines("place") == ["utter_line_office_here"]
    assert (await run("action_dmv_office", town="Winchester")).lines("place") == ["utter_line_office_here"]


async def test_every_town_of_the_state_finds_an_office(at: At, run: Run) -> None:
    for town in towns():
        assert (await run("action_dmv_office", town=town)).response == "utter_dmv_office"


async def test_an_office_named_in_the_message_goes_before_the_remembered_town(at: At, run: Run) -> None:
    said = await run("action_dmv_office", entities={"office": "Danbury"}, town="Norwich")
    assert said.line("utter_line_office_here", "place") == {"office": "Danbury"}


async def test_without_a_place_it_asks_which(at: At, run: Run) -> None:
    assert (await run("action_dmv_office")).response == "utter_dmv_office_which"
    assert (await run("action_dmv_wait_time")).response == "utter_dmv_wait_time_which"
    assert (await run("action_dmv_office", town="Atlantis")).response == "utter_dmv_office_which"
    assert (await run("action_dmv_wait_time", town="Atlantis")).response == "utter_dmv_wait_time_which"


async def test_the_wait_is_told_for_both_queues_with_its_time(at: At, run: Run) -> None:
    said = await run("action_dmv_wait_time", town="Norwich")
    assert said.response == "utter_dmv_wait_time"
    assert said.values["at"] == {"unit": "time", "value": "10:00"}
    assert said.lines("queues") == ["utter_line_wait_licensing", "utter_line_wait_registration"]
    assert said.line("utter_line_open_until") == {"closes": "16:00"}
    assert 0 < said.line("utter_line_wait_licensing")["wait"] < 120


async def test_an_express_office_has_one_queue(at: At, run: Run) -> None:
    said = await run("action_dmv_wait_time", town="Stamford")
    assert said.lines("queues") == ["utter_line_wait_licensing"]


async def test_before_opening_it_says_when_it_opens_today(at: At, run: Run) -> None:
    at("2026-11-24T07:10:00-05:00")
    said = await run("action_dmv_wait_time", town="Norwich")
    assert said.response == "utter_dmv_wait_time_closed_today"
    assert said["opens"] == "08:00"


async def test_the_next_opening_skips_holidays_and_closed_days(at: At, run: Run) -> None:
    at("2026-11-25T17:30:00-05:00")  # the evening before Thanksgiving
    said = await run("action_dmv_wait_time", town="Norwich")
    assert said.response == "utter_dmv_wait_time_closed_later"
    assert (said["date"], said["opens"]) == ("2026-11-27", "08:00")
    at("2026-11-28T13:00:00-05:00")  # Saturday afternoon; Mondays are closed
    assert (await run("action_dmv_wait_time", town="Norwich"))["date"] == "2026-12-01"


async def test_an_office_shut_for_building_work_is_closed_now(at: At, run: Run) -> None:
    said = await run("action_dmv_wait_time", town="Winchester")  # even week, Tuesday: building work in Winsted
    assert said.response == "utter_dmv_wait_time_closed_later"
    assert said["date"] == "2026-11-25"


async def test_without_the_hours_the_wait_and_the_address_are_still_told(at: At, sandbox: Sandbox, run: Run) -> None:
    sandbox.order(api="statuspage", mode="down")
    assert (await run("action_dmv_wait_time", town="Norwich")).response == "utter_dmv_wait_time"
    sandbox.order(api="socrata", mode="error")
    said = await run("action_dmv_office", town="Stamford")
    assert said.response == "utter_dmv_office"
    assert "utter_line_open_today" in said.lines()  # the hours were read before and are good for hours
