"""What Google Civic Information says and leaves unsaid, and what is made of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from actions.apis import capabilities, civic_info
from actions.apis.metrics import CALLS
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from actions.apis.voter_info import VoterInfo
from core.settings import settings
from tests.actions.asking import Sandbox

PATH = "/civic_info/civicinfo/v2/voterinfo"
ADDRESS = "12 Private Lane, Norwich, CT"
ELECTION = {"id": "9", "name": "Sample Election", "electionDay": "2027-11-02", "ocdDivisionId": "x"}
OTHER = {**ELECTION, "id": "10", "name": "Other Election"}
HALL = {
    "address": {"locationName": "Town Hall", "line1": "1 Sample St", "city": "Norwich", "state": "CT", "zip": "06360"}
}
VIP = [{"name": "Voting Information Project", "official": True}]


def found(result: Result[VoterInfo]) -> VoterInfo:
    assert isinstance(result, Found), result
    return result.value


async def told(server: HTTPServer, **answer: Any) -> VoterInfo:
    server.expect_request(PATH).respond_with_json({"election": ELECTION, **answer})
    return found(await civic_info.voter_info(ADDRESS))


async def refused(server: HTTPServer, status: int, message: str, reason: str = "invalid") -> Result[VoterInfo]:
    error = {"errors": [{"domain": "global", "reason": reason, "message": message}], "code": status, "message": message}
    server.expect_request(PATH).respond_with_json({"error": error}, status=status)
    return await civic_info.voter_info(ADDRESS)


async def test_election_unknown_means_no_data_yet(upstream: HTTPServer) -> None:
    assert await refused(upstream, 400, "Election unknown") == NotFound()
    assert len(upstream.log) == 1


async def test_no_data_does_not_open_the_breaker(upstream: HTTPServer) -> None:
    for _ in range(5):
        assert await refused(upstream, 400, "Election unknown") == NotFound()
    assert len(upstream.log) == 5


@pytest.mark.parametrize(
    ("status", "message", "reason", "result"),
    [
        (400, "Failed to parse address", "parseError", Rejected("address")),
        (400, "Invalid address", "badRequest", Rejected("address")),
        (400, "Invalid value for electionId", "invalidParameter", Rejected("bad_request")),
        (404, "No information for this address", "notFound", NotFound()),
        (403, "The request is missing a valid API key.", "forbidden", Rejected("forbidden")),
    ],
)
async def test_refusals_are_told_apart(
    upstream: HTTPServer, status: int, message: str, reason: str, result: Result[VoterInfo]
) -> None:
    assert await refused(upstream, status, message, reason) == result


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "dailyLimitExceeded", "quotaExceeded"])
async def test_past_the_quota_it_is_left_alone_for_a_while(upstream: HTTPServer, reason: str) -> None:
    for _ in range(3):
        assert isinstance(await refused(upstream, 403, "Too many", reason), Unavailable)
    assert len(upstream.log) == 1


async def test_a_400_that_is_no_envelope_is_unavailable(upstream: HTTPServer) -> None:
    upstream.expect_request(PATH).respond_with_json(["no"], status=400)
    assert isinstance(await civic_info.voter_info(ADDRESS), Unavailable)


async def test_every_field_may_be_missing(upstream: HTTPServer) -> None:
    info = await told(upstream)
    assert (info.election.name, info.election.day) == ("Sample Election", dt.date(2027, 11, 2))
    assert not info.has_places
    assert (info.contests, info.others, info.state, info.town, info.mail_only) == ((), (), None, None, False)


async def test_hours_are_lines_of_plain_text(upstream: HTTPServer) -> None:
    hours = "Mon: 10 - 6\n\nTue: <b>8 - 8</b><br>Wed: closed"
    (site,) = (await told(upstream, pollingLocations=[{**HALL, "pollingHours": hours}])).polling_places
    assert site.hours == ("Mon: 10 - 6", "Tue: 8 - 8", "Wed: closed")
    assert (site.name, site.lines) == ("Town Hall", ("1 Sample St", "Norwich, CT 06360"))


async def test_empty_hours_and_notes_are_nothing(upstream: HTTPServer) -> None:
    (site,) = (await told(upstream, dropOffLocations=[{**HALL, "pollingHours": "", "notes": ""}])).drop_boxes
    assert (site.hours, site.notes, site.first, site.last) == ((), "", None, None)


async def test_a_place_without_name_and_street_is_none(upstream: HTTPServer) -> None:
    assert (await told(upstream, pollingLocations=[{"address": {}}, {}])).polling_places == ()


async def test_official_places_stand_in_for_all_others_and_the_source_is_named(upstream: HTTPServer) -> None:
    rumour = {**HALL, "address": {"line1": "9 Wrong St"}, "sources": [{"name": "Collectors", "official": False}]}
    official = {**HALL, "sources": [{"name": "Collectors", "official": False}, *VIP]}
    info = await told(upstream, pollingLocations=[rumour, official], earlyVoteSites=[rumour])
    assert [(site.source, site.is_official) for site in info.polling_places] == [("Voting Information Project", True)]
    assert [(site.source, site.is_official) for site in info.early_sites] == [("Collectors", False)]


async def test_a_source_is_official_only_when_it_says_true(upstream: HTTPServer) -> None:
    for official in ("true", 1, None):
        site = {**HALL, "sources": [{"name": "Someone", "official": official}]}
        assert not (await told(upstream, pollingLocations=[site])).polling_places[0].is_official
        upstream.clear_all_handlers()


async def test_the_ballot_comes_in_its_order(upstream: HTTPServer) -> None:
    mayor = {
        "office": "Mayor",
        "ballotPlacement": "2",
        "numberVotingFor": "1",
        "candidates": [{"name": "B", "orderOnBallot": "2"}, {"name": "A", "party": "P", "orderOnBallot": "1"}],
    }
    question = {"referendumTitle": "Roof", "referendumText": "Shall it?", "referendumBallotResponses": ["Yes", "No"]}
    info = await told(upstream, contests=[{**question, "ballotPlacement": "10"}, mayor, {"type": "empty"}])
    assert [(contest.title, contest.is_question) for contest in info.contests] == [("Mayor", False), ("Roof", True)]
    assert [person.name for person in info.contests[0].candidates] == ["A", "B"]
    assert info.contests[1].responses == ("Yes", "No")


async def test_officials_are_found_under_the_odd_spelling(upstream: HTTPServer) -> None:
    body = {
        "name": "Registrars",
        "electionInfoUrl": "http://plain.example.gov",
        "votingLocationFinderUrl": "https://find.example.gov/",
        "electionOfficials": [{"name": "X"}, {"officePhoneNumber": "(860) 555-0138"}],
    }
    state = {"name": "CT", "local_jurisdiction": {"name": "Norwich", "electionAdministrationBody": body}}
    town = (await told(upstream, state=[state])).town
    assert town is not None
    assert (town.name, town.page, town.finder, town.phone) == (
        "Registrars",
        "",
        "https://find.example.gov/",
        "+18605550138",
    )


async def test_two_elections_on_one_day_are_asked_for_one_by_one(upstream: HTTPServer) -> None:
    def answer(election: dict[str, str], office: str) -> dict[str, Any]:
        return {"election": election, "pollingLocations": [HALL], "contests": [{"office": office}]}

    ids = {"9": answer(ELECTION, "Mayor"), "10": answer(OTHER, "Roof")}
    for election_id, body in ids.items():
        query = {"address": ADDRESS, "officialOnly": "false", "electionId": election_id}
        upstream.expect_request(PATH, query_string=query).respond_with_json(body)
    upstream.expect_request(PATH).respond_with_json({"election": ELECTION, "otherElections": [OTHER]})
    info = found(await civic_info.voter_info(ADDRESS))
    assert [contest.title for contest in info.contests] == ["Mayor", "Roof"]
    assert len(info.polling_places) == 1
    assert [election.name for election in info.others] == ["Other Election"]


async def test_a_later_election_is_not_asked_for_when_the_next_one_has_its_places(upstream: HTTPServer) -> None:
    info = await told(upstream, pollingLocations=[HALL], otherElections=[OTHER])
    assert [election.id for election in info.others] == ["10"]
    assert len(upstream.log) == 1


async def test_when_no_election_has_data_the_undecided_answer_stays(upstream: HTTPServer) -> None:
    info = await told(upstream, otherElections=[OTHER])
    assert not info.has_places
    assert (info.election.id, [election.id for election in info.others]) == ("9", ["10"])


async def test_an_address_in_another_state_is_refused(upstream: HTTPServer) -> None:
    upstream.expect_request(PATH).respond_with_json({"election": ELECTION, "normalizedInput": {"state": "NY"}})
    assert await civic_info.voter_info(ADDRESS) == Rejected("other_state")


@pytest.mark.parametrize("part", civic_info.PARTS)
async def test_a_part_that_the_configuration_does_not_list_is_switched_off(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    listed = [name for name in civic_info.PARTS if name != part]
    monkeypatch.setitem(capabilities._all(), "civic_info", {"gives": listed})
    sites = {name: [HALL] for name in ("pollingLocations", "earlyVoteSites", "dropOffLocations")}
    info = await told(upstream, contests=[{"office": "Mayor"}], **sites)
    assert [name for name in civic_info.PARTS if getattr(info, name)] == listed


async def test_switched_off_altogether_it_sends_nothing(upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(capabilities._all(), "civic_info", {"gives": []})
    assert await civic_info.voter_info(ADDRESS) == Rejected("switched_off")
    assert upstream.log == []


async def test_the_answer_is_never_kept(upstream: HTTPServer) -> None:
    await told(upstream, pollingLocations=[HALL])
    upstream.clear_all_handlers()
    upstream.expect_request(PATH).respond_with_data("down", status=500)
    result = await civic_info.voter_info(ADDRESS)
    assert isinstance(result, Unavailable)
    assert result.cached is None


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 200), ("[]", 200), ("<html>", 500), ("{}", 403), ('{"error": {"message": "Private Lane"}}', 400)],
)
async def test_address_and_key_are_in_the_query_and_nowhere_else(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], body: str, status: int
) -> None:
    monkeypatch.setenv("NUTMEG_CIVIC_INFO_KEY", "a-very-secret-key")
    settings.cache_clear()
    upstream.expect_request(PATH).respond_with_data(body, status=status)
    result = await civic_info.voter_info(ADDRESS)
    asked = upstream.log[0][0]
    assert (asked.args["address"], asked.args["key"]) == (ADDRESS, "a-very-secret-key")
    assert "Private" not in str(asked.headers)
    samples = str([metric.samples for metric in CALLS.collect()])
    seen = "".join(capfd.readouterr()) + repr(result) + samples
    assert "voter_info" in seen
    assert not any(private in seen for private in ("Private", "12 P", "Lane", "secret-key"))


async def test_the_sandbox_tells_places_and_ballot_of_an_address(sandbox: Sandbox, at: Callable[[str], None]) -> None:
    info = found(await civic_info.voter_info("12 Main Street, Hartford, CT"))
    assert info.polling_places[0].is_official
    assert (len(info.early_sites), len(info.drop_boxes)) == (2, 2)
    assert info.contests
    assert info.town is not None
    assert info.town.name.startswith("Hartford")
    at("2026-11-10T10:00:00-05:00")
    assert await civic_info.voter_info("12 Main Street, Hartford, CT") == NotFound()


@pytest.mark.parametrize(
    ("town", "places", "official"),
    [
        ("Norwich", 1, True), ("Danbury", 1, True), ("Bristol", 1, False), ("Torrington", 1, True),
        ("Salisbury", 0, None), ("Kent", 1, True), ("Cornwall", 1, True),
    ],
)  # fmt: skip
async def test_the_sandboxes_towns_with_quirks_are_read(
    sandbox: Sandbox, at: Callable[[str], None], town: str, places: int, official: bool | None
) -> None:
    info = found(await civic_info.voter_info(f"12 Main Street, {town}, CT"))
    assert [site.is_official for site in info.polling_places] == [official] * places
    assert "closed" not in str(info.polling_places)
    assert "<" not in str(info)
    assert info.contests


async def test_the_sandboxes_answers_that_tell_nothing(sandbox: Sandbox, at: Callable[[str], None]) -> None:
    assert await civic_info.voter_info("12 Main Street, Union, CT") == NotFound()
    assert await civic_info.voter_info("Main Street") == Rejected("address")
    assert found(await civic_info.voter_info("12 Main Street, Norfolk, CT")).mail_only
    torrington = found(await civic_info.voter_info("12 Main Street, Torrington, CT"))
    assert [contest.title for contest in torrington.contests if contest.is_question] == ["Library Bonds"]
