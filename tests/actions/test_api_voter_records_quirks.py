"""What gateways of voter records answer, well and badly, and what is read of it."""

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from actions.apis.result import Found, NotFound, Rejected, Unavailable
from actions.apis.voter_records import ElectionOffice, PollingPlace, Status
from tests.actions.voter_answers import found, record, told, told_of


async def test_an_address_never_gets_into_the_result(upstream: HTTPServer) -> None:
    secret = {"GeneralAddress": "SECRET", "CompletePlaceName": {"PlaceName": [{"Value": "SECRET"}]}}
    private = {
        "ResidenceAddress": secret,
        "MailingAddress": secret,
        "PreviousResidenceAddress": secret,
        "ContactMethod": [{"Type": "phone", "Value": "SECRET"}],
        "VoterId": [{"Type": "ssn4", "StringValue": "SECRET"}],
        "PreviousName": {"LastName": "SECRET"},
    }
    participation = [{"Election": {"StartDate": "2024-11-05", "Name": "SECRET"}}]
    result = await told_of(upstream, record(voter=private, VoterParticipation=participation))
    assert isinstance(result, Found)
    assert "SECRET" not in repr(result)


@pytest.mark.parametrize(
    "body",
    [
        {"VoterRecord": [record()]},
        {"VoterRecord": record()},
        {"@type": "VRI.VoterRecordResults", "VoterRecord": [record()], "Extra": 1},
        {"VoterRecord": [record(voter={"DateOfBirth": "1984-3-12"})]},
        {"VoterRecord": [record(voter={"DateOfBirth": "03/12/1984"})]},
        {"VoterRecord": [record(voter={"DateOfBirth": "1984-03-12T00:00:00Z"})]},
        {"VoterRecord": [record(voter={"DateOfBirth": "unknown"})]},
        {"VoterRecord": [record(voter={"Name": {"LastName": "okafor", "FirstName": "Grace N."}})]},
        {"VoterRecord": [record(voter={"Name": {"FullName": "GRACE N OKAFOR"}})]},
        {"VoterRecord": [record(voter={"Name": {"FullName": "Okafor, Grace N"}})]},
    ],
    ids=[
        "no @type", "lone object", "more keys", "short date", "American date", "time stamp", "no date", "initial",
        "full name", "last name first",
    ],
)  # fmt: skip
async def test_answers_are_read_leniently(upstream: HTTPServer, body: Any) -> None:
    assert found(await told(upstream, body)).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"VoterStatus": "Active"}, Status.ACTIVE),
        ({"VoterStatus": "INACTIVE"}, Status.INACTIVE),
        ({"VoterStatus": "other", "OtherStatus": "In process"}, Status.PENDING),
        ({"VoterStatus": "pending"}, Status.PENDING),
        ({"VoterStatus": "other", "OtherStatus": "purged"}, Status.OTHER),
        ({"VoterStatus": "other", "OtherStatus": "active"}, Status.OTHER),
        ({"VoterStatus": "challenged"}, Status.OTHER),
        ({"VoterStatus": ""}, Status.OTHER),
        ({"VoterStatus": None}, Status.OTHER),
    ],
)
async def test_an_unknown_status_is_never_the_good_one(
    upstream: HTTPServer, fields: dict[str, Any], status: Status
) -> None:
    assert found(await told_of(upstream, record(**fields))).status is status


@pytest.mark.parametrize(
    "voter",
    [
        {"Name": {"FirstName": "Grace", "LastName": "Okoro"}},
        {"Name": {"FirstName": "Helen", "LastName": "Okafor"}},
        {"Name": {"FullName": "Joann Okafor"}},
        {"Name": {}},
        {"DateOfBirth": "1984-03-13"},
    ],
)
async def test_a_record_of_somebody_else_is_not_shown(upstream: HTTPServer, voter: dict[str, Any]) -> None:
    assert await told_of(upstream, record(voter=voter)) == NotFound()


async def test_of_several_records_the_one_that_says_all_that_was_asked_is_taken(upstream: HTTPServer) -> None:
    namesake = record(voter={"DateOfBirth": "1958-04-21"}, VoterStatus="inactive")
    assert found(await told_of(upstream, namesake, record())).status is Status.ACTIVE


@pytest.mark.parametrize(
    "other", [record(), record(voter={"Name": {"LastName": "Okafor", "FirstName": "Grace B"}})], ids=["same", "nearly"]
)
async def test_two_records_that_match_are_not_found(upstream: HTTPServer, other: Any) -> None:
    assert await told_of(upstream, record(), other) == NotFound()


async def test_several_records_that_tell_too_little_are_not_found(upstream: HTTPServer) -> None:
    vague = record(voter={"DateOfBirth": None})
    assert await told_of(upstream, vague, vague) == NotFound()


@pytest.mark.parametrize(
    "marked",
    [
        record(voter={"VoterClassification": [{"Type": "protected-voter", "Assertion": "yes"}]}),
        record(voter={"VoterClassification": {"Type": "Protected Voter"}}),
        record(voter={"VoterClassification": [{"Type": "protected-voter", "Assertion": "unknown"}]}),
        record(VoterStatus="other", OtherStatus="Confidential"),
    ],
)
async def test_a_protected_voter_is_neither_confirmed_nor_denied(upstream: HTTPServer, marked: Any) -> None:
    assert await told_of(upstream, marked) == NotFound()


