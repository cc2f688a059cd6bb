"""A look-up that needs a sign-in: the link instead of a record, and the record once its own person has signed in."""

import datetime as dt
from collections.abc import Callable

import pytest

from actions import personal
from core import disclosures, identity
from core.database import writing
from core.identity import Claims
from core.settings import settings
from tests.actions.asking import At, Said, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
VOTER, CREDENTIAL = "vote_registration_status", "dmv_credential_status"
GRACE = ("Grace Okafor", "1984-03-12", "Norwich")


@pytest.fixture(autouse=True)
def required(form: Play, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_OIDC_ISSUER", "https://login.example.gov")
    monkeypatch.setenv("NUTMEG_OIDC_CLIENT_ID", "nutmeg")
    monkeypatch.setenv("NUTMEG_IDENTITY_REQUIRED", "voter_registration")
    settings.cache_clear()


async def ask(play: Form, name: str, born: str, town: str) -> Said:
    await play.begin("check my registration")
    await play.say(name)
    await play.say(born, date={"value": born, "has_year": True})
    (said,) = await play.say(town, town=town)
    return said


def sign_in(said: Said, name: str = "Okafor", born: str = "1984-03-12") -> None:
    taken = identity.take(str(said["link"]).rpartition("/")[2])
    assert taken
    with writing() as connection:
        assert identity.complete(connection, taken.id, Claims("somebody", dt.date.fromisoformat(born), name))


def outcomes() -> list[str]:
    return [row.outcome for row in disclosures.all_rows()]


async def test_without_a_sign_in_there_is_a_link_and_the_states_system_is_not_asked(
    form: Play, sandbox: Sandbox
) -> None:
    before = sandbox.served("voter_records")
    said = await ask(form(VOTER), *GRACE)
    assert said.response == "utter_identity_needed"
    assert said["link"].startswith(f"{settings().public_base}/chat/identity/")
    assert said["limit"] == 10
    assert "Okafor" not in str(said.values)
    assert sandbox.served("voter_records") == before
    assert outcomes() == ["needs_identity"]


async def test_who_exists_and_who_does_not_get_the_same_answer_but_for_the_link(form: Play) -> None:
    said = [await ask(form(VOTER), *GRACE), await ask(form(VOTER), "Nobody Atall", "1980-01-01", "Norwich")]
    assert {one.response for one in said} == {"utter_identity_needed"}
    assert said[0]["link"] != said[1]["link"]


async def test_after_the_sign_in_the_look_up_goes_on_without_a_question(form: Play) -> None:
    play = form(VOTER)
    sign_in(await ask(play, *GRACE))
    assert play.slots["full_name"] is None  # nothing personal stays in the conversation meanwhile
    (said,) = await play.begin("I have signed in.")
    assert said.response == f"utter_{VOTER}_active"
    assert outcomes() == ["needs_identity", "found"]


async def test_for_ten_minutes_it_is_asked_for_only_once(form: Play, at: At) -> None:
    play = form(VOTER)
    sign_in(await ask(play, *GRACE))
    await play.begin("I have signed in.")
    assert (await ask(play, *GRACE)).response == f"utter_{VOTER}_active"
    at("2026-11-24T10:11:00-05:00")
    assert (await ask(play, *GRACE)).response == "utter_identity_needed"


async def test_a_sign_in_opens_nothing_in_another_conversation(form: Play) -> None:
    sign_in(await ask(form(VOTER), *GRACE))
    assert (await ask(form(VOTER), *GRACE)).response == "utter_identity_needed"


@pytest.mark.parametrize(("name", "born"), [("Okafor", "1984-03-13"), ("Diaz", "1984-03-12"), ("", "1999-01-01")])
async def test_somebody_elses_record_looks_like_none_and_counts_as_a_wrong_try(
    form: Play, sandbox: Sandbox, name: str, born: str
) -> None:
    play = form(VOTER)
    sign_in(await ask(play, *GRACE), name, born)
    before = sandbox.served("voter_records")
    (said,) = await play.begin("I have signed in.")
    assert said.response == f"utter_{VOTER}_not_found"
    assert sandbox.served("voter_records") == before
    for _ in range(4):
        await ask(play, *GRACE)
    assert (await ask(play, *GRACE)).response == "utter_personal_locked"


@pytest.mark.parametrize("name", ["Okafor", "Grace M. Okafor", "OKAFOR-DIAZ", ""])
async def test_a_last_name_fits_however_the_service_writes_it(form: Play, name: str) -> None:
    play = form(VOTER)
    sign_in(await ask(play, *GRACE), name)
    (said,) = await play.begin("I have signed in.")
    assert said.response == f"utter_{VOTER}_active"


async def test_another_kind_of_look_up_needs_none_unless_the_settings_say_so(form: Play) -> None:
    play = form(CREDENTIAL)
    await play.begin("where is my license", document="driver_license")
    await play.say("i have no number", intent="chat_deny")
    assert not any(outcome == "needs_identity" for outcome in outcomes())
    assert (await ask(form("vote_absentee_status"), *GRACE)).response == "utter_vote_absentee_status_found"


async def test_on_the_web_the_link_is_one_to_press() -> None:
    answer = await personal.identity_answer(VOTER, "web-1", "voter_registration", {})
    (link,) = answer.urls
    assert link["url"] == answer.values["link"]["value"]
    assert link["title"] == {"unit": "response", "value": "utter_word_sign_in"}
