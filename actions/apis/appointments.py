"""Appointments at the DMV through Qmatic's public calendar API: what flows call.

What is free comes from `slots.py`, the making from `booking.py`; here are booking, finding, cancelling and moving by
the number that a resident was given (core/bookings.py). `apis.yml` switches them on: `book`, `manage`.
"""

import asyncio
import datetime as dt
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from actions.apis.booking import Wish, make
from actions.apis.capabilities import gives, of
from actions.apis.client import Send, client
from actions.apis.http import WHOLE_SECONDS
from actions.apis.qmatic import ROOT
from actions.apis.qmatic_answers import (
    CHANGE_SECONDS,
    LOOK_SECONDS,
    Appointment,
    Customer,
    Service,
    look,
    quoted,
)
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from actions.apis.slots import bookable_with, forget_free, free_days, free_times, offices_with, services
from core import bookings
from core.logs import logger

__all__ = [
    "Appointment", "Customer", "Moved", "Service", "book", "bookable_with", "cancel", "find", "free_days", "free_times",
    "move", "offices_with", "services",
]  # fmt: skip

TAKEN = {"E440", "ERROR_CANNOT_BE_RESERVED", "ERROR_SLOT_TAKEN"}
MOVE_SECONDS = 4.8
LAST_SECONDS = 0.5
"""What there is at least for cancelling the old appointment when one is moved."""
OWN_NUMBER = r"[0-9a-f]{64}"

log = logger("appointments")


@dataclass(frozen=True)
class Moved:
    appointment: Appointment
    is_old_cancelled: bool
    """False: the resident has two appointments now, each with its number; the old one must be cancelled by hand."""


async def book(
    office_id: str,
    service_id: str,
    start: dt.datetime,
    customer: Customer,
    key: str,
    conversation: str | None = None,
    also: Sequence[str] = (),
    people: int = 1,
) -> Result[Appointment]:
    """Book a time that `free_times` gave; the clock of `start` is the branch's.

    `Rejected("slot_taken")`: somebody else was faster; nothing was made. `Unavailable`: with `is_doubtful` it may have
    been made; calling again with the same key finds out or goes on, and never makes a second one.
    """
    if not gives("qmatic", "book"):
        return Rejected("not_offered")
    try:
        wish = Wish(office_id, (service_id, *also), start, customer, people, key, conversation)
        result = await make(wish)
    except SQLAlchemyError as error:
        return _not_read(error)
    forget_free(office_id, start.date(), service_id, also, people)
    return Rejected("slot_taken") if isinstance(result, Rejected) and result.reason in TAKEN else result


async def find(number: str, seconds: float = WHOLE_SECONDS) -> Result[Appointment]:
    """The appointment of a number: ours (`NB-7K3M9Q`) or the upstream's own. Never kept.

    A number that nobody was given is asked like any other, so that the time taken says nothing. The caller compares the
    last name (`appointment.customer.is_called`) and treats "no such number" and "another name" alike.
    """
    if not gives("qmatic", "manage"):
        return Rejected("not_offered")
    try:
        known = await _known(number)
    except SQLAlchemyError as error:
        return _not_read(error)
    if known is None:
        return NotFound()
    found = await look(*known, seconds=seconds)
    return NotFound() if isinstance(found, Found) and found.value.is_held else found


async def cancel(number: str) -> Result[None]:
    """Cancel the appointment of a number; the caller has checked the last name with `find`.

    After a lost answer it looks whether the appointment is gone; only when that can't be told either is the result
    `Unavailable` with `is_doubtful`.
    """
    if not gives("qmatic", "manage"):
        return Rejected("not_offered")

    async def load(send: Send) -> None:
        async with asyncio.timeout(CHANGE_SECONDS):
            await send("DELETE", f"{ROOT}/v1/appointments/{quoted(upstream_id)}")

    try:
        known = await _known(number)
        if known is None:
            return NotFound()
        upstream_id, shown = known
        result = await client("qmatic").tell("cancel", load)
        if isinstance(result, Unavailable) and result.is_doubtful:
            result = await _after_doubt(upstream_id, shown, result)
        if isinstance(result, Found):
            await asyncio.to_thread(bookings.forget, shown)
        return result
    except SQLAlchemyError as error:
        return _not_read(error)


async def move(
    number: str, office_id: str, start: dt.datetime, key: str, conversation: str | None = None
) -> Result[Moved]:
    """Move an appointment to another time, perhaps another office; it gets a new number.

    The new one is made before the old one is cancelled: whatever fails, the resident never ends with none. The caller
    has checked the last name with `find`. May be called again with the same key.
    """
    began = time.monotonic()
    old = await find(number, LOOK_SECONDS)
    if isinstance(old, NotFound):
        return await _moved_before(key)
    if not isinstance(old, Found):
        return old if not isinstance(old, Unavailable) else Unavailable(old.since)
    was = old.value
    if not was.services:
        return Rejected("nothing_to_move")
    first, *also = (service.id for service in was.services)
    made = await book(office_id, first, start, was.customer, key, conversation, also, was.people)
    if not isinstance(made, Found):
        return made if not isinstance(made, Unavailable) else Unavailable(made.since, is_doubtful=made.is_doubtful)
    try:
        async with asyncio.timeout(max(LAST_SECONDS, MOVE_SECONDS - (time.monotonic() - began))):
            is_gone = isinstance(await cancel(number), Found | NotFound)
    except TimeoutError:
        is_gone = False
    return Found(Moved(made.value, is_gone), made.at)


async def _moved_before(key: str) -> Result[Moved]:
    """The old appointment is gone: perhaps because an earlier call with the same key came to its end."""
    try:
        booking = await asyncio.to_thread(bookings.begun, key)
    except SQLAlchemyError as error:
        return _not_read(error)
    if booking is None or booking.upstream_id is None:
        return NotFound()
    seen = await look(booking.upstream_id, booking.code)
    if isinstance(seen, Found):
        return Found(Moved(seen.value, True), seen.at) if not seen.value.is_held else NotFound()
    return seen if not isinstance(seen, Unavailable) else Unavailable(seen.since)


async def _after_doubt(upstream_id: str, number: str, doubt: Unavailable[None]) -> Result[None]:
    seen = await look(upstream_id, number)
    if isinstance(seen, NotFound):
        return Found(None, dt.datetime.now(dt.UTC))
    return doubt if isinstance(seen, Unavailable) else replace(doubt, is_doubtful=False)


async def _known(number: str) -> tuple[str, str] | None:
    """The upstream's id of a number and the number as we write it; None when it is no number of an appointment."""
    if code := bookings.read_code(number):
        return await asyncio.to_thread(bookings.upstream_id, code) or bookings.decoy(code), code
    own = number.strip().lower()
    return (own, own) if re.fullmatch(of("qmatic").get("number_pattern", OWN_NUMBER), own) else None


def _not_read(error: SQLAlchemyError) -> Unavailable[Any]:
    log.warning("bookings_not_read", exc_info=error)
    return Unavailable(dt.datetime.now(dt.UTC))
