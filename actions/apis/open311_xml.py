"""Open311 answers in XML, read as the same objects that the JSON has."""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from actions.apis.http import Malformed
from actions.apis.reading import Row

ROOTS = ("service_requests", "requests", "services", "service_definition", "errors")
LISTS = {*ROOTS, "attributes", "values", "notes"} - {"service_definition"}
"""Elements that hold a list; every other element with elements inside is an object."""
DEEPEST = 12


def entries_of_xml(body: bytes) -> list[Row]:
    """The entries below the root; the root itself where it is no list (a service definition). Values are texts.

    A document that declares a DTD is refused: entities are how XML readers are made to read files or to swell.
    Raises Malformed.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        raise Malformed("not_xml") from None
    if reader.root not in ROOTS:
        raise Malformed("not_open311")
    found = reader.value if isinstance(reader.value, list) else [reader.value]
    return [entry for entry in found if isinstance(entry, dict)]


@dataclass
class _Element:
    name: str
    letters: list[str] = field(default_factory=list)
    inside: list[tuple[str, Any]] = field(default_factory=list)
    """Names and values of the elements in it, in order."""

    def value(self) -> Any:
        if self.name in LISTS:
            return [value for _, value in self.inside]
        if self.inside:
            return dict(reversed(self.inside))  # of two elements with one name the first counts
        return "".join(self.letters).strip()


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.value: Any = None
        self._open: list[_Element] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._letters
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise Malformed("doctype")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if len(self._open) == DEEPEST:
            raise Malformed("too_deep")
        self._open.append(_Element(name))

    def _letters(self, letters: str) -> None:
        self._open[-1].letters.append(letters)

    def _end(self, name: str) -> None:
        value = self._open.pop().value()
        if self._open:
            self._open[-1].inside.append((name, value))
        else:
            self.value = value
