"""Showing, moving and cancelling an appointment that a number and a last name open."""

import datetime as dt
import time
from collections.abc import Callable

import pytest

from actions.apis import appointments, qmatic
from actions.apis.appointments import Appointment, Customer
from actions.apis.client import close_clients
from actions.apis.result import Found, NotFound
from actions.flows.appointment_number import names_in
from actions.lookup import known
from core.settings import settings
from tests.actions.asking import At, Said, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
TOPIC = "dmv_appointment_manage"
SAY = f"utter_{TOPIC}_"
LOST = "utter_lookup_unavailable"
NOBODYS = "NB-4T6P2P"


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


async def booked(service: str = "License_renewal", last_name: str = "Diaz", which: int = 0) -> Appointment:
    """An appointment of Ana's in Norwich, made as the booking flow makes it."""
    everywhere, _ = known(await qmatic.offices())
    office = next(each.id for each in everywhere if each.name == "Norwich")
    days, _ = known(await appointments.free_days(office, service))
    times, _ = known(await appointments.free_times(office, service, days[which]))
    key = f"{service} {last_name} {which} {time.monotonic()}"
    made, _ = known(await appointments.book(office, service, times[0], Customer("Ana", last_name), key))
    return made


async def opened(play: Form, made: Appointment) -> list[Said]:
    await play.begin("about my appointment")
    await play.say(made.number)
    return await play.say("Diaz")


async def until_the_move(play: Form, made: Appointment) -> list[Said]:
    await opened(play, made)
    await play.pick("move")
    await play.pick(play.offered[1])
    return await play.pick(play.offered[0])


async def stands(number: str) -> bool:
    return isinstance(await appointments.find(number), Found)


