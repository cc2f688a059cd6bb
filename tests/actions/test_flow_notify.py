"""Notices: asked for by text message and on the web, told by the action that the worker asks, and stopped."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from core import attempts, subscriptions
from core.database import reading, writing
from core.privacy import number_id
from core.subscriptions import Kind, Outcome, State, Wanted
from core.tables import disclosure
from tests.actions.asking import At, Said, Sandbox, check_complete
from tests.actions.forms import Form

Play = Callable[..., Form]
Notice = Callable[[int], Any]
ASK = "utter_service_notify_ask_"
PHONE = "sms-of-a-phone"
NUMBER = "+18605550147"
NIGHT = "2026-11-24T21:30:00-05:00"
CHANGE = {"request": "24-000123", "status": "review"}


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


@pytest.fixture
def by_text(form: Play, at: At) -> Form:
    return form_of(form, "service_notify")


def form_of(form: Play, topic: str) -> Form:
    play = form(topic, "sms")
    play.sender = PHONE
    return play


@pytest.fixture
def notice(executor: ActionExecutor, form: Play, at: At) -> Notice:
    """`await notice(id)`: what the worker would hear now: the messages, and what was found."""

    async def ask(subscription_id: int) -> tuple[list[Said], dict[str, Any] | None]:
        tracker = {"sender_id": f"notice-{subscription_id}", "slots": {}, "latest_message": {}, "events": []}
        call = {"next_action": "action_service_notice", "tracker": tracker, "domain": {}}
        answer = await executor.run(call)
        assert answer
        kept = ("response", "values", "notes", "links", "sources")
        said = [Said(**{key: message[key] for key in kept}) for message in answer["responses"]]
        for message in said:
            check_complete(message)
        (found,) = [event["value"] for event in answer["events"]]
        return said, found

    return ask


def followed() -> list[subscriptions.Subscription]:
    return subscriptions.active(PHONE)


async def following(form: Play, number: str = "24-000123") -> int:
    play = form_of(form, "service_notify")
    await play.begin("text me when it changes", case_number=number)
    await play.say("yes", intent="chat_affirm")
    return followed()[-1].id


async def test_by_text_the_second_yes_is_asked_for_and_counts(by_text: Form) -> None:
    assert names(await by_text.begin("text me when something changes")) == [f"{ASK}about"]
    assert names(await by_text.pick("request")) == [f"{ASK}request_number"]
    said = await by_text.say("24-000123", case_number="24-000123")
    assert names(said) == [f"{ASK}confirmed_request"]
    assert said[0]["ending"] == "0123"
    assert followed() == []
    assert names(await by_text.say("YES", intent="chat_affirm")) == ["utter_service_notify_done_request"]
    assert [(one.reference, one.last_status) for one in followed()] == [("24-000123", "utter_word_case_progress")]
    assert by_text.slots["request_number"] is None


async def test_a_number_in_the_first_message_is_not_asked_for(by_text: Form) -> None:
    said = await by_text.begin("keep me posted on request 24-000123", case_number="24-000123")
    assert names(said) == [f"{ASK}confirmed_request"]


async def test_an_election_in_the_first_message_is_taken(by_text: Form) -> None:
    said = await by_text.begin("remind me before the primary", election="state_primary")
    assert names(said) == [f"{ASK}confirmed_deadline"]
    assert said[0]["election"] == "utter_word_election_municipal_election"
    await by_text.say("yes", intent="chat_affirm")
    assert [one.kind for one in followed()] == [Kind.DEADLINE]


async def test_a_topic_that_comes_along_says_what_it_is_about(by_text: Form) -> None:
    by_text._hear("remind me to vote", "service_notify", {}, None, [("service_notify", 0.7), ("vote_early", 0.2)])
    by_text.events.append({"event": "active_loop", "name": "service_notify_form"})
    by_text.active = True
    assert names(await by_text._run()) == [f"{ASK}confirmed_deadline"]


async def test_another_number_is_a_correction(by_text: Form) -> None:
    await by_text.begin("keep me posted on 24-000123", case_number="24-000123")
    said = await by_text.say("no, I meant 24-000101", case_number="24-000101")
    assert (names(said), said[0]["ending"]) == ([f"{ASK}confirmed_request"], "0101")


async def test_the_election_instead_is_a_correction(by_text: Form) -> None:
    await by_text.begin("keep me posted on 24-000123", case_number="24-000123")
    said = await by_text.say("rather the primary", election="state_primary")
    assert names(said) == [f"{ASK}confirmed_deadline"]
    assert by_text.slots["request_number"] is None


async def test_a_no_is_a_no(by_text: Form) -> None:
    await by_text.begin("keep me posted on 24-000123", case_number="24-000123")
    assert names(await by_text.say("NO", intent="chat_deny")) == ["utter_service_notify_declined"]
    assert (followed(), by_text.active) == ([], False)


async def test_neither_yes_nor_no_twice_leads_to_a_person_and_to_no_notices(by_text: Form) -> None:
    await by_text.begin("keep me posted on 24-000123", case_number="24-000123")
    wrong = "utter_service_notify_yes_or_no"
    assert names(await by_text.say("hm", intent="out_of_scope")) == [wrong]
    assert names(await by_text.say("hm", intent="out_of_scope")) == [wrong, "utter_chat_human"]
    assert followed() == []


async def test_a_number_that_does_not_exist_is_said_to_be_so_and_asked_for_again(by_text: Form) -> None:
    await by_text.begin("text me when something changes")
    await by_text.pick("request")
    said = await by_text.say("24-999999", case_number="24-999999")
    assert names(said) == ["utter_service_notify_not_found"]
    assert said[0]["example"]
    assert names(await by_text.say("24-000123", case_number="24-000123")) == [f"{ASK}confirmed_request"]


async def test_a_closed_request_has_nothing_to_wait_for(by_text: Form) -> None:
    said = await by_text.begin("tell me when 24-000107 changes", case_number="24-000107")
    assert names(said) == ["utter_service_notify_closed"]
    assert not by_text.active


async def test_whoever_guesses_numbers_is_locked_out(form: Play, at: At) -> None:
    play = form_of(form, "service_notify")
    for number in range(5):
        await play.begin("tell me when it changes", case_number=f"24-99999{number}")
    said = await play.begin("tell me when 24-000123 changes", case_number="24-000123")
    assert names(said) == ["utter_personal_locked"]


async def test_a_silent_system_leads_out_and_nothing_is_promised(by_text: Form, sandbox: Sandbox) -> None:
    await by_text.begin("keep me posted on 24-000123", case_number="24-000123")
    sandbox.order(api="open311", mode="error", status=500)
    assert names(await by_text.say("yes", intent="chat_affirm")) == ["utter_lookup_unavailable"]
    assert followed() == []


async def test_the_same_yes_again_follows_once(form: Play, at: At) -> None:
    await following(form)
    await following(form)
    assert len(followed()) == 1


async def test_on_the_web_the_phone_is_asked_for_and_has_to_say_yes_itself(form: Play, at: At) -> None:
    play = form("service_notify")
    await play.begin("text me when 24-000123 changes", case_number="24-000123")
    assert names(await play.say("hm", intent="out_of_scope")) == ["utter_flow_phone_wrong"]
    said = await play.say("860-555-0147", phone_number=NUMBER)
    assert names(said) == ["utter_service_notify_sent"]
    assert play.slots["phone"] is None
    assert subscriptions.active(number_id(NUMBER)) == []
    assert len(subscriptions.due()) == 1


async def test_at_night_the_web_says_when_the_phone_is_asked(form: Play, at: At) -> None:
    at(NIGHT)
    play = form("service_notify")
    await play.begin("remind me before the election", election="state_election")
    said = await play.say("860-555-0147", phone_number=NUMBER)
    assert (names(said), said[0]["opens"]) == (["utter_service_notify_sent_later"], "08:00")
    assert subscriptions.due() == []


async def test_a_phone_abroad_is_not_texted(form: Play, at: At) -> None:
    play = form("service_notify")
    await play.begin("text me when 24-000123 changes", case_number="24-000123")
    assert names(await play.say("+44 20 7946 0123", phone_number="+442079460123")) == ["utter_flow_phone_wrong"]
    assert subscriptions.due() == []


async def test_one_chat_cannot_have_many_phones_texted(form: Play, at: At) -> None:
    play = form("service_notify")
    for number in range(6):
        await play.begin("text me when 24-000123 changes", case_number="24-000123")
        said = await play.say("this phone", phone_number=f"+1860555012{number}")
    assert names(said) == ["utter_service_notify_too_many"]
    assert len(subscriptions.due()) == attempts.MOST_WRONG


async def test_the_question_to_the_phone_names_no_whole_number(form: Play, notice: Notice) -> None:
    subscriptions.ask(NUMBER, Wanted(Kind.REQUEST, "24-000123", "en", "utter_word_case_progress"))
    (said,), found = await notice(subscriptions.due()[0])
    assert (said.response, said["ending"]) == ("utter_service_notice_opt_in_request", "0123")
    assert "000123" not in str(said.values)
    assert found == {"status": "utter_word_case_progress", "is_over": False, "next_at": None}


async def test_nothing_is_told_while_nothing_changes(form: Play, notice: Notice) -> None:
    number = await following(form)
    said, found = await notice(number)
    assert said == []
    assert found == {"status": "utter_word_case_progress", "is_over": False, "next_at": None}


async def test_a_change_is_told_until_it_is_noted(form: Play, notice: Notice, sandbox: Sandbox) -> None:
    number = await following(form)
    sandbox.order(**CHANGE)
    (said,), found = await notice(number)
    assert (said.response, said["state"]) == ("utter_service_notice_changed", "utter_word_case_review")
    assert said.notes == ["utter_note_sample"]
    (again,), _ = await notice(number)
    assert again == said
    note(number, found)
    assert (await notice(number))[0] == []


def note(number: int, found: dict[str, Any] | None) -> None:
    """What the worker does with it."""
    assert found
    waiting = subscriptions.find(number)
    assert waiting
    with writing() as connection:
        assert subscriptions.settle(connection, waiting, Outcome(found["status"], found["is_over"]))


async def test_what_was_told_is_in_the_disclosure_log(form: Play, notice: Notice, sandbox: Sandbox) -> None:
    number = await following(form)
    before = len(disclosed())
    await notice(number)
    assert len(disclosed()) == before
    sandbox.order(**CHANGE)
    await notice(number)
    assert [row.kind for row in disclosed()[before:]] == ["service_request"]


def disclosed() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(disclosure.select().order_by(disclosure.c.place)))


async def test_a_request_that_is_closed_ends_its_notices_and_says_so(form: Play, notice: Notice, sandbox) -> None:
    number = await following(form)
    sandbox.order(request="24-000123", status="mailed")
    (said,), found = await notice(number)
    assert (said.response, said["state"]) == ("utter_service_notice_closed", "utter_word_case_mailed")
    assert found
    assert found["is_over"]


async def test_after_half_a_year_they_end_and_say_so(form: Play, notice: Notice, at: At) -> None:
    number = await following(form)
    at("2027-05-25T10:00:00-04:00")
    (said,), found = await notice(number)
    assert said.response == "utter_service_notice_over"
    assert found
    assert found["is_over"]


async def test_a_silent_system_finds_nothing_out(form: Play, notice: Notice, sandbox: Sandbox) -> None:
    number = await following(form)
    sandbox.order(api="open311", mode="down")
    assert await notice(number) == ([], None)


@pytest.mark.parametrize(
    ("when", "response"),
    [
        ("2027-10-14T10:00:00-04:00", None),
        ("2027-10-08T10:00:00-04:00", "utter_service_notice_register"),
        ("2027-10-14T10:00:01-04:00", "utter_service_notice_register"),
        ("2027-10-26T10:00:00-04:00", "utter_service_notice_vote"),
        ("2027-11-01T10:00:00-04:00", "utter_service_notice_vote_last"),
        ("2027-11-02T19:00:00-04:00", "utter_service_notice_vote_last"),
        ("2027-11-03T10:00:00-04:00", None),
    ],
)
async def test_an_election_is_reminded_of(form: Play, notice: Notice, at: At, when: str, response: str | None) -> None:
    wanted = Wanted(Kind.DEADLINE, "municipal_election 2027-11-02", "en", None)
    assert subscriptions.begin(PHONE, wanted)
    (one,) = followed()
    if when == "2027-10-14T10:00:00-04:00":
        note(one.id, {"status": "register-7", "is_over": False})
        when = "2027-10-14T09:59:00-04:00"
    at(when)
    said, found = await notice(one.id)
    assert names(said) == ([response] if response else [])
    assert found
    assert found["is_over"] is (when >= "2027-11-01T10:00:00")
    assert (found["next_at"] is None) is found["is_over"]


async def test_a_reminder_that_was_told_is_not_told_again(form: Play, notice: Notice, at: At) -> None:
    subscriptions.begin(PHONE, Wanted(Kind.DEADLINE, "municipal_election 2027-11-02", "en", None))
    (one,) = followed()
    at("2027-10-08T10:00:01-04:00")
    _, found = await notice(one.id)
    note(one.id, found)
    said, found = await notice(one.id)
    assert said == []
    assert found
    assert found["next_at"] == "2027-10-14T14:00:00+00:00"


async def test_whoever_stopped_meanwhile_is_told_nothing(form: Play, notice: Notice, sandbox: Sandbox) -> None:
    number = await following(form)
    sandbox.order(**CHANGE)
    with writing() as connection:
        subscriptions.stop(connection, PHONE)
    assert await notice(number) == ([], None)


async def test_one_thing_is_stopped_by_a_yes(form: Play, at: At) -> None:
    await following(form)
    play = form_of(form, "service_notify_stop")
    said = await play.begin("stop my notices")
    assert names(said) == ["utter_service_notify_stop_ask_one"]
    assert said[0].lines("what") == ["utter_line_followed_request"]
    assert names(await play.say("yes", intent="chat_affirm")) == ["utter_service_notify_stop_done"]
    assert followed() == []


async def test_of_several_one_can_be_stopped(form: Play, at: At) -> None:
    first = await following(form)
    second = await following(form, "24-000101")
    play = form_of(form, "service_notify_stop")
    assert names(await play.begin("turn off one reminder")) == ["utter_service_notify_stop_ask"]
    assert play.offered == ["all", "none", str(first), str(second)]
    assert names(await play.pick(str(first))) == ["utter_service_notify_stop_done_one"]
    assert [one.id for one in followed()] == [second]


async def test_of_several_all_can_be_stopped_or_kept(form: Play, at: At) -> None:
    await following(form)
    await following(form, "24-000101")
    play = form_of(form, "service_notify_stop")
    await play.begin("stop my notices")
    assert names(await play.pick("none")) == ["utter_service_notify_stop_kept"]
    assert len(followed()) == 2
    await play.begin("stop my notices")
    assert names(await play.say("all of them")) == ["utter_service_notify_stop_done"]
    assert followed() == []


async def test_where_there_is_nothing_to_stop_it_is_said(form: Play, at: At) -> None:
    assert names(await form_of(form, "service_notify_stop").begin("stop")) == ["utter_service_notify_stop_none"]


async def test_the_web_cannot_stop_a_phones_notices(form: Play, at: At) -> None:
    await following(form)
    assert names(await form("service_notify_stop").begin("stop my notices")) == ["utter_service_notify_stop_web"]
    assert [one.state for one in followed()] == [State.ACTIVE]
