"""Pseudo-locales: longer or mirrored, and everything that is filled in or clicked still there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from core.catalog_checks import EQUAL
from core.catalogs import translate
from core.extraction import Entry, entries
from core.languages import LANGUAGES, PSEUDO_LOCALES, Language, language
from core.pseudo import KEPT, LONGER, WORD, pseudo
from core.settings import SettingsError
from tests.bot.dialogue import installation

LENGTHENED, MIRRORED = PSEUDO_LOCALES["xa"], PSEUDO_LOCALES["xb"]


@pytest.fixture(scope="module")
def every() -> list[Entry]:
    return entries()


@pytest.mark.parametrize("into", PSEUDO_LOCALES.values(), ids=list(PSEUDO_LOCALES))
def test_values_links_figures_and_lists_stay_as_they_are(every: list[Entry], into: Language) -> None:
    for entry in every:
        made = pseudo(entry.english, into)
        assert {name for name, found in EQUAL.items() if found(made) != found(entry.english)} == set(), made
        assert Counter(KEPT.findall(made.removesuffix("]"))) == Counter(KEPT.findall(entry.english))
        assert re.fullmatch(r"(- )?\[[\s\S]*\]", made)


def test_lengthened_texts_have_two_fifths_more_letters(every: list[Entry]) -> None:
    for entry in every:
        letters = sum(map(len, WORD.findall(KEPT.sub(" ", entry.english))))
        more = len(pseudo(entry.english, LENGTHENED)) - len(entry.english) - len("[]")
        assert abs(more - LONGER * letters) <= 1 + entry.english.count("{") + entry.english.count("."), entry.english


def test_mirrored_words_are_turned_one_by_one() -> None:
    assert pseudo("Call {phone}", MIRRORED) == "[\u200f\u202eCall\u202c\u200f {phone}]"


def test_they_are_drafts_so_that_the_note_shows_too() -> None:
    found = translate("web", "send", "Send", LENGTHENED)
    assert found
    assert not found.reviewed


def test_they_are_no_languages() -> None:
    assert not PSEUDO_LOCALES.keys() & LANGUAGES.keys()
    assert language("xb").direction == "rtl"


def test_production_does_not_start_with_them(tmp_path: Path) -> None:
    asked = {"NUTMEG_ENV": "production", "NUTMEG_PSEUDO_LOCALES": "true"}
    with pytest.raises(SettingsError, match="NUTMEG_PSEUDO_LOCALES"), installation(tmp_path, **asked):
        pass
