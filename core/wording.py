"""The words that a value is shown with, outside an answer: titles of choices, to compare with what a resident wrote."""

from functools import cache

from core.catalogs import translate
from core.jurisdiction import read_yaml
from core.languages import language
from core.settings import REPOSITORY
from core.values import Value, format_value


def wording(value: Value, code: str) -> str:
    """A value as a resident reads it. A response is its text in that language, English where none is translated."""
    if value["unit"] != "response":
        return format_value(value["value"], value["unit"], language(code))
    english = _english()[value["value"]]
    found = translate("responses", value["value"], english, language(code))
    return found.text if found else english


@cache
def _english() -> dict[str, str]:
    """The first variant of every response of the domain, by name."""
    return {
        name: str(variations[0]["text"])
        for path in sorted((REPOSITORY / "domain").glob("*.yml"))
        for name, variations in (read_yaml(path).get("responses") or {}).items()
    }