async def test_a_voter_who_is_said_not_to_be_protected_is_shown(upstream: HTTPServer) -> None:
    classes = [{"Type": "protected-voter", "Assertion": "no"}, {"Type": "united-states-citizen", "Assertion": "yes"}]
    assert isinstance(await told_of(upstream, record(voter={"VoterClassification": classes})), Found)


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ({"GeneralAddress": "1 Sample St", "StateName": "CT", "ZipCode": "06360"}, "1 Sample St, CT 06360"),
        ({"GeneralAddress": "1 Sample St", "PlaceStateZip": ["Norwich, CT 06360"]}, "1 Sample St, Norwich, CT 06360"),
        (
            {
                "CompleteAddressNumber": {"AddressNumber": "12", "AddressNumberSuffix": {"Value": "B"}},
                "CompleteStreetName": {
                    "StreetNamePreDirectional": {"Value": "North"},
                    "StreetName": "Sample",
                    "StreetNamePostType": {"Value": "Avenue"},
                },
                "CompletePlaceName1": {"PlaceName": [{"Value": "Hartford"}]},
            },
            "12B North Sample Avenue, Hartford",
        ),
        ({"CompleteLandmarkName": {"LandmarkName": [{"Value": "Old Fire House"}]}}, "Old Fire House"),
        ("somewhere", ""),
        ({"GeneralAddress": ["x"], "CompletePlaceName": 7, "PlaceStateZip": "x"}, ""),
    ],
)
async def test_every_kind_of_address_of_a_polling_place_becomes_a_line(
    upstream: HTTPServer, address: Any, line: str
) -> None:
    place = {"Name": "Town Hall", "Location": {"Address": address}}
    assert found(await told_of(upstream, record(PollingLocation=place))).polling_place == PollingPlace(
        "Town Hall", line
    )


@pytest.mark.parametrize("place", [None, {}, [], "Town Hall", {"Location": 7}])
async def test_a_polling_place_may_be_missing(upstream: HTTPServer, place: Any) -> None:
    assert found(await told_of(upstream, record(PollingLocation=place))).polling_place is None


async def test_a_polling_place_as_a_list_and_the_offices_contacts_are_read(upstream: HTTPServer) -> None:
    office = {
        "Name": "<b>Registrar</b>",
        "Uri": ["http://plain.example.gov", "https://vote.example.gov"],
        "ContactMethod": [
            {"Type": "email", "Value": "vote@example.gov"},
            {"Type": "phone", "Value": "(860) 555-0138"},
        ],
    }
    read = found(await told_of(upstream, record(PollingLocation=[{"Name": "School"}], ElectionAdministration=office)))
    assert read.polling_place == PollingPlace("School", "")
    assert read.office == ElectionOffice("Registrar", "+18605550138", "vote@example.gov", "https://vote.example.gov")


@pytest.mark.parametrize(
    ("kind", "shown"), [("precinct", "District 3"), ("split-precinct", "District 3"), ("utility", "")]
)
async def test_the_voting_district_is_the_precinct_and_no_other(upstream: HTTPServer, kind: str, shown: str) -> None:
    districts = [{"Type": "congressional", "Name": "2"}, {"Type": kind, "Name": "District 3"}]
    assert found(await told_of(upstream, record(District=districts))).district == shown


# --- refusals


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("names", "result"),
    [
        (["identity-lookup-failed"], NotFound()),
        (["other", "identity-lookup-failed"], NotFound()),
        (["incomplete"], Rejected("incomplete")),
        (["invalid-form"], Rejected("invalid_form")),
        (["ineligible"], Rejected("ineligible")),
        (["other"], Rejected("other")),
        (["something new"], Rejected("other")),
        ([], Rejected("other")),
    ],
)
async def test_the_reasons_of_a_rejection(upstream: HTTPServer, status: int, names: list[str], result: Any) -> None:
    errors = [{"Name": name, "Ref": "Grace Okafor"} for name in names]
    assert await told(upstream, {"@type": "VRI.RequestRejection", "Error": errors}, status) == result


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (404, {"Error": [{"Name": "identity-lookup-failed"}]}, NotFound()),
        (422, {"detail": [{"loc": ["body", "Subject"], "msg": "field required"}]}, Rejected("invalid_form")),
        (400, {"detail": "no"}, Rejected("bad_request")),
        (400, "<html>no</html>", Rejected("bad_request")),
        (401, {"Error": [{"Name": "other"}]}, Rejected("forbidden")),
        (200, {"@type": "VRI.VoterRecordResults"}, NotFound()),
        (200, {"VoterRecord": []}, NotFound()),
    ],
)
async def test_other_ways_to_say_no(upstream: HTTPServer, status: int, body: Any, result: Any) -> None:
    assert await told(upstream, body, status) == result


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"@type": "VRI.RequestAcknowledgement", "TransactionId": "t"}),
        (202, {"@type": "VRI.RequestAcknowledgement", "TransactionId": "t"}),
        (201, {"@type": "VRI.RequestSuccess", "Action": ["registration-created"]}),
        (204, ""),
    ],
)
async def test_an_answer_without_a_result_is_unavailable(upstream: HTTPServer, status: int, body: Any) -> None:
    assert isinstance(await told(upstream, body, status), Unavailable)
