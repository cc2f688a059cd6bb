"""`nutmeg languages check`: a new language is told every place that waits for it."""

import pytest

from bot.nlu.date_words import vocabulary
from bot.nlu.time_words import time_words
from bot.nlu.tokenizer import tokenizer
from core.language_places import missing
from core.languages import LANGUAGES, Language

RECIPE = (
    "data/date_words.yml", "data/documents.yml", "data/language_names.yml", "data/safety_phrases.yml",
    "data/sms_keywords.yml", "data/time_words.yml", "data/nlu/sq/", "locales/sq/responses.po", "locales/sq/web.po",
    "locales/sq/sms.po", "data/holdout/sq.jsonl", "docs/languages/sq.md", "tests/conversations/languages/sq.yml",
)  # fmt: skip


@pytest.fixture
def albanian(monkeypatch: pytest.MonkeyPatch) -> Language:
    added = Language("sq", "sq", "sq", "Shqip")
    monkeypatch.setitem(LANGUAGES, "sq", added)
    return added


def test_a_language_without_a_line_begins_there() -> None:
    (told,) = missing("sq")
    assert told.startswith("core/languages.py")


def test_a_new_language_is_told_every_place(albanian: Language) -> None:
    places = [line.partition(": ")[0] for line in missing("sq")]
    assert [place for place in RECIPE if place not in places] == []


def test_a_language_that_cldr_lacks_is_told_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "hmn", Language("hmn", "hmn", "hmn", "Hmoob"))
    assert next(missing("hmn")).startswith("data/cldr_gaps.yml")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_languages_that_are_served_are_in_every_word_list(code: str) -> None:
    assert [line for line in missing(code) if "no words of" in line or "cldr_gaps" in line] == []


def test_a_language_without_words_yet_stops_nothing(albanian: Language) -> None:
    assert vocabulary("sq")
    assert time_words("sq")
    assert tokenizer("hmn")("nyob zoo")
