"""STOP, START and HELP, in every language."""

import pytest

from channels import work
from channels.sms import keywords
from channels.sms.keywords import Kind, match, words_of
from core.languages import LANGUAGES
from tests.channels.sms.sms_app import App

FCC = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]
TWILIO = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]


@pytest.mark.parametrize(
    "word", [*FCC, *TWILIO, "stop.", " Stop! ", "«STOP»", "Opt-Out", "ALTO", "Alto.", "PARAR", "cancelar"]
)
def test_words_that_stop(word: str) -> None:
    found = match(word, is_stopped=False)
    assert found
    assert found.kind is Kind.STOP


@pytest.mark.parametrize("group", ["stop", "start", "help", "confirm"])
def test_every_language_has_words(group: str) -> None:
    assert set(words_of(group).values()) == set(LANGUAGES)


def test_no_word_stands_in_two_groups() -> None:
    stop, start, explain = (set(words_of(group)) for group in ("stop", "start", "help"))
    assert not stop & start
    assert not stop & explain
    assert not start & explain
    assert not set(words_of("start_when_stopped")) & (stop | explain)
    assert not set(words_of("confirm")) & (stop | start | explain)


@pytest.mark.parametrize(
    "text", ["when does the DMV stop taking cash", "bus stop", "fine", "help me renew", "yes", "sí", "đúng", "dung", ""]
)
def test_other_texts_are_no_keywords(text: str) -> None:
    assert match(text, is_stopped=False) is None


def test_a_keyword_is_found_whatever_the_case_of_its_letters() -> None:
    for group in ("stop", "start", "help"):
        for word in words_of(group):
            assert keywords.normal(f" {word.upper()}. ") == word or word != word.upper().casefold()


@pytest.mark.parametrize("word", ["STOP", "stop.", "Alto", "退订", "стоп"])
def test_after_stop_there_is_silence(app: App, resident, inbox_of, outbox_of, word: str) -> None:
    assert app.text(resident, word) is None
    assert app.text(resident, "how do I renew my license") is None
    assert app.text(resident, "HELP") is None
    assert [row.state for row in inbox_of(resident)] == ["answered"] * 3  # no turn waits for Rasa
    assert outbox_of(resident) == []


def test_twilios_word_for_it_counts_and_is_answered_by_twilio_alone(app: App, resident, outbox_of) -> None:
    assert app.text(resident, "HELP", OptOutType="HELP") is None
    assert app.text(resident, "laat maar", OptOutType="STOP") is None
    assert app.text(resident, "") is None
    assert outbox_of(resident) == []
    assert app.text(resident, "START", OptOutType="START") is None
    assert app.text(resident, "")


@pytest.mark.parametrize("word", ["START", "unstop", "yes", "Sí", "empezar", "oui"])
def test_start_brings_one_welcome_and_the_service_back(app: App, resident, outbox_of, word: str) -> None:
    app.text(resident, "STOP")
    assert app.text(resident, word)
    assert [row.message["answer"] for row in outbox_of(resident)] == ["own_welcome"]
    assert app.text(resident, "")


def test_start_in_spanish_is_answered_in_spanish(app: App, resident, outbox_of) -> None:
    app.text(resident, "alto")
    app.text(resident, "empezar")
    assert [row.message["lang"] for row in outbox_of(resident)] == ["es"]


def test_help_says_how_to_stop_and_who_answers(app: App, resident, outbox_of) -> None:
    said = app.text(resident, "HELP") or ""
    assert "STOP" in said
    assert "rates" in said
    assert "211" in said
    spanish = app.text("+12035550999", "Ayuda") or ""
    assert "STOP" in spanish
    assert "211" in spanish
    assert outbox_of("+12035550999")[0].message["lang"] == "es"


def test_help_words_of_all_languages_get_help(app: App, resident, outbox_of) -> None:
    said = [app.text(resident, word) for word in list(words_of("help"))[:25]]
    assert all(said)
    assert {row.message["answer"] for row in outbox_of(resident)} == {"own_help"}


def test_a_turn_that_waits_when_stop_comes_ends_in_silence(app: App, resident, inbox_of, outbox_of, twilio) -> None:
    app.text(resident, "how do I renew my license")  # Rasa is away: left to the worker
    app.text(resident, "stop")
    assert work.answer_and_send(inbox_of(resident)[0].id) is work.Outcome.DONE
    assert [row.state for row in inbox_of(resident)] == ["answered", "answered"]
    assert outbox_of(resident) == []
    assert twilio.requests == 0
