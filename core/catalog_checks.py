"""Checks of the catalogs: complete, fresh, and saying the same as the English: its placeholders, numbers and lists."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from core.catalog_files import is_fresh, path_of
from core.catalogs import DOMAINS
from core.glossary import missing_terms
from core.jurisdiction import read_yaml
from core.languages import Language
from core.settings import REPOSITORY

PLACEHOLDER = re.compile(r"\{([a-z0-9_]*)\}")
DIGITS = re.compile(r"\d+")
URL = re.compile(r"https?://|www\.|\b[a-z]+\.(?:gov|com|org)\b", re.IGNORECASE)
MARKUP = re.compile(r"<[a-z/!]|\*\*|\]\(|%[sd]|&[a-z]+;")
NAMES = {"page", "election", "utter_word_system_my_vote", "utter_word_system_portal"}
"""Contexts of names, which may hold a number or be an address."""


@dataclass(frozen=True)
class Problem:
    language: str
    where: str
    what: str


def problems(language: Language) -> list[Problem]:
    """Everything wrong with a language's catalogs; empty when all is well."""
    return [problem for domain in DOMAINS for problem in _of_catalog(domain, language)]


def _of_catalog(domain: str, language: Language) -> Iterator[Problem]:
    path = path_of(domain, language)
    where = f"{language.locale}/{domain}.po"
    if not path.exists():
        yield Problem(language.code, where, "there is no such catalog; run `nutmeg locales update`")
        return
    if not is_fresh(domain, language):
        yield Problem(language.code, where, "is not in step with the English; run `nutmeg locales update`")
    checked = subprocess.run(  # noqa: S603 - GNU gettext on our own file
        ["/usr/bin/msgfmt", "--check-format", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False
    )
    if checked.returncode:
        yield Problem(language.code, where, f"msgfmt: {checked.stderr.strip().splitlines()[0]}")
    with path.open("rb") as stream:
        catalog = read_po(stream, domain=domain)
    same = _may_be_same()
    for message in catalog:
        if message.id and isinstance(message.id, str):
            for what in (*_of_entry(message, same), *_of_glossary(message, language)):
                yield Problem(language.code, f"{where} {message.context}", what)


def _of_entry(message: Message, may_be_same: set[str]) -> Iterator[str]:
    english, translated = str(message.id), str(message.string or "")
    if not translated:
        yield f"is not translated: {english[:60]!r}"
        return
    if message.fuzzy:
        yield f"is fuzzy, its English has changed: {english[:60]!r}"
    if (
        translated == english
        and english not in may_be_same
        and any(character.isalpha() for character in _bare(english))
    ):
        yield f"is the same as the English: {english[:60]!r}"
    for name, found in EQUAL.items():
        if found(english) != found(translated):
            yield f"differs from the English in its {name}: {english[:60]!r}"
    if MARKUP.search(translated):
        yield "holds markup"


def _of_glossary(message: Message, language: Language) -> Iterator[str]:
    """Text messages are left out: some fit their three segments only without a term."""
    if "channel: sms" in message.auto_comments:
        return
    english, translated = _bare(str(message.id)), _bare(str(message.string or ""))
    for term in missing_terms(english, translated, language.code) if translated else ():
        yield f"does not say {term!r} as the glossary does: {english[:60]!r}"


def _bare(text: str) -> str:
    return PLACEHOLDER.sub("", text)


def _digits(text: str) -> Counter[str]:
    """Numbers as typed, digits of other scripts counted as ours."""
    return Counter(str(int(number)) for number in DIGITS.findall(_bare(text)))


def _lists(text: str) -> int:
    return sum(line.startswith("- ") for line in text.splitlines())


EQUAL: dict[str, Callable[[str], object]] = {
    "placeholders": lambda text: set(PLACEHOLDER.findall(text)),
    "numbers": _digits,
    "list lines": _lists,
}


def source_problems(context: str, english: str) -> Iterator[str]:
    """What an English text must not hold: figures and addresses (they are facts), markup."""
    if context not in NAMES:
        if DIGITS.search(_bare(english)):
            yield "holds a figure; make it a fact"
        if URL.search(english):
            yield "holds an address; make it a link"
    if MARKUP.search(english):
        yield "holds markup"


def _may_be_same() -> set[str]:
    """Texts that may be the same in another language, such as names."""
    return {str(text) for text in read_yaml(REPOSITORY / "locales" / "same.yml")}
