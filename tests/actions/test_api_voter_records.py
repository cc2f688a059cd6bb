"""Registrations of the sandbox's gateway, and what of a person is sent."""

import datetime as dt

import pytest
from pytest_httpserver import HTTPServer

from actions.apis import capabilities
from actions.apis.result import NotFound, Rejected, Unavailable
from actions.apis.voter_records import ElectionOffice, Person, PollingPlace, Registration, Status, registration
from core.settings import settings
from tests.actions.asking import Sandbox, lookups
from tests.actions.voter_answers import GRACE, found, record, told, told_of


async def test_an_active_voter_of_the_sandbox(sandbox: Sandbox) -> None:
    assert found(await registration(GRACE)) == Registration(
        Status.ACTIVE,
        "Democratic",
        PollingPlace("Norwich Community Center", "58 Sample Street, Norwich, CT 06360"),
        "District 1",
        ElectionOffice("Norwich Registrar of Voters", "+18605550138", "", ""),
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (Person("Daniel", "Whitman", dt.date(1971, 9, 30), "Hartford"), Status.INACTIVE),
        (Person("Priya", "Raman", dt.date(2007, 1, 15), "Stamford"), Status.PENDING),
        (Person("james", "miller", dt.date(1958, 4, 21), "Bridgeport"), Status.ACTIVE),
        (Person("James", "Miller", dt.date(1992, 11, 8), "Bridgeport"), Status.INACTIVE),
        (Person("siobhan", "oneill", dt.date(1979, 12, 1), "Danbury"), Status.ACTIVE),
        (Person("Jose", "Nunez", dt.date(1966, 2, 28), "WATERBURY"), Status.ACTIVE),
        (Person("Thao", "Nguyen", dt.date(1995, 5, 17), "West Hartford"), Status.ACTIVE),
        (Person("Anne Marie", "Garcia Lopez", dt.date(1988, 8, 19), "New London"), Status.ACTIVE),
    ],
    ids=lambda value: value.last_name if isinstance(value, Person) else str(value),
)
async def test_fixed_people_of_the_sandbox(sandbox: Sandbox, person: Person, status: Status) -> None:
    assert found(await registration(person)).status is status


@pytest.mark.parametrize(
    "person",
    [
        Person("Nobody", "Known", dt.date(1980, 1, 1), "Norwich"),
        Person("Grace", "Okafor", dt.date(1984, 3, 13), "Norwich"),
        Person("Helen", "Ashford", dt.date(1990, 6, 2), "New Haven"),
        Person("Walter", "Pike", dt.date(1949, 10, 5), "Torrington"),
        Person("Maria", "Santos", dt.date(2000, 2, 29), "New Britain"),
    ],
    ids=["nobody", "wrong birth date", "protected", "struck off", "two people"],
)
async def test_who_is_not_shown_is_not_found_all_alike(sandbox: Sandbox, person: Person) -> None:
    assert await registration(person) == NotFound()


async def test_the_sandbox_refuses_who_is_too_young_and_who_tells_no_name(sandbox: Sandbox) -> None:
    assert await registration(Person("A", "B", dt.date(2020, 1, 1), "Norwich")) == Rejected("ineligible")
    assert await registration(Person("", "B", dt.date(1980, 1, 1), "Norwich")) == Rejected("incomplete")


@pytest.mark.parametrize("mode", ["error", "garbage", "down", "truncated", "redirect", "huge", "wrong_types"])
async def test_a_gateway_in_trouble_is_unavailable(sandbox: Sandbox, mode: str) -> None:
    sandbox.order(api="voter_records", mode=mode)
    assert isinstance(await registration(GRACE), Unavailable)
    assert sandbox.served("voter_records") == 1


# --- what is sent


async def test_only_name_birth_date_and_town_leave_the_house(upstream: HTTPServer) -> None:
    await told_of(upstream, record())
    (request, _), *others = upstream.log
    assert not others
    assert request.query_string == b""
    body = request.get_json()
    assert body["Subject"]["Name"] == {"@type": "VRI.Name", "FirstName": "Grace", "LastName": "Okafor"}
    assert body["Subject"]["DateOfBirth"] == "1984-03-12"
    assert body["Type"] == ["lookup"]
    assert set(body["Subject"]) == {"@type", "Name", "DateOfBirth", "ResidenceAddress"}
    assert set(body["Subject"]["ResidenceAddress"]) == {"@type", "CompletePlaceName", "StateName"}


async def test_the_token_of_the_settings_is_sent_and_none_is_made_up(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told_of(upstream, record())
    assert "Authorization" not in upstream.log[0][0].headers
    monkeypatch.setenv("NUTMEG_VOTER_RECORDS_TOKEN", "t0k3n")
    settings.cache_clear()
    await told_of(upstream, record())
    assert upstream.log[1][0].headers["Authorization"] == "Bearer t0k3n"


async def test_nothing_personal_is_logged_or_printed(upstream: HTTPServer, capfd: pytest.CaptureFixture[str]) -> None:
    await told(upstream, {"VoterRecord": [record(VoterStatus=["Okafor"])]})
    output = "".join(capfd.readouterr())
    assert "registration" in output
    for private in ("Grace", "OKAFOR", "Okafor", "1984", "Norwich"):
        assert private not in output
        assert private not in repr(GRACE)


def test_every_status_has_its_words() -> None:
    block = capabilities.of("voter_records")
    assert set(block["words"]) == set(Status)
    assert all(name in lookups() for name in [*block["words"].values(), *block["parties"].values()])
