"""Filing service requests through Open311 GeoReport v2: kinds, their questions, filing, tokens, many states at once.

The standard has no idempotency key. A request is therefore sent once, in the format in which the server listed its
kinds, and whatever leaves it open whether it was taken (no answer, a failure, an answer that can't be read) ends as
`Unavailable` with `is_doubtful`: a caller tells the resident to ask later and does not file again.

Quirks of real servers, each with a test: 201 or 200 · `{"services": […]}` around a list · codes that are numbers ·
`metadata` as text · XML only · errors as list, as object, with `detail` or `message` · a server that does not know
several ids at once, gives fewer entries than asked for, or entries without an id.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from actions.apis.client import Get, Send, client
from actions.apis.http import Doubtful, Malformed, Missing, Refused, Reply, Trouble
from actions.apis.memory import Keep
from actions.apis.open311 import CaseStatus, is_number, load_status, status_of
from actions.apis.open311_entries import PLAIN, Hidden, common_query, entries, faults, first_readable
from actions.apis.reading import text
from actions.apis.result import Found, Rejected, Result, Unavailable
from actions.apis.service_kinds import Attribute, Kind, ServiceKind, read_attributes, read_kinds
from core.settings import settings

KINDS = Keep(timedelta(hours=6), timedelta(days=2))
MOST_AT_ONCE = 50
"""Numbers in one call: the smallest page of a known server."""
MOST_SINGLE = 4
LONGEST_DESCRIPTION = 4000
FORM = {**PLAIN, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
SANDBOX_KEY = "sandbox"
REASONS = (
    ("forbidden", r"api.?key"),
    ("service", r"service.?code"),
    ("attribute", r"attribute"),
    ("contact", r"e-?mail|phone|first.?name"),
    ("description", r"description"),
    ("location", r"address|location|\blat\b|\blong\b|latitude|longitude"),
)
"""What an error is about, by the words servers use for it; the first that fits."""


@dataclass(frozen=True)
class NewRequest:
    """What a resident files. The place is `address`, or `lat` and `long` (WGS84)."""

    service_code: str
    description: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    lat: float | None = field(default=None, repr=False)
    long: float | None = field(default=None, repr=False)
    attributes: Mapping[str, str | Sequence[str]] = field(default_factory=dict, repr=False)
    """By code: a value (a key, for lists), or several for a list of which several may be chosen."""
    first_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class Receipt:
    """What the server gave for a request: a number, a token that becomes one, or neither (`blackbox`)."""

    number: str | None = field(repr=False)
    token: str | None = field(repr=False)
    notice: str
    """The agency's sentence about what comes next, in English; may be empty."""


async def services() -> Result[list[ServiceKind]]:
    """What can be filed. Public, and kept for hours."""

    async def load(get: Get) -> list[ServiceKind]:
        query = common_query()
        return await first_readable(get, [("services.json", query), ("services.xml", query)], read_kinds)

    return await client("open311").ask("services", load, KINDS)


async def definition(code: str) -> Result[list[Attribute]]:
    """The questions of a kind, in their order; only kinds with `has_attributes` have any. Public, kept for hours."""

    async def load(get: Get) -> list[Attribute]:
        query, path = common_query(), f"services/{quote(code, safe='')}"
        return await first_readable(get, [(f"{path}.json", query), (f"{path}.xml", query)], read_attributes)

    return await client("open311").ask("definition", load, KINDS, code)


async def create(new: NewRequest) -> Result[Receipt]:
    """File a request, once. `Rejected.reason` says what was wrong: `service`, `location`, `description`, `attribute`,
    `contact`, `forbidden` or `bad_request`; NotFound is a server that files nothing here.
    """
    if fault := _fault(new):
        return Rejected(fault)
    listed = await services()
    match listed:
        case Found(value=kinds) | Unavailable(cached=Found(value=kinds)):
            kind = next((kind for kind in kinds if kind.code == new.service_code), None)
        case Unavailable(since=since):
            return Unavailable(since)  # nothing was sent, whatever became of the list
        case refusal:
            return refusal
    if kind is None:
        return Rejected("service")

    async def load(send: Send) -> Receipt:
        form = [*common_query().items(), *_form(new)]
        return _receipt(await send("POST", f"requests.{kind.suffix}", headers=FORM, form=form), kind)

    return await client("open311").tell("create", load)


