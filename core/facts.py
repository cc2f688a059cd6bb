"""Facts of a jurisdiction: a value, its unit, the official page it is from and the day that page was read.

Answers never hold a figure of their own; they name a fact as `{fact_name}` and `fact_text` formats it for the
reader's language. Shape of a fact: `docs/facts.md`.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.jurisdiction import folder, page_by_url, read_yaml
from core.languages import Language
from core.values import DURATIONS, format_value

UNITS = {*DURATIONS, "USD", "age", "count", "percent", "time", "date", "phone", "form", "text"}
REVIEW = re.compile(r"^(\d+) days$")


@dataclass(frozen=True)
class Fact:
    name: str
    value: Any
    unit: str
    source: str
    """URL of the official page."""
    verified_on: dt.date
    """Day on which the source was last read."""
    confirmed: bool
    """Whether the agency itself has confirmed it; otherwise the answer says as of when."""
    review_every: int
    """Days after which somebody must read the source again."""

    def is_due(self, today: dt.date) -> bool:
        return today > self.verified_on + dt.timedelta(days=self.review_every)


class FactError(Exception):
    """A fact is malformed; the message names the file, the fact and what is wrong."""


@cache
def facts() -> dict[str, Fact]:
    """All facts of the jurisdiction by name. Raises FactError for a malformed or doubled one."""
    found: dict[str, Fact] = {}
    for path in sorted((folder() / "facts").glob("*.yml")):
        for name, entry in (read_yaml(path) or {}).items():
            if name in found:
                raise FactError(f"{path.name}: fact {name} stands in two files; keep one")
            found[name] = _fact(path, name, entry)
    return found


def _fact(path: Path, name: str, entry: dict[str, Any]) -> Fact:
    missing = {"value", "unit", "source", "verified_on"} - entry.keys()
    if missing:
        raise FactError(f"{path.name}: fact {name} lacks {', '.join(sorted(missing))}")
    if entry["unit"] not in UNITS:
        raise FactError(
            f"{path.name}: fact {name} has the unknown unit {entry['unit']!r}; use {', '.join(sorted(UNITS))}"
        )
    if entry["source"] not in page_by_url():
        raise FactError(f"{path.name}: fact {name} names a source that is not in pages.yml")
    review = REVIEW.match(str(entry.get("review_every", "90 days")))
    if not review or not isinstance(entry["verified_on"], dt.date):
        raise FactError(f"{path.name}: fact {name} needs verified_on as YYYY-MM-DD and review_every as 'N days'")
    return Fact(
        name,
        entry["value"],
        entry["unit"],
        entry["source"],
        entry["verified_on"],
        bool(entry.get("confirmed", False)),
        int(review[1]),
    )


def overdue(today: dt.date) -> list[Fact]:
    """Facts whose source must be read again, the longest overdue first."""
    due = (fact for fact in facts().values() if fact.is_due(today))
    return sorted(due, key=lambda fact: fact.verified_on + dt.timedelta(days=fact.review_every))


def fact_text(fact: Fact, language: Language) -> str:
    """The value as a resident of that language reads it: `$72`, `90 días`, `(860) 555-0100`."""
    return format_value(fact.value, fact.unit, language)
