"""Delivery reports in any order, twice, unknown."""

import itertools
import random

import pytest
from sqlalchemy import select

from channels.sms import delivery, suppression
from channels.sms.delivery import Delivery
from core import database
from core.privacy import number_id
from core.tables import delivery_report
from tests.channels.sms.sms_app import App
from tests.twilio_double import ACCOUNT, a_sid


def report(app: App, sid: str, status: str, outbox_id: int | None = None, **more: str) -> int:
    path = "/sms/status" + (f"?outbox={outbox_id}" if outbox_id else "")
    fields = {"MessageSid": sid, "MessageStatus": status, "SmsSid": sid, "SmsStatus": status, "AccountSid": ACCOUNT}
    return int(app.post(path, fields | more).status_code)


@pytest.fixture
def sent(app, answered, twilio, resident, outbox_of):
    delivery.send(answered(resident))
    return outbox_of(resident)[0]


def test_every_order_ends_in_the_same_state(app, answered, twilio, resident, outbox_of) -> None:
    words = ["queued", "sending", "sent", "delivered"]
    for order in itertools.permutations(words):
        delivery.send(answered(resident))
        row = outbox_of(resident)[-1]
        for word in [*order, random.choice(words)]:
            assert report(app, row.sid, word) == 204
        assert outbox_of(resident)[-1].status == "delivered"


def test_duplicates_change_nothing(app: App, sent, resident, outbox_of) -> None:
    for _ in range(3):
        assert report(app, sent.sid, "sent") == 204
    with database.reading() as connection:
        assert len(connection.execute(select(delivery_report)).all()) == 1
    assert outbox_of(resident)[0].status == "sent"


def test_an_unknown_word_is_kept_and_not_applied(app: App, sent, resident, outbox_of) -> None:
    assert report(app, sent.sid, "teleported") == 204
    assert outbox_of(resident)[0].status == "queued"
    with database.reading() as connection:
        assert connection.execute(select(delivery_report.c.status)).scalars().all() == ["teleported"]


def test_a_report_on_an_unknown_text_is_taken(app: App) -> None:
    assert report(app, a_sid(), "delivered") == 204
    assert report(app, a_sid(), "delivered", outbox_id=12345) == 204


def test_a_report_tells_the_sid_of_a_text_given_as_twiml(app, answered, resident, outbox_of) -> None:
    text = delivery.take_for_twiml(answered(resident))
    assert text
    sid = a_sid()
    report(app, sid, "sent", text.outbox_id)
    report(app, sid, "delivered", text.outbox_id)
    report(app, a_sid(), "failed", text.outbox_id)  # another text: not this one's any more
    row = outbox_of(resident)[0]
    assert (row.delivery, row.sid, row.status) == (Delivery.TWIML, sid, "delivered")


def test_a_report_resolves_an_unknown_text(app, answered, twilio, resident, outbox_of) -> None:
    from werkzeug import Response

    twilio.failures.append(Response("lost", status=504))
    delivery.send(answered(resident))
    row = outbox_of(resident)[0]
    assert row.delivery == Delivery.UNKNOWN
    sid = a_sid()
    report(app, sid, "sent", row.id)
    row = outbox_of(resident)[0]
    assert (row.delivery, row.sid, row.status) == (Delivery.SENT, sid, "sent")


@pytest.mark.parametrize(
    ("code", "kept"), [("30004", "blocked"), ("30005", "bad_number"), ("30008", None), ("1", None)]
)
def test_error_codes_are_followed(app: App, sent, resident, outbox_of, code: str, kept: str | None) -> None:
    report(app, sent.sid, "undelivered", ErrorCode=code)
    row = outbox_of(resident)[0]
    assert (row.status, row.error_code) == ("undelivered", int(code))
    with database.reading() as connection:
        assert suppression.reason_of(connection, number_id(resident)) == kept


@pytest.mark.parametrize("status", ["", "x" * 40])
def test_a_report_without_a_proper_status_is_refused(app: App, status: str) -> None:
    assert report(app, a_sid(), status) == 400