async def number_of(token: str) -> Result[str]:
    """The number that a token has become; NotFound while it is none yet, or when the token is unknown."""

    async def load(get: Get) -> str:
        query, path = common_query(), f"tokens/{quote(token, safe='')}"
        return await first_readable(get, [(f"{path}.json", query), (f"{path}.xml", query)], _number)

    return await client("open311").ask("number_of", load)


async def statuses(numbers: Sequence[str]) -> Result[dict[str, CaseStatus]]:
    """The states of many requests, in one call for each MOST_AT_ONCE of them. A number that is missing in the answer
    is not known, or hidden. What the list does not show is asked singly. Nothing is kept.
    """
    wanted = list(dict.fromkeys(numbers))

    async def load(get: Get) -> dict[str, CaseStatus]:
        found: dict[str, CaseStatus] = {}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            found |= await _together(get, wanted[start : start + MOST_AT_ONCE])
        return found | await _singly(get, [one for one in wanted if one not in found])

    return await client("open311").ask("statuses", load)


async def _together(get: Get, wanted: list[str]) -> dict[str, CaseStatus]:
    query = {**common_query(), "service_request_id": ",".join(wanted)}
    try:
        listed = await first_readable(get, [("requests.json", query), ("requests.xml", query)], entries)
    except (Missing, Malformed, Refused):
        return {}
    return {
        one: status_of(one, entry) for one in wanted if (entry := next((e for e in listed if is_number(e, one)), None))
    }


async def _singly(get: Get, wanted: list[str]) -> dict[str, CaseStatus]:
    turns = asyncio.Semaphore(MOST_SINGLE)

    async def ask(one: str) -> CaseStatus | None:
        async with turns:
            try:
                return await load_status(get, one)
            except Missing:
                return None

    asked = await asyncio.gather(*(ask(one) for one in wanted))
    return {case.number: case for case in asked if case}


def _fault(new: NewRequest) -> str:
    """What is wrong with a request that need not be sent to know it."""
    has_point = new.lat is not None and new.long is not None
    if not new.address.strip() and not has_point:
        return "location"
    if len(new.description) > LONGEST_DESCRIPTION:
        return "description"
    return "" if _key() else "forbidden"


def _key() -> str:
    return settings().open311_key or (SANDBOX_KEY if client("open311").is_sandbox else "")


def _form(new: NewRequest) -> list[tuple[str, str]]:
    pairs = [
        ("api_key", _key()),
        ("service_code", new.service_code),
        ("description", text(new.description, LONGEST_DESCRIPTION)),
        ("address_string", text(new.address)),
        ("first_name", text(new.first_name, 80)),
        ("phone", new.phone),
        ("email", new.email),
    ]
    if new.lat is not None and new.long is not None:
        pairs += [("lat", f"{new.lat:.6f}"), ("long", f"{new.long:.6f}")]
    for code, value in new.attributes.items():
        if isinstance(value, str):
            pairs.append((f"attribute[{code}]", value))
        else:
            pairs += [(f"attribute[{code}][]", one) for one in value]
    return [(name, value) for name, value in pairs if value]


def _receipt(reply: Reply, kind: ServiceKind) -> Receipt:
    """Raises Refused for a plain no, and Doubtful when the request may have been taken."""
    if reply.status in (400, 422):
        raise Refused(_reason(faults(reply)))
    try:
        found = entries(reply) if reply.body.strip() else []
    except Refused:
        raise Refused(_reason(faults(reply))) from None
    except (Trouble, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        raise Doubtful("unreadable") from None
    entry: dict[str, Any] = found[0] if found else {}
    given = text(entry.get("service_request_id"), 80) or None
    token = None if given else text(entry.get("token"), 200) or None
    if not given and not token and kind.kind is not Kind.BLACKBOX:
        raise Doubtful("no_number")
    return Receipt(given, token, text(entry.get("service_notice"), 240))


def _reason(told: str) -> str:
    return next((reason for reason, pattern in REASONS if re.search(pattern, told)), "bad_request")


def _number(reply: Reply) -> str:
    found = entries(reply)
    given = text(found[0].get("service_request_id"), 80) if found else ""
    if not given:
        raise Hidden
    return given
