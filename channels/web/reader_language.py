"""Which language the reader of the page or the caller of the API is addressed in."""

from flask import Request

from core.languages import LANGUAGES, PSEUDO_LOCALES, Language, language
from core.settings import settings


def offered() -> list[Language]:
    """The languages of the settings, in their order."""
    real = [LANGUAGES[code] for code in settings().language_list if code in LANGUAGES]
    return [*real, *(PSEUDO_LOCALES.values() if settings().pseudo_locales else ())]


def match(tag: str | None) -> Language | None:
    """The offered language of a code or BCP 47 tag ("es", "es-MX", "zh-Hant-TW"); None when it is not offered."""
    wanted = (tag or "").lower()
    exact = {name: found for found in reversed(offered()) for name in (found.code, found.tag.lower())}
    return exact.get(wanted) or exact.get(wanted.split("-")[0])


def accepted(request: Request) -> Language | None:
    """The first offered language of the browser's list."""
    return next((found for tag, _ in request.accept_languages if (found := match(tag))), None)


def of(request: Request, conversation_language: str | None = None) -> Language:
    """The conversation's language, else the browser's, else English."""
    if conversation_language:
        return language(conversation_language)
    return accepted(request) or language("en")


def by_tag(tag: str | None) -> Language:
    """The language of a stored message, whose `lang` may be a code or a tag; English when unknown."""
    for found in (*LANGUAGES.values(), *PSEUDO_LOCALES.values()):
        if tag in (found.code, found.tag):
            return found
    return language(tag)
