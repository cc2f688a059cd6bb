import datetime as dt
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.civic_answers import QUIRKS
from sandbox.civic_elections import TWO_ON_ONE_DAY
from sandbox.civic_info import NO_DATA_TOWN
from sandbox.precincts import VOTING_TOWNS, Precinct
from sandbox.towns import TOWNS

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
DEMO = re.findall(
    r"^\| (\d[^|]*|Main Street) \| ([^|]*) \|$", PAGE.partition("## Addresses where people vote")[2], re.MULTILINE
)
BASE = "/civic_info/civicinfo/v2"


def path(address: str, **more: str) -> str:
    options = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{BASE}/voterinfo?key=any&address={quote(address)}{options}"


def ask(sandbox: Any, address: str, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.json(path(address, **more))
    return found


def refusal(sandbox: Any, where: str) -> tuple[int, str]:
    answer = sandbox.get(where)
    error = json.loads(answer.data)["error"]
    assert error["code"] == answer.status
    assert error["errors"][0]["message"] == error["message"]
    return answer.status, error["message"]


def test_a_key_is_needed(sandbox: Any) -> None:
    status, _ = refusal(sandbox, f"{BASE}/voterinfo?address=12+Main+St,+Norwich")
    assert status == 403


@pytest.mark.parametrize(
    ("address", "city", "code"),
    [
        ("165 Capitol Ave, Hartford", "Hartford", "06103"),
        ("12 Main Street Norwich 06360", "Norwich", "06360"),
        ("3 Norwich Ave, Colchester, CT", "Colchester", "06415"),
        ("9 Hartford Road 06360", "Norwich", "06360"),
        ("12 main st east hartford ct", "East Hartford", "06108"),
        ("4 Elm Street, Willimantic", "Windham", "06226"),
    ],
)
def test_an_address_is_found_by_its_town_or_zip_code(sandbox: Any, address: str, city: str, code: str) -> None:
    understood = ask(sandbox, address)["normalizedInput"]
    assert (understood["city"], understood["state"], understood["zip"]) == (city, "CT", code)


@pytest.mark.parametrize("address", ["", "Norwich", "Main Street, Norwich", "12 Elm St", "12"])
def test_an_address_that_cannot_be_read_is_400(sandbox: Any, address: str) -> None:
    assert refusal(sandbox, path(address)) == (400, "Failed to parse address")


@pytest.mark.parametrize("address", ["12 Elm St, Springfield, MA 01101", "5 Elm St, Albany, NY", "1 A St, Union"])
def test_elsewhere_and_where_no_data_is_the_election_is_unknown(sandbox: Any, address: str) -> None:
    assert refusal(sandbox, path(address)) == (400, "Election unknown")


def test_for_two_weeks_after_an_election_the_next_one_is_unknown(sandbox: Any) -> None:
    sandbox.order(now="2026-11-10T10:00:00-05:00")
    assert refusal(sandbox, path("12 Main St, Norwich")) == (400, "Election unknown")
    partial = ask(sandbox, "12 Main St, Norwich", returnAllAvailableData="true")
    assert partial["normalizedInput"]["city"] == "Norwich"
    assert "election" not in partial
    sandbox.order(now="2026-11-20T10:00:00-05:00")
    assert ask(sandbox, "12 Main St, Norwich")["pollingLocations"]


def test_every_town_has_a_polling_place_in_a_made_up_street(sandbox: Any) -> None:
    without = {"Union", "Salisbury", "Torrington"}
    for town in TOWNS:
        if town.name not in without:
            answer = ask(sandbox, f"12 Main St, {town.name}, CT")
            assert all(site["address"]["city"] == town.name for site in answer["pollingLocations"])
            assert all("Sample" in site["address"]["line1"] for site in answer["pollingLocations"])


def test_a_polling_place_is_one_of_the_districts_and_stays_the_same(sandbox: Any) -> None:
    norwich = next(town for town in VOTING_TOWNS if town.name == "Norwich")
    sites = {Precinct(norwich, number).site for number in range(1, norwich.districts + 1)}
    found = [ask(sandbox, f"{n} Main St, Norwich")["pollingLocations"][0] for n in range(1, 30)]
    assert {site["address"]["locationName"] for site in found} == sites
    assert ask(sandbox, "7 Main St, Norwich 06360")["pollingLocations"][0] == found[6]


def test_early_voting_ends_two_days_before_and_cities_have_two_sites(sandbox: Any) -> None:
    city, small = ask(sandbox, "12 Main St, Stamford"), ask(sandbox, "12 Main St, Avon")
    assert [len(answer["earlyVoteSites"]) for answer in (city, small)] == [2, 1]
    assert [len(answer["dropOffLocations"]) for answer in (city, small)] == [2, 1]
    day = dt.date.fromisoformat(city["election"]["electionDay"])
    site = city["earlyVoteSites"][0]
    assert dt.date.fromisoformat(site["endDate"]) == day - dt.timedelta(days=2)
    assert len(site["pollingHours"].split("\n")) == 7
    assert "startDate" not in city["pollingLocations"][0]
    assert "name" not in city["pollingLocations"][0]


def test_the_next_two_elections_of_an_address_are_known(sandbox: Any) -> None:
    norwich = ask(sandbox, "12 Main St, Norwich")
    assert "Referendum" in norwich["election"]["name"]
    (later,) = norwich["otherElections"]
    told = ask(sandbox, "12 Main St, Norwich", electionId=later["id"])
    assert told["election"] == later
    assert {contest["type"] for contest in told["contests"]} == {"Primary"}
    assert refusal(sandbox, path("12 Main St, Hartford", electionId=norwich["election"]["id"])) == (
        400,
        "Election unknown",
    )


def test_two_elections_on_one_day_are_told_one_at_a_time(sandbox: Any) -> None:
    both = ask(sandbox, "12 Main St, Torrington")
    (other,) = both["otherElections"]
    assert other["electionDay"] == both["election"]["electionDay"]
    assert not {"pollingLocations", "earlyVoteSites", "dropOffLocations", "contests"} & both.keys()
    for election in (both["election"], other):
        one = ask(sandbox, "12 Main St, Torrington", electionId=election["id"])
        assert one["pollingLocations"]
        assert one["contests"]


def test_a_general_election_has_offices_with_candidates_and_a_question(sandbox: Any) -> None:
    sandbox.order(now="2027-10-01T10:00:00-04:00")
    contests = ask(sandbox, "12 Main St, Hartford")["contests"]
    assert [contest["type"] for contest in contests] == ["General", "General", "General", "Referendum"]
    council = contests[1]
    assert len(council["candidates"]) > int(council["numberElected"]) > 1
    assert contests[3]["referendumBallotResponses"] == ["Yes", "No"]


def test_the_test_election_is_known_everywhere(sandbox: Any) -> None:
    assert ask(sandbox, "12 Main St, Avon", electionId="2000")["election"]["name"] == "VIP Test Election"


def test_sources_say_whether_they_are_official(sandbox: Any) -> None:
    def sources(town: str, **more: str) -> list[bool]:
        places = ask(sandbox, f"12 Main St, {town}", **more).get("pollingLocations", [])
        return [place["sources"][0]["official"] for place in places]

    assert sources("Norwich") == [True]
    assert sources("Bristol") == [False]
    assert sorted(sources("Danbury")) == [False, True]
    assert sources("Danbury", officialOnly="true") == [True]
    assert sources("Bristol", officialOnly="true") == []


def test_some_towns_play_what_real_data_is_like(sandbox: Any) -> None:
    bare = ask(sandbox, "12 Main St, Kent")
    assert (bare["pollingLocations"][0]["pollingHours"], bare["pollingLocations"][0]["notes"]) == ("", "")
    assert "local_jurisdiction" not in bare["state"][0]
    assert "<b>" in ask(sandbox, "12 Main St, Cornwall")["pollingLocations"][0]["notes"]
    assert ask(sandbox, "12 Main St, Norfolk")["mailOnly"] is True
    not_yet = ask(sandbox, "12 Main St, Salisbury")
    assert "pollingLocations" not in not_yet
    assert not_yet["earlyVoteSites"]


def test_the_registrars_of_a_town_have_a_phone_for_fiction(sandbox: Any) -> None:
    local = ask(sandbox, "12 Main St, Norwich")["state"][0]["local_jurisdiction"]
    assert local["electionAdministrationBody"]["electionOfficials"][0]["officePhoneNumber"].startswith("860-555-01")


@pytest.mark.parametrize("query", ["electionId=next", "officialOnly=maybe", "returnAllAvailableData=1"])
def test_a_bad_parameter_is_400(sandbox: Any, query: str) -> None:
    status, message = refusal(sandbox, f"{path('12 Main St, Norwich')}&{query}")
    assert status == 400
    assert "Invalid" in message


def test_elections_are_listed_and_divisions_are_found_by_address(sandbox: Any) -> None:
    listed = sandbox.json(f"{BASE}/elections?key=any")["elections"]
    assert {"VIP Test Election", "2027 Connecticut Municipal General Election"} <= {e["name"] for e in listed}
    assert len({e["id"] for e in listed}) == len(listed)
    found = sandbox.json(f"{BASE}/divisionsByAddress?key=any&address=12+Main+St,+New+London")
    assert "ocd-division/country:us/state:ct/place:new_london" in found["divisions"]


@pytest.mark.parametrize(("address", "shows"), DEMO)
def test_every_address_of_the_page_shows_what_it_says(sandbox: Any, address: str, shows: str) -> None:
    answer = sandbox.get(path(address))
    assert answer.status == (400 if "400" in shows else 200)
    if told := re.search('400 "(.*?)"', shows):
        assert json.loads(answer.data)["error"]["message"] == told[1]


def test_the_page_has_an_address_for_every_quirk() -> None:
    towns = {address.partition(", ")[2] for address, _ in DEMO}
    assert {*QUIRKS, NO_DATA_TOWN, TWO_ON_ONE_DAY.name} <= towns
