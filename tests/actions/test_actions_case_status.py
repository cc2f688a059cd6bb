"""Requests by their numbers, and the form that asks for one."""

from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.case_status import MOST_MISSES, case_numbers
from tests.actions.asking import At, Run, Sandbox, action_call

FORM_STARTED = {"event": "active_loop", "name": "case_status_form"}
TURNED_DOWN = {"event": "slot", "name": "case_number", "value": None}


async def test_a_request_is_told_with_its_state_and_dates(at: At, run: Run) -> None:
    said = await run("action_service_case_status", case_number=["24-000123"])
    assert said.response == "utter_service_case_status"
    assert said["state"] == "utter_word_case_progress"
    assert said.lines()[:2] == ["utter_line_case_updated", "utter_line_case_expected"]
    assert said.notes == ["utter_note_sample"]


async def test_nothing_that_residents_wrote_is_shown(at: At, run: Run) -> None:
    for number in range(101, 124):
        said = await run("action_service_case_status", case_number=[f"24-{number:06d}"])
        assert "PRIVATE" not in str(said.values)
        assert "Private Lane" not in str(said.values)
        assert "<" not in str(said.values)


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("24-000101", "received"),
        ("24-000104", "waiting"),
        ("24-000107", "mailed"),
        ("24-000108", "refused"),
        ("24-000111", "progress"),
        ("24-000112", "unknown"),
        ("24-000113", "received"),
        ("24-000114", "open"),
        ("24-000115", "open"),
        ("24-000117", "done"),
        ("24-000118", "progress"),
        ("24-000119", "review"),
    ],
)
async def test_states_are_told_in_words(at: At, run: Run, number: str, state: str) -> None:
    said = await run("action_service_case_status", case_number=[number])
    assert said["state"] == f"utter_word_case_{state}"


@pytest.mark.parametrize("number", ["24-000120", "24-999999"])
async def test_a_private_number_looks_like_an_unknown_one(at: At, run: Run, number: str) -> None:
    assert (
        await run("action_service_case_status", case_number=number)
    ).response == "utter_service_case_status_not_found"


async def test_several_numbers_get_a_line_each(at: At, run: Run) -> None:
    said = await run("action_service_case_status", case_number=["24-000123", "24-000120"])
    assert said.response == "utter_service_case_status_several"
    assert said.lines("lines") == ["utter_line_case", "utter_line_case_not_found"]


async def test_who_guesses_numbers_is_stopped(at: At, run: Run, sandbox: Sandbox) -> None:
    misses = [_uttered("utter_service_case_status_not_found", {})] * MOST_MISSES
    asked = sandbox.served("open311")
    said = await run("action_service_case_status", events=misses, case_number="24-000123")
    assert said.response == "utter_service_case_status_limit"
    assert sandbox.served("open311") == asked


async def test_misses_among_several_numbers_count_too(at: At, run: Run) -> None:
    missed = {
        "lines": {"unit": "lines", "value": [{"response": "utter_line_case_not_found", "values": {}}] * MOST_MISSES}
    }
    events = [_uttered("utter_service_case_status_several", missed)]
    said = await run("action_service_case_status", events=events, case_number="24-000123")
    assert said.response == "utter_service_case_status_limit"


async def test_the_number_is_forgotten_after_the_answer(at: At, executor: ActionExecutor) -> None:
    answer = await executor.run(action_call("action_service_case_status", {}, [], {"case_number": ["24-000123"]}))
    assert answer is not None
    assert [(event["name"], event["value"]) for event in answer["events"]] == [("case_number", None)]


async def test_the_form_takes_a_number_or_asks_again_once_and_then_names_a_person(
    at: At, executor: ActionExecutor, run: Run
) -> None:
    slots, said = await _validate(executor, "my number is 24 000123", [])
    assert slots == {"case_number": ["24-000123"]}
    assert said == []
    slots, said = await _validate(executor, "no idea", [])
    assert slots == {"case_number": None}
    assert [message["response"] for message in said] == ["utter_case_number_invalid"]
    slots, said = await _validate(executor, "still no idea", [TURNED_DOWN])
    assert slots == {"case_number": None, "requested_slot": None}
    assert said == []
    assert (await run("action_service_case_status")).response == "utter_chat_human"


async def test_what_an_earlier_form_turned_down_does_not_count(at: At, executor: ActionExecutor) -> None:
    slots, _ = await _validate(executor, "no idea", [], before=[FORM_STARTED, TURNED_DOWN, TURNED_DOWN])
    assert slots == {"case_number": None}


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("24-000123", ["24-000123"]),
        (["24000123", "24 000123", "23-000001"], ["24-000123", "23-000001"]),
        ("call 8605550123 now", []),
        ("", []),
        (None, []),
        (24000123, []),
        ([f"24-00000{digit}" for digit in range(9)], ["24-000000", "24-000001", "24-000002"]),
    ],
)
def test_numbers_are_read_from_texts_and_lists(value: Any, numbers: list[str]) -> None:
    assert case_numbers(value) == numbers


def _uttered(answer: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"event": "bot", "text": "…", "metadata": {"utter_action": answer, "values": values}}


async def _validate(
    executor: ActionExecutor, text: str, turned_down: list[Any], before: list[Any] | None = None
) -> tuple[dict[str, Any], list[Any]]:
    filled = {"event": "slot", "name": "case_number", "value": text}
    events = [*(before or []), FORM_STARTED, *turned_down, {"event": "user", "text": text}, filled]
    answer = await executor.run(action_call("validate_case_status_form", {}, events, {"case_number": text}))
    assert answer is not None
    return {event["name"]: event["value"] for event in answer["events"]}, answer["responses"]
