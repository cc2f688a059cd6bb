"""Credentials and registrations: against the sandbox, and against gateways that answer oddly."""

import datetime as dt
import statistics
import time
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from actions.apis import capabilities
from actions.apis.credential_status import (
    Carrier,
    Credential,
    Kind,
    Reason,
    Registration,
    RegistrationState,
    State,
    credential,
    registration,
)  # fmt: skip
from actions.apis.result import Found, NeedsIdentity, NotFound, Rejected, Result, Unavailable
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY, settings
from tests.actions.asking import Sandbox

NUMBER, BORN = "LA-1001012", dt.date(1980, 7, 4)
LOOKUP, REGISTRATION = "/credential_status/lookup", "/credential_status/registration"
TUESDAY = "2026-11-24T10:00:00-05:00"


def value(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


async def answered(server: HTTPServer, **body: Any) -> Credential:
    server.expect_request(LOOKUP, method="POST").respond_with_json({"kind": "license", "state": "mailed", **body})
    found: Credential = value(await credential(NUMBER, BORN))
    return found


async def answered_registration(server: HTTPServer, **body: Any) -> Registration:
    server.expect_request(REGISTRATION, method="POST").respond_with_json({"state": "active", **body})
    found: Registration = value(await registration("ZZ90001", BORN))
    return found


# --- the sandbox


async def test_a_mailed_license_of_the_sandbox_is_read_whole(sandbox: Sandbox) -> None:
    sandbox.order(now=TUESDAY)
    assert value(await credential(NUMBER, BORN)) == Credential(
        Kind.LICENSE,
        State.MAILED,
        dt.date(2026, 11, 22),
        dt.date(2026, 11, 20),
        dt.date(2026, 11, 22),
        Carrier.USPS,
        "SAMPLE10010101",
        dt.date(2034, 11, 20),
        None,
    )


@pytest.mark.parametrize(
    ("number", "born", "kind", "state", "reason"),
    [
        ("LA-1001036", "1990-11-30", Kind.ID, State.IN_REVIEW, None),
        ("LA-1001073", "2008-08-17", Kind.PERMIT, State.ON_HOLD, Reason.DOCUMENT_MISSING),
        ("LA-1001099", "1972-10-12", Kind.REGISTRATION, State.MAILED, None),
        ("LA-1001116", "1983-06-06", Kind.LICENSE, State.UNKNOWN, Reason.UNKNOWN),
    ],
)
async def test_applications_of_the_sandbox_are_read(
    sandbox: Sandbox, number: str, born: str, kind: Kind, state: State, reason: Reason | None
) -> None:
    found = value(await credential(number, dt.date.fromisoformat(born)))
    assert (found.kind, found.state, found.reason) == (kind, state, reason)


async def test_a_registration_of_the_sandbox_has_its_last_day(sandbox: Sandbox) -> None:
    sandbox.order(now=TUESDAY)
    found = value(await registration("ZZ90001", BORN))
    assert (found.state, found.valid_until) == (RegistrationState.ACTIVE, dt.date(2027, 12, 29))
    suspended = value(await registration("ZZ90004", dt.date(1968, 1, 9)))
    assert (suspended.state, suspended.reason) == (RegistrationState.SUSPENDED, Reason.INSURANCE_LAPSED)


async def test_an_unknown_number_and_a_wrong_birth_date_can_not_be_told_apart(sandbox: Sandbox) -> None:
    assert await credential("LA-0000000", BORN) == await credential(NUMBER, dt.date(1980, 7, 5)) == NotFound()
    assert await registration("NOBODY", BORN) == await registration("ZZ90001", dt.date(1980, 7, 5)) == NotFound()
    seconds: dict[str, list[float]] = {"LA-0000000": [], NUMBER: []}
    for _ in range(100):
        for number, taken in seconds.items():
            began = time.perf_counter()
            await credential(number, dt.date(1980, 7, 5))
            taken.append(time.perf_counter() - began)
    unknown, wrong = (statistics.quantiles(taken, n=10)[0] for taken in seconds.values())  # the undisturbed ones
    assert abs(unknown - wrong) < 0.5 * min(unknown, wrong)


async def test_what_is_only_for_people_who_signed_in_says_so_and_does_not_open_the_breaker(sandbox: Sandbox) -> None:
    for _ in range(5):
        assert await credential("LA-1001134", dt.date(1964, 9, 23)) == NeedsIdentity()
    assert isinstance(await credential(NUMBER, BORN), Found)


async def test_a_number_the_gateway_finds_malformed_is_rejected(sandbox: Sandbox) -> None:
    assert await credential("24-000123", BORN) == Rejected("bad_request")
    assert await registration("TOO LONG A PLATE", BORN) == Rejected("bad_request")


# --- other gateways


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("identity_required", NeedsIdentity()),
        ("https://gateway.example.gov/problems/identity_required", NeedsIdentity()),
        ("urn:problem:identity_required", NeedsIdentity()),
        ("not_identity_required", Rejected("forbidden")),
        ("unauthorized", Rejected("forbidden")),
        (7, Rejected("forbidden")),
    ],
)
async def test_a_gateway_may_want_the_person_to_sign_in(
    upstream: HTTPServer, status: int, kind: Any, result: Result[Any]
) -> None:
    upstream.expect_request(LOOKUP).respond_with_json({"type": kind, "status": status}, status=status)
    assert await credential(NUMBER, BORN) == result


