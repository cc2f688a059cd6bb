"""The short number of an appointment, and the table that knows what it stands for."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from core import bookings
from core.bookings import SYMBOLS, new_code, read_code
from core.database import engine, reading, upgrade
from core.settings import settings
from core.tables import booking

UPSTREAM_ID = "7598189ff64f282d2cb30d5eef4e92a1fb0f3c35afcec3fe9d3a7f6eaae74eaf"
CODES = st.builds(lambda _: new_code(), st.integers())


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("NUTMEG_VAR", str(tmp_path))
    monkeypatch.setenv("NUTMEG_DATABASE_URL", "")
    settings.cache_clear()
    engine.cache_clear()
    upgrade()
    yield tmp_path
    engine().dispose()
    settings.cache_clear()
    engine.cache_clear()


def test_a_number_is_short_and_has_no_letters_that_look_alike() -> None:
    assert re.fullmatch(r"NB-[0-9A-HJKMNP-TV-Y]{6}", new_code())
    assert not set("OILUZ") & set(SYMBOLS)


@pytest.mark.parametrize(
    "typed",
    ["NB-7K3M9Q", "nb-7k3m9q", " NB 7K3 M9Q. ", "nb7k3m9q", "7K3M9Q", "NB–7K3M9Q", "ＮＢ－７Ｋ３Ｍ９Ｑ", "NB-٧K٣M٩Q"],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "NB-7K3M9Q"


@pytest.mark.parametrize(
    "typed", ["", "NB-", "NB-7K3M9", "NB-7K3M9QQ", "XX-7K3M9Q", "NB-7K3M9R", "24-000123", "🙂" * 6]
)
def test_what_is_no_number_is_not_read(typed: str) -> None:
    assert read_code(typed) is None


@given(code=CODES)
def test_letters_that_look_alike_are_put_right(code: str) -> None:
    seen = code[3:].replace("0", "O").replace("1", "l").replace("2", "z")
    assert read_code(f"NB-{seen}") == code


@given(code=CODES, place=st.integers(3, 8), symbol=st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_always_noticed(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]
    assert (read_code(wrong) is None) == (wrong != code)


@given(code=CODES, one=st.integers(3, 8), other=st.integers(3, 8))
def test_two_symbols_that_changed_places_are_always_noticed(code: str, one: int, other: int) -> None:
    symbols = list(code)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    assert (read_code("".join(symbols)) is None) == ("".join(symbols) != code)


@given(typed=st.text(max_size=60))
def test_anything_can_be_typed(typed: str) -> None:
    assert read_code(typed) is None or read_code(read_code(typed) or "") == read_code(typed)


def test_a_number_leads_to_the_appointment_and_the_file_does_not_show_it(database: Path) -> None:
    made = bookings.begin("flow-1", UPSTREAM_ID, "web-1")
    assert bookings.upstream_id(made.code) == UPSTREAM_ID
    assert bookings.upstream_id("NB-000000") is None
    with reading() as connection:
        kept = str(connection.execute(text("SELECT * FROM booking")).one())
    assert UPSTREAM_ID not in kept
    assert "flow-1" not in kept
    assert UPSTREAM_ID not in repr(made)


def test_the_same_key_gives_the_same_number_and_the_first_appointment(database: Path) -> None:
    first = bookings.begin("flow-1", UPSTREAM_ID)
    assert bookings.begin("flow-1", "another") == first
    assert bookings.begun("flow-1") == first
    assert bookings.begun("flow-2") is None
    assert bookings.begin("flow-2", "another").code != first.code


def test_an_appointment_whose_id_is_not_known_yet_has_a_number(database: Path) -> None:
    sent = bookings.begin("flow-1", None)
    assert bookings.begun("flow-1") == sent
    assert bookings.upstream_id(sent.code) is None
    bookings.point(sent.code, UPSTREAM_ID)
    assert bookings.upstream_id(sent.code) == UPSTREAM_ID


def test_a_number_is_forgotten_by_itself_with_its_conversation_or_with_time(database: Path) -> None:
    by_itself, with_the_chat, old = (bookings.begin(key, UPSTREAM_ID, f"web-{key}") for key in "123")
    bookings.forget(by_itself.code)
    assert bookings.upstream_id(by_itself.code) is None
    assert (bookings.forget_conversation("web-2"), bookings.forget_conversation("web-2")) == (1, 0)
    assert bookings.upstream_id(with_the_chat.code) is None
    assert bookings.forget_older(dt.timedelta(days=120)) == 0
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=121)):
        assert bookings.forget_older(dt.timedelta(days=120)) == 1
    assert bookings.upstream_id(old.code) is None


def test_the_migration_makes_the_table_that_the_code_knows(database: Path) -> None:
    made = {column["name"]: column["nullable"] for column in inspect(engine()).get_columns("booking")}
    assert made == {column.name: column.nullable for column in booking.columns}
    assert [index["column_names"] for index in inspect(engine()).get_indexes("booking")] == [["conversation_id"]]
    assert [each["column_names"] for each in inspect(engine()).get_unique_constraints("booking")] == [["key_hash"]]


def test_a_decoy_is_like_an_id_and_always_the_same(database: Path) -> None:
    assert re.fullmatch("[0-9a-f]{64}", bookings.decoy("NB-7K3M9Q"))
    assert bookings.decoy("NB-7K3M9Q") == bookings.decoy("NB-7K3M9Q") != bookings.decoy("NB-000000")
