"""Dates, times, phone numbers and the state's name as a reader of the page sees them."""

import datetime as dt
from typing import Any

from babel.core import UnknownLocaleError
from babel.dates import format_skeleton, format_time

from channels.answers import agency_phone
from channels.words_web import word
from core import jurisdiction
from core.languages import Language


def state_name() -> str:
    return str(jurisdiction.profile()["name"])


def time_zone_name() -> str:
    return jurisdiction.time_zone().key


def checked(verified_on: str | None, reader: Language) -> str:
    """ "Jul 2026" for the day a source was read; empty when there is none."""
    if not verified_on:
        return ""
    return _in_locale(format_skeleton, "yMMM", dt.date.fromisoformat(verified_on), reader=reader)


def moment(at: str, reader: Language) -> str:
    """When a message was written, in the state's own time, zone stated."""
    local = dt.datetime.fromisoformat(at).astimezone(jurisdiction.time_zone())
    day = _in_locale(format_skeleton, "MMMd", local, reader=reader)
    return f"{day}, {_in_locale(format_time, local, 'short', reader=reader)} {local:%Z}"


def call_instead(reader: Language) -> str:
    """The sentence that names the general line, for when the chat itself cannot help."""
    agency = jurisdiction.agency_for(None)
    return word("call_instead", reader, agency=agency.name, phone=agency_phone())


def _in_locale(form: Any, *args: Any, reader: Language) -> str:
    try:
        return str(form(*args, locale=reader.locale))
    except (UnknownLocaleError, KeyError):  # CLDR has no Haitian Creole dates; French ones are read there
        return str(form(*args, locale="fr_HT"))
