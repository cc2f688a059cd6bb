"""Every place that a language needs something in, and what it still lacks there. Recipe: docs/languages/README.md.

Word lists are found by their shape, not by name: a mapping in `data/` that has words of most languages has to have
words of each, so a list that is new is looked at too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from babel.core import Locale, UnknownLocaleError

from core import catalog_checks, data_checks
from core.jurisdiction import folder, read_yaml
from core.languages import LANGUAGES, Language
from core.settings import REPOSITORY
from core.topics import topics
from core.values import gaps

MOST = 0.75
"""Share of the other languages that a mapping has words of when it is one by language."""
HOLDOUT_LINES = 150
OWN_SCRIPT = ("town_names.yml",)
"""Lists by script: a language in Latin letters needs nothing there."""
NOTHING_OF_ITS_OWN = frozenset({"cldr_gaps.yml", "glossary.yml"})
"""Lists that have only what a language needs apart from others."""


def missing(code: str) -> Iterator[str]:
    """One line for each gap, in the order in which the recipe fills them; nothing when the language is whole."""
    if code not in LANGUAGES:
        yield f"core/languages.py: there is no line for {code}; add it, the rest follows from it"
        return
    language = LANGUAGES[code]
    yield from _cldr(language)
    yield from _word_lists(code)
    yield from _training_data(code)
    yield from _catalogs(language)
    yield from _tests(code)


def _cldr(language: Language) -> Iterator[str]:
    try:
        Locale.parse(language.locale)
    except UnknownLocaleError:
        lacking = {"units", "months", "weekdays", "figures", "dates", "and"} - gaps(language).keys()
        if lacking:
            yield f"data/cldr_gaps.yml: CLDR has no {language.locale}; give its {', '.join(sorted(lacking))}"


def _word_lists(code: str) -> Iterator[str]:
    for path in (*sorted((REPOSITORY / "data").glob("*.yml")), *sorted(folder().glob("*.yml"))):
        if path.name in NOTHING_OF_ITS_OWN or path.name in OWN_SCRIPT:
            continue
        places = list(_without(read_yaml(path), code, ()))
        if places:
            shown = ", ".join(places[:4]) + (f" and {len(places) - 4} more" if len(places) > 4 else "")
            yield f"{path.relative_to(REPOSITORY)}: no words of {code} in {shown}"


def _without(tree: Any, code: str, above: tuple[str, ...]) -> Iterator[str]:
    """Paths of the mappings by language that lack this one."""
    if not isinstance(tree, Mapping):
        return
    others = set(LANGUAGES) - {code}
    if len(others & {str(key) for key in tree}) >= MOST * len(others):
        if not tree.get(code):
            yield ".".join(above) or "the file"
        return
    for key, below in tree.items():
        yield from _without(below, code, (*above, str(key)))


def _training_data(code: str) -> Iterator[str]:
    if not (REPOSITORY / "data" / "nlu" / code).is_dir():
        yield f"data/nlu/{code}/: no examples of any of the {len(topics())} topics"
        return
    yield from (f"data/nlu/{code}/: {problem.what}" for problem in data_checks.problems(code))


def _catalogs(language: Language) -> Iterator[str]:
    if language.code != "en":
        found = [problem.where.partition(" ")[0] for problem in catalog_checks.problems(language)]
        for file in dict.fromkeys(found):
            yield f"locales/{file}: {found.count(file)} problems; see `nutmeg locales check`"


def _tests(code: str) -> Iterator[str]:
    holdout = REPOSITORY / "data" / "holdout" / f"{code}.jsonl"
    lines = len(holdout.read_text(encoding="utf-8").splitlines()) if holdout.exists() else 0
    if lines < HOLDOUT_LINES:
        yield f"data/holdout/{code}.jsonl: {lines} lines, {HOLDOUT_LINES} are the least"
    if code == "en":
        return
    if not (REPOSITORY / "docs" / "languages" / f"{code}.md").exists():
        yield f"docs/languages/{code}.md: no page on voice and terms"
    told = REPOSITORY / "tests" / "conversations" / "languages" / f"{code}.yml"
    told_names = set(read_yaml(told) or ()) if told.exists() else set()
    scenarios = {path.stem for path in told.parent.parent.glob("*.yml")}
    if untold := len(scenarios - told_names):
        yield f"{told.relative_to(REPOSITORY)}: {untold} of {len(scenarios)} scenarios are not told"
