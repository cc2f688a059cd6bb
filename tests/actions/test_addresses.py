"""Addresses as residents type them, in any of our languages."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.apis.addresses import Address, AddressProblem, read_address
from core.jurisdiction import towns


def text_of(typed: str, town: str | None = None) -> str:
    found = read_address(typed, town)
    assert isinstance(found, Address), found
    return found.text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("165 Capitol Ave, Hartford", "165 Capitol Ave, Hartford, CT"),
        ("12 Main Street Norwich 06360", "12 Main Street, Norwich, CT 06360"),
        ("12 MAIN STREET NORWICH CT", "12 MAIN STREET, Norwich, CT"),
        ("12, Main Street, Norwich", "12 Main Street, Norwich, CT"),
        ("8 Wall Street Norwalk Connecticut USA", "8 Wall Street, Norwalk, CT"),
        ("12 1/2 Elm St New Haven", "12 1/2 Elm St, New Haven, CT"),
        ("2A Old Post Rd N, Old Saybrook CT 06475-1234", "2A Old Post Rd N, Old Saybrook, CT 06475"),
        ("7 O’Brien Ln. Vernon", "7 O'Brien Ln, Vernon, CT"),
        ("12 5th Street, Norwich", "12 5th Street, Norwich, CT"),
        ("100 Broadway New Haven", "100 Broadway, New Haven, CT"),
        ("15 Route 32 Norwich", "15 Route 32, Norwich, CT"),
        ("12 Main St N Haven", "12 Main St, North Haven, CT"),
        ("12 Main St East Hartford", "12 Main St, East Hartford, CT"),
        ("12 Elm St 06360", "12 Elm St, CT 06360"),
    ],
)
def test_an_address_is_sent_in_one_form(typed: str, sent: str) -> None:
    assert text_of(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "I live at 12 Main St, Norwich",
        "vivo en 12 Main St, Norwich",
        "moro na 12 Main St em Norwich",
        "J'habite au 12 Main St à Norwich",
        "abito al 12 Main St, Norwich, grazie",
        "mój adres to 12 Main St w Norwich",
        "mieszkam na Main St 12, Norwich",
        "Mwen rete nan 12 Main St nan Norwich",
        "tôi ở 12 Main St, thành phố Norwich",
        "住在12 Main St，Norwich",
        "أسكن في ١٢ Main St, Norwich",
        "я живу на 12 Main St, Norwich",
        "मैं १२ Main St, Norwich में रहता हूँ",
        "I am 25 years old and live at 12 Main St, Norwich",
        "there are 2 of us at 12 Main St in Norwich please",
    ],
)
def test_words_around_it_in_any_language_are_cut_off(typed: str) -> None:
    assert text_of(typed) == "12 Main St, Norwich, CT"


@pytest.mark.parametrize(
    "typed",
    [
        "12 Main St Apt 4, Norwich",
        "12 Main St #4 Norwich",
        "12 Main St\nUnit 2B\nNorwich",
        "3rd floor, 12 Main St, Norwich",
        "12 Main St, PO Box 5, Norwich",
    ],
)
def test_apartment_and_box_are_not_sent(typed: str) -> None:
    assert text_of(typed) == "12 Main St, Norwich, CT"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", AddressProblem.NO_NUMBER),
        ("Norwich 06360", AddressProblem.NO_NUMBER),
        ("Main Street, Norwich", AddressProblem.NO_NUMBER),
        ("what is this for?", AddressProblem.NO_NUMBER),
        ("12 Norwich", AddressProblem.NO_STREET),
        ("12 East Windsor", AddressProblem.NO_STREET),
        ("12 Main Street", AddressProblem.NO_TOWN),
        ("12 Main Street, Springfield", AddressProblem.NO_TOWN),
        ("12 Main St, Springfield, MA 01101", AddressProblem.OTHER_STATE),
        ("12 Main St, 01101", AddressProblem.OTHER_STATE),
        ("5 Elm St Albany NY", AddressProblem.OTHER_STATE),
        ("12 Main Street Norwich New York", AddressProblem.OTHER_STATE),
        ("12 Main St, Westerly, Rhode Island", AddressProblem.OTHER_STATE),
        ("PO Box 12 Norwich", AddressProblem.PO_BOX),
        ("p.o. box 12, Norwich CT 06360", AddressProblem.PO_BOX),
        ("apartado postal 12, Norwich", AddressProblem.PO_BOX),
    ],
)
def test_what_is_missing_is_told(typed: str, problem: AddressProblem) -> None:
    assert read_address(typed, None) == problem


def test_the_town_of_the_conversation_completes_an_address_and_overrules_none() -> None:
    assert text_of("12 Main Street", "Norwich") == "12 Main Street, Norwich, CT"
    assert text_of("12 Main Street, Hartford", "Norwich") == "12 Main Street, Hartford, CT"
    assert text_of("12 Main Street哈特福德", "Hartford") == "12 Main Street, Hartford, CT"
    assert read_address("12 Main Street, Springfield, MA", "Norwich") is AddressProblem.OTHER_STATE
    assert read_address("12 Main Street", "Springfield") is AddressProblem.NO_TOWN


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("12 Main St, Mystic", "Stonington"),
        ("12 Main St, Willimantic", "Windham"),
        ("12 Main St 06360", "Norwich"),
        ("1 Norwich Ave, Colchester", "Colchester"),
        ("12 Old Lyme Road, Norwich", "Norwich"),
        ("23 Connecticut Ave Norwalk", "Norwalk"),
        ("100 Washington, Norwich", "Norwich"),
        ("1 Washington Ct, Norwich", "Norwich"),
    ],
)
def test_the_town_is_known_also_from_a_village_a_zip_code_or_behind_a_street_named_like_one(
    typed: str, town: str
) -> None:
    found = read_address(typed, None)
    assert isinstance(found, Address)
    assert found.town == town


def test_an_address_does_not_show_itself() -> None:
    found = read_address("12 Main St, Norwich 06360", None)
    assert not any(part in f"{found!r} {found}" for part in ("12", "Main", "Norwich", "06360"))


PIECES = st.sampled_from(
    [*towns(), "12", "7B", "5th", "1/2", "06360", "01101", "Main", "Elm", "St", "Street", "Ct", "Ave", "Route", "apt",
     "#4", "CT", "MA", "New York", "Connecticut", "N", "in", "PO Box", ",", ", ", "\n", "家", "vivo en", "-", "و"]
)  # fmt: skip
WORDS = st.lists(PIECES | st.text(string.ascii_letters + " ,.-'é", max_size=8), max_size=4).map(" ".join)
TYPED = st.builds(
    " ".join,
    st.tuples(WORDS, st.sampled_from(["12", "7B", "1-3", "100"]), WORDS, st.sampled_from(list(towns())), WORDS),
)
A_TOWN = st.none() | st.sampled_from(list(towns()))


@given(st.text(max_size=400), A_TOWN)
def test_no_text_makes_it_stumble(typed: str, town: str | None) -> None:
    assert isinstance(read_address(typed, town), Address | AddressProblem)


@given(TYPED, A_TOWN)
def test_what_is_sent_reads_as_itself(typed: str, town: str | None) -> None:
    found = read_address(typed, town)
    if isinstance(found, Address):
        again = read_address(found.text, None)
        assert isinstance(again, Address), found.text
        assert again.text == found.text


@given(st.sampled_from(list(towns())), st.integers(1, 99999), st.sampled_from(["Elm St", "North Road", "Broadway"]))
def test_every_town_is_found_behind_a_street(town: str, number: int, street: str) -> None:
    found = read_address(f"{number} {street}, {town}", None)
    assert isinstance(found, Address)
    assert (found.street, found.place, found.town) == (f"{number} {street}", town, town)
