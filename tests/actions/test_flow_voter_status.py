"""Voter registration and absentee ballot in a conversation: any order, corrections, who is not found, trouble."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from actions.apis import capabilities
from core import disclosures
from core.settings import settings
from tests.actions.asking import At, Said, Sandbox
from tests.actions.forms import Form

Play = Callable[..., Form]
VOTER, BALLOT = "vote_registration_status", "vote_absentee_status"
ASK = f"utter_{VOTER}_ask_"
GRACE = ("Grace Okafor", "1984-03-12", "Norwich")

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


async def ask(play: Form, name: str, born: str, town: str) -> Said:
    await play.begin("check my registration")
    await play.say(name)
    await play.say(born, date={"value": born, "has_year": True})
    (said,) = await play.say(town, town=town)
    return said


async def test_a_voter_hears_status_party_and_polling_place_and_never_a_home(form: Play, at: At) -> None:
    play = form(VOTER)
    assert names(await play.begin("am I registered")) == [f"{ASK}full_name"]
    assert names(await play.say("Grace Okafor")) == [f"{ASK}birth_date"]
    assert names(await play.say("march 12 1984", date="1984-03-12")) == [f"{ASK}town"]
    (said,) = await play.say("Norwich", town="Norwich")
    assert said.response == f"utter_{VOTER}_active"
    assert said.line("utter_line_voter_party") == {"party": "utter_word_voter_party_democratic"}
    assert "Sample Street" in said.line("utter_line_voter_place")["place"]
    assert said.line("utter_line_voter_office_phone")["phone"].startswith("+1860")
    assert (said.links, said.notes) == (["vote_lookup"], ["utter_note_sample"])
    assert "Private" not in str(said.values)
    assert all(play.slots[slot] is None for slot in ("full_name", "birth_date", "voter_town"))
    assert outcomes() == [("voter_registration", "found")]


@pytest.mark.parametrize(
    ("name", "born", "town", "status"),
    [
        ("Daniel Whitman", "1971-09-30", "Hartford", "inactive"),
        ("Priya Raman", "2007-01-15", "Stamford", "pending"),
        ("James Miller", "1992-11-08", "Bridgeport", "inactive"),
        ("siobhan oneill", "1979-12-01", "Danbury", "active"),
        ("García-López, Anne-Marie", "1988-08-19", "New London", "active"),
        ("Grace Marie Okafor", "1984-03-12", "Norwich", "active"),
    ],
)
async def test_each_status_has_an_answer(form: Play, at: At, name: str, born: str, town: str, status: str) -> None:
    said = await ask(form(VOTER), name, born, town)
    assert said.response == f"utter_{VOTER}_{status}"
    assert said.links == ["vote_lookup"]
    assert outcomes() == [("voter_registration", "found")]  # one try, whatever number of spellings


async def test_everything_in_one_message_is_read_in_any_order(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin("am I registered in Norwich", town="Norwich")
    text = "born march 12 1984, my name is Grace Okafor"
    (said,) = await play.say(text, date={"value": "1984-03-12", "text": "march 12 1984"})
    assert said.response == f"utter_{VOTER}_active"


@pytest.mark.parametrize(
    "text",
    [
        "Grace Okafor, march 12 1984, Norwich",
        "Grace Okafor, Norwich, march 12 1984",
        "I am Grace Okafor from Norwich, born march 12 1984",
        "Okafor, Grace, march 12 1984, in Norwich",
    ],
)
async def test_a_name_ends_where_date_and_town_begin(form: Play, at: At, text: str) -> None:
    play = form(VOTER)
    await play.begin()
    found = {"town": {"value": "Norwich", "text": "Norwich"}, "date": {"value": "1984-03-12", "text": "march 12 1984"}}
    (said,) = await play.say(text, **found)
    assert said.response == f"utter_{VOTER}_active"


@pytest.mark.parametrize("name", ["João Souza", "Germain Diaz", "Soyla Diaz", "Miriam Diaz"])
async def test_a_name_that_begins_like_words_before_a_name_stays_whole(form: Play, at: At, name: str) -> None:
    play = form(VOTER)
    await play.begin()
    await play.say(name)
    first, last = name.split()
    assert play.slots["full_name"] == {"first": first, "last": last}


async def test_a_last_name_that_is_a_town_is_not_taken_for_where_one_votes(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin()
    await play.say("Bill Clinton", town={"value": "Clinton", "text": "Clinton"})
    said = await play.say("1970-01-01", date="1970-01-01")
    assert names(said) == [f"{ASK}town"]


async def test_what_was_said_can_be_corrected_on_the_way(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin("am I registered in New Haven", town="New Haven")
    await play.say("Grace Okafer")
    assert names(await play.say("no, I meant Norwich", town="Norwich")) == [f"{ASK}birth_date"]
    assert names(await play.say("sorry, my name is Grace Okafor")) == [f"{ASK}birth_date"]
    (said,) = await play.say("1984-03-12", date="1984-03-12")
    assert said.response == f"utter_{VOTER}_active"


async def test_a_date_that_can_be_read_two_ways_is_asked_back_and_one_that_cannot_be_is_said_so(
    form: Play, at: At
) -> None:
    play = form(VOTER)
    await play.begin("am I registered in Norwich", town="Norwich")
    await play.say("Grace Okafor")
    impossible = {"value": "february 30 1984", "impossible": True}
    assert names(await play.say("february 30 1984", date=impossible)) == ["utter_flow_date_impossible"]
    assert names(await play.say("3/12/84", date={"value": ["1984-03-12", "1984-12-03"]})) == ["utter_flow_date_which"]
    (said,) = await play.pick("1984-03-12")
    assert said.response == f"utter_{VOTER}_active"


async def test_an_impossible_date_beside_the_name_leaves_the_name(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin()
    found = {"value": "february 30 1984", "text": "february 30 1984", "impossible": True}
    assert names(await play.say("Grace Okafor, february 30 1984", date=found)) == [f"{ASK}birth_date"]
    assert play.slots["full_name"] == {"first": "Grace", "last": "Okafor"}


async def test_a_week_is_no_date_of_birth(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin()
    await play.say("Grace Okafor")
    said = await play.say("next week", date="2026-11-30/2026-12-06")
    assert names(said) == ["utter_flow_birth_date_wrong"]


async def test_two_answers_that_are_none_lead_to_a_person_and_nothing_is_looked_up(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin()
    await play.say("Grace Okafor")
    assert names(await play.say("a while ago")) == ["utter_flow_birth_date_wrong"]
    assert names(await play.say("long ago")) == ["utter_flow_birth_date_wrong", "utter_chat_human"]
    assert not play.active
    assert outcomes() == []


async def test_another_question_is_answered_first(form: Play, at: At) -> None:
    play = form(VOTER)
    await play.begin()
    await play.say("Grace Okafor")
    assert await play.say("do I need an id to vote", intent="vote_id") == []
    assert names(await play.come_back()) == [f"{ASK}birth_date"]


@pytest.mark.usefixtures("even")
async def test_who_is_protected_struck_off_or_double_looks_exactly_like_nobody(form: Play, at: At) -> None:
    people = [
        ("Nobody Atall", "1980-01-01", "Norwich"),
        ("Helen Ashford", "1990-06-02", "New Haven"),
        ("Walter Pike", "1949-10-05", "Torrington"),
        ("Maria Santos", "2000-02-29", "New Britain"),
        ("Grace Okafor", "1984-03-13", "Norwich"),
        ("Grace Okafor", "1984-03-12", "Hartford"),
        ("Young Person", "2015-01-01", "Norwich"),
    ]
    seen, took = [], []
    for person in people:
        play = form(VOTER)
        await play.begin()
        await play.say(person[0])
        await play.say(person[1], date=person[1])
        began = time.perf_counter()
        seen += await play.say(person[2], town=person[2])
        took.append(time.perf_counter() - began)
    assert all(said == seen[0] for said in seen)
    assert (seen[0].response, seen[0].values) == (f"utter_{VOTER}_not_found", {})
    assert (seen[0].links, seen[0].notes) == (["vote_lookup"], ["utter_note_sample"])
    assert min(took) >= EVEN
    assert max(took) - min(took) < CLOSE


async def test_five_wrong_tries_close_the_lookup_for_real_and_made_up_people_alike(form: Play, at: At) -> None:
    play = form(VOTER)
    for day in range(1, 6):
        assert (await ask(play, "Grace Okafor", f"1984-04-0{day}", "Norwich")).response == f"utter_{VOTER}_not_found"
    locked = [await ask(play, *GRACE), await ask(play, "Nobody Atall", "1980-01-01", "Norwich")]
    assert locked[0] == locked[1]
    assert locked[0].response == "utter_personal_locked"
    assert outcomes()[-2:] == [("voter_registration", "locked")] * 2
    assert (await ask(form(VOTER), *GRACE)).response == f"utter_{VOTER}_active"  # somebody else's conversation
    at("2026-11-25T11:30:00-05:00")
    assert (await ask(play, *GRACE)).response == f"utter_{VOTER}_active"


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "wrong_types"])
async def test_a_silent_system_ends_in_a_way_out(form: Play, at: At, sandbox: Sandbox, mode: str) -> None:
    sandbox.order(api="*", mode=mode)
    for topic in (VOTER, BALLOT):
        said = await ask(form(topic), *GRACE)
        assert (said.response, said.links) == ("utter_lookup_unavailable", ["vote_lookup"])
    assert {outcome for _, outcome in outcomes()} == {"unavailable"}


@pytest.mark.parametrize(("topic", "upstream"), [(VOTER, "voter_records"), (BALLOT, "ballot_status")])
async def test_a_state_without_such_a_system_tells_how_to_do_it_oneself(
    form: Play, at: At, monkeypatch: pytest.MonkeyPatch, topic: str, upstream: str
) -> None:
    monkeypatch.setitem(capabilities._all()[upstream], "gives", [])
    play = form(topic)
    assert names(await play.begin("my name is Grace Okafor")) == [f"utter_{topic}_how"]
    assert not play.active


@pytest.mark.parametrize(
    ("name", "born", "town", "ballot", "do"),
    [
        ("Grace Okafor", "1984-03-12", "Norwich", "accepted", "accepted"),
        ("James Miller", "1958-04-21", "Bridgeport", "not_sent", "wait"),
        ("Siobhán O'Neill", "1979-12-01", "Danbury", "sent", "sent"),
        ("José Núñez", "1966-02-28", "Waterbury", "received", "received"),
        ("Thao Nguyen", "1995-05-17", "West Hartford", "rejected", "rejected"),
        ("Anne-Marie García-López", "1988-08-19", "New London", "not_sent", "wait"),
        ("Piotr Kowalski", "1963-07-07", "Bristol", "not_sent", "application_rejected"),
        ("Joyce Bennett", "1937-01-23", "Middletown", "undeliverable", "undeliverable"),
    ],
)
async def test_a_ballot_is_told_with_what_to_do_next(
    form: Play, at: At, name: str, born: str, town: str, ballot: str, do: str
) -> None:
    said = await ask(form(BALLOT), name, born, town)
    assert said.response == f"utter_{BALLOT}_found"
    assert said.line("utter_line_ballot_state") == {"state": f"utter_word_ballot_{ballot}"}
    assert said["advice"] == f"utter_word_ballot_do_{do}"
    assert (said.links, said.notes) == (["vote_lookup"], ["utter_note_sample"])


async def test_a_rejected_ballot_comes_with_its_reason_and_dates(form: Play, at: At) -> None:
    said = await ask(form(BALLOT), "Thảo Nguyễn", "1995-05-17", "West Hartford")
    assert said.line("utter_line_ballot_reason") == {"reason": "utter_word_ballot_reason_signature_missing"}
    assert said.line("utter_line_ballot_received_on") == {"date": "2026-11-16"}
    assert said.lines()[0] == "utter_line_ballot_election"


async def test_no_ballot_and_a_protected_voters_ballot_look_alike(form: Play, at: At) -> None:
    asked = [("Omar Haddad", "1975-04-04", "Old Saybrook"), ("Helen Ashford", "1990-06-02", "New Haven")]
    said: list[Any] = [await ask(form(BALLOT), *person) for person in asked]
    assert said[0] == said[1]
    assert said[0].response == f"utter_{BALLOT}_not_found"
    assert outcomes() == [("absentee_ballot", "not_found")] * 2
