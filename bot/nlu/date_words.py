"""The words of dates in each language: CLDR's month and weekday names and `data/date_words.yml`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale

from bot.nlu.plain_text import plain, tokens
from core.jurisdiction import read_yaml
from core.languages import LANGUAGES
from core.settings import REPOSITORY
from core.values import gaps

SHORT = 3
"""Names of so few letters are often ordinary words too."""
TELLING = 5
"""Month names of so many letters are known in every language, beside a day's number."""
ARABIC = re.compile(r"[\u0621-\u064a]")
ARABIC_PREFIXES = "وبلف"

LISTED_ROLES = {
    "of": "c",
    "the": "t",
    "on": "p",
    "in": "i",
    "in_one": "j",
    "later": "l",
    "ago_before": "g",
    "ago": "a",
    "next": "k",
    "this": "h",
    "last": "b",
    "article": "s",
    "nothing": "x",
}
"""Lists of the data file and the letter of their role; further roles: `m`, `M`, `A` month (sure, unsure, only after a
number), `w`, `W` weekday (sure, unsure), `v` weekday of a week, `r` day by distance, `e` the same to either side,
`u` unit, `d` two units, `S` stretch of days, `q` number word, `s` one, `o` ordinal, `n` number, `y` year, `z` short
year."""

Meanings = dict[str, Any]
"""Value by role."""


@dataclass(frozen=True)
class Vocabulary:
    phrases: dict[str, list[tuple[tuple[str, ...], Meanings]]]
    """By first word, longest first: the words and what they may mean."""
    months: dict[str, int]
    """Long month names, for slips of the finger."""
    month_first: bool

    def phrase_at(self, words: list[str], place: int) -> tuple[int, Meanings]:
        """Number of words and meanings of the longest phrase that starts here; (1, {}) if none does."""
        for phrase, meanings in self.phrases.get(words[place], ()):
            if len(phrase) == 1 or tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase), meanings
        return 1, {}


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(REPOSITORY / "data" / "date_words.yml")
    return found


@cache
def vocabulary(language: str) -> Vocabulary:
    """The language's words; below them the English ones, and the long month names of every language."""
    code = language if language in LANGUAGES else "en"
    meanings: dict[tuple[str, ...], Meanings] = {}
    for phrase, role, value in _own(code):
        meanings.setdefault(phrase, {}).setdefault(role, value)
    if code != "en":
        _add_below(meanings, ((p, *_guest(p, r, v)) for p, r, v in _own("en") if r not in "cxtpkq"))
    for other in LANGUAGES:
        _add_below(meanings, ((p, "M", v) for p, r, v in _own(other) if r in "mM" and len("".join(p)) >= TELLING))
    phrases: dict[str, list[tuple[tuple[str, ...], Meanings]]] = {}
    for phrase, means in sorted(meanings.items(), key=lambda item: -len(item[0])):
        phrases.setdefault(phrase[0], []).append((phrase, means))
    months = {p[0]: m for p, means in meanings.items() if len(p) == 1 for m in _months(means) if len(p[0]) > TELLING}
    return Vocabulary(phrases, months, month_first=code in ("en", "zh"))


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase of the data file as the finders see it."""
    return tuple(token.text for token in tokens(plain(phrase).text))


def _months(means: Meanings) -> Iterator[int]:
    yield from (value for role, value in means.items() if role in "mM")


def _guest(phrase: tuple[str, ...], role: str, value: Any) -> tuple[str, Any]:
    """An English word in another language's text: short names are not sure there."""
    return ({"m": "M", "w": "W"}.get(role, role) if len(phrase[0]) <= TELLING else role), value


def _add_below(meanings: dict[tuple[str, ...], Meanings], more: Iterable[tuple[tuple[str, ...], str, Any]]) -> None:
    """Add words that mean nothing yet."""
    added: dict[tuple[str, ...], Meanings] = {}
    for phrase, role, value in more:
        if phrase not in meanings:
            added.setdefault(phrase, {}).setdefault(role, value)
    meanings.update(added)


@cache
def _own(code: str) -> list[tuple[tuple[str, ...], str, Any]]:
    found = [(words_of(phrase), role, value) for phrase, role, value in _said(code)]
    return [one for phrase, role, value in found if phrase for one in _with_prefixes(phrase, role, value)]


def _with_prefixes(phrase: tuple[str, ...], role: str, value: Any) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Arabic writes "and", "on", "for" as one word with a name."""
    yield phrase, role, value
    if role in "mwrS" and ARABIC.match(phrase[0]):
        for prefix in ARABIC_PREFIXES:
            yield (prefix + phrase[0], *phrase[1:]), role, value
        if phrase[0].startswith("ال"):
            yield ("لل" + phrase[0][2:], *phrase[1:]), role, value


def _said(code: str) -> Iterator[tuple[str, str, Any]]:
    words = data().get(code, {})
    unsure = {words_of(word) for word in words.get("unsure", ())}
    late = {words_of(word) for word in words.get("after_number", ())}
    for kind, sure, doubtful in (("months", "m", "M"), ("weekdays", "w", "W")):
        for number, names in enumerate(_names(code, kind, words)):
            for name in names:
                phrase = words_of(name)
                short = name.isascii() and len(name) <= SHORT
                late_role = "A" if phrase in late else None
                yield name, late_role or (doubtful if short or phrase in unsure else sure), number
    for name, role in LISTED_ROLES.items():
        yield from ((phrase, role, None) for phrase in words.get(name, ()))
    for name, role in (("days", "r"), ("either_side", "e")):
        for distance, phrases in words.get(name, {}).items():
            yield from ((phrase, role, distance) for phrase in phrases)
    for unit, phrases in words.get("units", {}).items():
        two = unit.startswith("two_")
        yield from ((p, "d" if two else "u", unit.removeprefix("two_").rstrip("s") if two else unit) for p in phrases)
    for span, phrases in words.get("spans", {}).items():
        yield from ((phrase, "S", span) for phrase in phrases)
        yield from _joined_weekdays(phrases, span, words.get("weekday_endings", ()))
    for name, role in (("numbers", "q"), ("ordinals", "o")):
        for number, said in enumerate(words.get(name, ()), start=1):
            yield from ((phrase, role, number) for phrase in ([said] if isinstance(said, str) else said))


def _joined_weekdays(phrases: list[str], span: str, endings: list[Any]) -> Iterator[tuple[str, str, Any]]:
    weeks = {"last_week": -1, "this_week": 0, "next_week": 1}
    if span in weeks:
        for number, ending in enumerate(endings):
            for last in [ending] if isinstance(ending, str) else ending:
                yield from ((phrase + last, "v", (weeks[span], number)) for phrase in phrases)


def _names(code: str, kind: str, words: dict[str, Any]) -> list[list[str]]:
    """CLDR's names in running text and the data file's. CLDR's stand-alone forms are left out: Babel 2.18 resolves some
    of them to another language's once several locales have been read. A language that CLDR lacks has only its own."""
    count = 12 if kind == "months" else 7
    own = words.get(kind) or [[] for _ in range(count)]
    if "months" in gaps(LANGUAGES[code]):
        return [list(names) for names in own]
    locale = Locale.parse(LANGUAGES[code].locale)
    table = (locale.months if kind == "months" else locale.days)["format"]
    first = 1 if kind == "months" else 0
    return [
        [*own[number], *(str(table[width][first + number]).rstrip(".॰") for width in ("wide", "abbreviated"))]
        for number in range(count)
    ]
