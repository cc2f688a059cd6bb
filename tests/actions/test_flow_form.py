"""The engine of the flows, shown on booking an appointment: order, correction, going back, trouble, a person."""

from collections.abc import Callable
from typing import Any

from tests.actions.asking import At, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
ASK = "utter_dmv_appointment_book_ask_"


def names(said: list[Any]) -> list[str]:
    return [message.response for message in said]


async def booked_until_the_day(form: Form) -> None:
    await form.begin("book an appointment")
    await form.pick("License_renewal")
    await form.say("Norwich", town="Norwich")


async def until_the_summary(form: Form) -> None:
    await booked_until_the_day(form)
    await form.pick(form.offered[0])
    await form.pick(form.offered[0])
    await form.say("Ana Diaz")
    assert names(await form.say("skip", intent="out_of_scope")) == [f"{ASK}confirmed"]


async def test_an_appointment_is_booked_one_question_at_a_time(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    assert names(await play.begin("book an appointment")) == [f"{ASK}service"]
    assert names(await play.pick("License_renewal")) == [f"{ASK}office"]
    assert names(await play.say("Norwich", town="Norwich")) == [f"{ASK}day"]
    day = play.offered[1]
    assert names(await play.pick(day)) == [f"{ASK}time"]
    time = play.offered[2]
    assert names(await play.pick(time)) == [f"{ASK}full_name"]
    assert names(await play.say("Ana Diaz")) == [f"{ASK}phone"]
    assert names(await play.say("860-555-0147", phone_number="+18605550147")) == [f"{ASK}confirmed"]
    done = await play.say("yes", intent="chat_affirm")
    assert names(done) == ["utter_dmv_appointment_book_done"]
    assert done[0]["number"].startswith("NB-")
    assert (done[0]["date"], done[0]["time"]) == (day, time)
    assert not play.active


async def test_what_the_first_message_says_is_not_asked_again(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    play.slots["town"] = "Norwich"
    said = await play.begin("appointment to renew my license in Norwich", town="Norwich")
    assert names(said) == [f"{ASK}service"]
    said = await play.say("renew my license", intent="dmv_license_renew", ranking=[("dmv_license_renew", 0.9)])
    assert names(said)[0] in (f"{ASK}office_near", f"{ASK}day")


async def test_a_correction_empties_what_hangs_on_it(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await until_the_summary(play)
    said = await play.say("no, I meant New Britain", intent="inform", town="New Britain")
    assert names(said) == [f"{ASK}day"]
    assert play.slots["day"] is None
    assert play.slots["full_name"] == {"first": "Ana", "last": "Diaz"}


async def test_back_asks_the_question_before(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await booked_until_the_day(play)
    assert names(await play.say("go back", intent="out_of_scope")) == [f"{ASK}office_near"]
    assert names(await play.say("back", intent="out_of_scope")) == [f"{ASK}service"]
    assert names(await play.say("back", intent="out_of_scope")) == ["utter_flow_first", f"{ASK}service"]


async def test_a_no_to_the_summary_asks_what_to_change(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await until_the_summary(play)
    assert names(await play.say("no", intent="chat_deny")) == ["utter_flow_what_to_change"]
    assert names(await play.pick("change:time")) == [f"{ASK}time"]


async def test_another_question_makes_the_form_step_aside_and_ask_again(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await booked_until_the_day(play)
    assert await play.say("how much is a license", intent="dmv_fees") == []
    assert play.stepped_aside
    assert names(await play.come_back()) == [f"{ASK}day"]


async def test_two_answers_that_are_none_lead_to_a_person(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await booked_until_the_day(play)
    assert names(await play.say("blah blah", intent="out_of_scope")) == ["utter_flow_day_wrong"]
    assert names(await play.say("blah", intent="out_of_scope")) == ["utter_flow_day_wrong", "utter_chat_human"]
    assert not play.active
    assert play.slots["service"] is None


async def test_a_day_that_is_not_free_brings_the_nearest_that_are(form: Play, at: At) -> None:
    play = form("dmv_appointment_book")
    await booked_until_the_day(play)
    said = await play.say("sunday", date={"value": "2026-11-29", "has_year": True})
    assert names(said) == [f"{ASK}day_taken"]
    assert play.offered


async def test_a_silent_system_ends_in_a_way_out_and_books_nothing(form: Play, at: At, sandbox: Sandbox) -> None:
    sandbox.order(api="qmatic", mode="error", status=500)
    play = form("dmv_appointment_book")
    assert names(await play.begin("book an appointment")) == ["utter_lookup_unavailable"]
    assert not play.active


async def test_a_time_that_was_taken_meanwhile_is_asked_for_again(form: Play, at: At) -> None:
    first, second = form("dmv_appointment_book"), form("dmv_appointment_book")
    await until_the_summary(first)
    await until_the_summary(second)
    assert names(await first.say("yes", intent="chat_affirm")) == ["utter_dmv_appointment_book_done"]
    said = names(await second.say("yes", intent="chat_affirm"))
    assert said == ["utter_dmv_appointment_book_taken", f"{ASK}time"]
    assert second.slots["full_name"] == {"first": "Ana", "last": "Diaz"}
