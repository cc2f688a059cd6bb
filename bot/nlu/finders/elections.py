"""Finds the elections a text names: by kind, month, year. Values are the ids of the jurisdiction's elections.yml."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from babel.dates import get_month_names

from bot.nlu.finders.phrases import Match, Phrases
from bot.nlu.finders.spans import Span
from bot.nlu.finders.tokens import Token, plain, tokens
from core.elections import elections as elections_between
from core.jurisdiction import read_yaml, time_zone
from core.languages import ENGLISH, LANGUAGES
from core.settings import REPOSITORY
from core.values import gaps

ELECTION = "election"
YEAR = re.compile(r"(?<![\w-])20[2-4]\d(?![\w-])(?!-\d)")
NEAR = 3
"""Words between an election and its month or year at most: `the general election on the 3rd of November`."""
TOWN_KINDS = {"state_election": "municipal_election", "state_primary": "municipal_primary"}
"""In odd years towns and cities elect: an election of November 2027 can't be one of the state."""


def elections(text: str, language: str) -> Iterator[Span]:
    """`value` is the kind; `month` and `year` are added when they stand beside it, where they may be a date as well."""
    if not (named := _named().find(text, language)):
        return
    parts = tokens(text)
    months = _months().find(text, language)
    years = [Match(match.group(), match.start(), match.end()) for match in YEAR.finditer(plain(text))]
    for match in named:
        month, year = _beside(match, months, parts), _beside(match, years, parts)
        if match.value == ELECTION and not (month or year):
            continue
        more = {name: int(one.value) for name, one in (("month", month), ("year", year)) if one}
        kind = _kind(match.value, more.get("month"), more.get("year"))
        if kind:
            yield Span(ELECTION, kind, match.start, match.end, more=more)


def _kind(named: str, month: int | None, year: int | None) -> str | None:
    """The id; where only *election* is said, that of the next one by rule in that month and year, if there is one."""
    if named != ELECTION:
        return TOWN_KINDS.get(named, named) if year and year % 2 and named == "state_election" else named
    today = dt.datetime.now(time_zone()).date()
    first, last = (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else (today, today + dt.timedelta(days=731))
    coming = elections_between(first, last)
    kinds = [
        one.kind for one in coming if one.day.month == month or (month is None and not one.kind.endswith("primary"))
    ]
    return kinds[0] if kinds else None


def _beside(match: Match, others: list[Match], parts: tuple[Token, ...]) -> Match | None:
    """The nearest of the others that stands within NEAR words."""
    near = [(distance, other) for other in others if (distance := _distance(match, other, parts)) is not None]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _distance(one: Match, other: Match, parts: tuple[Token, ...]) -> int | None:
    first, second = sorted((one, other), key=lambda match: match.start)
    between = sum(1 for token in parts if first.end <= token.start < second.start)
    return between if between <= NEAR else None


@cache
def _named() -> Phrases:
    raw = read_yaml(REPOSITORY / "data" / "election_words.yml")
    return Phrases({**raw["kinds"], ELECTION: raw["election"]})


@cache
def _months() -> Phrases:
    raw = read_yaml(REPOSITORY / "data" / "election_words.yml")
    names = {str(month): {"": words} for month, words in raw["months"].items()}
    for language in LANGUAGES.values():
        if "months" not in gaps(language):  # else election_words.yml lists them
            for context in ("format", "stand-alone"):
                for month, name in get_month_names("wide", context, language.locale).items():
                    if plain(name) not in raw["no_months"]:
                        own = f"={name}" if language is not ENGLISH else name
                        names[str(month)].setdefault(language.code, []).append(own)
    return Phrases(names)
