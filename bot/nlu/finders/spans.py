"""What a finder gives, and which of two finds in the same place is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PRIORITY = (
    "email",
    "confirmation_number",
    "case_number",
    "address",
    "phone_number",
    "zip_code",
    "time",
    "date",
    "named_plate",
    "named_number",
    "plate_number",
    "election",
    "town",
    "document",
    "language",
    "office_kind",
)
"""Rules from the strongest to the weakest: of two finds that share a character the stronger one is kept, of two of one
rule the longer one. A rule is the name of the entity, save where an entity is found in several ways: a town also by
`zip_code`, a plate also by `named_plate` (after the word for it), a case number also by `named_number` (only because a
word such as *number* stands before it)."""

OVER_ALL = frozenset({"office"})
"""Entities that take no place: `the Norwich DMV` is an office and holds a town, and both are told."""


@dataclass(frozen=True, slots=True)
class Span:
    """`value` is canonical: an id, a code, an official name, an ISO date; a list where a text has two readings."""

    kind: str
    value: str | list[str]
    start: int
    end: int
    rule: str = ""
    """Where it is not the kind's own name: see PRIORITY."""
    more: Mapping[str, Any] = field(default_factory=dict)

    def entity(self, text: str) -> dict[str, Any]:
        """As Rasa writes it."""
        written = text[self.start : self.end]
        return {"entity": self.kind, "value": self.value, "start": self.start, "end": self.end, "text": written} | dict(
            self.more
        )


Finder = Callable[[str, str], Iterable[Span]]
"""Takes a text and its language."""


def settle(found: Iterable[Span]) -> list[Span]:
    """The spans that are kept, in order of appearance."""
    kept: list[Span] = []
    for span in sorted(found, key=_strength):
        if span.kind in OVER_ALL or all(span.end <= one.start or one.end <= span.start for one in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: (span.start, span.kind))


def _strength(span: Span) -> tuple[bool, int, int, int]:
    """Spans that take no place come last, so that they neither win nor lose against others."""
    over = span.kind in OVER_ALL
    return over, 0 if over else PRIORITY.index(span.rule or span.kind), span.start - span.end, span.start
