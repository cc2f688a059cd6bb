"""The languages Nutmeg can speak: one table of codes, tags, catalog folders and writing direction."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Language:
    code: str
    """Nutmeg's own code, used in settings, data folders and stored conversations."""
    tag: str
    """BCP 47 tag for `lang` attributes."""
    locale: str
    """CLDR locale for Babel; also the folder of its catalogs below `locales/`."""
    name: str
    """The language's own name."""
    direction: Literal["ltr", "rtl"] = "ltr"


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("en", "en", "en_US", "English"),
        Language("es", "es", "es_US", "Español"),
        Language("pt", "pt-BR", "pt_BR", "Português"),
        Language("zh", "zh-Hans", "zh_Hans", "中文"),
        Language("ht", "ht", "ht", "Kreyòl ayisyen"),
        Language("pl", "pl", "pl", "Polski"),
        Language("fr", "fr", "fr", "Français"),
        Language("it", "it", "it", "Italiano"),
        Language("vi", "vi", "vi", "Tiếng Việt"),
        Language("ar", "ar", "ar", "العربية", "rtl"),
        Language("ru", "ru", "ru", "Русский"),
        Language("hi", "hi", "hi", "हिन्दी"),
    )
}

ENGLISH = LANGUAGES["en"]


def language(code: str | None) -> Language:
    """The language of a code; English when the code is unknown or absent."""
    return LANGUAGES.get(code or "en", ENGLISH)
