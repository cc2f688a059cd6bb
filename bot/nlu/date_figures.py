"""Dates written in figures (07/04/1980, 1980-07-04, 4.7.80) and in the Chinese way (1990年7月4日, 七月四号)."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

from bot.nlu.date_words import data
from bot.nlu.found_dates import FoundDate, coming, coming_day_of_month, coming_month, day, full_year, month_span

BEFORE = r"(?<![a-z0-9_$€£#%])(?<![0-9][-/.:,])(?<![0-9] [-/.:,] )(?<![^\W\d_][-/])"
AFTER = r"(?![a-z0-9_%$€]|[-/.:,][0-9]|\s?[ap]\.?m\b)"
SEPARATOR = r"(?P<s> ?[-/.] ?)"
YEAR_FIRST = re.compile(
    rf"{BEFORE}(?P<y>(?:19|20)[0-9]{{2}}){SEPARATOR}(?P<a>[0-9]{{1,2}})(?P=s)(?P<b>[0-9]{{1,2}})(?![a-su-z0-9_%]|[-/][0-9])"
)
YEAR_LAST = re.compile(
    rf"{BEFORE}(?P<a>[0-9]{{1,2}}){SEPARATOR}(?P<b>[0-9]{{1,2}})(?P=s)(?P<y>[0-9]{{4}}|'?[0-9]{{2}}){AFTER}"
)
SPACED = re.compile(
    r"(?<![0-9a-z$#])(?<![0-9][ \-/.])(?P<a>[0-9]{1,2})(?P<s> )(?P<b>[0-9]{1,2}) (?P<y>(?:19|20)[0-9]{2})"
    r"(?![a-z0-9_%]| ?[-/.]?[0-9])"
)
NO_YEAR = re.compile(rf"{BEFORE}(?P<a>[0-9]{{1,2}})(?P<s>[/.])(?P<b>[0-9]{{1,2}}){AFTER}")
MONTH_YEAR = re.compile(rf"{BEFORE}(?P<m>0?[1-9]|1[0-2])[-/.](?P<y>(?:19|20)[0-9]{{2}}){AFTER}")
DOTTED = ("pl", "ru")
"""Languages that write day and month with a dot: 15.03."""

FIGURES = "〇零一二三四五六七八九"
NUMBER = r"[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
CHINESE = re.compile(
    rf"(?:(?P<y>[0-9]{{4}}|[0-9]{{2}}|[{FIGURES}]{{4}}|[{FIGURES}]{{2}}) ?年 ?|(?P<near>明年|今年|去年|后年)的?)?"
    rf"(?<![0-9])(?P<m>{NUMBER}) ?月份? ?(?:(?P<d>{NUMBER}) ?[日号])?"
)
CHINESE_DAY = re.compile(
    r"(?<![0-9第月])(?P<d>[0-9]{1,2}|[二三]?十[一二三四五六七八九]?) ?[号日](?=$|[\s,。?!？！上下早中晚可行去来])"
)
NEAR_YEARS = {"去年": -1, "今年": 0, "明年": 1, "后年": 2}

Reader = Callable[["re.Match[str]", str, bool, dt.date], FoundDate | None]


def figure_dates(text: str, language: str, month_first: bool, today: dt.date) -> Iterator[FoundDate]:
    """Dates in plain text, in no order; the places are those of the plain text."""
    taken: list[tuple[int, int]] = []
    for pattern, reader in READERS:
        if pattern in (CHINESE, CHINESE_DAY) and text.isascii():
            continue
        for match in pattern.finditer(text):
            found = reader(match, language, month_first, today)
            if found and all(found.end <= start or end <= found.start for start, end in taken):
                taken.append((found.start, found.end))
                yield found


def from_parts(
    match: "re.Match[str]",
    pairs: list[tuple[int, int]],
    year: str | None,
    today: dt.date,
) -> FoundDate | None:
    """A date whose (month, day) is one of the pairs, the likeliest first; None if that can be no date at all."""
    wide = bool(year and len(year) == 4)
    if wide and not 1900 <= int(year or 0) <= 2099:
        return None
    if year is None:
        days = [coming(month, of_month, today) for month, of_month in pairs]
    else:
        full = int(year) if wide else full_year(int(year), today)
        days = [day(full, month, of_month) for month, of_month in pairs]
    readings = tuple(dict.fromkeys(found for found in days if found))
    plausible = wide or any(1 <= month <= 12 and 1 <= of_month <= 31 for month, of_month in pairs)
    if not readings and not plausible:
        return None
    return FoundDate(
        match.start(),
        match.end(),
        readings,
        has_year=year is not None,
        kind="absolute" if year else "partial",
        impossible=not readings,
        short_year=year is not None and not wide,
    )


def _year_first(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    a, b = int(match["a"]), int(match["b"])
    found = from_parts(match, [(a, b)], match["y"], today)
    return found if found and found.readings else from_parts(match, [(b, a)], match["y"], today)


def _figures(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    """Day and month in either order: the language's own first. With dots the day is first wherever people use dots."""
    a, b = int(match["a"]), int(match["b"])
    year = match.groupdict().get("y")
    pairs = [(a, b), (b, a)] if month_first else [(b, a), (a, b)]
    if match["s"].strip() == "." and not month_first and day(2024, b, a):
        pairs = [(b, a)]
    return from_parts(match, pairs, year.lstrip("'") if year else None, today)


