"""Keeps the catalogs in step with the English: new entries come in empty, changed ones turn fuzzy, dead ones go."""

import difflib
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from core.catalogs import DOMAINS, LOCALES
from core.extraction import Entry, entries
from core.languages import Language
from core.values import gaps

CLOSE_ENOUGH = 0.6
"""How alike an old English text of the same name must be for its translation to be kept as a hint (fuzzy)."""


def path_of(domain: str, language: Language) -> Path:
    return LOCALES / language.locale / "LC_MESSAGES" / f"{domain}.po"


def update(language: Language) -> dict[str, int]:
    """Rewrite a language's catalogs from the English; returns how many entries each lacks or has fuzzy."""
    every = entries()
    return {
        domain: _write(domain, language, [entry for entry in every if entry.domain == domain]) for domain in DOMAINS
    }


def is_fresh(domain: str, language: Language) -> bool:
    """Whether the file holds exactly the entries that the English has now."""
    kept = {(message.context or "", str(message.id)) for message in _read(domain, language) if message.id}
    return kept == {(entry.context, entry.english) for entry in entries() if entry.domain == domain}


def _write(domain: str, language: Language, wanted: list[Entry]) -> int:
    old = {(message.context or "", str(message.id)): message for message in _read(domain, language) if message.id}
    made = Catalog(
        locale=language.locale if "months" not in gaps(language) else None,  # Babel has no plural rules of it
        domain=domain,
        project="Nutmeg",
        fuzzy=False,
        header_comment=f"# {language.name}: {domain}",
    )
    unfinished = 0
    for entry in wanted:
        kept = old.get((entry.context, entry.english)) or _of_same_name(entry, old)
        text = str(kept.string) if kept and kept.string else ""
        is_fuzzy = bool(kept and (kept.fuzzy or str(kept.id) != entry.english) and text)
        unfinished += is_fuzzy or not text
        made.add(
            entry.english,
            text,
            locations=[(entry.where, 0)],
            flags=["fuzzy"] if is_fuzzy else [],
            auto_comments=[entry.note] if entry.note else [],
            user_comments=list(kept.user_comments) if kept else [],
            previous_id=str(kept.id) if kept and is_fuzzy and str(kept.id) != entry.english else (),
            context=entry.context,
        )
    path = path_of(domain, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, made, width=100, include_lineno=False, include_previous=True)
    return unfinished


def _of_same_name(entry: Entry, old: dict[tuple[str, str], Message]) -> Message | None:
    """The translation of an earlier English text of this name."""
    named = {english: message for (context, english), message in old.items() if context == entry.context}
    close = difflib.get_close_matches(entry.english, named, n=1, cutoff=CLOSE_ENOUGH)
    return named[close[0]] if close else None


def _read(domain: str, language: Language) -> Catalog:
    path = path_of(domain, language)
    if not path.exists():
        return Catalog()
    with path.open("rb") as stream:
        return read_po(stream, domain=domain)
