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

    def isolated(self, value: str) -> str:
        """A value (number, link, Latin name) that keeps its own order inside a text that runs from right to left."""
        return f"\u2068{value}\u2069" if self.direction == "rtl" else value


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

PSEUDO_LOCALES: dict[str, Language] = {
    "xa": Language("xa", "en-XA", "en_US", "[Ļéñĝţĥéñéð]"),
    "xb": Language("xb", "ar-XB", "en_US", "[Mirrored]", "rtl"),
}
"""Made from the English by `core/pseudo.py`; offered with NUTMEG_PSEUDO_LOCALES only, and never understood."""


def language(code: str | None) -> Language:
    """The language of a code; English when the code is unknown or absent."""
    known = code or "en"
    return LANGUAGES.get(known) or PSEUDO_LOCALES.get(known, ENGLISH)
