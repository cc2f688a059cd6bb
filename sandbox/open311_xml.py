"""Open311's answers as XML: the same objects as in JSON, lists with an element for each entry."""

import re
from typing import Any
from xml.etree import ElementTree as ET

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""

ENTRY = {
    "service_requests": "request",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
"""Name of the element that stands for one entry of a list."""


def to_xml(root: str, value: Any) -> bytes:
    tree = ET.Element(root)
    _fill(tree, value)
    written: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ET.Element, value: Any) -> None:
    match value:
        case dict():
            for name, part in value.items():
                _fill(ET.SubElement(element, name), part)
        case list():
            for part in value:
                _fill(ET.SubElement(element, ENTRY[element.tag]), part)
        case bool():
            element.text = "true" if value else "false"
        case None:
            pass
        case _:
            element.text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value))
