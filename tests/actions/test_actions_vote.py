"""Elections, asked of the real sandbox and held against the state's rules."""

import datetime as dt
from dataclasses import replace

import pytest

from actions.apis.democracy_works import Election, Phase
from actions.ballots import compare
from core import elections
from tests.actions.asking import At, Run, Sandbox


async def test_a_settled_election_has_firm_deadlines_and_a_source(at: At, run: Run) -> None:
    at("2026-09-20T10:00:00-04:00")
    said = await run("action_vote_deadline")
    assert said.response == "utter_vote_deadline"
    assert (said["election"], said["date"]) == ("utter_word_election_state_election", "2026-11-03")
    assert said.line("utter_line_register_online", "ways") == {"date": "2026-10-16"}
    assert said.line("utter_line_register_in_person", "ways") == {"date": "2026-11-03"}
    assert [source["url"] for source in said.sources] == ["https://myvote.ct.gov"]


async def test_a_far_election_is_told_by_rule_and_the_one_before_it_is_named(at: At, run: Run) -> None:
    said = await run("action_vote_deadline")
    assert said.response == "utter_vote_deadline_by_rule"
    assert said["date"] == "2027-11-02"
    assert said.line("utter_line_register_online", "ways") == {"date": "2027-10-15"}
    assert said.line("utter_line_earlier_election")["election"] == "utter_word_election_municipal_primary"


async def test_after_the_deadline_only_what_is_still_possible_is_told(at: At, run: Run) -> None:
    at("2026-10-20T10:00:00-04:00")
    said = await run("action_vote_deadline")
    assert said.response == "utter_vote_deadline_passed"
    assert said["deadline"] == "2026-10-16"
    assert said.lines("ways") == ["utter_line_register_in_person"]


async def test_the_next_elections_are_listed_with_poll_hours_and_local_votes(at: At, run: Run) -> None:
    at("2026-09-20T10:00:00-04:00")
    said = await run("action_vote_election_dates")
    assert said.response == "utter_vote_election_dates"
    assert said.line("utter_line_election") == {"election": "utter_word_election_state_election", "date": "2026-11-03"}
    assert said.line("utter_line_polls") == {"date": "2026-11-03", "opens": "06:00", "closes": "20:00"}
    assert "utter_line_election_local" in said.lines()


async def test_a_vote_in_the_town_that_was_asked_about_is_named(at: At, run: Run) -> None:
    said = await run("action_vote_election_dates", town="Norwich")
    assert said.response == "utter_vote_election_dates_known"
    assert said.line("utter_line_election_town") == {"town": "Norwich", "date": "2027-05-11"}


async def test_on_election_day_it_is_still_the_next_election(at: At, run: Run) -> None:
    at("2026-11-03T09:00:00-05:00")
    assert (await run("action_vote_election_dates"))["date"] == "2026-11-03"


async def test_with_the_api_down_the_rules_answer_and_say_so(at: At, sandbox: Sandbox, run: Run) -> None:
    at("2026-09-20T10:00:00-04:00")
    sandbox.order(api="democracy_works", mode="down")
    deadline, dates = await run("action_vote_deadline"), await run("action_vote_election_dates")
    assert deadline.response == "utter_vote_deadline_by_rule"
    assert dates.response == "utter_vote_election_dates_by_rule"
    assert deadline.line("utter_line_register_online", "ways") == {"date": "2026-10-16"}
    assert deadline.notes == []  # nothing of it is sample data


def listed(held: dt.date, **changes: object) -> Election:
    """The state election as an API that agrees with the rules would list it."""
    rule = elections.elections(held, held)[0]
    firm = Election(
        held, "State General Election", "state", Phase.ACTIVE, "ocd-division/country:us/state:ct",
        rule.deadlines["register_online"], rule.deadlines["register_by_mail"], held, rule.early_voting, False,
        rule.polls[1] if rule.polls else None, "",
    )  # fmt: skip
    return replace(firm, **changes)  # type: ignore[arg-type]


NOVEMBER_3 = dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({}, set()),
        ({"online": dt.date(2026, 10, 27)}, {"deadline"}),
        ({"in_person": dt.date(2026, 10, 27)}, {"deadline"}),
        ({"early": (dt.date(2026, 10, 19), dt.date(2026, 11, 2))}, {"early"}),
        ({"early_varies": True}, {"early"}),
        ({"polls_close": dt.time(21)}, {"polls"}),
        ({"online": None, "by_mail": None, "early": None, "polls_close": None}, set()),
        ({"phase": Phase.KNOWN, "online": dt.date(2026, 10, 27)}, set()),
    ],
)
def test_what_the_api_and_the_rules_disagree_on_is_marked(changes: dict[str, object], differs: set[str]) -> None:
    assert compare([listed(NOVEMBER_3, **changes)], elections.elections(NOVEMBER_3, NOVEMBER_3))[0].differs == differs


def test_an_election_on_another_day_than_the_rule_says_is_not_told() -> None:
    moved = listed(NOVEMBER_3, day=dt.date(2026, 11, 10))
    ballots = compare([moved], elections.elections(NOVEMBER_3, NOVEMBER_3))
    assert [ballot.differs for ballot in ballots] == [{"day"}, {"day"}]


def test_the_rules_give_the_dates_that_were_reported_for_2024() -> None:
    primary, general = elections.elections(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert (primary.day, primary.early_voting) == (dt.date(2024, 8, 13), (dt.date(2024, 8, 5), dt.date(2024, 8, 11)))
    assert primary.deadlines == {}
    assert general.day == dt.date(2024, 11, 5)
    assert general.deadlines["register_online"] == dt.date(2024, 10, 18)
    assert general.early_voting == (dt.date(2024, 10, 21), dt.date(2024, 11, 3))
    assert general.polls == (dt.time(6), dt.time(20))
