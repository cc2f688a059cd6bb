"""Names as people write them in a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.flows.field import Read, Wrong
from actions.flows.people import read_name

WORD = st.from_regex(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("Ana Diaz", "Ana", "Diaz"),
        ("Diaz, Ana", "Ana", "Diaz"),
        ("ana maria de la cruz", "ana", "maria de la cruz"),
        ("John Q. Smith", "John", "Smith"),
        ("Siobhán O'Neill", "Siobhán", "O'Neill"),
        ("Jean-Pierre Saint-Fleur", "Jean-Pierre", "Saint-Fleur"),
        ("मेरा नाम Ana Diaz है", "Ana", "Diaz"),
        ("我叫 Ana Diaz", "Ana", "Diaz"),
    ],
)
def test_first_and_last_name_are_found(written: str, first: str, last: str) -> None:
    assert read_name(written) == Read({"first": first, "last": last})


def test_a_name_in_other_letters_is_asked_for_in_those_of_the_document() -> None:
    assert read_name("Анна Петрова") == Wrong("utter_flow_full_name_latin")


def test_one_word_is_no_whole_name() -> None:
    assert read_name("Ana") == Wrong("utter_flow_full_name_wrong")


@given(WORD, WORD)
def test_two_words_in_latin_letters_are_first_and_last_name_either_way_round(first: str, last: str) -> None:
    assert read_name(f"{first} {last}") == read_name(f"{last}, {first}") == Read({"first": first, "last": last})


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_and_a_name_has_both_parts(text: str) -> None:
    found = read_name(text)
    if isinstance(found, Read):
        assert found.value["first"]
        assert "\n" not in found.value["first"] + found.value["last"]
