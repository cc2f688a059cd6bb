"""Dates, times, phone numbers and the state's name as a reader of the page sees them."""

import datetime as dt

from babel.dates import format_skeleton, format_time

from channels.answers import agency_phone
from channels.words_web import word
from core import jurisdiction
from core.languages import Language
from core.values import format_value, gaps


def state_name() -> str:
    return str(jurisdiction.profile()["name"])


def time_zone_name() -> str:
    return jurisdiction.time_zone().key


def checked(verified_on: str | None, reader: Language) -> str:
    """ "Jul 2026" for the day a source was read; empty when there is none."""
    if not verified_on:
        return ""
    return format_value(verified_on, "month", reader)


def moment(at: str, reader: Language) -> str:
    """When a message was written, in the state's own time, zone stated."""
    local = dt.datetime.fromisoformat(at).astimezone(jurisdiction.time_zone())
    months, locale = own_months(reader), date_locale(reader)
    day = f"{local.day} {months[local.month - 1]}" if months else format_skeleton("MMMd", local, locale=locale)
    return f"{day}, {format_time(local, 'short', locale=locale)} {local:%Z}"


def date_locale(reader: Language) -> str:
    """The CLDR locale whose order of day and month the page's own dates follow."""
    return str(gaps(reader).get("dates", reader.locale))


def own_months(reader: Language) -> list[str]:
    """Names of the months where CLDR has none; else empty."""
    return list(gaps(reader).get("months", ()))


def call_instead(reader: Language) -> str:
    """The sentence that names the general line, for when the chat itself cannot help."""
    agency = jurisdiction.agency_for(None)
    return word("call_instead", reader, agency=agency.name, phone=agency_phone())
