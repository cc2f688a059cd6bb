"""Reading what other people's systems send: every value may be missing, of another type, or dressed in HTML."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import phonenumbers

from actions.apis.http import Malformed

Row = dict[str, Any]


def rows(value: Any) -> list[Row]:
    """A list of objects; anything in it that is not an object is left out. Raises Malformed for another shape."""
    if not isinstance(value, list):
        raise Malformed
    found = [row for row in value if isinstance(row, dict)]
    if value and not found:
        raise Malformed
    return found


def row(value: Any) -> Row:
    if not isinstance(value, dict):
        raise Malformed
    return value


def part(value: Any, *path: str) -> Any:
    """What lies at the end of a path of keys, or None as soon as one is missing."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: Any, most: int = 200) -> str:
    """Plain text on one line, at most `most` characters; empty for anything that is neither text nor a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    words = " ".join(_without_tags(str(value)).split())
    shown = "".join(letter for letter in words if letter.isprintable())
    return shown if len(shown) <= most else shown[: most - 3].rstrip() + "..."


def word(value: Any) -> str:
    """A word of a vocabulary in one spelling: lower case, underscores."""
    return text(value, 60).lower().replace(" ", "_").replace("-", "_")


def number(value: Any) -> float | None:
    """A number, or text that is one (Socrata, Libre311); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < 1e9 else None


def day(value: Any) -> dt.date | None:
    """A date such as 2026-11-03, also at the start of a longer time stamp."""
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def any_day(value: Any) -> dt.date | None:
    """A date as people's systems write it: ISO, `2026-7-3`, `20260703`, or American `7/3/2026`; None for others."""
    written = text(value, 40).partition("T")[0]
    for pattern in ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y"):
        try:
            return dt.datetime.strptime(written, pattern).date()
        except ValueError:
            continue
    return day(value)


def moment(value: Any, zone: ZoneInfo) -> dt.datetime | None:
    """A time stamp in `zone`; one without a zone of its own ("floating") is taken to be in it."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        found = dt.datetime.fromisoformat(value.strip())
        return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def clock(value: Any) -> dt.time | None:
    """A time of day: `8:00 AM`, `08:00`, `8 am`, `16:00:00`."""
    written = text(value, 20).upper().replace(".", "").replace(" ", "")
    for pattern in ("%I:%M%p", "%I%p", "%H:%M", "%H:%M:%S"):
        try:
            return dt.datetime.strptime(written, pattern).time()
        except ValueError:
            continue
    return None


def phone(value: Any) -> str:
    """A US number in E.164, or nothing when it can't be one."""
    try:
        parsed = phonenumbers.parse(text(value, 40), "US")
    except phonenumbers.NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number(parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if possible else ""


def web_address(value: Any) -> str:
    """An https address, or nothing: other schemes don't reach a resident."""
    address = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    safe = parts.scheme == "https" and parts.hostname and not parts.username and address.isprintable()
    return address if safe and " " not in address and len(address) <= 500 else ""


class _Words(HTMLParser):
    """The words of a piece of HTML; what stands in scripts and styles is no words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _without_tags(markup: str) -> str:
    if "<" not in markup and "&" not in markup:
        return markup
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words)
