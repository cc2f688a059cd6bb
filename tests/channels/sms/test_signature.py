"""Twilio's published vectors, and every way a webhook can be forged or broken."""

import pytest
from flask import Flask, request
from twilio.request_validator import RequestValidator

from channels.sms.signature import is_genuine
from core.settings import settings
from tests.channels.sms.sms_app import App
from tests.twilio_double import TOKEN, a_resident, inbound_fields, signature

FORM_PATH = "/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
FORM_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
JSON_PATH = FORM_PATH + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON = '{"property": "value", "boolean": true}'
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="


@pytest.fixture
def published(installation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_TWILIO_AUTH_TOKEN", "12345")
    monkeypatch.setenv("NUTMEG_PUBLIC_URL", "https://mycompany.com")
    settings.cache_clear()


def genuine(path: str, given: str | None, **more: object) -> bool:
    headers = {} if given is None else {"X-Twilio-Signature": given}
    with Flask("vectors").test_request_context(path, method="POST", headers=headers, **more):  # type: ignore[arg-type]
        return is_genuine(request)


def test_the_published_form_vector_is_genuine(published: None) -> None:
    assert genuine(FORM_PATH, FORM_SIGNATURE, data=FORM)


def test_the_published_json_vector_is_genuine(published: None) -> None:
    assert genuine(JSON_PATH, JSON_SIGNATURE, data=JSON, content_type="application/json")


def test_a_changed_json_body_is_not(published: None) -> None:
    assert not genuine(JSON_PATH, JSON_SIGNATURE, data=JSON.replace("true", "false"), content_type="application/json")


@pytest.mark.parametrize("public", ["http://mycompany.com", "https://mycompany.com/x", "https://other.com"])
def test_another_public_address_is_not(published: None, monkeypatch: pytest.MonkeyPatch, public: str) -> None:
    monkeypatch.setenv("NUTMEG_PUBLIC_URL", public)
    settings.cache_clear()
    assert not genuine(FORM_PATH, FORM_SIGNATURE, data=FORM)


def test_the_port_of_https_may_be_written_or_not(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_PUBLIC_URL", "https://mycompany.com:443")
    settings.cache_clear()
    assert genuine(FORM_PATH, FORM_SIGNATURE, data=FORM)


@pytest.mark.parametrize("given", [None, "", "x", FORM_SIGNATURE[:-1], FORM_SIGNATURE + "="])
def test_a_missing_or_wrong_signature_is_not(published: None, given: str | None) -> None:
    assert not genuine(FORM_PATH, given, data=FORM)


def test_a_dropped_an_added_and_a_changed_parameter_are_not(published: None) -> None:
    assert not genuine(FORM_PATH, FORM_SIGNATURE, data={k: v for k, v in FORM.items() if k != "Digits"})
    assert not genuine(FORM_PATH, FORM_SIGNATURE, data=FORM | {"More": "1"})
    assert not genuine(FORM_PATH, FORM_SIGNATURE, data=FORM | {"Digits": "1235"})


def test_blank_and_repeated_parameters_are_signed_too(published: None) -> None:
    fields = {**FORM, "Body": "", "MediaUrl": "a"}
    right = RequestValidator("12345").compute_signature("https://mycompany.com" + FORM_PATH, fields)
    assert genuine(FORM_PATH, right, data=fields)


def test_a_key_or_algorithm_that_is_not_ours_is_refused(app: App) -> None:
    fields = inbound_fields(a_resident(), "HELP")
    for signing in ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "algorithm=HMAC_MD5"):
        headers = {"X-Twilio-Webhooks-Signature-Settings": signing}
        assert app.post("/sms/inbound", fields, headers).status_code == 403


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/status", "/sms/status?outbox=1"])
def test_unsigned_requests_are_refused_and_leave_nothing(app: App, inbox_of, path: str) -> None:
    number = a_resident()
    fields = inbound_fields(number, "hello", MessageStatus="sent")
    assert app.client.post(path, data=fields).status_code == 403
    assert app.client.post(path, data=fields, headers={"X-Twilio-Signature": "no"}).status_code == 403
    forged = signature("https://texts.example.gov" + path, fields, TOKEN + "x")
    assert app.client.post(path, data=fields, headers={"X-Twilio-Signature": forged}).status_code == 403
    assert inbox_of(number) == []


def test_the_host_header_has_no_say(app: App) -> None:
    fields = inbound_fields(a_resident(), "HELP")
    signed = {"X-Twilio-Signature": signature("https://evil.example/sms/inbound", fields), "Host": "evil.example"}
    assert app.client.post("/sms/inbound", data=fields, headers=signed).status_code == 403


def test_another_twilio_account_is_refused(app: App) -> None:
    fields = inbound_fields(a_resident(), "HELP", AccountSid="AC" + "c" * 32)
    assert app.post("/sms/inbound", fields).status_code == 403
