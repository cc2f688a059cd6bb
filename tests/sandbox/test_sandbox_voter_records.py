import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.ballots import STORIES
from sandbox.control import Control
from sandbox.voters import FIXED, Standing, Voter, sample_voters
from sandbox.world import World

TOKEN = {"Authorization": "Bearer any"}
GRACE, DANIEL, PRIYA, HELEN, WALTER = FIXED[:5]


def asked_about(voter: Voter, **changes: Any) -> dict[str, Any]:
    """A request about a voter; `first`, `last`, `born` and `town` change what it says."""
    place = {"@type": "addr_type.PlaceName_type", "Value": changes.get("town", voter.town)}
    return {
        "@type": "VRI.VoterRecordsRequest",
        "GeneratedDate": "2026-11-24",
        "RequestMethod": "voter-via-internet",
        "Type": ["lookup"],
        "TransactionId": "t-1",
        "Subject": {
            "@type": "VRI.Voter",
            "Name": {
                "@type": "VRI.Name",
                "FirstName": changes.get("first", voter.first),
                "LastName": changes.get("last", voter.last),
            },
            "DateOfBirth": changes.get("born", voter.birth_date.isoformat()),
            "ResidenceAddress": {
                "@type": "addr.GeneralAddressClass_type",
                "CompletePlaceName": {"@type": "addr_type.CompletePlaceName_type", "PlaceName": [place]},
            },
        },
    }


def ask(sandbox: Any, message: Any, status: int, headers: dict[str, str] = TOKEN) -> Any:
    answer = sandbox.ask("POST", "/voter_records/lookup", headers, body=json.dumps(message))
    assert answer.status == status, answer.data
    return json.loads(answer.data)


def record_of(sandbox: Any, voter: Voter, **changes: Any) -> Any:
    (found,) = ask(sandbox, asked_about(voter, **changes), 200)["VoterRecord"]
    return found


def reason(rejection: Any) -> str:
    assert rejection["@type"] == "VRI.RequestRejection"
    (error,) = rejection["Error"]
    return str(error["Name"])


def test_there_are_500_voters_in_every_standing_and_every_stage_of_a_ballot() -> None:
    voters = sample_voters(World(7, Control()), tuple(STORIES))
    assert len(voters) == 500
    standings = Counter(voter.standing for voter in voters)
    assert standings.keys() == set(Standing)
    assert min(standings.values()) >= 10
    assert {voter.ballot for voter in voters} == {"", *STORIES}
    assert len({voter.party for voter in voters}) >= 4


def test_the_same_seed_makes_the_same_voters_and_another_seed_others_but_the_fixed_ones() -> None:
    seven, again, eight = (sample_voters(World(seed, Control()), tuple(STORIES)) for seed in (7, 7, 8))
    assert seven == again
    assert seven[len(FIXED) :] != eight[len(FIXED) :]
    assert seven[: len(FIXED)] == eight[: len(FIXED)] == list(FIXED)


def test_only_the_twins_share_name_birth_date_and_town() -> None:
    voters = sample_voters(World(7, Control()), tuple(STORIES))
    shared = [key for key, count in Counter(voter.key for voter in voters).items() if count > 1]
    assert [key[:2] for key in shared] == [("maria", "santos")]


def test_docs_list_every_fixed_voter() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    for voter in FIXED:
        assert f"| {voter.first} {voter.last} | {voter.birth_date} | {voter.town} |" in page


def test_an_active_voter_has_party_district_polling_place_and_office(sandbox: Any) -> None:
    found = record_of(sandbox, GRACE)
    assert found["VoterStatus"] == "active"
    assert found["Voter"]["Party"]["Name"] == "Democratic"
    assert found["District"][0]["Name"] == "District 1"
    assert "Norwich" in found["PollingLocation"]["Name"]
    assert found["PollingLocation"]["Location"]["Address"]["GeneralAddress"].endswith("Sample Street")
    assert found["ElectionAdministration"]["ContactMethod"][0]["Value"].startswith("860-555-01")


def test_the_other_standings(sandbox: Any) -> None:
    assert record_of(sandbox, DANIEL)["VoterStatus"] == "inactive"
    pending = record_of(sandbox, PRIYA)
    assert (pending["VoterStatus"], pending["OtherStatus"]) == ("other", "pending")
    assert reason(ask(sandbox, asked_about(WALTER), 404)) == "identity-lookup-failed"


def test_a_protected_voter_has_no_address_and_nothing_that_tells_a_place(sandbox: Any) -> None:
    found = record_of(sandbox, HELEN)
    assert found["Voter"]["VoterClassification"][0]["Type"] == "protected-voter"
    assert found["Voter"]["ResidenceAddress"] == {"@type": "addr.GeneralAddressClass_type"}
    assert not {"PollingLocation", "District", "Locality", "ElectionAdministration"} & set(found)


def test_every_other_voter_has_a_home_address_that_must_not_get_out(sandbox: Any) -> None:
    assert "Private" in record_of(sandbox, GRACE)["Voter"]["ResidenceAddress"]["GeneralAddress"]


