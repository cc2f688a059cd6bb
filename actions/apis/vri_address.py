"""The address of a public place in NIST's Voter Records Interchange, whose eleven kinds (FGDC-STD-016) become one line.

It is used for polling places only. A voter's own address is never read.
"""

from collections.abc import Iterator
from typing import Any

from actions.apis.reading import part, text

STREET = (
    "StreetNamePreModifier", "StreetNamePreDirectional", "StreetNamePreType", "StreetName", "StreetNamePostType",
    "StreetNamePostDirectional", "StreetNamePostModifier",
)  # fmt: skip
PLACES = ("CompletePlaceName", "CompletePlaceName1")


def one_line(address: Any) -> str:
    """`180 Sample Street, Norwich, CT 06360`, as far as it is told; empty for anything unreadable."""
    places = next((names for name in PLACES if (names := _values(part(address, name, "PlaceName")))), [])
    state_and_zip = " ".join(filter(None, (text(part(address, name), 30) for name in ("StateName", "ZipCode"))))
    area = [*places[:1], state_and_zip] if places else _lines(part(address, "PlaceStateZip"))[:1] or [state_and_zip]
    return text(", ".join(filter(None, [*_site(address), *area])), 160)


def _site(address: Any) -> Iterator[str]:
    """The landmark, and the line of the street."""
    yield from _values(part(address, "CompleteLandmarkName", "LandmarkName"))[:1]
    yield text(part(address, "GeneralAddress"), 100) or " ".join(filter(None, _street(address)))


def _street(address: Any) -> Iterator[str]:
    number = part(address, "CompleteAddressNumber")
    yield "".join(
        _value(part(number, name)) for name in ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix")
    )
    for name in STREET:
        yield _value(part(address, "CompleteStreetName", name))


def _value(told: Any) -> str:
    """Text, or the `Value` of an object."""
    return text(part(told, "Value") if isinstance(told, dict) else told, 60)


def _values(told: Any) -> list[str]:
    return [words for entry in told if (words := _value(entry))] if isinstance(told, list) else []


def _lines(told: Any) -> list[str]:
    return [words for entry in told if (words := text(entry, 80))] if isinstance(told, list) else []
