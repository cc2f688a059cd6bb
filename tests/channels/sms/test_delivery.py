"""The outbox: once, by one way, whatever Twilio says."""

import datetime as dt
import socket
from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import select, update
from werkzeug import Response

from channels.sms import delivery, suppression
from channels.sms.delivery import Delivery
from channels.sms.suppression import Reason
from core import database
from core.privacy import number_id
from core.settings import settings
from core.tables import outbox
from tests.channels.sms.sms_app import App, message


@pytest.fixture
def later() -> Callable[[float], time_machine.travel]:
    def travel(seconds: float) -> time_machine.travel:
        return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), tick=True)

    return travel


def reason(number: str) -> Reason | None:
    with database.reading() as connection:
        return suppression.reason_of(connection, number_id(number))


def test_a_text_goes_out_once_with_all_messages_of_its_turn(answered, twilio, resident, outbox_of) -> None:
    turn = answered(
        resident, message("One."), message("Two.", links=[{"title": "T", "url": "https://portal.ct.gov/dmv"}])
    )
    delivery.send(turn)
    delivery.send(turn)
    (sent,) = twilio.texts
    assert (sent.to, sent.body) == (resident, "One.\nTwo.\nportal.ct.gov/dmv")
    first, second = outbox_of(resident)
    assert (first.delivery, first.sid, first.status, first.segments) == (Delivery.SENT, sent.sid, "queued", 1)
    assert (second.delivery, second.sid) == (None, None)
    assert sent.status_address == f"https://texts.example.gov/sms/status?outbox={first.id}"


def test_twiml_and_rest_never_both(answered, twilio, resident, outbox_of) -> None:
    turn = answered(resident)
    assert delivery.take_for_twiml(turn)
    delivery.send(turn)
    assert twilio.requests == 0
    other = answered(resident)
    delivery.send(other)
    assert delivery.take_for_twiml(other) is None
    assert delivery.given_as_twiml(other) is None
    assert [row.delivery for row in outbox_of(resident)] == [Delivery.TWIML, Delivery.SENT]


def test_a_messaging_service_sends_when_one_is_set(answered, twilio, resident, outbox_of, monkeypatch) -> None:
    monkeypatch.setenv("NUTMEG_TWILIO_FROM", "MG" + "d" * 32)
    settings.cache_clear()
    delivery.send(answered(resident))
    assert outbox_of(resident)[0].status == "accepted"


def test_nothing_is_sent_after_stop(answered, twilio, app: App, resident, outbox_of) -> None:
    turn, other = answered(resident), answered(resident)
    app.text(resident, "stop")
    delivery.send(turn)
    assert delivery.take_for_twiml(other) is None
    assert twilio.requests == 0
    assert [row.delivery for row in outbox_of(resident)] == [Delivery.SUPPRESSED] * 2


def test_opted_out_at_twilio_is_opted_out_here(answered, twilio, resident, outbox_of, later) -> None:
    twilio.fail_with(400, 21610)
    delivery.send(answered(resident))
    row = outbox_of(resident)[0]
    assert (row.delivery, row.error_code) == (Delivery.SUPPRESSED, 21610)
    assert reason(resident) is Reason.STOP
    with later(3600):
        assert delivery.unsent() == []
    delivery.send(answered(resident))
    assert twilio.requests == 1


@pytest.mark.parametrize("code", [21211, 21614])
def test_a_number_that_takes_no_texts_gets_none_until_it_writes(answered, twilio, app, resident, code: int) -> None:
    twilio.fail_with(400, code)
    delivery.send(answered(resident))
    assert reason(resident) is Reason.BAD_NUMBER
    assert app.text(resident, "")
    assert reason(resident) is None


def test_too_many_requests_is_tried_again_once_when_twilio_says(answered, twilio, resident, outbox_of, later) -> None:
    turn = answered(resident)
    twilio.fail_with(429, 20429, **{"Retry-After": "30"})
    delivery.send(turn)
    assert outbox_of(resident)[0].delivery == Delivery.NEW
    delivery.send(turn)  # too early
    with later(25):
        assert delivery.unsent() == []
    assert twilio.requests == 1
    with later(31):
        assert delivery.unsent() == [turn]
        delivery.send(turn)
        delivery.send(turn)
    assert len(twilio.texts) == 1


