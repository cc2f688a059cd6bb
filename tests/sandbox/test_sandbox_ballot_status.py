import datetime as dt
import json
from typing import Any

import pytest

from sandbox.ballots import STORIES, next_election
from sandbox.voters import FIXED, Voter

TOKEN = {"Authorization": "Bearer any"}
TODAY = dt.date(2026, 11, 24)


def fixed(last: str) -> Voter:
    return next(voter for voter in FIXED if voter.last == last)


def asked_about(voter: Voter, **changes: Any) -> dict[str, Any]:
    asked = {
        "first_name": voter.first,
        "last_name": voter.last,
        "birth_date": voter.birth_date.isoformat(),
        "town": voter.town,
    }
    return {**asked, **changes}


def ask(sandbox: Any, body: Any, status: int, headers: dict[str, str] = TOKEN) -> Any:
    answer = sandbox.ask("POST", "/ballot_status/lookup", headers, body=json.dumps(body))
    assert answer.status == status, answer.data
    if status != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
    return json.loads(answer.data)


@pytest.mark.parametrize(
    ("last", "application", "ballot", "reason"),
    [
        ("Okafor", "approved", "accepted", None),
        ("O'Neill", "approved", "sent", None),
        ("Núñez", "approved", "received", None),
        ("Nguyễn", "approved", "rejected", "signature_missing"),
        ("García-López", "received", "not_sent", None),
        ("Kowalski", "rejected", "not_sent", "application_incomplete"),
        ("Bennett", "approved", "undeliverable", "address"),
    ],
)
def test_the_fixed_people_are_at_every_stage(
    sandbox: Any, last: str, application: str, ballot: str, reason: str | None
) -> None:
    found = ask(sandbox, asked_about(fixed(last)), 200)
    assert (found["application"]["status"], found["ballot"]["status"]) == (application, ballot)
    assert found.get("reason") == reason


def test_the_days_are_past_and_in_order(sandbox: Any) -> None:
    found = ask(sandbox, asked_about(fixed("Okafor")), 200)
    days = [
        dt.date.fromisoformat(day)
        for day in (found["application"]["received_on"], found["ballot"]["sent_on"], found["ballot"]["received_on"])
    ]
    assert days == sorted(days)
    assert days[-1] < TODAY
    assert dt.date.fromisoformat(found["election"]["date"]) > TODAY


@pytest.mark.parametrize(
    ("today", "held"),
    [
        (dt.date(2026, 11, 3), dt.date(2026, 11, 3)),
        (dt.date(2026, 11, 4), dt.date(2027, 11, 2)),
        (dt.date(2027, 2, 1), dt.date(2027, 11, 2)),
    ],
)
def test_the_election_is_the_next_one_in_november(today: dt.date, held: dt.date) -> None:
    assert next_election(today).date == held


def test_a_ballot_that_was_never_sent_has_no_days_and_no_tracking(sandbox: Any) -> None:
    assert ask(sandbox, asked_about(fixed("Kowalski")), 200)["ballot"] == {"status": "not_sent"}


def test_everybody_without_a_ballot_to_show_gets_the_same_answer(sandbox: Any) -> None:
    stranger = asked_about(fixed("Okafor"), first_name="Nobody")
    others = [asked_about(fixed(last)) for last in ("Ashford", "Pike", "Santos", "Haddad", "Whitman", "Raman")]
    assert all(ask(sandbox, asked, 404) == ask(sandbox, stranger, 404) for asked in others)


def test_names_match_without_capitals_accents_and_punctuation(sandbox: Any) -> None:
    plain = asked_about(fixed("García-López"), first_name="anne marie", last_name="garcia lopez", town="NEW LONDON")
    assert ask(sandbox, plain, 200)["application"]["status"] == "received"


def test_no_token_no_answer(sandbox: Any) -> None:
    assert ask(sandbox, asked_about(fixed("Okafor")), 401, headers={})["status"] == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "12 March 1984"},
        {"birth_date": "1984-02-30"},
        {"birth_date": "19840312"},
        {"first_name": ""},
        {"last_name": 7},
        {"town": "x" * 61},
        {"middle_name": "X"},
    ],
)
def test_a_malformed_question_is_400(sandbox: Any, changes: dict[str, Any]) -> None:
    assert ask(sandbox, asked_about(fixed("Okafor"), **changes), 400)["status"] == 400


@pytest.mark.parametrize("body", [[], "x", None, {}])
def test_what_is_no_question_is_400(sandbox: Any, body: Any) -> None:
    assert ask(sandbox, body, 400)["status"] == 400


def test_every_stage_of_the_description_is_played() -> None:
    assert {story.ballot for story in STORIES.values()} == {
        "not_sent", "sent", "undeliverable", "received", "accepted", "rejected",
    }  # fmt: skip
