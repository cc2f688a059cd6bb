"""A service request from the first words to its receipt, filed once whatever happens, and its status by the number."""

from collections.abc import Callable
from typing import Any

import pytest

from actions.apis import capabilities
from actions.flows.request_new import TOPIC
from actions.flows.request_place import EXAMPLE
from core import filings
from core.filings import State
from tests.actions.asking import At, Said, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
ASK = f"utter_{TOPIC}_ask_"
STATUS = "service_case_status"
WHAT = "The name on my title is spelled wrong since May"
POTHOLE = "there is a huge pothole on route 8 near exit 25"


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


async def until_the_summary(play: Form, description: str = WHAT) -> Said:
    """A title correction: no place is asked for, and there are no questions of its own."""
    await play.begin("i want to open a request")
    await play.pick("group:dmv")
    await play.pick("DMV10")
    assert names(await play.say(description, intent="dmv_title")) == [f"{ASK}phone"]
    (said,) = await play.say("skip", intent="out_of_scope")
    assert said.response == f"{ASK}confirmed"
    return said


async def until_the_questions(play: Form, group: str, code: str) -> list[Said]:
    await play.begin("open a request")
    said = await play.pick(group)
    if code in play.offered:
        said = await play.pick(code)
    if names(said) == [f"{ASK}place_or_skip"]:
        await play.pick("skip")
    return await play.say("I would like to know how this works", intent="out_of_scope")


async def test_a_request_is_filed_one_question_at_a_time_and_its_status_told_by_its_number(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await play.begin("report a problem")) == [f"{ASK}category"]
    assert play.offered[0] == "group:dmv"
    assert names(await play.pick("group:dmv")) == [f"{ASK}category_which"]
    assert names(await play.pick("DMV10")) == [f"{ASK}description"]
    assert names(await play.say(WHAT)) == [f"{ASK}phone"]
    (summary,) = await play.say("860-555-0147", phone_number="+18605550147")
    assert summary.response == f"{ASK}confirmed"
    assert summary.line("utter_line_request_kind") == {"kind": "utter_word_request_title"}
    assert summary.line("utter_line_request_words") == {"words": WHAT}
    (done,) = await play.say("yes", intent="chat_affirm")
    assert done.response == f"utter_{TOPIC}_done"
    assert done.notes == ["utter_note_sample"]
    assert not play.active
    assert all(play.slots[slot] is None for slot in ("category", "description", "details", "phone", "flow_key"))
    (told,) = await form(STATUS).begin(done["number"], case_number=done["number"])
    assert told.response == f"utter_{STATUS}"
    assert told["state"] == "utter_word_case_received"


async def test_what_the_first_message_says_is_not_asked_again(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await play.begin(POTHOLE)) == [f"{ASK}phone"]
    assert play.slots["category"] == "DOT01"
    assert play.slots["description"] == POTHOLE
    assert play.slots["place"] == {"text": "route 8, exit 25, Connecticut", "town": None}


async def test_a_receipt_becomes_a_number_that_can_be_asked_for(form: Play, at: At, sandbox: Sandbox) -> None:
    play = form(TOPIC)
    await play.begin(POTHOLE)
    await play.pick("skip")
    (done,) = await play.pick("yes")
    assert done.response == f"utter_{TOPIC}_done_token"
    token = done["token"]
    assert names(await form(STATUS).begin(f"status of {token}")) == [f"utter_{STATUS}_no_number_yet"]
    at("2026-11-24T10:01:00-05:00")
    (told,) = await form(STATUS).begin(f"status of {token}")
    assert told.response == f"utter_{STATUS}"
    assert told["number"].startswith("26-9")


