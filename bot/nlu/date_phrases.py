"""Dates said in words: "4 July 1980", "next Friday", "in three days", in any language.

Each word of a text becomes one sign for all the roles it may have (`bot/nlu/date_signs.py`); the forms of a date are
regular expressions over these signs, the same for every language.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from bot.nlu.date_signs import SIGNS, Said, pattern, read, sign
from bot.nlu.date_words import Meanings, Vocabulary, data, words_of
from bot.nlu.found_dates import (
    FoundDate,
    coming,
    coming_day_of_month,
    coming_month,
    day,
    full_year,
    month_span,
    moved,
    named_span,
)

TELLING = frozenset("mMAwWrevudSyo")
"""Without a word of one of these roles there is no date."""
STREET = FoundDate(0, 0, (), has_year=False, kind="partial")
"""Stands for the name of a street: nothing is found there, whatever form is tried."""

FORMS: dict[str, str] = {
    "day_month": r"(?:<wW>[.,]?<c>*,?)?(?:(?P<d><no>)\.?(?:<c>{0,3}|-|/)(?P<m><mMA>)|(?P<d2><q>)<c>{0,2}(?P<m2><m>))"
    r"\.?(?:(?:<c>|[-,/.]){0,3}'?(?P<y><yz>))?",
    "month_day": r"(?:<wW>[.,]?<c>*,?)?(?P<m><mM>)\.?(?:<ct>{0,2}|-|/)(?P<d><no>)\.?"
    r"(?:(?:<c>|[-,/.]){0,3}'?(?P<y><yz>))?",
    "year_month_day": r"(?P<y><y>)(?:<c>|[-,/.]){0,2}(?P<m><mM>)\.?(?:<c>|[-,/.]){0,2}(?P<d><no>)",
    "month_year": r"(?P<m><mM>)\.?(?:<c>|[-,/.]){0,2}'?(?P<y><y>)",
    "weekday_of_week": r"(?P<v><v>)|(?P<w><w>)[,.]?<cp>{0,2}(?P<s><S>)|(?P<s2><S>)<cp>{0,2}(?P<w2><w>)",
    "weekday": r"(?:(?P<k><khb>)<c>?)?(?P<w><w>)(?:<c>{0,2}(?P<k2><khb>))?|(?:<p>|(?P<k3><khb>))<c>?(?P<w3><W>)"
    r"|^<cpt>*(?P<w4><W>)[.!?]?$",
    "distance": r"<i>(?:<c>?(?P<n><nqs>))<c>?(?P<u><u>)|<ij>(?P<u4><d>)|<j>(?P<u5><u>)"
    r"|(?P<n2><nqs>)<c>?(?P<u2><u>)<c>?<l>|(?P<u6><d>)<l>",
    "distance_back": r"<g>(?P<n><nq>)<c>?(?P<u><u>)|<g>(?P<u4><d>)|(?P<n2><nqs>)<c>?(?P<u2><u>)<c>?<a>|(?P<u5><d>)<a>",
    "stretch": r"(?P<s><S>)",
    "day": r"(?P<r><re>)",
    "month": r"(?P<m><m>)|<i>(?P<m2><M>)",
    "day_of_month": r"<t>(?P<d><no>)(?=$|[,.?!;]|<rwkpvhc>)",
}
"""In the order in which they are tried; `<wW>` stands for a word that may have role `w` or `W`."""


def said_dates(text: str, words: Vocabulary, today: dt.date) -> Iterator[FoundDate]:
    """Dates in words in plain text, in no order; the places are those of the plain text."""
    said = read(text, words)
    if not any(not TELLING.isdisjoint(one.meanings) for one in said):
        return
    signs = "".join(sign(one) for one in said)
    for name, form in FORMS.items():
        place = 0
        while match := pattern(form, len(SIGNS)).search(signs, place):
            found = BUILDERS[name](_Parts(match, said), today)
            place = match.end() if found else match.start() + 1
            if found:
                if found is not STREET:
                    yield found
                signs = signs[: match.start()] + "\0" * (match.end() - match.start()) + signs[match.end() :]


class _Parts:
    """The words of a match by the names of its groups."""

    def __init__(self, match: "re.Match[str]", said: list[Said]) -> None:
        self.match = match
        self.said = said
        self.start = said[match.start()].start
        self.end = said[match.end() - 1].end

    def value(self, roles: str, *groups: str) -> Any:
        """Value of the first group that matched, in the first of the roles it has."""
        for group in groups:
            if group in self.match.re.groupindex and self.match.start(group) >= 0:
                meanings = self.said[self.match.start(group)].meanings
                return next((meanings[role] for role in roles if role in meanings), None)
        return None

    def roles(self, *groups: str) -> Meanings:
        places = [self.match.start(group) for group in groups if group in self.match.re.groupindex]
        return next((self.said[place].meanings for place in places if place >= 0), {})

    def year(self) -> tuple[Any, bool]:
        """The year and whether it has two digits; a number before another word is no year of two digits."""
        full, short = self.value("y", "y"), self.value("z", "y")
        if full is None and short is not None and 10 <= short <= 31:
            after = self.said[self.match.end()] if self.match.end() < len(self.said) else None
            if after and not after.meanings and after.text[0].isalnum():
                self.end = self.said[self.match.start("y") - 1].end
                return None, False
        return (full, False) if full is not None else (short, short is not None)

    def is_street(self) -> bool:
        near = [self.said[p] for p in (self.match.end(), self.match.end() + 1) if p < len(self.said)]
        before = [self.said[p] for p in range(max(0, self.match.start() - 3), self.match.start())]
        while before and ("c" in before[-1].meanings or not before[-1].text[0].isalnum()):
            before.pop()
        after, ahead = _streets()
        return bool(near and near[0].text in after) or bool(before and before[-1].text in ahead)

    def one(self, found: dt.date | None, kind: Any = "relative", **more: Any) -> FoundDate | None:
        return FoundDate(self.start, self.end, (found,), kind=kind, **{"has_year": True, **more}) if found else None

    def stretch(self, span: tuple[dt.date, dt.date], kind: Any, has_year: bool = True) -> FoundDate:
        return FoundDate(self.start, self.end, (), has_year=has_year, kind=kind, span=span)


@cache
def _streets() -> tuple[frozenset[str], frozenset[str]]:
    after, ahead = (frozenset(words_of(w)[0] for w in data()[key]) for key in ("street_after", "street_before"))
    return after, ahead


def _day_month(parts: _Parts, today: dt.date) -> FoundDate | None:
    of_month, month = parts.value("noq", "d", "d2"), parts.value("mMA", "m", "m2") + 1
    year, short = parts.year()
    if (year is None or short) and (parts.is_street() or not 1 <= of_month <= 31):
        return STREET if parts.is_street() else None
    full = full_year(year, today) if short else year
    found = coming(month, of_month, today) if year is None else day(full, month, of_month)
    return FoundDate(
        parts.start,
        parts.end,
        (found,) if found else (),
        has_year=year is not None,
        kind="partial" if year is None else "absolute",
        impossible=found is None,
        short_year=short,
    )


def _month_year(parts: _Parts, today: dt.date) -> FoundDate | None:
    return parts.stretch(month_span(parts.value("y", "y"), parts.value("mM", "m") + 1), "partial")


def _month(parts: _Parts, today: dt.date) -> FoundDate | None:
    return parts.stretch(coming_month(parts.value("mM", "m", "m2") + 1, today), "partial", has_year=False)


def _weekday_of_week(parts: _Parts, today: dt.date) -> FoundDate | None:
    joined = parts.value("v", "v")
    span = parts.value("S", "s", "s2")
    weekday = joined[1] if joined else parts.value("w", "w", "w2")
    if not joined and not span.endswith("_week"):
        return None
    monday = moved(today, 7 * joined[0] - today.weekday(), "day") if joined else named_span(span, today)[0]
    return parts.one(moved(monday, weekday, "day")) if monday else None


def _weekday(parts: _Parts, today: dt.date) -> FoundDate | None:
    """ "Friday" is the next one after today. "Next Friday" is that one or the one after it, while this week lasts."""
    weekday = parts.value("wW", "w", "w3", "w4")
    which = parts.roles("k", "k2", "k3")
    ahead = (weekday - today.weekday()) % 7
    if "b" in which and "k" not in which:
        return parts.one(moved(today, ahead - 7, "day"), weekday=weekday)
    if "h" in which and ahead == 0:
        return parts.one(today, weekday=weekday)
    first = moved(today, ahead or 7, "day")
    second = moved(today, (ahead or 7) + 7, "day")
    this_week = today.weekday() + (ahead or 7) < 7
    if "k" in which and this_week and first and second:
        return FoundDate(parts.start, parts.end, (first, second), has_year=True, kind="relative", weekday=weekday)
    return parts.one(first, weekday=weekday)


def _distance(parts: _Parts, today: dt.date, direction: int = 1) -> FoundDate | None:
    two = parts.value("d", "u4", "u5", "u6") is not None and "d" in parts.roles("u4", "u5", "u6")
    count = 2 if two else parts.value("nqs", "n", "n2") or 1
    unit = parts.value("d" if two else "u", "u", "u2", "u4", "u5", "u6")
    return parts.one(moved(today, direction * count, unit))


def _day(parts: _Parts, today: dt.date) -> FoundDate | None:
    distance, either = parts.value("r", "r"), parts.value("e", "r")
    if either is None:
        return parts.one(moved(today, distance, "day"))
    days = tuple(d for count in (either, -either) if (d := moved(today, count, "day")))
    return FoundDate(parts.start, parts.end, days, has_year=True, kind="relative")


def _day_of_month(parts: _Parts, today: dt.date) -> FoundDate | None:
    return parts.one(coming_day_of_month(parts.value("no", "d"), today), "partial", has_year=False)


BUILDERS: dict[str, Callable[[_Parts, dt.date], FoundDate | None]] = {
    "day_month": _day_month,
    "month_day": _day_month,
    "year_month_day": _day_month,
    "month_year": _month_year,
    "weekday_of_week": _weekday_of_week,
    "weekday": _weekday,
    "distance": _distance,
    "distance_back": lambda parts, today: _distance(parts, today, -1),
    "stretch": lambda parts, today: parts.stretch(named_span(parts.value("S", "s"), today), "relative"),
    "day": _day,
    "month": _month,
    "day_of_month": _day_of_month,
}
