"""Values that answers are filled with: a unit and a value, formatted for the reader only when the text is made.

Actions send them as JSON, `{"unit": "minutes", "value": 25}`; facts carry the same units. Formatting is Babel's and
`phonenumbers`'; nothing is formatted by hand.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from core.languages import Language

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
    """The value as a resident of that language reads it: `$72`, `90 días`, `(860) 555-0100`, `Tue, Nov 3`.

    Units `response` and `lines` are the answer catalogue's own business (`bot/nlg.py`).
    """
    locale = language.locale
    if unit in DURATIONS:
        return clean_spaces(format_unit(value, f"duration-{DURATIONS[unit]}", locale=locale))
    if unit == "miles":
        return clean_spaces(format_unit(value, "length-mile", locale=locale))
    if unit == "USD":
        return money(value, language)
    if unit == "count":
        return format_decimal(value, locale=locale)
    if unit == "percent":
        return format_percent(value / 100, locale=locale)
    if unit == "time":
        at = value if isinstance(value, dt.time) else dt.time.fromisoformat(str(value))
        return clean_spaces(format_time(at, "short", locale=locale))
    if unit == "date":
        return clean_spaces(format_date(_day(value), "long", locale=locale))
    if unit == "month":
        return clean_spaces(format_date(_day(value), "MMM y", locale=locale))
    if unit == "weekday":
        return format_date(_day(value), "EEEE", locale=locale)
    if unit == "moment":
        return clean_spaces(format_datetime(dt.datetime.fromisoformat(value), "EEEE, MMM d, h:mm a", locale=locale))
    if unit == "phone":
        return phone_text(str(value))
    if unit == "names":
        return format_list(value, locale=locale)
    return str(value)


def money(amount: float, language: Language) -> str:
    """US dollars; cents only when there are some."""
    shown = format_currency(amount, "USD", locale=language.locale)
    return clean_spaces(shown if amount != int(amount) else re.sub(r"[.,]00(?!\d)", "", shown))


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
