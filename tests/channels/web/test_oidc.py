"""What a sign-in service says is believed only if it is its own word, for us, for this sign-in, and in time."""

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from pytest_httpserver import HTTPServer

from channels.web import oidc
from channels.web.oidc import SignInFailed
from core.identity import Claims
from core.settings import settings
from tests.bot.dialogue import installation
from tests.channels.web.sign_in import CLIENT, Issuer, query

Sign = Callable[[], Claims]


@pytest.fixture
def issuer(httpserver: HTTPServer, tmp_path: Path) -> Iterator[Issuer]:
    made = Issuer(httpserver)
    with installation(tmp_path, NUTMEG_OIDC_ISSUER=made.url, NUTMEG_OIDC_CLIENT_ID=CLIENT):
        forget()
        yield made
    forget()


def forget() -> None:
    oidc._known_issuer.cache_clear()
    oidc._keys.cache_clear()


@pytest.fixture
def sign_in(issuer: Issuer) -> Sign:
    def go() -> Claims:
        url, started = oidc.start()
        issuer.nonce = query(url)["nonce"]
        return oidc.finish(started, "a-code")

    return go


def configure(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"NUTMEG_{name}", value)
    settings.cache_clear()


def test_the_way_to_the_service_is_the_code_flow_with_pkce(issuer: Issuer) -> None:
    url, started = oidc.start()
    asked = query(url)
    assert url.startswith(f"{issuer.url}/authorize?")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(started.verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert asked["redirect_uri"] == f"{settings().public_base}/chat/identity/callback"
    assert (asked["state"], asked["nonce"]) == (started.state, started.nonce)
    assert min(len(asked["state"]), len(asked["nonce"])) >= 22  # Login.gov wants that many
    assert 43 <= len(started.verifier) <= 128  # RFC 7636, 4.1


def test_no_two_sign_ins_share_a_secret(issuer: Issuer) -> None:
    first, second = oidc.start()[1], oidc.start()[1]
    assert not {first.state, first.nonce, first.verifier} & {second.state, second.nonce, second.verifier}
    assert first.verifier not in repr(first)


def test_the_code_is_redeemed_with_the_verifier_behind_the_challenge(issuer: Issuer, sign_in: Sign) -> None:
    url, started = oidc.start()
    issuer.nonce = started.nonce
    oidc.finish(started, "a-code")
    form = issuer.token_requests[0].form
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
    assert challenge.decode() == query(url)["code_challenge"]
    assert (form["grant_type"], form["code"]) == ("authorization_code", "a-code")
    assert form["redirect_uri"] == query(url)["redirect_uri"]


def test_without_a_secret_the_client_names_itself_and_pkce_has_to_do(issuer: Issuer, sign_in: Sign) -> None:
    sign_in()
    request = issuer.token_requests[0]
    assert "Authorization" not in request.headers
    assert request.form["client_id"] == CLIENT
    assert "client_secret" not in request.form


@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_basic", "client_secret_post"]])
def test_the_secret_goes_where_the_service_takes_it(
    issuer: Issuer, sign_in: Sign, monkeypatch: pytest.MonkeyPatch, methods: list[str] | None
) -> None:
    configure(monkeypatch, OIDC_CLIENT_SECRET="a secret")
    issuer.metadata = {"token_endpoint_auth_methods_supported": methods} if methods else {}
    sign_in()
    request = issuer.token_requests[0]
    assert (request.authorization is None) == (methods == ["client_secret_post"])
    assert request.form.get("client_secret") == ("a secret" if methods == ["client_secret_post"] else None)


def test_who_has_signed_in_is_known_by_subject_name_and_date_of_birth(issuer: Issuer, sign_in: Sign) -> None:
    found = sign_in()
    assert (found.subject, found.name, found.birth_date.isoformat()) == ("jane", "Quillfeather", "1984-03-12")
    assert "Quillfeather" not in repr(found)


def test_claims_may_come_from_the_userinfo_endpoint(issuer: Issuer, sign_in: Sign) -> None:
    issuer.claims = {}
    issuer.userinfo = {"sub": "jane", "birthdate": "1984-03-12", "name": "Jane Quillfeather"}
    assert sign_in().name == "Jane Quillfeather"


def test_userinfo_about_somebody_else_is_refused(issuer: Issuer, sign_in: Sign) -> None:
    issuer.claims = {}
    issuer.userinfo = {"sub": "john", "birthdate": "1984-03-12"}
    refused(sign_in, "bad_token")


@pytest.mark.parametrize("birthdate", [None, "", "1984", "0000-03-12", "1984-02-30", "12.3.1984", 1984])
def test_an_account_without_a_whole_date_of_birth_is_not_enough(issuer: Issuer, sign_in: Sign, birthdate: Any) -> None:
    issuer.claims = {"birthdate": birthdate}
    refused(sign_in, "no_birth_date")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("nonce", "another"),
        ("nonce", None),
        ("iss", "https://elsewhere.example"),
        ("iss", None),
        ("aud", "another-client"),
        ("aud", ["another-client"]),
        ("aud", [CLIENT, "another-client"]),
        ("aud", None),
        ("azp", "another-client"),
        ("exp", int(time.time()) - 3600),
        ("exp", None),
        ("exp", "soon"),
        ("iat", int(time.time()) + 3600),
        ("iat", None),
        ("nbf", int(time.time()) + 3600),
        ("sub", None),
        ("sub", ""),
        ("sub", ["jane"]),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(issuer: Issuer, sign_in: Sign, claim: str, value: Any) -> None:
    def bend(claims: dict[str, Any]) -> None:
        claims[claim] = value
        if value is None:
            del claims[claim]

    issuer.bend = bend
    refused(sign_in, "bad_token")


@pytest.mark.parametrize("claim", ["nonce", "iss"])
def test_a_list_that_holds_the_right_value_is_not_the_right_value(issuer: Issuer, sign_in: Sign, claim: str) -> None:
    issuer.bend = lambda claims: claims.update({claim: [claims[claim], "another"]})
    refused(sign_in, "bad_token")


def test_a_token_for_several_is_taken_when_it_is_made_for_us(issuer: Issuer, sign_in: Sign) -> None:
    issuer.bend = lambda claims: claims.update(aud=[CLIENT, "another-client"], azp=CLIENT)
    assert sign_in().subject == "jane"


def test_a_token_that_somebody_else_signed_is_refused(issuer: Issuer, sign_in: Sign) -> None:
    issuer.signed_with = RSAKey.generate_key(2048, parameters={"kid": "one"})
    refused(sign_in, "bad_token")


def test_a_token_that_nobody_signed_is_refused(issuer: Issuer, sign_in: Sign) -> None:
    issuer.algorithm = "none"
    refused(sign_in, "bad_token")


def test_a_token_that_is_signed_with_what_everybody_knows_is_refused(issuer: Issuer, sign_in: Sign) -> None:
    issuer.algorithm, issuer.signed_with = "HS256", OctKey.import_key(issuer.key.as_dict(private=False)["n"])
    refused(sign_in, "bad_token")


def test_a_service_that_has_changed_its_keys_is_believed_at_once(issuer: Issuer, sign_in: Sign) -> None:
    sign_in()
    issuer.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert sign_in().subject == "jane"


def test_a_code_that_the_service_refuses_is_no_sign_in(issuer: Issuer, sign_in: Sign) -> None:
    issuer.token_status = 400
    refused(sign_in, "refused")


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": ""},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_metadata_that_does_not_fit_is_refused(issuer: Issuer, told: dict[str, str]) -> None:
    issuer.metadata = told
    refused(lambda: oidc.start(), "metadata")


def test_a_service_that_is_away_or_talks_rubbish_is_said_to_be_away(
    issuer: Issuer, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.clear()
    for status, body in [(500, "{}"), (200, "no JSON"), (200, "[]"), (200, '{"x": "' + "x" * 300_000 + '"}')]:
        httpserver.expect_oneshot_request(oidc.METADATA).respond_with_data(body, status=status)
        refused(lambda: oidc.start(), "issuer_away")
    httpserver.expect_oneshot_request(oidc.METADATA).respond_with_data(
        "", status=302, headers={"Location": "http://127.0.0.1:9/"}
    )
    refused(lambda: oidc.start(), "issuer_away")
    configure(monkeypatch, OIDC_ISSUER="http://127.0.0.1:9")
    refused(lambda: oidc.start(), "issuer_away")


def test_a_failure_tells_the_log_nothing_about_anybody(
    issuer: Issuer, sign_in: Sign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "nutmeg")
    issuer.bend = lambda claims: claims.update(nonce="another")
    failure = refused(sign_in, "bad_token")
    assert failure.__cause__ is None
    for word in ("Quillfeather", "1984", "jane", "a-code"):
        assert word not in repr(failure) + caplog.text


def refused(act: Callable[[], Any], code: str) -> SignInFailed:
    with pytest.raises(SignInFailed) as failed:
        act()
    assert failed.value.code == code
    return failed.value
