"""Numbers of cases and telephones in what residents write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.numbers import case_numbers, phone_numbers

YEARS = st.integers(0, 99).map("{:02d}".format)
RUNNING = st.integers(0, 999_999).map("{:06d}".format)


def cases(text: str) -> list[str]:
    return [number.value for number in case_numbers(text)]


@pytest.mark.parametrize(
    "text",
    [
        "24-000123",
        "#24-000123",
        "24–000123",
        "24 - 000123",
        "24 000123",
        "24000123",
        "status of request 24-000123",
        "mi caso es 24-000123.",
        "it's 24-000123, thanks",
        "(24-000123)",
    ],
)
def test_a_case_number_is_read_however_it_is_typed(text: str) -> None:
    assert cases(text) == ["24-000123"]


@pytest.mark.parametrize(
    "text", ["", "24", "000123", "2024-000123", "24-00012", "24-0001234", "06360", "203-555-0100", "11/03/2026", "$24"]
)
def test_other_numbers_are_no_case_numbers(text: str) -> None:
    assert cases(text) == []


def test_several_numbers_come_in_their_order() -> None:
    assert cases("24-000123 and 25-000001") == ["24-000123", "25-000001"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my case number is AB-12345", "AB-12345"),
        ("case #778899", "778899"),
        ("mi solicitud número 4455667", "4455667"),
    ],
)
def test_a_number_of_another_form_counts_after_a_word_that_says_so(text: str, value: str) -> None:
    assert cases(text) == [value]


@given(year=YEARS, running=RUNNING, between=st.sampled_from(["-", "–", " - ", "- ", " ", ""]))
def test_every_case_number_is_read_back_as_the_state_writes_it(year: str, running: str, between: str) -> None:
    assert cases(f"{year}{between}{running}") == [f"{year}-{running}"]


@given(st.text(max_size=200))
def test_a_number_stands_where_it_says_it_does(text: str) -> None:
    for number in [*case_numbers(text), *phone_numbers(text)]:
        assert 0 <= number.start < number.end <= len(text)
    starts = [number.start for number in case_numbers(text)]
    assert starts == sorted(starts)


@given(st.lists(st.tuples(YEARS, RUNNING), min_size=1, max_size=3, unique=True))
def test_numbers_among_words_are_all_read(pairs: list[tuple[str, str]]) -> None:
    wanted = [f"{year}-{running}" for year, running in pairs]
    assert cases("my numbers: " + " and also ".join(wanted) + " please") == wanted


@pytest.mark.parametrize("text", ["860-555-0100", "(860) 555-0100", "+1 860 555 0100", "call me at 8605550100"])
def test_a_telephone_number_is_read_as_e164(text: str) -> None:
    assert [number.value for number in phone_numbers(text)] == ["+18605550100"]
    assert cases(text) == []
