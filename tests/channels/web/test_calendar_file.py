"""The calendar file of an appointment: by its signed address alone, and in the form of RFC 5545."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from channels.app import create_app
from channels.web.calendar_file import LONGEST, escaped, folded
from channels.web.presentation import SAFE_LINK
from core import calendar_links
from tests.bot.dialogue import installation

EASTERN = ZoneInfo("America/New_York")
START = dt.datetime(2026, 12, 1, 8, 45, tzinfo=EASTERN)
UNESCAPED = {r"\\": "\\", r"\;": ";", r"\,": ",", r"\n": "\n"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with installation(Path(tmp_path_factory.mktemp("calendar"))):
        yield create_app().test_client()


def address(place: str = "Norwich DMV", street: str = "173 Salem Turnpike", number: str = "NB-4T6P2P") -> str:
    return calendar_links.url(START, START + dt.timedelta(minutes=20), place, street, number)


def lines(client: FlaskClient, url: str) -> list[str]:
    """The unfolded lines of the file."""
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(rb"\r\n[ \t]", b"", answer.data).decode().split("\r\n")


def test_the_file_tells_what_a_calendar_needs_in_utc(client: FlaskClient) -> None:
    found = lines(client, address())
    assert found[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert found[-3:] == ["END:VEVENT", "END:VCALENDAR", ""]
    assert {"DTSTART:20261201T134500Z", "DTEND:20261201T140500Z", "SUMMARY:Norwich DMV"} <= set(found)
    assert r"LOCATION:Norwich DMV\, 173 Salem Turnpike" in found
    assert "DESCRIPTION:NB-4T6P2P" in found
    assert any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in found)


def test_the_same_number_is_the_same_entry_and_another_number_another(client: FlaskClient) -> None:
    def uid(number: str) -> str:
        return next(line for line in lines(client, address(number=number)) if line.startswith("UID:"))

    assert uid("NB-4T6P2P") == uid("NB-4T6P2P") != uid("NB-7K3M9Q")
    assert "4T6P2P" not in uid("NB-4T6P2P")


def test_it_is_served_as_a_file_with_the_headers_of_every_answer(client: FlaskClient) -> None:
    headers = client.get(address()).headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["x", "WyJhIl0.abc", "%00", "…", "a" * 5000])
def test_an_address_that_we_did_not_give_is_a_page_that_says_so(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/chat/appointment/{token}.ics")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_changed_token_is_refused(client: FlaskClient) -> None:
    url = address()
    token = url.rsplit("/", 1)[1].removesuffix(".ics")
    changed = ("A" if token[4] != "A" else "B").join((token[:4], token[5:]))
    assert client.get(url.replace(token, changed)).status_code == 404


def test_the_chat_shows_the_address_as_a_link(client: FlaskClient) -> None:
    assert SAFE_LINK.match(address())


@given(st.text())
def test_a_text_comes_back_from_its_escaped_form_without_what_no_calendar_holds(text: str) -> None:
    written = escaped(text)
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", written)
    back = re.sub(r"\\[\\;,n]", lambda match: UNESCAPED[match.group()], written)
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    assert back == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", kept)
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", written)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400))
def test_no_line_is_too_long_and_joined_they_are_the_line_again(line: str) -> None:
    pieces = list(folded(line))
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert all(piece.decode() for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert b"".join([pieces[0], *(piece[1:] for piece in pieces[1:])]).decode() == line
