"""Absentee ballots as the sandbox's gateway and hand-made ones tell them."""

import datetime as dt
import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from actions.apis import capabilities
from actions.apis.ballot_status import ApplicationStatus, Ballot, BallotStatus, Reason, ballot
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from actions.apis.voter_records import Person
from core.settings import settings
from tests.actions.asking import At, Sandbox, lookups

GRACE = Person("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich")
GOOD: dict[str, Any] = {
    "election": {"name": "2027 Connecticut Municipal Election", "date": "2027-11-02"},
    "application": {"status": "approved", "received_on": "2026-10-31"},
    "ballot": {"status": "sent", "sent_on": "2026-11-07", "tracking": "CT1985C7793F"},
}


async def told(server: HTTPServer, body: Any, status: int = 200) -> Result[Ballot]:
    server.expect_request("/ballot_status/lookup", method="POST").respond_with_response(
        Response(json.dumps(body), status, content_type="application/json")
    )
    return await ballot(GRACE)


def found(result: Result[Ballot]) -> Ballot:
    assert isinstance(result, Found), result
    return result.value


async def test_an_accepted_ballot_of_the_sandbox(sandbox: Sandbox, at: At) -> None:
    read = found(await ballot(GRACE))
    assert (read.election_date, read.application, read.status, read.reason) == (
        dt.date(2027, 11, 2), ApplicationStatus.APPROVED, BallotStatus.ACCEPTED, Reason.NONE,
    )  # fmt: skip
    assert (read.applied_on, read.sent_on, read.received_on) == (
        dt.date(2026, 10, 31), dt.date(2026, 11, 7), dt.date(2026, 11, 18),
    )  # fmt: skip
    assert read.tracking.startswith("CT")


@pytest.mark.parametrize(
    ("person", "application", "status", "reason"),
    [
        (Person("siobhan", "oneill", dt.date(1979, 12, 1), "Danbury"), "approved", "sent", ""),
        (Person("Jose", "Nunez", dt.date(1966, 2, 28), "Waterbury"), "approved", "received", ""),
        (Person("Thao", "Nguyen", dt.date(1995, 5, 17), "West Hartford"), "approved", "rejected", "signature_missing"),
        (Person("Anne Marie", "Garcia Lopez", dt.date(1988, 8, 19), "New London"), "received", "not_sent", ""),
        (
            Person("Piotr", "Kowalski", dt.date(1963, 7, 7), "Bristol"),
            "rejected",
            "not_sent",
            "application_incomplete",
        ),
        (Person("Joyce", "Bennett", dt.date(1937, 1, 23), "Middletown"), "approved", "undeliverable", "address"),
    ],
    ids=lambda value: value.last_name if isinstance(value, Person) else str(value),
)
async def test_fixed_people_of_the_sandbox(
    sandbox: Sandbox, person: Person, application: str, status: str, reason: str
) -> None:
    read = found(await ballot(person))
    assert (read.application, read.status, read.reason) == (application, status, reason)


@pytest.mark.parametrize(
    "person",
    [
        Person("Nobody", "Known", dt.date(1980, 1, 1), "Norwich"),
        Person("Grace", "Okafor", dt.date(1984, 3, 13), "Norwich"),
        Person("Omar", "Haddad", dt.date(1975, 4, 4), "Old Saybrook"),
        Person("Helen", "Ashford", dt.date(1990, 6, 2), "New Haven"),
        Person("Maria", "Santos", dt.date(2000, 2, 29), "New Britain"),
    ],
    ids=["nobody", "wrong birth date", "no application", "protected", "two people"],
)
async def test_who_has_no_ballot_to_show_is_not_found_all_alike(sandbox: Sandbox, person: Person) -> None:
    assert await ballot(person) == NotFound()


@pytest.mark.parametrize("mode", ["error", "garbage", "down", "truncated", "redirect", "huge", "wrong_types"])
async def test_a_gateway_in_trouble_is_unavailable(sandbox: Sandbox, mode: str) -> None:
    sandbox.order(api="ballot_status", mode=mode)
    assert isinstance(await ballot(GRACE), Unavailable)
    assert sandbox.served("ballot_status") == 1


