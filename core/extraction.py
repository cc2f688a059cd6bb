"""What must be translated: every English text a resident can see, with the context that names it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.jurisdiction import folder, pages, read_yaml
from core.settings import REPOSITORY

WORD_TABLES = {"web": ("channels/words_web.py", "WORDS"), "sms": ("channels/words_sms.py", "ENGLISH")}


@dataclass(frozen=True)
class Entry:
    domain: str
    """Catalog it belongs to: responses, web or sms."""
    context: str
    """Name of the response, or key of the word table."""
    english: str
    where: str
    """File, relative to the repository."""
    note: str = ""
    """For the translator: which channel a text is for."""


def entries() -> list[Entry]:
    """All entries, in a stable order, each (domain, context, English) once."""
    found = [*_responses(), *_titles(), *_words()]
    return list({(entry.domain, entry.context, entry.english): entry for entry in found}.values())


def _responses() -> Iterator[Entry]:
    for path in sorted((REPOSITORY / "domain").glob("*.yml")):
        for name, variations in (read_yaml(path).get("responses") or {}).items():
            for variation in variations:
                channel = variation.get("channel")
                yield Entry(
                    "responses", name, variation["text"], _relative(path), f"channel: {channel}" if channel else ""
                )


def _titles() -> Iterator[Entry]:
    """Titles of official pages and of elections, which the state's data brings."""
    for page in pages().values():
        yield Entry("responses", "page", page.title, _relative(folder() / "pages.yml"))
    rules = folder() / "elections.yml"
    for rule in read_yaml(rules)["elections"].values():
        yield Entry("responses", "election", rule["title"], _relative(rules))


def _words() -> Iterator[Entry]:
    """Word tables of Python modules, read as text: this room imports none of them."""
    for domain, (module, table) in WORD_TABLES.items():
        for key, english in _dictionary(REPOSITORY / module, table).items():
            yield Entry(domain, key, english, module)


def _dictionary(path: Path, name: str) -> dict[str, str]:
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            found: dict[str, str] = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
            return found
    raise ValueError(f"{_relative(path)} has no table {name}")


def _relative(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))
