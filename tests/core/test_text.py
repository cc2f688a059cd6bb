"""How a resident's text is normalised: for any text at all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, fold, words

ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_cleaning_never_makes_a_text_longer_and_twice_changes_nothing_more(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= len(unicodedata.normalize("NFC", text))
    assert clean(cleaned) == cleaned


@given(ANY_TEXT)
def test_a_clean_text_can_be_stored_and_shows_what_it_holds(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not {character for character in cleaned if unicodedata.category(character) in ("Cc", "Cs")} - {"\t", "\n"}


@given(ANY_TEXT)
def test_words_leave_out_nothing_but_spaces(text: str) -> None:
    assert "".join(words(text)) == "".join(text.split())


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("¿Cuánto?", "¿cuanto?"),
        ("ŁÓDŹ", "lodz"),
        ("Tiếng Việt", "tieng viet"),
        ("I’m", "i'm"),
        ("İstanbul", "istanbul"),
    ],
)
def test_folding_takes_off_case_and_accents(given_text: str, folded: str) -> None:
    assert fold(given_text) == folded


def test_cleaning_takes_out_what_cannot_be_seen() -> None:
    assert clean("re\u0000new\u200b \u202emy\u202c\u00ad license\U000e0041 \ud83d") == "renew my license"


def test_cleaning_keeps_what_scripts_need() -> None:
    assert clean("क्\u200dष नमस्ते \u200cمی‌خواهم") != ""
    assert "\u200d" in clean("क्\u200dष")
