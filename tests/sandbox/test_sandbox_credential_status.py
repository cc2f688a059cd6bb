"""The credential gateway of the sandbox: two facts that match, and no hint for whoever has one."""

import json
import statistics
import time
from typing import Any

import pytest

from sandbox.control import Control
from sandbox.credentials import (
    FIXED,
    FIXED_PLATES,
    HOW_MANY,
    HOW_MANY_PLATES,
    application_number,
    sample_credentials,
    sample_registrations,
)  # fmt: skip
from sandbox.world import World

LOOKUP, REGISTRATION = "/credential_status/lookup", "/credential_status/registration"
MAILED, BORN = "LA-1001012", "1980-07-04"
JSON = {"Content-Type": "application/json", "Authorization": "Bearer any"}


def ask(sandbox: Any, path: str, body: Any, **headers: str) -> Any:
    named = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    return sandbox.ask("POST", path, named, body=body if isinstance(body, bytes) else json.dumps(body))


def lookup(sandbox: Any, number: str = MAILED, birth_date: str = BORN) -> Any:
    return ask(sandbox, LOOKUP, {"application_number": number, "birth_date": birth_date})


def test_a_mailed_license_is_shown_with_its_tracking(sandbox: Any) -> None:
    answer = lookup(sandbox)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.data) == {
        "kind": "license",
        "state": "mailed",
        "updated_on": "2026-11-22",
        "printed_on": "2026-11-20",
        "mailed_on": "2026-11-22",
        "carrier": "usps",
        "tracking": "SAMPLE10010101",
        "valid_until": "2034-11-20",
    }


@pytest.mark.parametrize("fixed", [one for one in FIXED if not one.needs_sign_in], ids=lambda one: one.number)
def test_every_documented_application_is_in_its_state_whatever_the_seed(
    sandbox: Any, other_seed: Any, fixed: Any
) -> None:
    for one in (sandbox, other_seed):
        found = json.loads(lookup(one, fixed.number, fixed.birth_date.isoformat()).data)
        assert (found["kind"], found["state"], found.get("reason")) == (fixed.kind, fixed.state, fixed.reason)


@pytest.mark.parametrize("fixed", FIXED_PLATES, ids=lambda one: one.plate)
def test_every_documented_plate_is_in_its_state(sandbox: Any, fixed: Any) -> None:
    answer = ask(sandbox, REGISTRATION, {"plate": fixed.plate, "birth_date": fixed.birth_date.isoformat()})
    found = json.loads(answer.data)
    if "sign-in" in fixed.shows:
        assert (answer.status, found["type"]) == (403, "identity_required")
        return
    assert found["state"] == fixed.state
    assert (found["valid_until"] > "2026-11-24") == (fixed.days > 0)


def test_some_are_shown_only_after_sign_in_and_only_to_who_knows_both_facts(sandbox: Any) -> None:
    (fixed,) = [one for one in FIXED if one.needs_sign_in]
    answer = lookup(sandbox, fixed.number, fixed.birth_date.isoformat())
    assert (answer.status, json.loads(answer.data)["type"]) == (403, "identity_required")
    assert lookup(sandbox, fixed.number).status == 404


def test_an_unknown_number_and_a_wrong_birth_date_get_the_same_answer(sandbox: Any) -> None:
    unknown, wrong = lookup(sandbox, "LA-0000000"), lookup(sandbox, MAILED, "1980-07-05")
    assert unknown.status == wrong.status == 404
    assert unknown.data == wrong.data
    assert set(unknown.headers) == set(wrong.headers)
    plates = [
        ask(sandbox, REGISTRATION, {"plate": plate, "birth_date": "1999-01-01"}).data for plate in ("ZZ90001", "NOBODY")
    ]
    assert plates[0] == plates[1] == unknown.data


def test_an_unknown_number_and_a_wrong_birth_date_take_the_same_time(sandbox: Any) -> None:
    seconds: dict[str, list[float]] = {"LA-0000000": [], MAILED: []}
    for _ in range(100):
        for number, taken in seconds.items():
            began = time.perf_counter()
            lookup(sandbox, number, "1980-07-05")
            taken.append(time.perf_counter() - began)
    unknown, wrong = (statistics.quantiles(taken, n=10)[0] for taken in seconds.values())  # the undisturbed ones
    assert abs(unknown - wrong) < 0.5 * min(unknown, wrong)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Basic abc"])
def test_without_a_bearer_token_nothing_is_told(sandbox: Any, token: str) -> None:
    answer = ask(sandbox, LOOKUP, {"application_number": MAILED, "birth_date": BORN}, Authorization=token)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"{", []),
        (b"[" * 100_000, []),
        ([MAILED], []),
        ({}, ["application_number", "birth_date"]),
        ({"application_number": MAILED}, ["birth_date"]),
        ({"application_number": "24-000123", "birth_date": BORN}, ["application_number"]),
        ({"application_number": f"{MAILED}\n", "birth_date": BORN}, ["application_number"]),
        ({"application_number": 1001012, "birth_date": BORN}, ["application_number"]),
        ({"application_number": MAILED, "birth_date": "1981-02-29"}, ["birth_date"]),
        ({"application_number": MAILED, "birth_date": "19800704"}, ["birth_date"]),
        ({"application_number": MAILED, "birth_date": BORN, "SECRET": "x"}, ["unknown"]),
    ],
)
def test_what_is_malformed_is_named_and_not_quoted(sandbox: Any, body: Any, fields: list[str]) -> None:
    answer = ask(sandbox, LOOKUP, body)
    told = json.loads(answer.data)
    assert answer.status == told["status"] == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in told["errors"]] == fields
    assert b"SECRET" not in answer.data


def test_a_form_is_no_json(sandbox: Any) -> None:
    body = f"application_number={MAILED}&birth_date={BORN}".encode()
    assert ask(sandbox, LOOKUP, body, Content_Type="application/x-www-form-urlencoded").status == 415


def test_the_state_has_300_applications_and_every_state_occurs() -> None:
    world = World(7, Control())
    entries = sample_credentials(world)
    assert len(entries) == HOW_MANY == 300
    assert len(sample_registrations(world)) == HOW_MANY_PLATES
    assert entries == sample_credentials(World(7, Control()))
    assert entries.keys() != sample_credentials(World(8, Control())).keys()
    for entry in entries.values():
        fields = entry.fields()
        told = [fields[name] for name in ("printed_on", "mailed_on", "updated_on") if name in fields]
        assert told == sorted(told)


def test_numbers_end_in_the_check_digit_of_damm() -> None:
    assert application_number("572") == "LA-5724"  # the example of Damm's own work


@pytest.mark.parametrize(
    ("mode", "status"), [("error", 500), ("garbage", 200), ("wrong_types", 200), ("throttled", 429)]
)
def test_it_misbehaves_on_order(sandbox: Any, mode: str, status: int) -> None:
    well = lookup(sandbox).data
    sandbox.order(api="credential_status", mode=mode, times=1)
    answer = lookup(sandbox)
    assert answer.status == status
    assert answer.data != well
    assert lookup(sandbox).data == well
