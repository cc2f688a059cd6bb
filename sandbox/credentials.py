"""The 300 sample applications for credentials and 200 registered plates: fixed ones for each state, the rest from dice.

An application number is `LA-` and seven digits, the last of them a check digit (Damm), such as LA-1001012. Seven digits
are no case number (two and six), no license or Social Security number (nine), no telephone number (ten), and the
letters are part of it. Dates move with the clock; the fixed numbers, their birth dates and their states never change.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.world import World

HOW_MANY, HOW_MANY_PLATES = 300, 200
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
YEARS_VALID = {"license": 8, "id": 8, "permit": 2, "registration": 3}
HOLDS = ("photo_needed", "document_missing", "fee_unpaid", "address_unconfirmed", "insurance_lapsed")
WEIGHTS = {
    "received": 10, "in_review": 15, "printed": 15, "mailed": 25, "delivered": 20, "returned": 3, "on_hold": 10,
    "refused": 2,
}  # fmt: skip
PLATE_WEIGHTS = {"active": 75, "expired": 15, "suspended": 7, "cancelled": 3}
PLATE_REASONS = ("insurance_lapsed", "emissions_overdue", "taxes_unpaid", "fee_unpaid")
LETTERS = "ABCDEFGHJKLMNPRSTUVWX"


@dataclass(frozen=True)
class Fixed:
    """One documented application."""

    digits: str
    """The six digits before the check digit."""
    birth_date: dt.date
    kind: str
    state: str
    shows: str
    reason: str | None = None
    is_bare: bool = False
    """Only what every answer has: no dates, no tracking."""
    needs_sign_in: bool = False

    @property
    def number(self) -> str:
        return application_number(self.digits)


@dataclass(frozen=True)
class FixedPlate:
    """One documented registration; `days` from today until it ends, below zero when it has ended."""

    plate: str
    birth_date: dt.date
    state: str
    days: int
    shows: str
    reason: str | None = None


@dataclass(frozen=True)
class Credential:
    """An application and how far it is. A field that is None is left out of the answer."""

    kind: str
    state: str
    updated_on: dt.date
    printed_on: dt.date | None = None
    mailed_on: dt.date | None = None
    carrier: str | None = None
    tracking: str | None = None
    valid_until: dt.date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Registration:
    """A vehicle's registration."""

    state: str
    updated_on: dt.date
    valid_until: dt.date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Entry:
    """Something that is shown to whoever knows its number (or plate) and the birth date."""

    birth_date: dt.date
    shown: Credential | Registration
    needs_sign_in: bool = False

    def fields(self) -> dict[str, str]:
        return {name: _written(value) for name, value in asdict(self.shown).items() if value is not None}


def application_number(digits: str) -> str:
    """`LA-`, the six digits, and the digit that makes Damm's check come out at nought."""
    row = 0
    for digit in digits:
        row = int(DAMM[row][int(digit)])
    return f"LA-{digits}{row}"


FIXED = (
    Fixed("100101", dt.date(1980, 7, 4), "license", "mailed", "mailed, with tracking"),
    Fixed("100102", dt.date(1975, 3, 15), "license", "received", "received"),
    Fixed("100103", dt.date(1990, 11, 30), "id", "in_review", "being checked"),
    Fixed("100104", dt.date(1968, 1, 9), "license", "printed", "printed, not yet mailed"),
    Fixed("100105", dt.date(2001, 5, 21), "id", "delivered", "delivered"),
    Fixed("100106", dt.date(1955, 12, 2), "license", "returned", "came back to the DMV", "undeliverable"),
    Fixed("100107", dt.date(2008, 8, 17), "permit", "on_hold", "waits for a document", "document_missing"),
    Fixed("100108", dt.date(1987, 2, 28), "license", "refused", "refused", "not_eligible"),
    Fixed("100109", dt.date(1972, 10, 12), "registration", "mailed", "registration papers, mailed"),
    Fixed("100110", dt.date(1996, 2, 29), "permit", "printed", "born on a leap day"),
    Fixed("100111", dt.date(1983, 6, 6), "license", "laminated", "a state nobody knows", "moon_phase"),
    Fixed("100112", dt.date(1979, 4, 1), "id", "mailed", "only kind, state and day are given", is_bare=True),
    Fixed("100113", dt.date(1964, 9, 23), "license", "printed", "asks for sign-in (403)", needs_sign_in=True),
)