def test_each_failure_waits_longer_and_a_day_ends_it(answered, twilio, resident, outbox_of) -> None:
    turn = answered(resident)
    waits = []
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        for _ in range(6):
            twilio.fail_with(503, 20503)
            delivery.send(turn)
            row = outbox_of(resident)[0]
            waits.append((row.not_before - dt.datetime.now(dt.UTC)).total_seconds())
            clock.shift(waits[-1] + 0.001)
        assert waits[0] <= 3 < waits[-1] <= 450
        clock.shift(dt.timedelta(days=2))
        twilio.fail_with(503, 20503)
        delivery.send(turn)
    assert outbox_of(resident)[0].delivery == Delivery.FAILED


def test_refused_credentials_stop_the_outbox_and_lose_nothing(answered, twilio, resident, outbox_of, later) -> None:
    turn, other = answered(resident), answered(resident)
    twilio.fail_with(401, 20003)
    delivery.send(turn)
    delivery.send(other)
    assert twilio.requests == 1
    delivery.stopped.clear()  # the operator has repaired it and started the worker anew
    with later(2):
        for row in delivery.unsent():
            delivery.send(row)
    assert len(twilio.texts) == 2


def test_a_lost_answer_is_unknown_and_never_sent_again(answered, twilio, resident, outbox_of, later) -> None:
    turn = answered(resident)
    twilio.failures.append(Response("<html>Bad gateway</html>", status=502))
    delivery.send(turn)
    assert outbox_of(resident)[0].delivery == Delivery.UNKNOWN
    with later(3600):
        assert delivery.unsent() == []
        delivery.send(turn)
    assert twilio.requests == 1


def test_a_connection_cut_after_the_request_is_unknown_too(answered, resident, outbox_of, monkeypatch) -> None:
    turn = answered(resident)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("NUTMEG_TWILIO_API_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        settings.cache_clear()
        import threading

        def cut() -> None:
            caller, _ = listener.accept()
            caller.recv(65536)
            caller.close()

        thread = threading.Thread(target=cut)
        thread.start()
        delivery.send(turn)
        thread.join()
    assert outbox_of(resident)[0].delivery == Delivery.UNKNOWN


def test_twilio_not_reached_at_all_is_tried_again(answered, twilio, resident, outbox_of, monkeypatch, later) -> None:
    turn = answered(resident)
    with monkeypatch.context() as away:
        away.setenv("NUTMEG_TWILIO_API_URL", "http://127.0.0.1:9")
        _fresh_settings()
        delivery.send(turn)
    _fresh_settings()
    assert outbox_of(resident)[0].delivery == Delivery.NEW
    with later(60):
        delivery.send(turn)
    assert len(twilio.texts) == 1


def _fresh_settings() -> None:
    from channels.sms import twilio_api

    settings.cache_clear()
    twilio_api._local.__dict__.clear()


def test_a_sender_that_died_between_request_and_answer_leaves_unknown(
    answered, twilio, resident, outbox_of, later
) -> None:
    turn = answered(resident)
    with database.writing() as connection:
        now = dt.datetime.now(dt.UTC)
        connection.execute(update(outbox).where(outbox.c.inbox_id == turn).values(delivery="sending", sent_at=now))
    assert delivery.mark_lost() == 0
    with later(120):
        assert delivery.mark_lost() == 1
        assert delivery.unsent() == []
        delivery.send(turn)
    assert outbox_of(resident)[0].delivery == Delivery.UNKNOWN
    assert twilio.requests == 0


def test_the_first_answer_of_an_unchecked_translation_says_so(answered, twilio, resident) -> None:
    for _ in range(2):
        delivery.send(answered(resident, message("Hola.", lang="es", reviewed=False)))
    assert [text.body for text in twilio.texts] == ["Hola.\n(borrador; ENGLISH = inglés)", "Hola."]


def test_unlisted_codes_fall_to_their_class(installation: None) -> None:
    from channels.sms.errors import Action, on_sending

    assert on_sending(29999, 400).action is Action.FAIL
    assert on_sending(29999, 429).action is Action.RETRY
    assert on_sending(None, 500).action is Action.RETRY
    assert on_sending(None, 401).action is Action.STOP


def test_rows_left_by_a_web_process_are_found(answered, resident, later) -> None:
    turn = answered(resident)
    assert delivery.unsent() == []
    with later(2):
        assert delivery.unsent() == [turn]
    with database.reading() as connection:
        assert connection.execute(select(outbox.c.delivery)).scalar_one() == "new"
