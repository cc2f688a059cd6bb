"""Numbers that nobody should send are masked; every other number of a conversation stays."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.sensitive import kinds_in, masked, without_markers

DIGITS = "0123456789"
SEPARATOR = st.sampled_from(["-", " ", ".", "/", "–", " - "])
AREA = st.integers(1, 999).filter(lambda area: area != 666)
SCRIPT = st.sampled_from(["0", "٠", "०", "０"])
WORDS = st.text(alphabet="abcdefg xyz,.!?áñпривет你好مرحبا\n", max_size=20)


def in_script(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(one)) if one in DIGITS else one for one in text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my ssn is 123-45-6789", "my ssn is [SSN_1]"),
        ("SSN:123456789", "SSN:[SSN_1]"),
        ("my social is 1 2 3 4 5 6 7 8 9, ok?", "my social is [SSN_1], ok?"),
        ("123 45 6789", "[SSN_1]"),
        ("mi número de seguro social es 123456789", "mi número de seguro social es [SSN_1]"),
        ("meu seguro social: 123.456.789", "meu seguro social: [SSN_1]"),
        ("nimewo sosyal mwen se 123456789", "nimewo sosyal mwen se [SSN_1]"),
        ("numer ubezpieczenia społecznego to 123456789", "numer ubezpieczenia społecznego to [SSN_1]"),
        ("我的社安号是123456789谢谢", "我的社安号是[SSN_1]谢谢"),
        ("mon numéro de sécurité sociale est 123456789", "mon numéro de sécurité sociale est [SSN_1]"),
        ("numero di previdenza sociale 123456789", "numero di previdenza sociale [SSN_1]"),
        ("số an sinh xã hội 123456789", "số an sinh xã hội [SSN_1]"),
        ("رقم الضمان الاجتماعي ١٢٣٤٥٦٧٨٩", "رقم الضمان الاجتماعي [SSN_1]"),
        ("номер социального страхования 123 456 789", "номер социального страхования [SSN_1]"),
        ("मेरा सोशल सिक्योरिटी नंबर १२३४५६७८९", "मेरा सोशल सिक्योरिटी नंबर [SSN_1]"),
        ("my license is 123456789", "my license is [LICENSE_1]"),
        ("DL-123456789", "DL-[LICENSE_1]"),
        ("我的驾照号123456789", "我的驾照号[LICENSE_1]"),
        ("123-456-789", "[LICENSE_1]"),
        ("card 4111 1111 1111 1111 exp 11/28", "card [CARD_1] exp 11/28"),
        ("378282246310005", "[CARD_1]"),
        ("3782-822463-10005", "[CARD_1]"),
        ("123456789 and 987654321 and 123 456 789", "[LICENSE_1] and [LICENSE_2] and [LICENSE_1]"),
        ("123-45-6789 / 4111111111111111", "[SSN_1] / [CARD_1]"),
    ],
)
def test_is_masked(text: str, left: str) -> None:
    assert masked(text).text == left
    assert list(masked(text).kinds) == kinds_in(left)


@pytest.mark.parametrize(
    "text",
    [
        "860-555-0142", "(860) 555-0142", "8605550142", "+1 860 555 0142", "1-860-555-0142", "+48 600 123 456",
        "860 555 0142 or 203 555 0199", "06360-1234", "06360", "24-000123", "24000123", "case 24-000123, 23-999999",
        "07/04/1980", "1980-07-04", "4.7.1980", "July 4, 1980 at 10:30", "NB-7K3M9Q", "nb 7k3m9q", "LA-1001012",
        "request number 123456789", "mi caso es 123456789", "sprawa nr 123456789", "案件123456789", "SR123456789",
        "000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000", "4111 1111 1111 1112", "$1,234,567.89",
        "1234567890123", "550e8400-e29b-41d4-a716-446655440000", "social services 860-555-0142", "",
    ],
)  # fmt: skip
def test_is_not_touched(text: str) -> None:
    assert masked(text).text == text
    assert masked(text).kinds == ()


@given(WORDS, AREA, st.integers(1, 99), st.integers(1, 9999), SEPARATOR, SCRIPT, WORDS)
def test_no_social_security_number_with_separators_is_left(
    before: str, area: int, group: int, serial: int, separator: str, zero: str, after: str
) -> None:
    number = in_script(f"{area:03}{separator}{group:02}{separator}{serial:04}", zero)
    found = masked(f"{before} {number} {after}")
    assert number not in found.text
    assert "SSN" in found.kinds
    assert found.text.startswith(before)


@given(WORDS, st.text(DIGITS, min_size=9, max_size=9), SCRIPT, WORDS)
def test_nine_digits_in_a_row_are_never_left(before: str, number: str, zero: str, after: str) -> None:
    written = in_script(number, zero)
    assert written not in masked(f"{before} {written} {after}").text


@given(st.text(DIGITS, min_size=15, max_size=15), st.sampled_from("456"), st.sampled_from(["", " ", "-"]))
def test_exactly_the_card_numbers_whose_check_digit_fits_are_masked(rest: str, first: str, between: str) -> None:
    body = ("5" + "1" + rest[:13]) if first == "5" else ("6011" + rest[:11]) if first == "6" else "4" + rest[:14]
    right = next(digit for digit in DIGITS if _fits(body + digit))
    for digit in DIGITS:
        number = between.join(re.findall("....", body + digit))
        assert (masked(number).text == "[CARD_1]") == (digit == right)


def _fits(number: str) -> bool:
    total = 0
    for place, digit in enumerate(number[::-1]):
        twice = int(digit) * (1 + place % 2)
        total += twice // 10 + twice % 10
    return total % 10 == 0


@given(st.integers(200, 989), st.integers(200, 999), st.integers(0, 9999), st.sampled_from("- ."), WORDS)
def test_a_telephone_number_is_never_touched(area: int, exchange: int, line: int, separator: str, words: str) -> None:
    for number in (f"{area}{separator}{exchange}{separator}{line:04}", f"+1{area}{exchange}{line:04}"):
        text = f"{words} {number} {words}"
        assert masked(text).text == text


@given(st.integers(0, 99), st.integers(0, 999999), st.integers(0, 99999), st.integers(0, 9999), WORDS)
def test_case_numbers_and_zip_codes_are_never_touched(year: int, case: int, zip5: int, four: int, words: str) -> None:
    text = f"{words} {year:02}-{case:06} {words} {zip5:05}-{four:04} {words}"
    assert masked(text).text == text


@given(st.text(alphabet=DIGITS + "-- .SN[]_1abü社安号 social\n", max_size=60) | st.text(max_size=80))
@example("[SSN_1] 123 456 789")
@example("social 12[SSN_1]3456789")
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once


@given(st.text(max_size=80))
def test_a_text_without_nine_digits_stays_as_it_is(text: str) -> None:
    if sum(one.isdigit() for one in text) < 9:
        assert masked(text).text == text


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("[SSN_1]", ""),
        ("  [SSN_1], [CARD_1]. ", ""),
        ("my number is [LICENSE_1]", "my number is"),
        ("renew [LICENSE_1] please", "renew please"),
        ("24", "24"),
    ],
)
def test_what_else_was_said(stored: str, said: str) -> None:
    assert without_markers(stored) == said
