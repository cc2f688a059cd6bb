"""How values are read that may be anything, and what every connector must have."""

import datetime as dt
from typing import Any

import pytest

from actions.apis import capabilities, reading
from core.settings import REPOSITORY, Settings
from tests.actions.asking import UPSTREAMS

NOT_CONNECTORS = {
    "__init__", "address_words", "addresses", "appointments", "booking", "capabilities", "client", "http", "memory",
    "metrics", "open311_entries", "open311_xml", "qmatic_answers", "reading", "result", "service_kinds",
    "service_requests", "slots", "voter_info", "vri_address",
}  # fmt: skip


def test_every_connector_has_its_block_its_settings_and_its_page() -> None:
    page = (REPOSITORY / "docs" / "state-apis.md").read_text()
    for name in UPSTREAMS:
        assert capabilities.of(name)["gives"], f"apis.yml says nothing about {name}"
        assert f"{name}_url" in Settings.model_fields
        assert f"`{name}.py`" in page
    assert set(UPSTREAMS) == {path.stem for path in (REPOSITORY / "actions" / "apis").glob("*.py")} - NOT_CONNECTORS


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("a\u202eb\x00c", "abc"),
        ("  a \n b ", "a b"),
        (None, ""),
        ([], ""),
        (True, ""),
        (7, "7"),
        ("x" * 300, "x" * 197 + "..."),
    ],
)
def test_texts_are_plain_short_and_on_one_line(told: Any, shown: str) -> None:
    assert reading.text(told) == shown


@pytest.mark.parametrize("told", ["http://a.b", "https://user@a.b", "https://a b", "https://[x", 5, "ftp://a"])
def test_only_plain_https_addresses_are_kept(told: Any) -> None:
    assert reading.web_address(told) == ""


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2017-7-30", dt.date(2017, 7, 30)),
        ("20170730", dt.date(2017, 7, 30)),
        ("7/30/2017", dt.date(2017, 7, 30)),
        ("2017-07-30T10:00:00Z", dt.date(2017, 7, 30)),
        ("2017-07-30 10:00", dt.date(2017, 7, 30)),
        ("30/7/2017", None),
        ("2017-02-30", None),
        ("soon", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_dates_are_read_in_any_common_spelling(told: Any, day: dt.date | None) -> None:
    assert reading.any_day(told) == day