def _no_year(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    if match["s"] == "." and (language not in DOTTED or len(match["b"]) != 2):
        return None
    if match.group() in data()["idioms"] or _is_fraction(match):
        return None
    return _figures(match, language, month_first, today)


def _is_fraction(match: "re.Match[str]") -> bool:
    """`1/2 hour`, `1 1/2`."""
    return match.group() in data()["fractions"] and bool(
        re.match(r"\s+(?!at\b|on\b|am\b|pm\b|a\b)[a-z]", match.string[match.end() :])
        or re.search(r"[0-9]\s$", match.string[: match.start()])
    )


def _month_year(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    span = month_span(int(match["y"]), int(match["m"]))
    return FoundDate(match.start(), match.end(), (), has_year=True, kind="partial", span=span)


def _chinese(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    month, of_month = _number(match["m"]), _number(match["d"])
    year = str(today.year + NEAR_YEARS[match["near"]]) if match["near"] else _figures_of(match["y"])
    if of_month is not None:
        return from_parts(match, [(month or 0, of_month)], year, today)
    if not month or not 1 <= month <= 12 or (year and not 1900 <= int(year) <= 2099 and len(year) == 4):
        return None
    span = month_span(full_year(int(year) % 100, today) if len(year) == 2 else int(year), month) if year else None
    span = span or coming_month(month, today)
    return FoundDate(match.start(), match.end(), (), has_year=year is not None, kind="partial", span=span)


def _chinese_day(match: "re.Match[str]", language: str, month_first: bool, today: dt.date) -> FoundDate | None:
    found = coming_day_of_month(_number(match["d"]) or 0, today)
    return FoundDate(match.start(), match.end(), (found,), has_year=False, kind="partial") if found else None


def _figures_of(year: str | None) -> str | None:
    """`一九九〇` as `1990`."""
    return year and "".join(str(max(0, FIGURES.index(one) - 1)) if one in FIGURES else one for one in year)


def _number(said: str | None) -> int | None:
    """A number below 100 in Chinese or plain figures."""
    if not said or said.isdigit():
        return int(said) if said else None
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return int(_figures_of(said) or 0)
    return (int(_figures_of(tens) or 1)) * 10 + int(_figures_of(ones) or 0)


READERS: tuple[tuple["re.Pattern[str]", Reader], ...] = (
    (YEAR_FIRST, _year_first),
    (YEAR_LAST, _figures),
    (SPACED, _figures),
    (MONTH_YEAR, _month_year),
    (NO_YEAR, _no_year),
    (CHINESE, _chinese),
    (CHINESE_DAY, _chinese_day),
)
