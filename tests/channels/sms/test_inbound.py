"""What comes in: stored once, whatever it is."""

import pytest
from sqlalchemy import select

from channels import turns, wake
from core import database
from core.privacy import decrypt, number_id
from core.tables import conversation
from tests.channels.sms.sms_app import App
from tests.twilio_double import a_resident, a_sid, inbound_fields

SAMPLE = {"AddOns": '{ "status": "successful", "message": null, "code": null, "results": { } }', "Later": "new"}


def test_a_text_while_rasa_is_away_is_stored_and_left_to_the_worker(app: App, resident, inbox_of) -> None:
    assert app.text(resident, "how do I renew my license", **SAMPLE) is None
    (stored,) = inbox_of(resident)
    assert (stored.text, stored.state) == ("how do I renew my license", turns.State.ACCEPTED)
    assert wake.queue().pending_count() == 1


def test_the_number_is_stored_only_as_hash_and_cipher(app: App, resident) -> None:
    app.text(resident, "hello")
    with database.reading() as connection:
        row = connection.execute(select(conversation).where(conversation.c.id == number_id(resident))).one()
    assert resident not in repr(row)
    assert resident[1:] not in repr(row)
    assert decrypt(row.number_cipher) == resident


def test_the_same_message_sid_is_stored_once(app: App, resident, inbox_of) -> None:
    sid = a_sid()
    app.text(resident, "hello", sid=sid)
    app.text(resident, "hello", sid=sid)
    assert len(inbox_of(resident)) == 1
    app.text(resident, "hello")
    assert len(inbox_of(resident)) == 2


def test_a_duplicate_gets_no_second_text_and_twilios_repeat_gets_the_same_one(app: App, resident) -> None:
    fields = inbound_fields(resident, "help")
    first = app.post("/sms/inbound", fields, {"I-Twilio-Idempotency-Token": "one"})
    duplicate = app.post("/sms/inbound", fields, {"I-Twilio-Idempotency-Token": "two"})
    repeat = app.post("/sms/inbound", fields, {"I-Twilio-Idempotency-Token": "one"})
    assert b"<Message" in first.data
    assert b"<Message" not in duplicate.data
    assert repeat.data == first.data


@pytest.mark.parametrize("body", ["", "   ", "\u200b", "\x00"])
def test_a_picture_or_nothing_gets_a_polite_answer(app: App, resident, outbox_of, body: str) -> None:
    said = app.text(resident, body, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png")
    assert said
    assert outbox_of(resident)[0].message["answer"] == "own_media"
    assert app.text(resident, body)
    assert outbox_of(resident)[1].message["answer"] == "own_empty"


def test_a_huge_text_is_cut_and_answered_politely(app: App, resident, inbox_of, outbox_of) -> None:
    assert app.text(resident, "🐢" * 100_000)
    assert len(inbox_of(resident)[0].text) == 1600
    assert outbox_of(resident)[0].message["answer"] == "own_too_long"


@pytest.mark.parametrize(
    "body", ["a\x00b", "\u202eevil", "<script>alert(1)</script>", "'; DROP TABLE inbox; --", "¡Hola! ñ", "👩‍👩‍👧"]
)
def test_odd_texts_are_stored_as_text(app: App, resident, inbox_of, body: str) -> None:
    app.text(resident, body)
    assert inbox_of(resident)[0].text == body.replace("\x00", "")


@pytest.mark.parametrize("change", [{"MessageSid": ""}, {"From": "12345"}, {"From": "Bank"}, {"MessageSid": "S'M"}])
def test_a_webhook_that_is_no_text_from_a_phone_is_refused(app: App, change: dict[str, str]) -> None:
    answer = app.post("/sms/inbound", inbound_fields(a_resident(), "hello") | change)
    assert answer.status_code == 400


def test_two_machines_that_answer_each_other_come_to_rest(app: App, resident, outbox_of) -> None:
    said = [app.text(resident, "") for _ in range(35)]
    assert all(said[:30])
    assert not any(said[30:])
    assert len(outbox_of(resident)) == 30


def test_answer_is_xml_with_escaped_text_and_a_status_address(app: App, resident, answered) -> None:
    fields = inbound_fields(resident, "info")
    answer = app.post("/sms/inbound", fields)
    assert answer.data.decode().count('statusCallback="https://texts.example.gov/sms/status?outbox=') == 1
