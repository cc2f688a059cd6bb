"""Open311 answers in XML, read as the same objects that the JSON has."""

from xml.parsers import expat

from actions.apis.http import Malformed
from actions.apis.reading import Row

ROOTS = ("service_requests", "requests", "errors")


def entries_of_xml(body: bytes) -> list[Row]:
    """The entries below the root, each a flat object of texts; elements inside an element are left out.

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
    return reader.entries


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.entries: list[Row] = []
        self._depth = 0
        self._letters: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._letters.append
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise Malformed("doctype")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.root = name
        elif self._depth == 2:
            self.entries.append({})
        self._letters.clear()

    def _end(self, name: str) -> None:
        if self._depth == 3:
            self.entries[-1].setdefault(name, "".join(self._letters).strip())
        self._letters.clear()
        self._depth -= 1
