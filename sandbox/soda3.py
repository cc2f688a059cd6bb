"""SODA3 queries (`POST /api/v3/views/{4x4}/query.json`), as far as a reader of whole data sets needs them.

A query is `SELECT *` or columns, with `WHERE column = 'value'`, `ORDER BY`, `LIMIT` and `OFFSET` at most. Rows come
back as a list of objects. An app token (any) or a sign-in is required, which 2.1 does not ask for.
"""

import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]

SOQL = re.compile(
    r"\s*SELECT\s+(?P<select>\*|[\w`]+(?:\s*,\s*[\w`]+)*)"
    r"(?:\s+WHERE\s+(?P<where>[\w`]+)\s*=\s*'(?P<value>(?:[^']|'')*)')?"
    r"(?:\s+ORDER\s+BY\s+(?P<order>[\w`]+)(?:\s+(?P<way>ASC|DESC))?)?"
    r"(?:\s+LIMIT\s+(?P<limit>[0-9]{1,6}))?(?:\s+OFFSET\s+(?P<offset>[0-9]{1,6}))?\s*",
    re.IGNORECASE,
)
LARGEST_PAGE = 50_000
OPTIONS = {"query", "page", "parameters", "timeout", "includeSystem", "includeSynthetic", "orderingSpecifier"}


class BodyError(Exception):
    """A body that SODA3 refuses; carries its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(body: Any, rows: list[Row], known: Callable[[str], str]) -> list[Row]:
    """The rows that `body` asks for; `known` refuses a column that the data set has not. Raises BodyError."""
    if not isinstance(body, dict) or set(body) - OPTIONS:
        raise BodyError("invalid-body", "The body must be a JSON object with known options")
    query = SOQL.fullmatch(body.get("query", "SELECT *")) if isinstance(body.get("query", ""), str) else None
    if query is None:
        raise BodyError("query.compiler.malformed", "Not played by this sandbox, or no SoQL")
    found = rows
    if query["where"]:
        column, value = known(query["where"].strip("`")), query["value"].replace("''", "'")
        found = [row for row in found if row.get(column) == value]
    if query["order"]:
        by = known(query["order"].strip("`"))
        found = sorted(found, key=lambda row: str(row.get(by, "")), reverse=(query["way"] or "").upper() == "DESC")
    start = int(query["offset"] or 0)
    found = found[start : start + int(query["limit"])] if query["limit"] else found[start:]
    found = _page(body.get("page"), found)
    if query["select"] == "*":
        return found
    kept = [known(name.strip(" `\n\t")) for name in query["select"].split(",")]
    return [{name: row[name] for name in kept if name in row} for row in found]


def _page(page: Any, rows: list[Row]) -> list[Row]:
    """Pages count from 1."""
    if page is None:
        return rows
    number, size = (page.get("pageNumber", 1), page.get("pageSize", 100)) if isinstance(page, dict) else (0, 0)
    if not (isinstance(number, int) and isinstance(size, int) and number >= 1 and 1 <= size <= LARGEST_PAGE):
        raise BodyError("invalid-page", "pageNumber and pageSize must be whole numbers from 1")
    return rows[(number - 1) * size : number * size]
