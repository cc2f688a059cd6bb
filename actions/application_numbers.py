"""Application numbers and plates as people write them: one spelling, and typing errors found before a call.

What a number looks like is the jurisdiction's (`number_pattern`, `check_digit` and `plate_pattern` in `apis.yml`).
"""

import re
import unicodedata
from enum import Enum

from actions.apis import capabilities

DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""H. M. Damm's table (2004): it finds every single wrong digit and every two neighbours that changed places."""
SEPARATORS = re.compile(r"[\s.·‧・_‐-―−-]+")
LETTERS_AND_DIGITS = re.compile(r"([A-Z]+)([0-9]+)")


class Fault(Enum):
    """What is wrong with a number that was written."""

    SHAPE = "shape"
    """It does not look like one: letters are missing, or digits are too few or too many."""
    CHECK_DIGIT = "check_digit"
    """It looks like one, but a digit must be wrong."""


def read(written: str) -> str | Fault:
    """`la 100 1012` → `LA-1001012`; digits of other scripts count. A `Fault` says why it can't be a number."""
    match = LETTERS_AND_DIGITS.fullmatch(_bare(written))
    number = f"{match[1]}-{match[2]}" if match else ""
    terms = capabilities.of("credential_status")
    if not re.fullmatch(terms["number_pattern"], number):
        return Fault.SHAPE
    if terms.get("check_digit") == "damm" and not _has_right_check_digit(number):
        return Fault.CHECK_DIGIT
    return number


def read_plate(written: str) -> str | None:
    """`zz·90001` → `ZZ90001`; None when it can't be a plate."""
    plate = _bare(written)
    return plate if re.fullmatch(capabilities.of("credential_status")["plate_pattern"], plate) else None


def _bare(written: str) -> str:
    folded = unicodedata.normalize("NFKC", written[:60]).upper()
    digits = "".join(str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in folded)
    return SEPARATORS.sub("", digits)


def _has_right_check_digit(number: str) -> bool:
    row = 0
    for letter in number:
        if letter.isdigit():
            row = int(DAMM[row][int(letter)])
    return row == 0
