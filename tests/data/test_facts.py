"""The facts that ship: well formed, read from official pages, used; and malformed ones are named."""

import datetime as dt
from pathlib import Path
from string import Formatter

import phonenumbers
import pytest

from core import facts as fact_module
from core.facts import Fact, FactError, fact_text, facts, overdue
from core.jurisdiction import page_by_url, pages
from core.languages import LANGUAGES
from tests.bot.dialogue import our_domain

FIRST_READ, LAST_READ = dt.date(2023, 1, 1), dt.date.today()
EVERY_FACT = sorted(facts().values(), key=lambda fact: fact.name)


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: fact.name)
def test_a_fact_has_a_source_a_day_and_a_form(fact: Fact) -> None:
    assert fact.source in page_by_url()
    assert FIRST_READ <= fact.verified_on <= LAST_READ
    assert 1 <= fact.review_every <= 400
    if fact.unit == "phone" and fact.value.startswith("+"):
        assert phonenumbers.is_possible_number(phonenumbers.parse(fact.value))
    for language in LANGUAGES.values():
        assert fact_text(fact, language).strip()


def test_every_fact_is_used_by_some_answer() -> None:
    used = {
        field
        for variations in our_domain().responses.values()
        for variation in variations
        for _, field, _, _ in Formatter().parse(variation["text"])
    }
    assert sorted(facts().keys() - used) == []


def test_every_link_of_an_answer_is_a_page_of_the_state() -> None:
    linked = {
        page
        for variations in our_domain().responses.values()
        for variation in variations
        for page in (variation.get("metadata") or {}).get("links", ())
    }
    assert linked <= pages().keys()
    assert all(page.url.startswith("https://") and page.title for page in pages().values())


def test_a_fact_is_due_when_its_time_is_over() -> None:
    fact = EVERY_FACT[0]
    last_day = fact.verified_on + dt.timedelta(days=fact.review_every)
    assert not fact.is_due(last_day)
    assert fact.is_due(last_day + dt.timedelta(days=1))
    assert len(overdue(dt.date(2100, 1, 1))) == len(facts())


GOOD = "fee: {value: 1, unit: USD, source: 'https://portal.ct.gov', verified_on: 2026-09-06}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (GOOD.replace("value: 1, ", ""), "lacks value"),
        (GOOD.replace("USD", "dollars"), "unknown unit"),
        (GOOD.replace("https://portal.ct.gov", "https://example.org"), "not in pages.yml"),
        (GOOD.replace("2026-09-06", "'September'"), "verified_on"),
        (GOOD.replace("}", ", review_every: often}"), "review_every"),
    ],
)
def test_a_malformed_fact_is_named_with_what_is_wrong(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "some.yml").write_text(text)
    monkeypatch.setattr(fact_module, "folder", lambda: tmp_path)
    with pytest.raises(FactError, match=f"some.yml: fact fee .*{complaint}"):
        facts.__wrapped__()


def test_a_fact_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "facts").mkdir()
    for name in ("a.yml", "b.yml"):
        (tmp_path / "facts" / name).write_text(GOOD)
    monkeypatch.setattr(fact_module, "folder", lambda: tmp_path)
    with pytest.raises(FactError, match="two files"):
        facts.__wrapped__()
