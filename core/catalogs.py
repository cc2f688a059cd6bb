"""Catalogs of translations, read straight from `locales/<locale>/LC_MESSAGES/<domain>.po`.

The runtime needs to know *whether* an entry is translated and whether a person has reviewed it, which compiled
catalogs do not tell; so the PO files are the runtime format. Entries marked fuzzy (their English has changed) do not
count as translated. An entry is reviewed when a translator comment `reviewed: <who>, <date>` stands above it.
"""

from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from core.languages import PSEUDO_LOCALES, Language
from core.pseudo import pseudo
from core.settings import REPOSITORY

DOMAINS = ("responses", "web", "sms")
LOCALES = REPOSITORY / "locales"


@dataclass(frozen=True)
class Translation:
    text: str
    reviewed: bool


@cache
def catalog(domain: str, language: Language) -> dict[tuple[str, str], Translation]:
    """Translations by (context, English text). Empty for English and for a language without that catalog."""
    path = LOCALES / language.locale / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        entries = read_po(stream, locale=language.locale, domain=domain)
    return {
        (message.context or "", str(message.id)): Translation(
            str(message.string), any(line.startswith("reviewed:") for line in message.user_comments)
        )
        for message in entries
        if message.id and message.string and not message.fuzzy and isinstance(message.id, str)
    }


def translate(domain: str, context: str, english: str, language: Language) -> Translation | None:
    """The translation of one entry, or None when English must be served."""
    if language.code == "en":
        return Translation(english, reviewed=True)
    if language.code in PSEUDO_LOCALES:
        return Translation(pseudo(english, language), reviewed=False)
    return catalog(domain, language).get((context, english))
