"""Values that answers are filled with: a unit and a value, formatted for the reader only when the text is made.

Actions send them as JSON, `{"unit": "minutes", "value": 25}`; facts carry the same units. Formatting is Babel's and
`phonenumbers`'; nothing is formatted by hand.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import phonenumbers
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from babel.units import format_unit
from ruamel.yaml import YAML

from core.languages import Language
from core.settings import REPOSITORY

DURATIONS = {
    "minutes": "minute",
    "hours": "hour",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
}

Value = dict[str, Any]
"""`{"unit": …, "value": …}`, JSON throughout."""


def text(words: str) -> Value:
    """A name as it is: an office, a street, a request number."""
    return {"unit": "text", "value": words}


def minutes(count: int) -> Value:
    return {"unit": "minutes", "value": count}


def count(number: float) -> Value:
    return {"unit": "count", "value": number}


def miles(number: float) -> Value:
    return {"unit": "miles", "value": round(number)}


def phone(number: str) -> Value:
    """E.164, or a short code such as 211."""
    return {"unit": "phone", "value": number}


def date(day: dt.date) -> Value:
    return {"unit": "date", "value": day.isoformat()}


def time(moment: dt.time) -> Value:
    return {"unit": "time", "value": moment.isoformat(timespec="minutes")}


def moment(at: dt.datetime) -> Value:
    """A moment with its zone, shown as date and time of that zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return {"unit": "moment", "value": at.isoformat()}


def weekday(day: dt.date) -> Value:
    return {"unit": "weekday", "value": day.isoformat()}


def day(of: dt.date) -> Value:
    """A near day on a button: weekday, day and month, no year."""
    return {"unit": "day", "value": of.isoformat()}


def names(items: Sequence[str]) -> Value:
    """Several names, joined as the language joins a list."""
    return {"unit": "names", "value": list(items)}


def words(response: str) -> Value:
    """A word or phrase that is itself a response of the domain, such as the name of a status."""
    return {"unit": "response", "value": response}


def lines(items: Sequence[tuple[str, Mapping[str, Value]]]) -> Value:
    """Several lines, each a response of the domain with values of its own."""
    return {"unit": "lines", "value": [{"response": name, "values": dict(values)} for name, values in items]}


def format_value(value: Any, unit: str, language: Language) -> str:
    """The value as a resident of that language reads it: `$72`, `90 días`, `(860) 555-0100`, `November 3, 2026`.

    Units `response` and `lines` are the answer catalogue's own business (`bot/nlg.py`).
    """
    if unit in FORMATS:
        return clean_spaces(FORMATS[unit](value, language))
    if unit in DURATIONS:
        return clean_spaces(_measure(value, f"duration-{DURATIONS[unit]}", language))
    return str(value)


def _measure(value: float, kind: str, language: Language) -> str:
    """A number with its unit's word. Babel drops CLDR's long form where it equals the short one."""
    own = gaps(language).get("units", {}).get(kind.rpartition("-")[2])
    if own:
        return str(own).format(format_decimal(value, locale=_locale(language)))
    shown = format_unit(value, kind, "long", locale=language.locale)
    return format_unit(value, kind, "short", locale=language.locale) if kind in shown else shown


def _age(years: int, language: Language) -> str:
    """Years of life, which some languages count with another word than years of time."""
    own = gaps(language).get("age")
    return str(own).format(years) if own else _measure(years, "duration-year", language)


def _money(amount: float, language: Language) -> str:
    """US dollars, which need no telling from other dollars here; cents only when there are some."""
    shown = format_currency(amount, "USD", locale=_locale(language))
    shown = shown.replace(get_currency_symbol("USD", _locale(language)), "$")
    return shown if amount != int(amount) else re.sub(r"[.,]00(?!\d)", "", shown)


def _time(value: Any, language: Language) -> str:
    at = value if isinstance(value, dt.time) else dt.time.fromisoformat(str(value))
    return format_time(at, "short", locale=_locale(language))


def _date(value: Any, language: Language) -> str:
    day = _day(value)
    own = gaps(language).get("months")
    return f"{day.day} {own[day.month - 1]} {day.year}" if own else format_date(day, "long", locale=language.locale)


def _month(value: Any, language: Language) -> str:
    day = _day(value)
    own = gaps(language).get("months")
    return f"{own[day.month - 1]} {day.year}" if own else format_skeleton("yMMM", day, locale=language.locale)


def _weekday(value: Any, language: Language) -> str:
    own = gaps(language).get("weekdays")
    return str(own[_day(value).weekday()]) if own else format_date(_day(value), "EEEE", locale=language.locale)


def _moment(value: str, language: Language) -> str:
    at = dt.datetime.fromisoformat(value)
    clock = format_time(at.time(), "short", locale=_locale(language))
    if "weekdays" in gaps(language):
        return f"{_weekday(at.date(), language)} {_date(at.date(), language)}, {clock}"
    return f"{format_skeleton('MMMEd', at.date(), locale=language.locale)}, {clock}"


def _near_day(value: Any, language: Language) -> str:
    at = _day(value)
    if "weekdays" in gaps(language):
        return f"{_weekday(at, language)} {at.day} {gaps(language)['months'][at.month - 1]}"
    return format_skeleton("MMMEd", at, locale=language.locale)


def _names(items: Sequence[str], language: Language) -> str:
    shown = format_list(list(items), locale=language.locale)
    own = gaps(language).get("and")
    return shown if not own or len(items) < 2 else f"{', '.join(items[:-1])} {own} {items[-1]}"


FORMATS: dict[str, Callable[[Any, Language], str]] = {
    "USD": _money,
    "age": _age,
    "miles": lambda value, language: _measure(value, "length-mile", language),
    "count": lambda value, language: format_decimal(value, locale=_locale(language)),
    "percent": lambda value, language: format_percent(value / 100, locale=_locale(language)),
    "time": _time,
    "date": _date,
    "month": _month,
    "weekday": _weekday,
    "day": _near_day,
    "moment": _moment,
    "phone": lambda value, _language: phone_text(str(value)),
    "names": _names,
}


def _locale(language: Language) -> str:
    """CLDR locale of plain figures and clock times."""
    return str(gaps(language).get("figures", language.locale))


@cache
def gaps(language: Language) -> dict[str, Any]:
    """What `data/cldr_gaps.yml` says of a language; empty for those that CLDR knows."""
    raw = YAML(typ="safe", pure=True).load((REPOSITORY / "data" / "cldr_gaps.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = raw.get(language.code, {})
    return found


def phone_text(number: str) -> str:
    """A number in its national form; short codes such as 211 stay as they are."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if parsed.country_code == 1 else style.INTERNATIONAL)


def clean_spaces(shown: str) -> str:
    """CLDR puts no-break spaces into times and money; in a text message each would cost the whole alphabet."""
    return shown.replace("\u202f", " ").replace("\xa0", " ")


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