async def test_a_kind_that_gets_no_number_says_so(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("my opinion on the state website")
    await play.say("The search on the page finds nothing at all")
    await play.pick("skip")
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_done_without_number"]


async def test_the_kind_is_found_by_title_keyword_and_topic(form: Play, at: At) -> None:
    for text, ranking, code in (
        ("a mistake on a title", [], "DMV10"),
        ("unemployment", [], "DOL01"),
        ("how I vote by post", [("vote_absentee", 0.9)], "VOT02"),
        ("my license never came", [("dmv_license_replace", 0.9)], "DMV12"),
    ):
        play = form(TOPIC)
        await play.begin("report a problem")
        await play.say(text, ranking=ranking, intent=ranking[0][0] if ranking else "inform")
        assert play.slots["category"] == code, text


async def test_words_that_fit_several_kinds_ask_which(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("report a problem")
    said = await play.say("voting by mail", intent="vote_absentee", ranking=[("vote_absentee", 0.9)])
    assert names(said) == [f"{ASK}description"]
    assert play.slots["category"] == "VOT02"
    play = form(TOPIC)
    await play.begin("report a problem")
    assert names(await play.say("license", intent="dmv_license_renew")) == [f"{ASK}category_which"]
    assert play.offered == ["DMV66", "DMV12", "all"]
    assert names(await play.pick("all")) == [f"{ASK}category"]
    await play.say("license")
    await play.say("2")
    assert play.slots["category"] == "DMV12"


async def test_a_kind_that_is_not_understood_twice_leads_to_a_person(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("report a problem")
    await play.pick("group:dmv")
    assert names(await play.say("blah", intent="out_of_scope")) == ["utter_flow_category_wrong"]
    assert play.offered[-1] == "all"
    assert names(await play.say("blah blah", intent="out_of_scope")) == [
        "utter_flow_category_wrong",
        "utter_chat_human",
    ]
    assert not play.active


@pytest.mark.parametrize(
    ("text", "town", "place"),
    [
        ("12 Main Street, Norwich", "Norwich", {"text": "12 Main Street, Norwich, CT", "town": "Norwich"}),
        ("corner of Main and State in Norwich", "Norwich", None),
        ("exit 25 on I-84", None, None),
        ("8号公路25号出口", None, None),
    ],
)
async def test_a_place_is_an_address_a_corner_or_an_exit_and_is_never_said_back(
    form: Play, at: At, text: str, town: str | None, place: Any
) -> None:
    play = form(TOPIC)
    assert names(await play.begin("there is a pothole")) == [f"{ASK}place"]
    assert names(await play.say(text, **({"town": town} if town else {}))) == [f"{ASK}description"]
    assert play.slots["place"] == (place or {"text": text, "town": town})
    await play.say("It is deep and in the right lane")
    (summary,) = await play.pick("skip")
    assert "Main" not in str(summary.values)
    assert "25" not in str(summary.values)


@pytest.mark.parametrize("text", ["skip", "no idea", "12 Main Street", "there", "Main and State"])
async def test_a_road_hazard_needs_a_place_that_can_be_found(form: Play, at: At, text: str) -> None:
    play = form(TOPIC)
    await play.begin("there is a pothole")
    (said,) = await play.say(text, intent="out_of_scope")
    assert (said.response, said["example"]) == ("utter_flow_place_wrong", EXAMPLE)


async def test_a_place_in_another_state_is_said_to_be_one(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("there is a pothole")
    assert names(await play.say("12 Main St, Boston, MA 02108")) == ["utter_flow_place_other_state"]


async def test_where_no_place_is_needed_it_can_be_skipped(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("report a problem")
    await play.pick("group:dmv")
    assert names(await play.pick("DMV66")) == [f"{ASK}place_or_skip"]
    assert names(await play.pick("skip")) == [f"{ASK}description"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("The office lost my registration papers. When do I get them back?", "dmv_registration_renew"),
        ("Nobody at the window helped me, I waited two hours for a person and then left", "chat_human"),
        ("your website is bad and never works", "service_system_status"),
    ],
)
async def test_a_description_is_one_whatever_it_sounds_like(form: Play, at: At, text: str, intent: str) -> None:
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    await play.say(text, intent=intent)
    assert play.slots["description"] == text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("can i talk to a person", "chat_human"),
        ("help", "chat_help"),
        ("there is a fire in my house", "safety_emergency"),
        ("24-000123", STATUS),
        ("delete my data", "delete_my_data"),
    ],
)
async def test_what_is_said_to_the_assistant_is_no_description(form: Play, at: At, text: str, intent: str) -> None:
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    assert await play.say(text, intent=intent) == []
    assert play.stepped_aside
    assert names(await play.come_back()) == [f"{ASK}description"]


async def test_stop_ends_it_and_a_stop_sign_does_not(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("report a problem on a state road")
    await play.say("route 8, exit 25")
    assert names(await play.say("stop sign knocked down", intent=TOPIC)) == [f"{ASK}phone"]
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    assert names(await play.say("stop", intent="chat_cancel")) == ["utter_flow_cancelled"]
    assert not play.active


async def test_a_description_is_neither_empty_nor_longer_than_the_form_takes(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    assert names(await play.say("ok", intent="chat_affirm")) == ["utter_flow_description_wrong"]
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    (said,) = await play.say("long " * 801)
    assert (said.response, said["most"]) == ("utter_flow_description_long", 4000)
    assert play.slots["description"] is None


async def test_another_question_makes_the_form_step_aside_and_ask_again(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("there is a pothole")
    assert await play.say("how much is it to renew a license", intent="dmv_fees") == []
    assert names(await play.come_back()) == [f"{ASK}place"]


async def test_the_questions_of_a_kind_are_asked_one_at_a_time(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await until_the_questions(play, "group:dmv", "DMV66")) == ["utter_ask_attribute_about"]
    assert play.offered == ["123", "124", "125"]
    assert await play.say("how much does it cost to renew a license", intent="dmv_fees") == []
    assert names(await play.come_back()) == ["utter_ask_attribute_about"]
    assert names(await play.say("it is about the plate", intent="dmv_plates")) == ["utter_ask_attribute_more"]
    assert names(await play.say("no", intent="chat_deny")) == [f"{ASK}phone"]
    assert play.slots["details"] == {"WHISHETN": "124", "WHISHETX": ""}
    (summary,) = await play.pick("skip")
    assert summary.line("utter_line_request_detail") == {"answer": "utter_word_attribute_plate"}
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_done"]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("the name and the payment", ["name", "payment"]), ("1, 3", ["name", "insurance"]), ("skip", "")],
)
async def test_of_some_lists_several_can_be_named(form: Play, at: At, text: str, chosen: Any) -> None:
    play = form(TOPIC)
    assert names(await until_the_questions(play, "group:dmv", "DMV20")) == ["utter_ask_attribute_registration"]
    assert names(await play.say(text, intent="out_of_scope")) == [f"{ASK}phone"]
    assert play.slots["details"] == {"REGWHY": chosen}
    await play.pick("skip")
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_done"]


async def test_a_question_for_a_number_says_when_it_gets_none(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await until_the_questions(play, "group:records", "DPH01")) == ["utter_ask_attribute_copies"]
    assert names(await play.say("some", intent="out_of_scope")) == ["utter_flow_details_number"]
    assert names(await play.say("२ copies")) == [f"{ASK}phone"]
    assert play.slots["details"] == {"COPIES": "2"}


async def test_another_kind_brings_its_own_questions(form: Play, at: At) -> None:
    play = form(TOPIC)
    await until_the_questions(play, "group:records", "DPH01")
    await play.say("2")
    await play.pick("skip")
    assert names(await play.pick("no")) == ["utter_flow_what_to_change"]
    assert "change:place" not in play.offered
    assert names(await play.pick("change:category")) == [f"{ASK}category"]
    assert names(await play.pick("group:roads")) == [f"{ASK}place"]
    assert play.slots["details"] is None


async def test_a_place_is_corrected_at_the_end(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("there is a pothole at 12 Main Street, Norwich", address="12 Main Street", town="Norwich")
    await play.pick("skip")
    said = await play.say("no, I meant 14 State Street in Hartford", address="14 State Street", town="Hartford")
    assert names(said) == [f"{ASK}confirmed"]
    assert play.slots["place"]["town"] == "Hartford"


async def test_the_number_of_a_call_is_taken_out_of_the_description(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin("wrong name on my title")
    said = await play.say("my name is wrong, call me at 860-555-0147", phone_number="+18605550147")
    assert names(said) == [f"{ASK}confirmed"]


# ---- once


async def test_nothing_is_filed_before_a_yes(form: Play, at: At, sandbox: Sandbox) -> None:
    play = form(TOPIC)
    await until_the_summary(play)
    assert filings.find(play.slots["flow_key"]) is None
    assert names(await play.say("no", intent="chat_deny")) == ["utter_flow_what_to_change"]
    assert await filed(form, "26-900001") == "not_found"


async def test_filing_is_one_call_and_a_repeated_turn_gives_the_same_receipt(
    form: Play, at: At, sandbox: Sandbox
) -> None:
    play = form(TOPIC)
    await until_the_summary(play)
    before, slots, events = sandbox.served("open311"), dict(play.slots), list(play.events)
    (first,) = await play.pick("yes")
    assert sandbox.served("open311") == before + 1
    play.slots, play.events, play.active = slots, events, True
    (second,) = await play.pick("yes")
    assert (second.response, second["number"]) == (first.response, first["number"])
    assert sandbox.served("open311") == before + 1


@pytest.mark.parametrize("mode", ["garbage", "truncated", "error", "slow"])
async def test_what_nobody_knows_is_said_to_be_unknown_and_never_filed_again(
    form: Play, at: At, sandbox: Sandbox, mode: str
) -> None:
    play = form(TOPIC)
    await until_the_summary(play)
    slots, events, key = dict(play.slots), list(play.events), play.slots["flow_key"]
    sandbox.order(api="open311", mode=mode)
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_doubt"]
    found = filings.find(key)
    assert found
    assert found.state is State.BEGUN
    sandbox.order(api="open311", mode="ok")
    asked = sandbox.served("open311")
    play.slots, play.events, play.active = slots, events, True
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_doubt"]
    assert sandbox.served("open311") == asked


async def test_a_system_that_was_not_reached_files_nothing_and_can_be_tried_again(
    form: Play, at: At, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = form(TOPIC)
    await until_the_summary(play)
    slots, events, key = dict(play.slots), list(play.events), play.slots["flow_key"]
    sandbox.order(api="open311", mode="throttled", seconds=0, times=1)
    assert names(await play.pick("yes")) == ["utter_lookup_unavailable"]
    found = filings.find(key)
    assert found
    assert found.state is State.FAILED
    play.slots, play.events, play.active = slots, events, True
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_done"]


async def test_what_the_system_refuses_is_asked_for_again(form: Play, at: At) -> None:
    play = form(TOPIC)
    await until_the_questions(play, "group:records", "DPH01")
    await play.say("2")
    play.slots["details"] = {"COPIES": "many"}
    await play.pick("skip")
    said = await play.pick("yes")
    assert names(said) == [f"utter_{TOPIC}_refused", "utter_ask_attribute_copies"]
    await play.say("3")
    assert names(await play.pick("yes")) == [f"utter_{TOPIC}_done"]


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "wrong_types"])
async def test_a_silent_system_ends_in_a_way_out_before_anything_is_asked(
    form: Play, at: At, sandbox: Sandbox, mode: str
) -> None:
    sandbox.order(api="open311", mode=mode)
    play = form(TOPIC)
    assert names(await play.begin("report a problem")) == ["utter_lookup_unavailable"]
    assert not play.active


@pytest.mark.parametrize("gives", [["case_status"], ["services"], ["create"]])
async def test_where_nothing_can_be_filed_the_agencies_are_named(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch, gives: list[str]
) -> None:
    monkeypatch.setitem(capabilities._all()["open311"], "gives", gives)
    assert names(await form(TOPIC).begin(POTHOLE)) == [f"utter_{TOPIC}_how"]


async def filed(form: Play, number: str) -> str:
    (said,) = await form(STATUS).begin(number, case_number=number)
    return said.response.removeprefix(f"utter_{STATUS}_")
