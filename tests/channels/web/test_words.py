"""The words of the page: translated, complete, and documented error codes."""

import re

import pytest
from ruamel.yaml import YAML

from channels.web.errors import BY_STATUS, STATUS
from channels.words_web import FOR_LABELS, FOR_SCRIPT, WORDS, word, words_for_script
from core.catalogs import translate
from core.languages import LANGUAGES
from core.settings import REPOSITORY

STATIC = REPOSITORY / "channels" / "static"
TEMPLATES = REPOSITORY / "channels" / "templates"
SPANISH = LANGUAGES["es"]


@pytest.mark.parametrize("key", WORDS)
def test_every_word_has_a_spanish_translation_with_the_same_values(key: str) -> None:
    found = translate("web", key, WORDS[key], SPANISH)
    assert found is not None, f"{key} has no translation in web.po"
    assert set(re.findall(r"{\w+}", found.text)) == set(re.findall(r"{\w+}", WORDS[key]))


def test_the_script_asks_for_no_word_it_does_not_get() -> None:
    known = set(words_for_script(SPANISH))
    asked = set()
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\bword\("(\w+)"', text)) | set(re.findall(r'\blabelled\("\w+", "(\w+)"', text))
    for path in TEMPLATES.glob("*.html"):
        asked |= set(re.findall(r'data-(?:word|label)="(\w+)"', path.read_text(encoding="utf-8")))
    assert asked - known == set()


def test_no_word_is_left_over() -> None:
    places = [*(REPOSITORY / "channels").rglob("*.py"), *STATIC.glob("*.js"), *TEMPLATES.glob("*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in places if path.name != "words_web.py")
    assert [key for key in WORDS if f'"{key}"' not in text] == []
    assert set(FOR_SCRIPT) | set(FOR_LABELS) <= set(WORDS)


def test_a_missing_translation_is_english() -> None:
    assert word("send", LANGUAGES["hi"]) in ("Send", "भेजें")


def test_every_error_has_a_sentence_a_place_in_the_contract_and_one_in_the_documentation() -> None:
    contract = YAML(typ="safe", pure=True).load(REPOSITORY / "channels" / "openapi.yaml")
    codes = contract["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"]
    page = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    assert set(STATUS) <= set(WORDS)
    assert set(BY_STATUS.values()) <= set(STATUS)
    assert set(codes) == set(STATUS) - {"forbidden"}  # only the page's form is refused so
    assert [code for code in codes if f"`{code}`" not in page] == []