FIXED_PLATES = (
    FixedPlate("ZZ90001", dt.date(1980, 7, 4), "active", 400, "valid"),
    FixedPlate("ZZ90002", dt.date(1975, 3, 15), "active", 20, "valid, ends soon"),
    FixedPlate("ZZ90003", dt.date(1990, 11, 30), "expired", -45, "expired"),
    FixedPlate("ZZ90004", dt.date(1968, 1, 9), "suspended", 200, "suspended", "insurance_lapsed"),
    FixedPlate("ZZ90005", dt.date(2001, 5, 21), "cancelled", -100, "cancelled"),
    FixedPlate("ZZ90007", dt.date(1955, 12, 2), "on_the_moon", 300, "a state nobody knows"),
    FixedPlate("ZZ90006", dt.date(1964, 9, 23), "active", 300, "asks for sign-in (403)"),
)
SIGN_IN_PLATE = "ZZ90006"


def sample_credentials(world: World) -> dict[str, Entry]:
    """All applications by number, as of today."""
    made = {entry.number: _fixed(world, entry) for entry in FIXED}
    digits = world.dice("application numbers").sample(range(110_000, 1_000_000), HOW_MANY - len(FIXED))
    return made | {application_number(str(one)): _made(world, str(one)) for one in digits}


def sample_registrations(world: World) -> dict[str, Entry]:
    """All registrations by plate, as of today."""
    today = world.today()
    made = {
        fixed.plate: Entry(
            fixed.birth_date,
            Registration(
                fixed.state, today - dt.timedelta(days=1), today + dt.timedelta(days=fixed.days), fixed.reason
            ),
            fixed.plate == SIGN_IN_PLATE,
        )
        for fixed in FIXED_PLATES
    }
    dice = world.dice("plates")
    while len(made) < HOW_MANY_PLATES:
        plate = "".join(dice.choices(LETTERS, k=2)) + f"{dice.randrange(100_000):05d}"
        made[plate] = _made_registration(world, plate)
    return made


def _fixed(world: World, fixed: Fixed) -> Entry:
    updated = world.today() - dt.timedelta(days=2)
    if fixed.is_bare:
        shown = Credential(fixed.kind, fixed.state, updated)
    else:
        shown = _credential(fixed.digits, fixed.kind, fixed.state, updated, fixed.reason)
    return Entry(fixed.birth_date, shown, fixed.needs_sign_in)


def _made(world: World, digits: str) -> Entry:
    dice = world.dice("application", digits)
    state = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    reasons = {"on_hold": dice.choice(HOLDS), "refused": "not_eligible", "returned": "undeliverable"}
    updated = world.today() - dt.timedelta(days=dice.randint(0, 40))
    kind = dice.choice(list(YEARS_VALID))
    return Entry(_birth_date(world, digits), _credential(digits, kind, state, updated, reasons.get(state)))


def _made_registration(world: World, plate: str) -> Entry:
    dice = world.dice("registration", plate)
    state = dice.choices(list(PLATE_WEIGHTS), list(PLATE_WEIGHTS.values()))[0]
    days = -dice.randint(1, 300) if state in ("expired", "cancelled") else dice.randint(1, 1000)
    today = world.today()
    reason = dice.choice(PLATE_REASONS) if state == "suspended" else None
    shown = Registration(state, today - dt.timedelta(days=1), today + dt.timedelta(days=days), reason)
    return Entry(_birth_date(world, plate), shown)


def _credential(digits: str, kind: str, state: str, updated: dt.date, reason: str | None) -> Credential:
    """The dates that a state brings with it: what was mailed was printed two days before."""
    mailed = {"mailed": updated, "delivered": updated - dt.timedelta(days=5), "returned": updated - dt.timedelta(14)}
    mailed_on = mailed.get(state)
    printed_on = updated if state == "printed" else mailed_on - dt.timedelta(days=2) if mailed_on else None
    return Credential(
        kind, state, updated, printed_on, mailed_on,
        "usps" if mailed_on else None, f"SAMPLE{digits}01" if mailed_on else None,
        _years_after(printed_on, YEARS_VALID[kind]) if printed_on else None, reason,
    )  # fmt: skip


def _years_after(day: dt.date, years: int) -> dt.date:
    return dt.date(day.year + years, day.month, min(day.day, 28))


def _birth_date(world: World, *parts: object) -> dt.date:
    days = world.dice("birth date", *parts).randrange(73 * 365)
    return dt.date(1936, 1, 1) + dt.timedelta(days=days)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
