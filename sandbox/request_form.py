"""What is wrong with a form that files a service request, in the words of an error list."""

import re
from collections.abc import Iterator

from werkzeug.datastructures import MultiDict

from sandbox.services_catalog import ServiceType

Form = MultiDict[str, str]
LONGEST_DESCRIPTION = 4000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
ATTRIBUTE = re.compile(r"attribute\[([^\]]*)\](\[\])?")


def faults(form: Form, service: ServiceType) -> list[str]:
    return [*_place(form), *_texts(form), *_attributes(form, service)]


def _place(form: Form) -> Iterator[str]:
    if not ((form.get("lat") and form.get("long")) or form.get("address_string") or form.get("address_id")):
        yield "a location (lat and long, address_string or address_id) was not provided"
    for name, largest in (("lat", 90.0), ("long", 180.0)):
        if (told := form.get(name)) and not _is_number(told, largest):
            yield f"{name} must be a number from -{largest:g} to {largest:g}"


def _texts(form: Form) -> Iterator[str]:
    if len(form.get("description", "")) > LONGEST_DESCRIPTION:
        yield "description is longer than 4,000 characters"
    if (email := form.get("email")) and not EMAIL.fullmatch(email):
        yield "email is not an address"
    if (phone := form.get("phone")) and not 7 <= sum(letter.isdigit() for letter in phone) <= 15:
        yield "phone is not a number"


def _attributes(form: Form, service: ServiceType) -> Iterator[str]:
    known = {attribute["code"]: attribute for attribute in service.attributes}
    given: dict[str, list[str]] = {}
    for name in form:
        if found := ATTRIBUTE.fullmatch(name):
            given.setdefault(found[1], []).extend(value for value in form.getlist(name) if value)
    for code, attribute in known.items():
        values, kind = given.get(code, []), attribute["datatype"]
        keys = {value["key"] for value in attribute["values"]}
        if attribute["required"] and not values:
            yield f"attribute[{code}] was not provided"
        elif keys and not keys.issuperset(values):
            yield f"attribute[{code}] has a value that is not in its list"
        elif kind != "multivaluelist" and len(values) > 1:
            yield f"attribute[{code}] takes one value"
        elif kind == "number" and not all(_is_number(value, 1e9) for value in values):
            yield f"attribute[{code}] must be a number"
    for code in given.keys() - known.keys():
        yield f"attribute[{code}] does not belong to this service_code"


def _is_number(told: str, largest: float) -> bool:
    try:
        return abs(float(told)) <= largest
    except ValueError:
        return False
