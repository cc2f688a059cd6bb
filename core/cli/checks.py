"""`nutmeg facts|data|languages check`, `locales check|update`: what ships is complete and true to its own rules."""

import datetime as dt
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core import catalog_checks, catalog_files, data_checks, language_places
from core.extraction import entries
from core.facts import facts, overdue
from core.languages import LANGUAGES, Language
from core.settings import settings
from core.template_check import templates

console = Console(highlight=False)


def facts_check() -> None:
    """Every fact is well formed; those whose source must be read again are listed. Exit 1 when some are overdue."""
    today = dt.datetime.now(dt.UTC).date()
    late = overdue(today)
    unconfirmed = [fact for fact in facts().values() if not fact.confirmed]
    console.print(
        f"{len(facts())} facts, {len(unconfirmed)} not confirmed by an agency, {len(late)} overdue for review."
    )
    if late:
        table = Table("fact", "last read", "official page", title="Read these pages again")
        for fact in late:
            table.add_row(fact.name, fact.verified_on.isoformat(), fact.source)
        console.print(table)
        raise typer.Exit(1)


def locales_check() -> None:
    """Catalogs of all offered languages are complete and say what the English says."""
    found = [
        f"{entry.where} {entry.context}: {what}"
        for entry in entries()
        if entry.domain == "responses"
        for what in catalog_checks.source_problems(entry.context, entry.english)
    ]
    for language in _offered():
        found += [f"{p.language} {p.where}: {p.what}" for p in catalog_checks.problems(language)]
    _report(found, f"{len(entries())} texts in {1 + len(_offered())} languages are in order.")


def locales_update(
    language: Annotated[str | None, typer.Option(help="Only this language; default: all offered ones.")] = None,
) -> None:
    """Bring the catalogs in step with the English: new entries empty, changed ones fuzzy, dead ones removed."""
    for one in [LANGUAGES[language]] if language else _offered():
        unfinished = catalog_files.update(one)
        console.print(f"{one.code}: " + ", ".join(f"{domain} {count} to do" for domain, count in unfinished.items()))


def data_check() -> None:
    """Training data of every language: enough of every topic, nothing twice, nothing under two topics."""
    found, total = [], 0
    for language in data_checks.languages():
        total += data_checks.counts(language).total()
        found += [f"{problem.language}: {problem.what}" for problem in data_checks.problems(language)]
    trained = {language: data_checks.examples(language) for language in data_checks.languages()}
    found += [
        f"{topic}: {one} and {other} look translated line by line (lengths {likeness:.0%} alike)"
        for topic, one, other, likeness in templates(trained)
    ]
    _report(found, f"{total} examples in {', '.join(data_checks.languages())} are in order.")


def languages_check(code: Annotated[str, typer.Argument(help="Nutmeg's code of the language, such as sq.")]) -> None:
    """Every place where a language is still missing, in the order of its recipe (docs/languages/README.md)."""
    _report(list(language_places.missing(code)), f"Nothing of {code} is missing.")


def _offered() -> list[Language]:
    return [LANGUAGES[code] for code in settings().language_list if code != "en"]


def _report(problems: list[str], all_well: str) -> None:
    for problem in problems:
        console.print(problem, markup=False, soft_wrap=True)
    if problems:
        console.print(f"{len(problems)} problems.")
        raise typer.Exit(1)
    console.print(all_well)
