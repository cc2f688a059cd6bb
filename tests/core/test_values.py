"""Values as a resident of each language reads them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import values
from core.languages import LANGUAGES, language
from core.values import format_value

EN, ES = LANGUAGES["en"], LANGUAGES["es"]
EVERY_LANGUAGE = st.sampled_from(sorted(LANGUAGES.values(), key=lambda one: one.code))


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ({"unit": "days", "value": 90}, "90 days", "90 días"),
        ({"unit": "days", "value": 1}, "1 day", "1 día"),
        ({"unit": "USD", "value": 72}, "$72", "$72"),
        ({"unit": "USD", "value": 2.5}, "$2.50", "$2.50"),
        ({"unit": "percent", "value": 20}, "20%", "20%"),
        (values.phone("+18602635700"), "(860) 263-5700", "(860) 263-5700"),
        (values.phone("211"), "211", "211"),
        (values.time(dt.time(16, 30)), "4:30 PM", "4:30 p.m."),
        (values.date(dt.date(2026, 11, 3)), "November 3, 2026", "3 de noviembre de 2026"),
        (values.weekday(dt.date(2026, 11, 3)), "Tuesday", "martes"),
        (values.names(["a", "b", "c"]), "a, b, and c", "a, b y c"),
        (values.text("1 Sample St"), "1 Sample St", "1 Sample St"),
    ],
)
def test_a_value_is_written_as_its_language_writes_it(value: values.Value, english: str, spanish: str) -> None:
    assert format_value(value["value"], value["unit"], EN) == english
    assert format_value(value["value"], value["unit"], ES) == spanish


@given(amount=st.integers(0, 100_000), into=EVERY_LANGUAGE)
def test_whole_dollars_have_no_cents_in_any_language(amount: int, into: object) -> None:
    shown = format_value(amount, "USD", into)  # type: ignore[arg-type]
    assert not shown.replace("$", "").strip().endswith((".00", ",00"))
    assert "\xa0" not in shown
    assert "\u202f" not in shown


@given(moment=st.times(), into=EVERY_LANGUAGE)
def test_no_time_holds_a_space_that_costs_a_text_message_its_alphabet(moment: dt.time, into: object) -> None:
    shown = format_value(moment, "time", into)  # type: ignore[arg-type]
    assert not {"\xa0", "\u202f"} & set(shown)


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        values.moment(dt.datetime(2026, 11, 3, 8, 0))


def test_an_unknown_language_counts_as_english() -> None:
    assert language("xx") is EN
    assert language(None) is EN
