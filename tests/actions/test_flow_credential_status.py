"""Where is my license, and is my registration valid: by number or plate and date of birth, in a conversation."""

import time
from collections.abc import Callable

import pytest

from actions.apis import capabilities
from actions.flows import credential_status as flow
from actions.flows.credential_status import TOPIC
from core import disclosures
from core.settings import settings
from tests.actions.asking import At, Said, Sandbox, lookups
from tests.actions.forms import Form

Play = Callable[..., Form]
ASK = f"utter_{TOPIC}_ask_"
MAILED = ("LA-1001012", "1980-07-04")

EVEN, CLOSE = 0.4, 0.2
"""Seconds that a look-up takes at least here, and by which two of them may differ."""


@pytest.fixture
def even(form: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_PERSONAL_LOOKUP_MS", str(round(EVEN * 1000)))
    settings.cache_clear()


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


def outcomes() -> list[tuple[str, str]]:
    return [(row.kind, row.outcome) for row in disclosures.all_rows()]


async def ask(play: Form, number: str, born: str) -> Said:
    await play.begin("where is my license")
    await play.pick("credential")
    await play.say(number, confirmation_number=number)
    (said,) = await play.say(born, date=born)
    return said


async def ask_plate(play: Form, plate: str, born: str) -> Said:
    await play.begin("is my registration valid")
    await play.pick("registration")
    await play.say(plate)
    (said,) = await play.say(born, date=born)
    return said


async def test_a_license_in_the_mail_is_told_with_dates_and_tracking(form: Play, at: At) -> None:
    play = form(TOPIC)
    assert names(await play.begin("where is my card")) == [f"{ASK}kind"]
    assert names(await play.pick("credential")) == [f"{ASK}application_number"]
    assert names(await play.say("la 100 1012")) == [f"{ASK}birth_date"]
    (said,) = await play.say("july 4 1980", date="1980-07-04")
    assert said.response == f"utter_{TOPIC}_found"
    assert said.line("utter_line_credential_kind") == {"kind": "utter_word_credential_license"}
    assert said.line("utter_line_credential_state") == {"state": "utter_word_credential_mailed"}
    assert {"utter_line_credential_mailed", "utter_line_credential_tracking"} < set(said.lines("short"))
    assert said["advice"] == "utter_word_credential_do_mail"
    assert (said.links, said.notes) == (["dmv_contact"], ["utter_note_sample"])
    assert all(play.slots[slot] is None for slot in ("credential_kind", "application_number", "birth_date"))
    assert outcomes() == [("credential", "found")]


@pytest.mark.parametrize(
    ("number", "born", "state", "do"),
    [
        ("LA-1001020", "1975-03-15", "received", "wait"),
        ("LA-1001048", "1968-01-09", "printed", "wait"),
        ("LA-1001057", "2001-05-21", "delivered", "delivered"),
        ("LA-1001061", "1955-12-02", "returned", "returned"),
        ("LA-1001073", "2008-08-17", "on_hold", "document"),
        ("LA-1001085", "1987-02-28", "refused", "letter"),
        ("LA-1001116", "1983-06-06", "state_unknown", "ask"),
        ("LA-1001127", "1979-04-01", "mailed", "mail"),
    ],
)
async def test_each_state_comes_with_what_to_do(
    form: Play, at: At, number: str, born: str, state: str, do: str
) -> None:
    said = await ask(form(TOPIC), number, born)
    assert said.line("utter_line_credential_state") == {"state": f"utter_word_credential_{state}"}
    assert said["advice"] == f"utter_word_credential_do_{do}"


@pytest.mark.parametrize(
    ("plate", "born", "state", "do"),
    [
        ("ZZ90001", "1980-07-04", "active", "renew_in_time"),
        ("zz 90003", "1990-11-30", "expired", "renew"),
        ("ZZ·90004", "1968-01-09", "suspended", "insurance"),
        ("ZZ90005", "2001-05-21", "cancelled", "not_valid"),
        ("ZZ90007", "1955-12-02", "state_unknown", "ask"),
    ],
)
async def test_a_registration_is_told_by_its_plate(
    form: Play, at: At, plate: str, born: str, state: str, do: str
) -> None:
    said = await ask_plate(form(TOPIC), plate, born)
    assert said.response == f"utter_{TOPIC}_registration"
    assert said.line("utter_line_credential_state") == {"state": f"utter_word_credential_{state}"}
    assert "utter_line_credential_until" in said.lines()
    assert said["advice"] == f"utter_word_credential_do_{do}"
    assert outcomes() == [("vehicle_registration", "found")]


async def test_one_message_may_say_it_all(form: Play, at: At) -> None:
    play = form(TOPIC)
    (said,) = await play.begin("status of LA-1001012, born 7/4/1980", confirmation_number="LA-1001012", date=MAILED[1])
    assert said.response == f"utter_{TOPIC}_found"
    play = form(TOPIC)
    (said,) = await play.begin("is plate ZZ90001 valid, born 7/4/1980", plate_number="ZZ90001", date=MAILED[1])
    assert said.response == f"utter_{TOPIC}_registration"


async def test_a_card_that_is_named_needs_no_question_what_to_look_up(form: Play, at: At) -> None:
    said = await form(TOPIC).begin("where is my license", document="driver_license")
    assert names(said) == [f"{ASK}application_number"]


@pytest.mark.parametrize(
    ("text", "found", "asked"),
    [
        ("registration", {}, "plate"),
        ("my car registration", {"document": "registration_card"}, "plate"),
        ("my id card", {"document": "state_id"}, "application_number"),
        ("2", {}, "plate"),
    ],
)
async def test_what_to_look_up_can_be_said_in_words(
    form: Play, at: At, text: str, found: dict[str, str], asked: str
) -> None:
    play = form(TOPIC)
    await play.begin()
    assert names(await play.say(text, **found)) == [f"{ASK}{asked}"]


async def test_one_can_turn_from_a_number_to_a_plate(form: Play, at: At) -> None:
    play = form(TOPIC)
    await play.begin()
    await play.pick("credential")
    await play.say("LA-1001012", confirmation_number="LA-1001012")
    assert names(await play.say("no, my plate is ZZ90001", plate_number="ZZ90001")) == [f"{ASK}birth_date"]
    (said,) = await play.say("1980-07-04", date="1980-07-04")
    assert said.response == f"utter_{TOPIC}_registration"


async def test_a_number_with_a_slip_is_found_out_before_any_look_up(form: Play, at: At, sandbox: Sandbox) -> None:
    play = form(TOPIC)
    await play.begin()
    await play.pick("credential")
    assert names(await play.say("LA-1001013", confirmation_number="LA-1001013")) == [
        "utter_flow_application_number_typo"
    ]
    assert names(await play.say("it is 1001012")) == [f"{ASK}birth_date"]
    assert outcomes() == []


async def test_two_answers_that_are_none_lead_to_a_person(form: Play, at: At) -> None:
    for kind, slot in (("credential", "application_number"), ("registration", "plate")):
        play = form(TOPIC)
        await play.begin()
        await play.pick(kind)
        assert names(await play.say("well well")) == [f"utter_flow_{slot}_wrong"]
        assert names(await play.say("blah")) == [f"utter_flow_{slot}_wrong", "utter_chat_human"]
        assert not play.active


@pytest.mark.parametrize("kind", ["credential", "registration"])
async def test_who_has_no_number_is_told_who_can_help(form: Play, at: At, kind: str) -> None:
    play = form(TOPIC)
    await play.begin()
    await play.pick(kind)
    assert names(await play.pick("none")) == [f"utter_{TOPIC}_no_number"]
    assert not play.active


@pytest.mark.usefixtures("even")
async def test_an_unknown_number_and_a_wrong_date_are_the_same_answer_in_the_same_time(form: Play, at: At) -> None:
    play = form(TOPIC)
    seen, took = [], []
    for number, born in (("LA-1001012", "1980-07-05"), ("LA-1234566", "1980-07-05"), ("LA-1001134", "1980-07-05")):
        await play.begin()
        await play.pick("credential")
        await play.say(number, confirmation_number=number)
        began = time.perf_counter()
        seen += await play.say(born, date=born)
        took.append(time.perf_counter() - began)
    assert seen[0] == seen[1] == seen[2]
    assert (seen[0].response, seen[0].values) == (f"utter_{TOPIC}_not_found", {})
    assert min(took) >= EVEN
    assert max(took) - min(took) < CLOSE


async def test_locked_is_locked_for_known_and_unknown_numbers_in_the_same_time(form: Play, at: At) -> None:
    play = form(TOPIC)
    for day in range(1, 6):
        assert (await ask(play, "LA-1001012", f"1980-08-0{day}")).response == f"utter_{TOPIC}_not_found"
    seen, took = [], []
    for number, born in (MAILED, ("LA-1234566", "1980-07-04")):
        began = time.perf_counter()
        seen.append(await ask(play, number, born))
        took.append(time.perf_counter() - began)
    assert seen[0] == seen[1]
    assert seen[0].response == "utter_personal_locked"
    assert abs(took[0] - took[1]) < CLOSE
    others = await ask(form(TOPIC), *MAILED)
    assert others.response == "utter_personal_locked"  # five wrong dates lock the number for everybody
    assert (await ask_plate(play, "ZZ90001", "1980-07-04")).response == f"utter_{TOPIC}_registration"


async def test_what_needs_a_sign_in_is_told_on_the_official_page(form: Play, at: At) -> None:
    said = await ask(form(TOPIC), "LA-1001134", "1964-09-23")
    assert said.links
    assert outcomes() == [("credential", "needs_identity")]
    assert not said.response.endswith("_found")


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "wrong_types"])
async def test_a_silent_system_ends_in_a_way_out(form: Play, at: At, sandbox: Sandbox, mode: str) -> None:
    sandbox.order(api="credential_status", mode=mode)
    said = [await ask(form(TOPIC), *MAILED), await ask_plate(form(TOPIC), "ZZ90001", "1980-07-04")]
    assert names(said) == ["utter_lookup_unavailable"] * 2
    assert {outcome for _, outcome in outcomes()} == {"unavailable"}


async def test_a_state_that_tells_only_one_kind_asks_only_for_it(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(capabilities._all()["credential_status"], "gives", ["registration"])
    assert names(await form(TOPIC).begin("where is my license", document="driver_license")) == [f"{ASK}plate"]
    monkeypatch.setitem(capabilities._all()["credential_status"], "gives", [])
    said = await form(TOPIC).begin("LA-1001012", confirmation_number="LA-1001012")
    assert names(said) == [f"utter_{TOPIC}_how"]


def test_every_advice_has_its_words() -> None:
    named = {*flow.NEXT.values(), *flow.REGISTRATION_NEXT.values(), *flow.PUT_RIGHT.values(), "ask"}
    assert {f"utter_word_credential_do_{each}" for each in named} <= lookups().keys()
