"""Finds the numbers a text names: of a case or request, of a telephone."""

import re
from dataclasses import dataclass

import phonenumbers

CASE = re.compile(r"(?<![\w-])#?(\d{2})(?:\s?[-–]\s?|\s)(\d{6})(?![\d-])")
CASE_RUN = re.compile(r"(?<![\w-])#?(\d{2})(\d{6})(?![\d-])")
NAMED_CASE = re.compile(
    r"(?:case|request|ticket|reference|application|number|no\.?|num|#|caso|solicitud|expediente|reporte|n[uú]mero)"
    r"\W{0,3}(?:is|es|no\.?|number|n[uú]mero|#|de)?\W{0,3}(?P<id>[a-z]{0,4}-?\d[\d-]{3,13}\d)(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    value: str
    start: int
    end: int


def case_numbers(text: str) -> list[Number]:
    """Numbers of cases or requests as the state writes them: `24-000123`; or as given after a word such as `case`."""
    found = [
        Number(f"{match[1]}-{match[2]}", match.start(), match.end())
        for pattern in (CASE, CASE_RUN)
        for match in pattern.finditer(text)
    ]
    for match in NAMED_CASE.finditer(text):
        if not any(number.start < match.end("id") and match.start("id") < number.end for number in found):
            found.append(Number(match["id"].upper(), match.start("id"), match.end("id")))
    return sorted(found, key=lambda number: number.start)


def phone_numbers(text: str) -> list[Number]:
    """Telephone numbers in E.164; numbers without a country code are taken as the United States'."""
    return [
        Number(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(text, "US")
    ]
