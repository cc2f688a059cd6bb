"""Where somebody votes, early voting and the ballot: an address is asked for, sent once, told about and forgotten."""

import json

import pytest
from rasa_sdk.executor import ActionExecutor

from core import disclosures
from tests.actions.asking import At, Sandbox, action_call
from tests.actions.voting import SEPTEMBER, STREET, TOPICS, Play, asked_at, is_forgotten, names

FOUND = {
    "vote_polling_place": "utter_vote_polling_place_found",
    "vote_early": "utter_vote_early_places",
    "vote_ballot": "utter_vote_ballot_found",
}


@pytest.fixture
def play(form: Play, at: At) -> Play:
    at(SEPTEMBER)
    return form


@pytest.mark.parametrize("topic", TOPICS)
async def test_an_address_is_asked_for_answered_and_forgotten(
    play: Play, topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    form = play(topic)
    assert names(await form.begin("the question"))[-1] == f"utter_{topic}_ask_address"
    said = await form.say(f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == [FOUND[topic]]
    assert said[0].notes == ["utter_note_sample"]
    assert said[0].sources
    assert said[0].lines("source")
    assert STREET not in json.dumps(said[0].values) + capsys.readouterr().out
    assert is_forgotten(form)
    (row,) = disclosures.all_rows()
    assert (row.kind, row.topic, row.outcome) == ("home_address", topic, "found")


async def test_the_polling_place_comes_with_address_hours_and_whom_to_ask(play: Play) -> None:
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Hartford", address=STREET, town="Hartford")
    assert "Hartford, CT" in said[0].line("utter_line_place")["place"]
    assert said[0].lines("source") == ["utter_line_source_official"]
    assert said[0].line("utter_line_place_hours")["hours"].startswith("Tuesday")
    assert said[0].line("utter_line_place_office")["phone"].startswith("+1")
    assert said[0].line("utter_word_election_on", "election") == {
        "election": "utter_word_election_state_election",
        "date": "2026-11-03",
    }


async def test_only_the_town_is_asked_for_when_the_street_is_known(play: Play) -> None:
    form = play("vote_polling_place")
    assert names(await asked_at(form, STREET, address=STREET)) == ["utter_flow_address_ask_town"]
    assert form.slots["address"] == {"text": STREET, "town": None}
    said = await form.say("in Norwich", town="Norwich")
    assert names(said) == ["utter_vote_polling_place_found"]
    assert "Norwich, CT" in said[0].line("utter_line_place")["place"]


async def test_a_town_of_the_first_message_is_not_asked_for_again(play: Play) -> None:
    form = play("vote_polling_place")
    assert names(await form.begin("where do I vote in Norwich", town="Norwich")) == [
        "utter_vote_polling_place_ask_address"
    ]
    assert names(await form.say("12 Main", intent="unclear")) == ["utter_vote_polling_place_found"]


@pytest.mark.parametrize(
    ("text", "town"), [("Norwich", "Norwich"), ("Rocky Hill, CT", "Rocky Hill"), ("06360", "Norwich")]
)
async def test_a_town_alone_is_kept_and_the_street_asked_for(play: Play, text: str, town: str) -> None:
    form = play("vote_polling_place")
    await form.begin()
    assert names(await form.say(text, town=town)) == ["utter_vote_polling_place_ask_address"]
    assert names(await form.say(STREET, address=STREET)) == ["utter_vote_polling_place_found"]


async def test_a_corrected_town_is_the_one_that_counts(play: Play) -> None:
    form = play("vote_polling_place")
    await form.begin("where do I vote in Norwich", town="Norwich")
    await form.say("no, New London", intent="chat_deny", town="New London")
    said = await form.say(STREET, address=STREET)
    assert "New London, CT" in said[0].line("utter_line_place")["place"]


async def test_going_back_from_the_town_asks_for_the_address(play: Play) -> None:
    form = play("vote_polling_place")
    await asked_at(form, STREET, address=STREET)
    assert names(await form.say("back", intent="out_of_scope")) == ["utter_vote_polling_place_ask_address"]
    assert form.slots["address"] is None


async def test_a_whole_address_in_place_of_the_town_replaces_the_first(play: Play) -> None:
    form = play("vote_polling_place")
    await asked_at(form, STREET, address=STREET)
    said = await form.say("no, 45 Oak Street, New Britain", address="45 Oak Street", town="New Britain")
    assert "New Britain, CT" in said[0].line("utter_line_place")["place"]


async def test_a_town_named_before_is_offered_and_not_assumed(play: Play) -> None:
    form = play("vote_polling_place")
    form.slots["town"] = "Norwich"
    assert names(await asked_at(form, STREET, address=STREET)) == ["utter_flow_address_ask_town"]
    assert form.offered == ["Norwich"]
    assert names(await form.pick("Norwich")) == ["utter_vote_polling_place_found"]


async def test_a_town_that_is_only_like_the_written_one_is_offered_and_not_assumed(play: Play) -> None:
    form = play("vote_polling_place")
    said = await asked_at(form, f"{STREET}, Boston", address=STREET, town="Bolton")
    assert names(said) == ["utter_flow_address_ask_town"]
    assert form.offered == ["Bolton"]

    said = await form.say("45 Oak Street, Boston", address="45 Oak Street", town="Bolton")
    assert names(said) == ["utter_flow_address_ask_town"]
    assert form.slots["address"] == {"text": "45 Oak Street", "town": None}


@pytest.mark.parametrize("topic", TOPICS)
async def test_a_bare_place_afterwards_begins_again_for_it(executor: ActionExecutor, topic: str) -> None:
    answer = await executor.run(action_call("action_follow_up_place", {"town": "Norwich"}, [], {"topic": topic}))
    assert answer is not None
    assert [event["name"] for event in answer["events"]] == [f"{topic}_form"]


async def test_a_town_in_another_script_is_taken(play: Play) -> None:
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Норвич", address=STREET, town="Norwich")
    assert names(said) == ["utter_vote_polling_place_found"]


async def test_an_address_that_comes_unasked_is_sent_only_after_a_yes(play: Play, sandbox: Sandbox) -> None:
    form, before = play("vote_polling_place"), sandbox.served("civic_info")
    said = await form.begin(f"where do I vote, I live at {STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == ["utter_flow_address_ask_confirmed"]
    assert sandbox.served("civic_info") == before
    assert names(await form.say("yes", intent="chat_affirm")) == ["utter_vote_polling_place_found"]
    assert sandbox.served("civic_info") == before + 1


async def test_an_address_that_comes_unasked_can_be_corrected_before_it_is_sent(play: Play) -> None:
    form = play("vote_polling_place")
    await form.begin(f"where do I vote, {STREET}, Norwich", address=STREET, town="Norwich")
    said = await form.say("no, 45 Oak Street, New Britain", address="45 Oak Street", town="New Britain")
    assert names(said) == ["utter_flow_address_ask_confirmed"]
    said = await form.say("ok", intent="chat_affirm")
    assert "New Britain, CT" in said[0].line("utter_line_place")["place"]


@pytest.mark.parametrize(
    ("topic", "answer"),
    [
        ("vote_polling_place", "utter_vote_polling_place_how"),
        ("vote_early", "utter_vote_early_no_address"),
        ("vote_ballot", "utter_vote_ballot_how"),
    ],
)
async def test_who_keeps_the_address_gets_the_official_page(
    play: Play, sandbox: Sandbox, topic: str, answer: str
) -> None:
    before = sandbox.served("civic_info")
    assert names(await asked_at(play(topic), "no thanks", intent="chat_deny")) == [answer]
    pressed = play(topic)
    await pressed.begin()
    assert names(await pressed.pick("no")) == [answer]
    unasked = play(topic)
    await unasked.begin(f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert names(await unasked.say("no")) == [answer]
    assert is_forgotten(unasked)
    assert sandbox.served("civic_info") == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Main Street", "no_number"),
        ("I live on Main Street in Norwich", "no_number"),
        ("12, Norwich", "no_street"),
        ("12 Norwich", "no_street"),
        ("PO Box 12, Norwich", "po_box"),
        ("12 Main St, Boston, MA 02118", "other_state"),
        ("hm what", "wrong"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said(play: Play, text: str, problem: str) -> None:
    form = play("vote_polling_place")
    town = {"town": "Norwich"} if "Norwich" in text else {}
    assert names(await asked_at(form, text, intent="unclear", **town)) == [f"utter_flow_address_{problem}"]
    assert form.slots["requested_slot"] == "address"


async def test_after_two_unreadable_answers_a_person_is_named(play: Play) -> None:
    form = play("vote_ballot")
    await asked_at(form, "Main Street", intent="unclear")
    said = await form.say("my street", intent="unclear")
    assert names(said) == ["utter_flow_address_no_number", "utter_chat_human"]
    assert is_forgotten(form)


async def test_an_unknown_town_is_asked_for_again(play: Play) -> None:
    form = play("vote_polling_place")
    await asked_at(form, STREET, address=STREET)
    assert names(await form.say("Springfield", intent="unclear")) == ["utter_flow_address_town_wrong"]
    assert names(await form.say("Norwich", town="Norwich")) == ["utter_vote_polling_place_found"]


async def test_another_question_is_left_to_others_and_its_town_is_not_taken(play: Play) -> None:
    form = play("vote_polling_place")
    await form.begin()
    assert await form.say("is the DMV in Norwich open", intent="dmv_office", town="Norwich") == []
    assert form.stepped_aside
    assert names(await form.come_back()) == ["utter_vote_polling_place_ask_address"]
    assert names(await form.say(STREET, address=STREET)) == ["utter_flow_address_ask_town"]


async def test_an_address_that_sounds_like_another_topic_is_an_answer(play: Play) -> None:
    said = await asked_at(
        play("vote_polling_place"),
        f"I moved to {STREET} in Norwich",
        intent="dmv_address_change",
        address=STREET,
        town="Norwich",
    )
    assert names(said) == ["utter_vote_polling_place_found"]


@pytest.mark.parametrize("topic", TOPICS)
async def test_without_data_the_next_election_and_the_official_page_are_told(play: Play, topic: str) -> None:
    said = await asked_at(play(topic), f"{STREET}, Union", address=STREET, town="Union")
    assert names(said) == [f"utter_{topic}_no_data"]
    assert said[0].line("utter_word_election_on", "election")["date"] == "2026-11-03"


async def test_a_place_that_is_not_known_yet_is_not_made_up(play: Play) -> None:
    address = {"address": STREET, "town": "Salisbury"}
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Salisbury", **address)
    assert names(said) == ["utter_vote_polling_place_no_data"]
    said = await asked_at(play("vote_early"), f"{STREET}, Salisbury", **address)
    assert names(said) == ["utter_vote_early_places"]


async def test_where_everybody_votes_by_mail_it_says_so(play: Play) -> None:
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Norfolk", address=STREET, town="Norfolk")
    assert names(said) == ["utter_vote_polling_place_by_mail"]


async def test_a_source_that_is_not_official_is_said_to_be_none(play: Play) -> None:
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Bristol", address=STREET, town="Bristol")
    assert said[0].lines("source") == ["utter_line_source_unofficial"]


async def test_missing_hours_are_said_to_be_missing(play: Play) -> None:
    said = await asked_at(play("vote_polling_place"), f"{STREET}, Kent", address=STREET, town="Kent")
    assert "utter_line_place_hours_unknown" in said[0].lines()


async def test_two_elections_on_one_day_give_one_answer(play: Play) -> None:
    address = {"address": STREET, "town": "Torrington"}
    assert names(await asked_at(play("vote_polling_place"), f"{STREET}, Torrington", **address)) == [
        "utter_vote_polling_place_found"
    ]


async def test_a_city_has_several_early_sites_and_drop_boxes(play: Play) -> None:
    said = await asked_at(play("vote_early"), "165 Capitol Avenue, Hartford", address="165 Capitol Avenue")
    listed = said[0].lines()
    assert listed.count("utter_line_place") == 4
    assert "utter_line_drop_boxes" in listed
    assert listed.count("utter_line_place_hours_of") == 5  # fourteen days, the same hours in a row joined
    assert said[0].line("utter_line_place_days") == {"first": "2026-10-19", "last": "2026-11-01"}
    assert said[0].lines("short").count("utter_line_place") == 2


async def test_a_ballot_has_candidates_and_questions_and_a_short_form(play: Play) -> None:
    said = await asked_at(play("vote_ballot"), f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert said[0].line("utter_line_contest")["candidates"]
    assert len(said[0].lines("short")) <= 4
