"""Requests by their numbers: where they stand, what happened so far, several at once, and whoever guesses."""

from collections.abc import Callable
from typing import Any

import pytest

from actions.apis import capabilities
from actions.flows.case_status import MOST_NUMBERS, TOPIC, case_numbers
from core import disclosures
from core.attempts import MOST_WRONG
from tests.actions.asking import At, Said, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
ASK = f"utter_{TOPIC}_ask_request_numbers"
WRONG = "utter_flow_request_numbers_wrong"
NOT_FOUND = f"utter_{TOPIC}_not_found"


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


def outcomes() -> list[tuple[str, str]]:
    return [(row.kind, row.outcome) for row in disclosures.all_rows()]


async def ask(play: Form, *numbers: str) -> Said:
    (said,) = await play.begin(f"status of {' '.join(numbers)}", case_number=list(numbers))
    return said


async def test_a_number_in_the_message_is_answered_at_once(form: Play, at: At) -> None:
    play = form(TOPIC)
    said = await ask(play, "24-000123")
    assert said.response == f"utter_{TOPIC}"
    assert said["number"] == "24-000123"
    assert said["state"] == "utter_word_case_progress"
    assert said.lines()[:2] == ["utter_line_case_updated", "utter_line_case_expected"]
    assert said.notes == ["utter_note_sample"]
    assert not play.active
    assert play.slots["request_numbers"] is None
    assert outcomes() == [("service_request", "found")]


async def test_what_it_is_about_is_told_in_a_residents_words(form: Play, at: At) -> None:
    said = await ask(form(TOPIC), "24-000123")
    assert said.line("utter_line_case_service") == {"service": "utter_word_request_title"}


async def test_what_happened_so_far_is_told_step_by_step_in_words(form: Play, at: At) -> None:
    said = await ask(form(TOPIC), "24-000123")
    lines = said.lines()
    assert lines[lines.index("utter_line_case_history") :] == ["utter_line_case_history"] + ["utter_line_case_step"] * 3
    steps = [line["values"] for line in said["details"] if line["response"] == "utter_line_case_step"]
    assert [step["what"]["value"] for step in steps] == [
        f"utter_word_case_{w}" for w in ("received", "review", "progress")
    ]
    days = [step["date"]["value"] for step in steps]
    assert days == sorted(days)


async def test_by_text_message_only_the_state_and_two_lines_are_told(form: Play, at: At) -> None:
    play = form(TOPIC, "sms")
    assert len((await ask(play, "24-000123")).lines("short")) == 2


async def test_nothing_that_residents_wrote_is_shown(form: Play, at: At) -> None:
    for number in range(101, 124):
        said = await ask(form(TOPIC), f"24-{number:06d}")
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
async def test_states_are_told_in_words(form: Play, at: At, number: str, state: str) -> None:
    assert (await ask(form(TOPIC), number))["state"] == f"utter_word_case_{state}"


@pytest.mark.parametrize("number", ["24-000120", "24-999999"])
async def test_a_private_number_looks_like_an_unknown_one(form: Play, at: At, number: str) -> None:
    said = await ask(form(TOPIC), number)
    assert (said.response, said["number"]) == (NOT_FOUND, number)
    assert outcomes() == [("service_request", "not_found")]


async def test_several_numbers_get_a_line_each_and_take_one_call_for_those_it_knows(
    form: Play, at: At, sandbox: Sandbox
) -> None:
    asked = sandbox.served("open311")
    said = await ask(form(TOPIC), "24-000123", "24-000107", "24-000101")
    assert said.response == f"utter_{TOPIC}_several"
    assert said.lines("lines") == ["utter_line_case"] * 3
    assert sandbox.served("open311") == asked + 1
    said = await ask(form(TOPIC), "24-000123", "24-000120")
    assert said.lines("lines") == ["utter_line_case", "utter_line_case_not_found"]
    assert outcomes() == [("service_request", "found")] * 4 + [("service_request", "not_found")]


