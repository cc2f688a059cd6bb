"""The entries of an Open311 answer, in whatever shape and format a server gives them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from actions.apis import capabilities
from actions.apis.client import Get
from actions.apis.http import Malformed, Missing, Refused, Reply
from actions.apis.open311_xml import ROOTS, entries_of_xml
from actions.apis.reading import Row, number, text

T = TypeVar("T")
Call = tuple[str, Mapping[str, str]]
"""Path and query."""

PLAIN = {"Accept-Encoding": "identity"}
"""Some servers claim a `deflate` that no reader opens."""
FAULT_KEYS = ("description", "detail", "message")
"""Where an error says what was wrong: the standard; 6aika; Libre311."""


class Hidden(Missing):
    """The server answered properly, and the answer holds no such thing."""


def common_query() -> dict[str, str]:
    """What every call says: the jurisdiction where one server has several, and a wish for extensions."""
    block = capabilities.of("open311")
    return {name: str(block[name]) for name in ("jurisdiction_id", "extensions") if block.get(name)}


async def first_readable(get: Get, calls: Sequence[Call], read: Callable[[Reply], T]) -> T:
    """What the first of the calls says that can be read. Raises what the last one raises, or Missing at once when a
    server answers properly that it knows no such thing.
    """
    for path, query in calls[:-1]:
        try:
            return read(await get(path, query=query, headers=PLAIN))
        except Hidden:
            raise Missing from None
        except (Missing, Malformed, Refused):
            continue
    path, query = calls[-1]
    return read(await get(path, query=query, headers=PLAIN))


def entries(reply: Reply) -> list[Row]:
    """The entries of a JSON or XML answer; which of the two is seen from the body, as some servers ignore the suffix.

    Raises Malformed, and Missing or Refused when they are the standard's errors.
    """
    found = _all(reply)
    if found and all("code" in entry and "status" not in entry for entry in found):
        raise Missing if any(number(entry["code"]) == 404 for entry in found) else Refused("error_list")
    return found


def faults(reply: Reply) -> str:
    """What an answer says was wrong, in lower case; empty when it can't be read. For looking up, not for showing."""
    try:
        return " ".join(_fault_texts(_all(reply), 4)).lower()
    except Malformed:
        return ""


def _all(reply: Reply) -> list[Row]:
    if reply.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return entries_of_xml(reply.body)
    body: Any = reply.json()
    if isinstance(body, dict):
        body = next((body[name] for name in ROOTS if name in body), [body])
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
        raise Malformed
    return body


def _fault_texts(value: Any, depth: int) -> list[str]:
    if isinstance(value, list):
        return [words for part in value[:20] for words in _fault_texts(part, depth)]
    if not isinstance(value, dict) or not depth:
        return []
    own = [text(value.get(name), 300) for name in FAULT_KEYS if value.get(name)]
    return own + [words for part in value.values() for words in _fault_texts(part, depth - 1)]