@pytest.mark.parametrize(
    ("last", "changes"),
    [
        ("O'Neill", {"first": "SIOBHAN", "last": "oneill"}),
        ("O'Neill", {"last": "O’Neill", "town": "danbury"}),
        ("Núñez", {"first": "Jose", "last": "Nunez"}),
        ("Núñez", {"last": "Nu\u0301n\u0303ez"}),
        ("Nguyễn", {"first": "thao", "last": "Nguyen"}),
        ("García-López", {"first": "Anne Marie", "last": "Garcia Lopez"}),
        ("García-López", {"first": "AnneMarie", "last": "GARCÍA-LÓPEZ"}),
    ],
)
def test_names_match_without_capitals_accents_and_punctuation(sandbox: Any, last: str, changes: dict[str, Any]) -> None:
    voter = next(voter for voter in FIXED if voter.last == last)
    assert record_of(sandbox, voter, **changes)["Voter"]["Name"]["LastName"] == last


def test_two_people_of_one_name_are_told_apart_by_birth_date(sandbox: Any) -> None:
    elder, younger = (voter for voter in FIXED if voter.last == "Miller")
    assert record_of(sandbox, elder)["VoterStatus"] == "active"
    assert record_of(sandbox, younger)["VoterStatus"] == "inactive"


def test_two_people_who_share_everything_are_both_sent(sandbox: Any) -> None:
    twin = next(voter for voter in FIXED if voter.last == "Santos")
    assert len(ask(sandbox, asked_about(twin), 200)["VoterRecord"]) == 2


@pytest.mark.parametrize("changes", [{"first": "Gloria"}, {"born": "1984-03-13"}, {"town": "Hartford"}, {"last": "!"}])
def test_one_wrong_fact_finds_nobody(sandbox: Any, changes: dict[str, str]) -> None:
    assert reason(ask(sandbox, asked_about(GRACE, **changes), 404)) == "identity-lookup-failed"


def test_a_town_may_stand_in_the_line_of_state_and_zip(sandbox: Any) -> None:
    message = asked_about(GRACE)
    message["Subject"]["ResidenceAddress"] = {
        "@type": "addr.GeneralAddressClass_type",
        "PlaceStateZip": ["Norwich, CT 06360"],
    }
    assert ask(sandbox, message, 200)["VoterRecord"]


def test_no_token_no_answer(sandbox: Any) -> None:
    rejection = ask(sandbox, asked_about(GRACE), 401, headers={})
    assert reason(rejection) == "other"


def test_the_number_of_the_request_comes_back(sandbox: Any) -> None:
    assert ask(sandbox, asked_about(GRACE), 200)["TransactionId"] == "t-1"
    assert ask(sandbox, asked_about(WALTER), 404)["TransactionId"] == "t-1"


def test_who_is_too_young_is_ineligible(sandbox: Any) -> None:
    assert reason(ask(sandbox, asked_about(GRACE, born="2015-01-01"), 400)) == "ineligible"


@pytest.mark.parametrize("missing", ["GeneratedDate", "RequestMethod", "Type", "Subject"])
def test_what_the_schema_requires_is_required(sandbox: Any, missing: str) -> None:
    message = asked_about(GRACE)
    del message[missing]
    rejection = ask(sandbox, message, 400)
    assert (reason(rejection), rejection["Error"][0]["Ref"]) == ("incomplete", missing)


@pytest.mark.parametrize("missing", ["Name", "DateOfBirth", "ResidenceAddress"])
def test_a_look_up_needs_name_birth_date_and_town(sandbox: Any, missing: str) -> None:
    message = asked_about(GRACE)
    del message["Subject"][missing]
    rejection = ask(sandbox, message, 400)
    assert (reason(rejection), rejection["Error"][0]["Ref"]) == ("incomplete", f"Subject.{missing}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"@type": "VRI.Voter"},
        {"Type": ["registration"]},
        {"RequestMethod": "by-pigeon"},
        {"Subject": "Grace"},
        {"GeneratedDate": 7},
    ],
)
def test_a_request_of_another_form_is_invalid(sandbox: Any, wrong: dict[str, Any]) -> None:
    assert reason(ask(sandbox, {**asked_about(GRACE), **wrong}, 400)) == "invalid-form"


@pytest.mark.parametrize("body", [[], "x", None, 7])
def test_what_is_no_object_is_invalid(sandbox: Any, body: Any) -> None:
    assert reason(ask(sandbox, body, 400)) == "invalid-form"


@pytest.mark.parametrize("born", ["1984-3-12", "03/12/1984", "1984-02-30", "1984-W10-1"])
def test_a_birth_date_is_iso(sandbox: Any, born: str) -> None:
    assert reason(ask(sandbox, asked_about(GRACE, born=born), 400)) == "invalid-form"


def test_it_can_be_made_slow_and_wrong_like_the_others(sandbox: Any) -> None:
    sandbox.order(api="voter_records", mode="error", status=503, times=1)
    answer = sandbox.ask("POST", "/voter_records/lookup", TOKEN, body=json.dumps(asked_about(GRACE)))
    assert answer.status == 503
    assert ask(sandbox, asked_about(GRACE), 200)