async def test_several_numbers_that_are_all_unknown_are_said_to_be_so_together(form: Play, at: At) -> None:
    said = await ask(form(TOPIC), "24-999998", "24-999999")
    assert (said.response, said["number"]) == (NOT_FOUND, ["24-999998", "24-999999"])


async def test_who_guesses_numbers_is_locked_out_and_nothing_is_asked_then(
    form: Play, at: At, sandbox: Sandbox
) -> None:
    play = form(TOPIC)
    assert (await ask(play, *[f"24-99999{n}" for n in range(3)])).response == NOT_FOUND
    for n in range(3, MOST_WRONG):
        assert (await ask(play, f"24-99999{n}")).response == NOT_FOUND
    asked = sandbox.served("open311")
    for numbers in (["24-000123"], ["24-000123", "24-000107"], ["24-999999"]):
        said = await ask(play, *numbers)
        assert said.response == "utter_personal_locked"
        assert said.links == ["state_home"]
    assert sandbox.served("open311") == asked
    assert outcomes()[-1] == ("service_request", "locked")
    assert (await ask(form(TOPIC), "24-000123")).response == f"utter_{TOPIC}"


async def test_a_number_that_many_have_tried_is_locked_among_others_that_are_not(form: Play, at: At) -> None:
    for _ in range(MOST_WRONG):
        await ask(form(TOPIC), "24-999999")
    said = await ask(form(TOPIC), "24-000123", "24-999999")
    assert said.lines("lines") == ["utter_line_case", "utter_line_case_unavailable"]


async def test_the_number_is_asked_for_and_can_be_sent_bare(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await play.begin("what is the status of my request")) == [ASK]
    assert names(await play.say("24-000123", intent=TOPIC, case_number="24-000123")) == [f"utter_{TOPIC}"]


async def test_two_answers_without_a_number_lead_to_a_person(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("what is the status of my request")
    (said,) = await play.say("no idea", intent="out_of_scope")
    assert (said.response, said["example"]) == (WRONG, "24-000000")
    assert names(await play.say("case 4471902", intent=TOPIC, case_number="4471902")) == [WRONG, "utter_chat_human"]
    assert not play.active


async def test_another_question_in_between_is_answered_and_the_number_asked_for_again(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("what is the status of my request")
    assert await play.say("how much is a license", intent="dmv_fees") == []
    assert play.stepped_aside
    assert names(await play.come_back()) == [ASK]


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "wrong_types"])
@pytest.mark.parametrize("numbers", [["24-000123"], ["24-000123", "24-000107"]])
async def test_a_silent_system_ends_in_a_way_out_and_locks_nobody_out(
    form: Play, at: At, sandbox: Sandbox, mode: str, numbers: list[str]
) -> None:
    sandbox.order(api="open311", mode=mode)
    said = await ask(form(TOPIC), *numbers)
    assert (said.response, said.links) == ("utter_lookup_unavailable", ["state_home"])
    assert {outcome for _, outcome in outcomes()} <= {"unavailable"}


async def test_where_the_system_tells_no_status_the_agencys_way_is_told(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(capabilities._all()["open311"], "gives", ["services"])
    assert names(await form(TOPIC).begin("24-000123", case_number="24-000123")) == [f"utter_{TOPIC}_how"]


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("24-000123", ["24-000123"]),
        (["24000123", "24 000123", "23-000001"], ["24-000123", "23-000001"]),
        ("call 8605550123 now", []),
        ("0123456789abcdef0123", ["0123456789abcdef0123"]),
        ("", []),
        (None, []),
        (24000123, []),
        ([f"24-00000{digit}" for digit in range(9)], [f"24-00000{digit}" for digit in range(MOST_NUMBERS)]),
    ],
)
def test_numbers_are_read_from_texts_and_lists(value: Any, numbers: list[str]) -> None:
    assert case_numbers(value) == numbers