async def test_a_403_that_is_no_problem_at_all_is_a_refusal(upstream: HTTPServer) -> None:
    upstream.expect_request(LOOKUP).respond_with_data("<html>identity_required</html>", status=403)
    assert await credential(NUMBER, BORN) == Rejected("forbidden")


async def test_number_and_birth_date_stand_in_the_body_and_never_in_the_address(
    upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUTMEG_CREDENTIAL_STATUS_TOKEN", "token-1")
    settings.cache_clear()
    await answered(upstream)
    request = upstream.log[0][0]
    assert request.json == {"application_number": NUMBER, "birth_date": "1980-07-04"}
    assert request.url.endswith(LOOKUP)
    assert request.headers["Authorization"] == "Bearer token-1"


async def test_without_a_token_none_is_made_up_for_a_real_gateway(upstream: HTTPServer) -> None:
    await answered(upstream)
    assert "Authorization" not in upstream.log[0][0].headers


@pytest.mark.parametrize("told", ["laminated", "Maybe Mailed", "mailed_", "x" * 500, "发出"])
async def test_an_unknown_state_is_unknown_and_never_good_news(upstream: HTTPServer, told: str) -> None:
    assert (await answered(upstream, state=told)).state is State.UNKNOWN


@pytest.mark.parametrize("told", ["ON HOLD", "on-hold", " On_Hold "])
async def test_words_are_read_in_every_spelling(upstream: HTTPServer, told: str) -> None:
    assert (await answered(upstream, state=told)).state is State.ON_HOLD


async def test_what_can_not_be_read_is_left_out_and_unknown_words_are_unknown(upstream: HTTPServer) -> None:
    found = await answered(
        upstream, kind="hovercraft", carrier="pigeon", reason=["x"], mailed_on="soon", printed_on=20261120,
        tracking="<b>x</b>", valid_until="2034-02-30",
    )  # fmt: skip
    assert (found.kind, found.carrier, found.reason) == (Kind.UNKNOWN, Carrier.UNKNOWN, Reason.UNKNOWN)
    assert (found.mailed, found.printed, found.tracking, found.valid_until) == (None, None, "", None)


async def test_what_is_missing_is_missing(upstream: HTTPServer) -> None:
    found = await answered(upstream, kind=None)
    assert found == Credential(Kind.UNKNOWN, State.MAILED, None, None, None, None, "", None, None)


async def test_tracking_numbers_lose_their_spaces(upstream: HTTPServer) -> None:
    assert (await answered(upstream, tracking="sample 1001 0101")).tracking == "SAMPLE10010101"


async def test_names_and_addresses_a_gateway_sends_are_not_read(upstream: HTTPServer) -> None:
    found = await answered(upstream, name="PRIVATE", address="PRIVATE", license_number="PRIVATE")
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    ("state", "valid_until", "shown"),
    [
        ("active", "2026-11-24", RegistrationState.ACTIVE),
        ("active", "2026-11-23", RegistrationState.EXPIRED),
        ("active", None, RegistrationState.ACTIVE),
        ("suspended", "2026-11-23", RegistrationState.SUSPENDED),
        ("parked", "2026-11-23", RegistrationState.UNKNOWN),
    ],
)
async def test_a_registration_whose_last_day_is_past_is_not_called_valid(
    upstream: HTTPServer, state: str, valid_until: str | None, shown: RegistrationState
) -> None:
    found = await answered_registration(upstream, state=state, valid_until=valid_until)
    assert found.state_on(dt.date(2026, 11, 24)) is shown


@pytest.mark.parametrize("status", [201, 202, 204])
async def test_another_good_status_is_no_answer(upstream: HTTPServer, status: int) -> None:
    upstream.expect_request(LOOKUP).respond_with_data("", status=status)
    assert isinstance(await credential(NUMBER, BORN), Unavailable)


async def test_nothing_is_kept_and_nothing_is_sent_twice(upstream: HTTPServer) -> None:
    await answered(upstream)
    await credential(NUMBER, BORN)
    assert len(upstream.log) == 2
    upstream.clear_all_handlers()
    upstream.expect_request(LOOKUP).respond_with_data("down", status=500)
    result = await credential(NUMBER, BORN)
    assert isinstance(result, Unavailable)
    assert result.cached is None
    assert len(upstream.log) == 3


async def test_number_birth_date_and_plate_are_in_no_log(
    upstream: HTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    upstream.expect_request(LOOKUP).respond_with_json({"state": 1, "number": NUMBER})
    upstream.expect_request(REGISTRATION).respond_with_data(f"down {NUMBER}", status=500)
    await credential(NUMBER, BORN)
    await registration("ZZ90001", BORN)
    output = "".join(capfd.readouterr())
    assert "credential_status" in output
    assert not any(private in output for private in (NUMBER, "1980", "ZZ90001"))


# --- words


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("kinds", Kind),
        ("states", State),
        ("registration_states", RegistrationState),
        ("reasons", Reason),
        ("carriers", Carrier),
    ],
)
def test_every_word_has_a_response(block: str, words: type[Kind]) -> None:
    responses = read_yaml(REPOSITORY / "domain" / "credential_words.yml")["responses"]
    said = capabilities.of("credential_status")[block]
    assert set(said) == {word.value for word in words}
    assert set(said.values()) <= set(responses)
