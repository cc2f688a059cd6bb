"""A message that cannot be answered ends with an apology and a way forward, not in silence."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from pytest_httpserver import HTTPServer

from channels import conversations, rasa_client, turns, work
from core import database
from core.settings import settings
from tests.channels.sms.sms_app import App
from tests.twilio_double import TwilioDouble


@pytest.fixture
def broken_rasa(installation: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """Something answers where Rasa should be, with an error."""
    with HTTPServer(host="127.0.0.1", port=0) as server:
        server.expect_request(rasa_client.PATH, method="POST").respond_with_data("{}", status=500)
        monkeypatch.setenv("NUTMEG_RASA_PORT", str(server.port))
        settings.cache_clear()
        yield server


def test_after_five_failures_the_resident_gets_an_apology(
    broken_rasa: HTTPServer, app: App, resident, inbox_of, outbox_of, twilio: TwilioDouble
) -> None:
    assert app.text(resident, "how do I renew my license") is None
    row = inbox_of(resident)[0]
    outcomes = [work.answer_and_send(row.id) for _ in range(turns.MOST_ATTEMPTS - 1)]
    assert outcomes == [work.Outcome.LEFT] * 3 + [work.Outcome.DONE]
    assert inbox_of(resident)[0].state == turns.State.FAILED
    message = outbox_of(resident)[0].message
    assert message["answer"] == "own_apology"
    assert message["links"][0]["url"].startswith("https://")
    (text,) = twilio.texts
    assert "211" in text.body
    assert work.answer_and_send(row.id) is work.Outcome.DONE
    assert len(twilio.texts) == 1


def test_rasa_away_costs_no_attempt_until_the_patience_is_over(app: App, resident, inbox_of, twilio) -> None:
    app.text(resident, "how do I renew my license")
    row = inbox_of(resident)[0]
    for _ in range(10):
        assert work.answer_and_send(row.id) is work.Outcome.LEFT
    assert inbox_of(resident)[0].attempts == 0
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6), tick=True):
        assert turns.hopeless() == [row.id]
        assert work.answer_and_send(row.id) is work.Outcome.DONE
    assert len(twilio.texts) == 1


def test_a_chat_gets_its_apology_as_a_message_in_its_language(app: App, installation: None) -> None:
    made = conversations.open_web("es")
    with database.writing() as connection:
        accepted = turns.accept(connection, made.id, "a", "hola")
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6), tick=True):
        said = turns.run(accepted.inbox_id, 1)
    assert [(message["answer"], message["lang"]) for message in said] == [("own_apology", "es")]
    assert turns.answers_of(accepted.inbox_id) == said


def test_a_row_that_was_given_back_is_due_sooner_the_fewer_its_attempts(broken_rasa, app: App, resident) -> None:
    app.text(resident, "how do I renew my license")
    (row,) = [1]
    due = []
    for _ in range(3):
        now = dt.datetime.now(dt.UTC)
        for wait in (0.0, 0.04, 0.2, 0.6, 1.1):
            with time_machine.travel(now + dt.timedelta(seconds=wait), tick=False):
                if turns.waiting():
                    due.append(wait)
                    break
        work.answer_and_send(row)
    assert due == sorted(due)
    assert due[0] < 1.1
