"""A turn that takes longer than Twilio waits: one text all the same. Rasa is made slow by stopping its process."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from core.tables import inbox, outbox
from tests.reliability.conftest import PUBLIC
from tests.stack import Stack
from tests.twilio_double import Phone, TwilioDouble, a_sid, inbound_fields, twiml_text

QUESTION = "how do I renew my license"
REPLY_SECONDS = 2.0


@contextlib.contextmanager
def rasa_stopped(town: Stack) -> Iterator[None]:
    os.kill(town.running["rasa"].pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(town.running["rasa"].pid, signal.SIGCONT)


@pytest.fixture
def phone(town: Stack) -> Phone:
    return Phone(town.web, PUBLIC)


def texts_by_rest(double: TwilioDouble, phone: Phone, seconds: float, at_least: int = 1) -> list[str]:
    until = time.monotonic() + seconds
    while len(double.bodies_to(phone.number)) < at_least and time.monotonic() < until:
        time.sleep(0.05)
    return double.bodies_to(phone.number)


def test_a_long_turn_gets_an_empty_response_in_time_and_one_text_later(
    town: Stack, double: TwilioDouble, phone: Phone
) -> None:
    with rasa_stopped(town):
        began = time.monotonic()
        assert phone.text(QUESTION) is None
        assert time.monotonic() - began < REPLY_SECONDS + 1
        time.sleep(1)
    assert len(texts_by_rest(double, phone, 15)) == 1
    time.sleep(1)
    assert len(double.bodies_to(phone.number)) == 1


@pytest.mark.parametrize("early", [0.15, 0.0, -0.15])
def test_a_turn_that_ends_at_the_limit_goes_one_way_only(town: Stack, double: TwilioDouble, early: float) -> None:
    phones = [Phone(town.web, PUBLIC) for _ in range(8)]
    with ThreadPoolExecutor(len(phones)) as pool:
        with rasa_stopped(town):
            answers = [pool.submit(phone.text, QUESTION) for phone in phones]
            time.sleep(REPLY_SECONDS - early)
        in_twiml = [answer.result() for answer in answers]
    for phone, said in zip(phones, in_twiml, strict=True):
        assert len(texts_by_rest(double, phone, 15, at_least=0 if said else 1)) + (said is not None) == 1
    time.sleep(1)
    assert all(
        len(double.bodies_to(phone.number)) + (said is not None) == 1
        for phone, said in zip(phones, in_twiml, strict=True)
    )


def test_two_deliveries_of_one_text_at_once_make_one_turn(town: Stack, database: Engine, phone: Phone) -> None:
    fields = inbound_fields(phone.number, QUESTION, a_sid())
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(phone.post, fields) for _ in range(2)]
        said = [twiml_text(answer.result().data) for answer in answers]
    assert sum(text is not None for text in said) == 1
    with database.connect() as connection:
        turns = select(outbox.c.id).join(inbox).where(inbox.c.client_key == fields["MessageSid"])
        assert len(connection.execute(turns.where(outbox.c.delivery.is_not(None))).all()) == 1


def test_stop_while_a_turn_runs_is_silence(town: Stack, double: TwilioDouble, phone: Phone) -> None:
    said: list[str | None] = []
    with rasa_stopped(town):
        asking = threading.Thread(target=lambda: said.append(phone.text(QUESTION)))
        asking.start()
        time.sleep(0.3)
        said.append(phone.text("stop"))
    asking.join()
    time.sleep(3)
    assert said == [None, None]
    assert double.bodies_to(phone.number) == []


def test_texts_in_quick_succession_are_answered_in_order(town: Stack, database: Engine, phone: Phone) -> None:
    sids = [a_sid() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for sid in sids:
            pool.submit(phone.post, inbound_fields(phone.number, QUESTION, sid))
            time.sleep(0.05)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with database.connect() as connection:
            asked = connection.execute(select(inbox).where(inbox.c.client_key.in_(sids)).order_by(inbox.c.id)).all()
        if all(row.state == "answered" for row in asked):
            break
        time.sleep(0.1)
    assert [row.client_key for row in asked] == sids
    assert [row.seq for row in asked] == sorted(row.seq for row in asked)
