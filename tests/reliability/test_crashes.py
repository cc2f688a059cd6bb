"""kill -9 in the middle of a burst: nothing that was accepted is lost, nothing is answered or run twice."""

import collections
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, Row, select

from core.tables import conversation, inbox, outbox, tracker_event
from tests.reliability.burst import QUESTIONS, Browser, Burst, Texter
from tests.reliability.conftest import PUBLIC
from tests.stack import Stack
from tests.twilio_double import Phone, TwilioDouble

BROWSERS = 20
PHONES = 20
EACH = 5
ALL = (BROWSERS + PHONES) * EACH
SETTLED_SECONDS = 45.0
UNSURE = ("sending", "unknown")


@pytest.mark.timeout(150)
def test_a_burst_survives_kill_minus_nine(town: Stack, database: Engine, double: TwilioDouble) -> None:
    burst = Burst()
    browsers = [Browser(town.web) for _ in range(BROWSERS)]
    for browser in browsers:
        browser.open()
    texters = [Texter(Phone(town.web, PUBLIC)) for _ in range(PHONES)]
    residents = [*browsers, *texters]
    threads = [threading.Thread(target=resident.talk, args=(burst, EACH)) for resident in residents]
    for thread in threads:
        thread.start()
    for place, name in enumerate(("web", "rasa", "worker"), start=1):
        burst.wait_for(place * ALL // 5)
        town.kill(name)
        town.start(name)
    for thread in threads:
        thread.join(90)

    assert burst.broken == []
    assert burst.accepted == ALL
    wait_until(lambda: not open_rows(database), "every accepted message is answered")
    questions = rows(database, inbox, inbox.c.client_key.in_(list(burst.texts)))
    assert_each_answered_once(database, questions)
    assert_no_gaps(database, questions)
    assert_rasa_ran_each_once(database, questions)
    assert_chats_show_what_was_answered(browsers)
    for texter in texters:
        assert_texts(database, double, texter, burst)
    assert_nothing_personal(town, texters)


def rows(database: Engine, table: Any, *wanted: Any) -> list[Row[Any]]:
    with database.connect() as connection:
        return list(connection.execute(select(table).where(*wanted).order_by(table.c.id)))


def open_rows(database: Engine) -> list[Row[Any]]:
    return rows(database, inbox, inbox.c.state.in_(["accepted", "working"])) or rows(
        database, outbox, outbox.c.delivery == "new"
    )


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + SETTLED_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.2)


def assert_each_answered_once(database: Engine, questions: list[Row[Any]]) -> None:
    assert len(questions) == ALL
    assert {question.state for question in questions} == {"answered"}
    answered = {row.inbox_id for row in rows(database, outbox)}
    assert all(question.id in answered for question in questions)


def assert_no_gaps(database: Engine, questions: list[Row[Any]]) -> None:
    """Questions and answers of a conversation are numbered 1, 2, 3 …, in order of arrival."""
    with database.connect() as connection:
        following = {row.id: row.next_seq for row in connection.execute(select(conversation))}
    for key in {question.conversation_id for question in questions}:
        asked = rows(database, inbox, inbox.c.conversation_id == key)
        said = rows(database, outbox, outbox.c.conversation_id == key)
        numbers = sorted([row.seq for row in asked] + [row.seq for row in said])
        assert numbers == list(range(1, following[key]))
        assert [row.seq for row in asked] == sorted(row.seq for row in asked)


def assert_rasa_ran_each_once(database: Engine, questions: list[Row[Any]]) -> None:
    events = rows(database, tracker_event, tracker_event.c.type == "user")
    runs = collections.Counter(event.event.get("message_id") for event in events)
    assert {runs[str(question.id)] for question in questions} == {1}


def assert_chats_show_what_was_answered(browsers: list[Browser]) -> None:
    for browser in browsers:
        shown = browser.ask("GET", "/messages?after=0").json()["messages"]
        by_seq = {message["seq"]: message["text"] for message in shown}
        assert len(by_seq) == len(shown)
        assert [message["text"] for message in shown if message["from"] == "resident"] == list(QUESTIONS[:EACH])
        assert all(by_seq[answer["seq"]] == answer["text"] for answer in browser.got)


def assert_texts(database: Engine, double: TwilioDouble, texter: Texter, burst: Burst) -> None:
    """One text for each message: in the webhook's answer or by the REST API, never both."""
    asked = rows(database, inbox, inbox.c.client_key.in_(texter.sids))
    turns = rows(database, outbox, outbox.c.inbox_id.in_([row.id for row in asked]), outbox.c.delivery.is_not(None))
    in_twiml = [sid for sid in texter.sids if burst.texts[sid]]
    by_rest = double.bodies_to(texter.phone.number)
    unsure = sum(row.delivery in UNSURE for row in turns)
    assert {row.delivery for row in turns} <= {"twiml", "sent", *UNSURE}
    assert len(in_twiml) == sum(row.delivery == "twiml" for row in turns)
    assert EACH - unsure <= len(in_twiml) + len(by_rest) <= EACH


def assert_nothing_personal(town: Stack, texters: list[Texter]) -> None:
    logs = town.log_text()
    assert not [text for text in QUESTIONS if len(text) > 5 and text in logs]
    assert not [texter for texter in texters if texter.phone.number[1:] in logs]
