"""Kinds of service requests and their questions, as Open311 GeoReport v2 lists them (`service_requests.py` asks)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.apis.http import Malformed, Reply
from actions.apis.open311_entries import entries
from actions.apis.reading import Row, number, text, word


class Kind(StrEnum):
    REALTIME = "realtime"
    """Gives a number at once."""
    BATCH = "batch"
    """Gives a token, and later a number for it."""
    BLACKBOX = "blackbox"
    """Gives nothing that could be asked about."""
    UNKNOWN = "unknown"


class Datatype(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTIPLE = "multivaluelist"


@dataclass(frozen=True)
class ServiceKind:
    code: str
    name: str
    description: str
    group: str
    kind: Kind
    has_attributes: bool
    keywords: tuple[str, ...] = ()
    suffix: str = "json"
    """The format in which the server listed it: `json`, or `xml` where it speaks no JSON."""


@dataclass(frozen=True)
class Attribute:
    """A question of a kind of request. `values` are (key, name): the key is sent, the name shown."""

    code: str
    datatype: Datatype
    required: bool
    description: str
    values: tuple[tuple[str, str], ...] = ()


def read_kinds(reply: Reply) -> list[ServiceKind]:
    """The kinds that have a code and a name. Raises Malformed when there is none."""
    suffix = "xml" if reply.body.lstrip().startswith(b"<") else "json"
    found = [kind for entry in entries(reply) if (kind := _kind(entry, suffix))]
    if not found:
        raise Malformed("no_services")
    return found


def _kind(entry: Row, suffix: str) -> ServiceKind | None:
    code, name, told = text(entry.get("service_code"), 80), text(entry.get("service_name"), 80), word(entry.get("type"))
    if not code or not name:
        return None
    keywords = text(entry.get("keywords"), 400).lower().split(",")
    return ServiceKind(
        code,
        name,
        text(entry.get("description"), 300),
        text(entry.get("group"), 80),
        Kind(told) if told in set(Kind) else Kind.UNKNOWN,
        _is_true(entry.get("metadata")),
        tuple(stripped for keyword in keywords if (stripped := keyword.strip())),
        suffix,
    )


def read_attributes(reply: Reply) -> list[Attribute]:
    """The questions in their order; entries with `variable` false only tell something and are left out.

    Raises Malformed.
    """
    found = entries(reply)
    listed = found[0].get("attributes") if found else None
    if isinstance(listed, dict):
        listed = listed.get("attribute", [listed])
    if not isinstance(listed, list):
        raise Malformed
    asked = [row for row in listed if isinstance(row, dict) and row.get("variable") not in (False, "false")]
    asked.sort(key=lambda row: number(row.get("order")) or 0)
    return [attribute for row in asked if (attribute := _attribute(row))]


def _attribute(row: Row) -> Attribute | None:
    code = text(row.get("code"), 80)
    if not code:
        return None
    listed = row.get("values")
    choices = [choice for choice in listed if isinstance(choice, dict)] if isinstance(listed, list) else []
    values = tuple((key, text(choice.get("name"), 80) or key) for choice in choices if (key := text(choice.get("key"))))
    told = word(row.get("datatype"))
    datatype = Datatype(told) if told in set(Datatype) else Datatype.STRING
    if datatype in (Datatype.SINGLE, Datatype.MULTIPLE) and not values:
        datatype = Datatype.STRING
    return Attribute(code, datatype, _is_true(row.get("required")), text(row.get("description"), 240), values)


def _is_true(value: Any) -> bool:
    return value is True or word(value) in ("true", "1", "yes")
