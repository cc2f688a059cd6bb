"""Application numbers and plates as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import application_numbers
from actions.application_numbers import Fault

NUMBER = "LA-1001012"
places = st.integers(min_value=3, max_value=len(NUMBER) - 1)


@pytest.mark.parametrize(
    "written",
    [
        "LA-1001012",
        "la1001012",
        " La 100 1012 ",
        "LA–100–1012",
        "LA.1001012",
        "ＬＡ-１００１０１２",
        "LA-١٠٠١٠١٢",
        "la-१००१०१२",
    ],
)
def test_a_number_is_read_in_every_spelling(written: str) -> None:
    assert application_numbers.read(written) == NUMBER


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1001012",
        "LA",
        "LA-100101",
        "LA-10010122",
        "LB-1001012",
        "24-000123",
        "123456789",
        "123-45-6789",
        "860-555-0100",
        "NB-7K3M9Q",
        "LA-1001012 and more",
        "AB-12345",
        "LA-" + "1" * 10_000,
    ],
)
def test_what_is_another_kind_of_number_is_none(written: str) -> None:
    assert application_numbers.read(written) is Fault.SHAPE


@given(places, st.integers(min_value=1, max_value=9))
def test_every_single_wrong_digit_is_noticed(place: int, by: int) -> None:
    wrong = str((int(NUMBER[place]) + by) % 10)
    assert application_numbers.read(NUMBER[:place] + wrong + NUMBER[place + 1 :]) is Fault.CHECK_DIGIT


@given(st.integers(min_value=0, max_value=999_999), st.integers(min_value=0, max_value=5))
def test_neighbours_that_changed_places_are_noticed(digits: int, place: int) -> None:
    (number,) = [
        read for check in "0123456789" if isinstance(read := application_numbers.read(f"LA-{digits:06d}{check}"), str)
    ]
    seven = number[3:]
    swapped = seven[:place] + seven[place + 1] + seven[place] + seven[place + 2 :]
    assert swapped == seven or application_numbers.read(f"LA-{swapped}") is Fault.CHECK_DIGIT


@given(st.text(max_size=80))
def test_anything_at_all_can_be_read(written: str) -> None:
    read = application_numbers.read(written)
    assert isinstance(read, Fault) or application_numbers.read(read) == read
    plate = application_numbers.read_plate(written)
    assert plate is None or application_numbers.read_plate(plate) == plate


@pytest.mark.parametrize(
    ("written", "plate"),
    [
        ("zz·90001", "ZZ90001"),
        ("ZZ 90001", "ZZ90001"),
        ("123-abc", "123ABC"),
        ("", None),
        ("TOOLONG8", None),
        ("ЖЖ90001", None),
    ],
)
def test_plates_lose_their_dots_and_spaces(written: str, plate: str | None) -> None:
    assert application_numbers.read_plate(written) == plate
