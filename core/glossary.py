"""The glossary: how the state's terms are said in each language, and whether the catalogs say them so.

`data/glossary.yml` has, for each English term, the beginnings of words that stand for it in each language. A text that
says the term in English must have one of them in its translation, in any inflection.
"""

import re
from collections.abc import Iterator
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import fold

PATH = REPOSITORY / "data" / "glossary.yml"


def missing_terms(english: str, translated: str, language: str) -> Iterator[str]:
    """The terms of the English text that the translation does not say as the glossary has them."""
    said = fold(translated)
    for term, pattern in _patterns().items():
        english, times = pattern.subn(" ", english)
        accepted = _stems(term, language)
        if times and accepted and not any(stem in said for stem in accepted):
            yield term


@cache
def terms() -> dict[str, dict[str, list[str]]]:
    """English term → language → beginnings of the words that say it."""
    found: dict[str, dict[str, list[str]]] = read_yaml(PATH)
    return found


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Whole words, plurals too; the longest terms first: the office in "post office" is not another term."""
    longest_first = sorted(terms(), key=len, reverse=True)
    return {term: re.compile(rf"\b{re.escape(term)}(?:s|es)?\b", re.IGNORECASE) for term in longest_first}


@cache
def _stems(term: str, language: str) -> tuple[str, ...]:
    return tuple(fold(str(stem)) for stem in terms()[term].get(language, ()))