async def test_number_and_name_open_the_appointment_and_ask_what_to_do(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    assert names(await play.begin("about my appointment")) == [f"{SAY}ask_confirmation"]
    assert names(await play.say(made.number)) == [f"{SAY}ask_last_name"]
    said = await play.say("my last name is Diaz")
    assert names(said) == [f"{SAY}ask_next_step"]
    assert said[0].line("utter_line_appointment_when")["date"] == made.start.date().isoformat()
    assert said[0].notes == ["utter_note_sample"]
    assert play.offered == ["move", "cancel", "keep"]


async def test_an_appointment_is_moved_after_a_yes_and_gets_a_new_number(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    said = await until_the_move(play, made)
    assert names(said) == [f"{SAY}ask_move"]
    assert said[0].line("utter_line_appointment_now")["date"] == made.start.date().isoformat()
    wanted = (play.slots["day"], play.slots["time"])
    assert await stands(made.number)
    done = await play.say("yes", intent="chat_affirm")
    assert names(done) == [f"{SAY}moved"]
    assert (done[0]["date"], done[0]["time"]) == wanted
    assert await stands(done[0]["number"])
    assert not await stands(made.number)
    assert not play.active
    assert play.slots["last_name"] is None


async def test_an_appointment_is_cancelled_after_a_yes(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    assert names(await play.pick("cancel")) == [f"{SAY}ask_cancel"]
    assert await stands(made.number)
    assert names(await play.say("yes", intent="chat_affirm")) == [f"{SAY}cancelled"]
    assert not await stands(made.number)


async def test_a_no_keeps_the_appointment(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    await play.pick("cancel")
    assert names(await play.say("no", intent="chat_deny")) == [f"{SAY}kept"]
    assert await stands(made.number)
    assert not play.active


async def test_keeping_shows_it_and_changes_nothing(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    assert names(await play.say("leave it")) == [f"{SAY}kept"]
    assert await stands(made.number)


async def test_all_in_few_messages(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    said = await play.begin("cancel my appointment please")
    assert names(said) == [f"{SAY}ask_confirmation"]
    assert names(await play.say(f"{made.number}, Diaz")) == [f"{SAY}ask_cancel"]


async def test_a_number_in_the_first_message_is_not_asked_for(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    said = await play.begin(f"I need to move {made.number}", confirmation_number=made.number)
    assert names(said) == [f"{SAY}ask_last_name"]
    said = await play.say("Ana Diaz")
    assert names(said) == [f"{SAY}ask_day"]
    assert said[0]["date"] == made.start.date().isoformat()


@pytest.mark.parametrize("style", [str.lower, lambda number: number.removeprefix("NB-"), lambda n: n.replace("-", " ")])
async def test_the_number_may_be_typed_in_any_way(form: Play, at: At, style: Callable[[str], str]) -> None:
    play, made = form(TOPIC), await booked(which=1)
    while not any(letter.isdigit() for letter in made.number):
        made = await booked(which=1)
    await play.begin("about my appointment")
    assert names(await play.say(style(made.number))) == [f"{SAY}ask_last_name"]
    assert play.slots["confirmation"] == made.number


@pytest.mark.parametrize("typed", ["NB-4T6P2X", "nb 4t6p2", "4T6P2X", "NB-4T6P2PP"])
async def test_a_mistyped_number_is_said_to_be_so_and_nothing_is_looked_up(
    form: Play, at: At, sandbox: Sandbox, typed: str
) -> None:
    play = form(TOPIC)
    await play.begin("about my appointment")
    before = sandbox.served("qmatic")
    assert names(await play.say(typed)) == ["utter_flow_confirmation_mistyped"]
    assert sandbox.served("qmatic") == before
    assert play.active


async def test_another_name_and_a_number_of_nobody_get_the_same_answer_in_the_same_time(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUTMEG_PERSONAL_LOOKUP_MS", "400")
    settings.cache_clear()
    made = await booked()
    answers, seconds = [], []
    for number, name in ((made.number, "Brown"), (NOBODYS, "Diaz")):
        play = form(TOPIC)
        await play.begin("about my appointment")
        await play.say(number)
        began = time.perf_counter()
        answers.append(await play.say(name))
        seconds.append(time.perf_counter() - began)
    assert answers[0] == answers[1]
    assert names(answers[0]) == [f"{SAY}not_found"]
    assert min(seconds) >= 0.4
    assert abs(seconds[0] - seconds[1]) < 0.2


async def test_after_a_wrong_name_number_and_name_may_be_written_again(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await play.begin("about my appointment")
    await play.say(NOBODYS)
    assert names(await play.say("Diaz")) == [f"{SAY}not_found"]
    assert names(await play.say(f"{made.number}, Diaz")) == [f"{SAY}ask_next_step"]
    assert names(await play.pick("cancel")) == [f"{SAY}ask_cancel"]
    await play.say("yes", intent="chat_affirm")
    assert not await stands(made.number)


async def test_two_wrong_tries_lead_to_a_person(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await play.begin("about my appointment")
    await play.say(made.number)
    await play.say("Brown")
    assert names(await play.say("Green")) == [f"{SAY}not_found", "utter_chat_human"]
    assert not play.active


async def test_five_wrong_tries_close_the_look_up_even_for_the_right_name(form: Play, at: At) -> None:
    made = await booked()
    play = form(TOPIC)
    for wrong in ("Brown", "Green", "White", "Black", "Gray"):
        if not play.active:
            await play.begin("about my appointment")
            await play.say(made.number)
        await play.say(wrong)
    if not play.active:
        await play.begin("about my appointment")
        await play.say(made.number)
    assert names(await play.say("Diaz")) == ["utter_personal_locked"]
    assert not play.active


async def test_another_number_in_the_middle_asks_for_the_name_again(form: Play, at: At) -> None:
    play, first = form(TOPIC), await booked()
    second = await booked(last_name="Brown", which=1)
    await opened(play, first)
    said = await play.say(f"no, I meant {second.number}", confirmation_number=second.number)
    assert names(said) == [f"{SAY}ask_last_name"]
    said = await play.say("Brown")
    assert said[0].line("utter_line_appointment_when")["date"] == second.start.date().isoformat()


async def test_a_no_to_the_move_asks_what_to_change(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await until_the_move(play, made)
    assert names(await play.say("no", intent="chat_deny")) == ["utter_flow_what_to_change"]
    assert names(await play.pick("change:day")) == [f"{SAY}ask_day"]


async def test_a_bare_cancel_stops_a_move_and_cancels_nothing(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await until_the_move(play, made)
    assert names(await play.say("cancel", intent="chat_cancel")) == ["utter_flow_cancelled"]
    assert not play.active
    assert await stands(made.number)


async def test_a_bare_cancel_is_an_answer_to_the_question_what_to_do_and_still_needs_a_yes(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    assert names(await play.say("cancel", intent="chat_cancel")) == [f"{SAY}ask_cancel"]
    assert names(await play.say("cancel", intent="chat_cancel")) == ["utter_flow_confirmed_wrong"]
    assert await stands(made.number)


@pytest.mark.parametrize("step", ["", "cancel"])
async def test_never_mind_stops_at_every_question(form: Play, at: At, step: str) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    if step:
        await play.pick(step)
    assert names(await play.say("never mind", intent="chat_cancel")) == ["utter_flow_cancelled"]
    assert await stands(made.number)


async def test_what_is_wanted_may_change_until_the_yes(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await until_the_move(play, made)
    said = await play.say("cancel the appointment instead", intent=TOPIC)
    assert names(said) == [f"{SAY}ask_cancel"]


async def test_another_question_makes_the_form_step_aside_and_ask_again(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    assert await play.say("how much is a license", intent="dmv_fees") == []
    assert names(await play.come_back()) == [f"{SAY}ask_next_step"]


async def test_a_road_test_comes_with_the_notice_that_the_dmv_asks_for(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked(service="Road_test")
    said = await opened(play, made)
    assert said[0].lines()[-1] == "utter_line_appointment_notice"
    assert said[0].lines("short")[-1] == "utter_line_appointment_notice_short"
    said = await play.pick("cancel")
    assert said[0].lines()[-1] == "utter_line_appointment_notice"
    done = await play.say("yes", intent="chat_affirm")
    assert done[0].lines()[-1] == "utter_line_appointment_when"


async def test_an_appointment_that_is_over_is_not_changed(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    at((made.start + dt.timedelta(days=1)).isoformat())
    assert names(await opened(play, made)) == [f"{SAY}past"]
    assert not play.active


async def test_a_time_that_was_taken_meanwhile_is_asked_for_again_and_the_old_one_stands(
    form: Play, at: At, sandbox: Sandbox
) -> None:
    play, made = form(TOPIC), await booked()
    await until_the_move(play, made)
    sandbox.order(appointment="taken")
    said = names(await play.say("yes", intent="chat_affirm"))
    assert said == [f"{SAY}taken", "utter_dmv_appointment_book_ask_time"]
    assert await stands(made.number)
    await play.pick(play.offered[1])
    assert names(await play.say("yes", intent="chat_affirm")) == [f"{SAY}moved"]


async def test_a_lost_answer_moves_once(form: Play, at: At, sandbox: Sandbox) -> None:
    play, made = form(TOPIC), await booked()
    await until_the_move(play, made)
    sandbox.order(appointment="answer_lost")
    done = await play.say("yes", intent="chat_affirm")
    assert names(done) == [f"{SAY}moved"]
    assert await stands(done[0]["number"])
    assert not await stands(made.number)


async def test_a_silent_system_shows_nothing_and_gives_a_way_out(form: Play, at: At, sandbox: Sandbox) -> None:
    play, made = form(TOPIC), await booked()
    await play.begin("about my appointment")
    await play.say(made.number)
    sandbox.order(api="qmatic", mode="error", status=500)
    assert names(await play.say("Diaz")) == [LOST]
    assert not play.active


@pytest.mark.parametrize("step", ["cancel", "move"])
async def test_a_system_that_fails_at_the_yes_changes_nothing(form: Play, at: At, sandbox: Sandbox, step: str) -> None:
    play, made = form(TOPIC), await booked()
    if step == "move":
        await until_the_move(play, made)
    else:
        await opened(play, made)
        await play.pick("cancel")
    sandbox.order(api="qmatic", mode="down")
    said = names(await play.say("yes", intent="chat_affirm"))
    sandbox.order(api="qmatic", mode="ok")
    await close_clients()
    assert said in ([f"{SAY}unchanged"], [f"{SAY}doubt_{step}"])
    assert await stands(made.number)


async def test_an_appointment_that_went_away_meanwhile_is_said_to_be_gone(form: Play, at: At) -> None:
    play, made = form(TOPIC), await booked()
    await opened(play, made)
    await play.pick("cancel")
    await appointments.cancel(made.number)
    assert names(await play.say("yes", intent="chat_affirm")) == [f"{SAY}gone"]


async def test_a_state_that_lets_nothing_be_changed_says_how_to_do_it(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.flows.appointment_opened.gives", lambda upstream, what: False)
    assert names(await form(TOPIC).begin("about my appointment")) == [f"utter_{TOPIC}_how"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Diaz", "Diaz"),
        ("Diaz, Ana", "Diaz"),
        ("Ana Maria de la Cruz", "de la Cruz"),
        ("last name O'Brien-Smith", "O'Brien-Smith"),
        ("Núñez.", "Núñez"),
    ],
)
def test_a_last_name_is_read_out_of_a_name(written: str, meant: str) -> None:
    assert any(Customer("", meant).is_called(name) for name in names_in(written))


@pytest.mark.parametrize("written", ["", "4T6P2X", "I do not know what you mean by that", "?"])
def test_what_is_no_name_is_none(written: str) -> None:
    assert names_in(written) == []


async def test_a_number_of_nobody_is_not_found_by_the_connector_either(form: Play, at: At) -> None:
    form(TOPIC)
    assert isinstance(await appointments.find(NOBODYS), NotFound)