async def test_the_question_stands_in_the_body_only_and_the_token_in_its_header(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUTMEG_BALLOT_STATUS_TOKEN", "t0k3n")
    settings.cache_clear()
    await told(upstream, GOOD)
    request = upstream.log[0][0]
    assert request.get_json() == {
        "first_name": "Grace", "last_name": "Okafor", "birth_date": "1984-03-12", "town": "Norwich",
    }  # fmt: skip
    assert (request.path, request.query_string) == ("/ballot_status/lookup", b"")
    assert request.headers["Authorization"] == "Bearer t0k3n"


async def test_unknown_words_are_unknown_and_never_the_good_ones(upstream: HTTPServer) -> None:
    odd = {**GOOD, "application": {"status": "on hold"}, "ballot": {"status": "cured"}, "reason": "torn"}
    read = found(await told(upstream, odd))
    assert (read.application, read.status, read.reason) == (
        ApplicationStatus.UNKNOWN, BallotStatus.UNKNOWN, Reason.OTHER,
    )  # fmt: skip


async def test_words_are_read_in_any_spelling(upstream: HTTPServer) -> None:
    odd = {**GOOD, "application": {"status": "Approved"}, "ballot": {"status": "Not Sent"}, "reason": "LATE"}
    read = found(await told(upstream, odd))
    assert (read.application, read.status, read.reason) == ("approved", "not_sent", "late")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-7", dt.date(2026, 11, 7)),
        ("11/07/2026", dt.date(2026, 11, 7)),
        ("2026-11-07T09:30:00-05:00", dt.date(2026, 11, 7)),
        ("2026-11-07 09:30:00", dt.date(2026, 11, 7)),
        ("soon", None),
        ("", None),
        (None, None),
        (["2026-11-07"], None),
    ],
)
async def test_dates_are_read_leniently(upstream: HTTPServer, written: Any, day: dt.date | None) -> None:
    assert found(await told(upstream, {**GOOD, "ballot": {"status": "sent", "sent_on": written}})).sent_on == day


async def test_what_is_missing_is_absent(upstream: HTTPServer) -> None:
    assert found(await told(upstream, {"application": {}, "ballot": {}})) == Ballot(
        "", None, ApplicationStatus.UNKNOWN, None, BallotStatus.UNKNOWN, None, None, "", Reason.NONE
    )


async def test_html_in_a_name_becomes_plain_text(upstream: HTTPServer) -> None:
    told_so = {**GOOD, "election": {"name": "<b>State</b> Election<script>x</script>"}}
    assert found(await told(upstream, told_so)).election == "State Election"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (404, NotFound()),
        (410, NotFound()),
        (400, Rejected("bad_request")),
        (422, Rejected("bad_request")),
        (401, Rejected("forbidden")),
        (403, Rejected("forbidden")),
    ],
)
async def test_problems(upstream: HTTPServer, status: int, result: Any) -> None:
    assert await told(upstream, {"type": "about:blank", "title": "Grace Okafor", "status": status}, status) == result


async def test_an_answer_that_is_not_ready_is_unavailable(upstream: HTTPServer) -> None:
    assert isinstance(await told(upstream, {}, 202), Unavailable)


async def test_nothing_personal_is_logged(upstream: HTTPServer, capfd: pytest.CaptureFixture[str]) -> None:
    await told(upstream, {"application": "Okafor"})
    output = "".join(capfd.readouterr())
    assert "ballot" in output
    assert not any(private in output for private in ("Grace", "Okafor", "1984", "Norwich"))


def test_every_word_has_its_answer() -> None:
    block = capabilities.of("ballot_status")
    assert set(block["applications"]) == set(ApplicationStatus)
    assert set(block["words"]) == set(BallotStatus)
    assert set(block["reasons"]) == set(Reason) - {Reason.NONE}
    for words in ("applications", "words", "reasons"):
        assert all(name in lookups() for name in block[words].values())
