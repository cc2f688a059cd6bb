"""Making an appointment in Qmatic's calendar API so that none is made twice and none is lost. Use `appointments.py`.

The API can't be searched, so the id has to be known before the appointment is made: a time is *reserved* first, which
gives the id; our number for it is written down (core/bookings.py); then it is *confirmed*. After a lost answer the id
is looked up before anything else is sent. When the hold ran out, or the server knows no holds (the recorded clients
only used `book`), the time is booked directly; if the answer to that is lost, the result stays in doubt.

The same `key` always leads to the same appointment, also after a crash: call again with it instead of beginning anew.
`notes` carries a keyed hash of it, for the staff who must clear up a doubt.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from actions.apis.client import Send, client
from actions.apis.http import Doubtful, Malformed, Missing, Refused, Reply
from actions.apis.qmatic import ROOT
from actions.apis.qmatic_answers import CHANGE_SECONDS, Appointment, Customer, appointment, look, quoted
from actions.apis.reading import Row, row, text
from actions.apis.result import Found, NotFound, Result, Unavailable
from core import bookings
from core.bookings import Booking
from core.logs import logger

HOLD_RAN_OUT = "ERROR_CANNOT_BE_RESERVED"

log = logger("booking")


@dataclass(frozen=True)
class Wish:
    """An appointment that is to be made."""

    office_id: str
    service_ids: tuple[str, ...]
    start: dt.datetime
    """Its clock is the branch's: as the API listed the time, so it is sent, whatever the zone says."""
    customer: Customer = field(repr=False)
    people: int
    key: str = field(repr=False)
    conversation: str | None

    @property
    def path(self) -> str:
        when = f"dates/{self.start:%Y-%m-%d}/times/{self.start:%H:%M}"
        return f"{ROOT}/v2/branches/{quoted(self.office_id)}/{when}"

    @property
    def what(self) -> dict[str, Any]:
        return {"services": [{"publicId": service_id} for service_id in self.service_ids]}

    @property
    def who(self) -> dict[str, Any]:
        given = {
            "firstName": self.customer.first_name,
            "lastName": self.customer.last_name,
            "phone": self.customer.phone,
            "email": self.customer.email,
        }
        return {
            "title": ", ".join(self.service_ids),
            "notes": f"Nutmeg {bookings.reference(self.key)[:16]}",
            # Everybody who comes is counted; only the one who asks is known, and stands for all.
            "customers": [{name: value for name, value in given.items() if value}] * self.people,
        }

    def is_at(self, start: dt.datetime) -> bool:
        return self.start.replace(tzinfo=None) == start.replace(tzinfo=None)


async def make(wish: Wish) -> Result[Appointment]:
    """Make it, or find what an earlier call with the same key made. Raises SQLAlchemyError."""
    booking = await asyncio.to_thread(bookings.begun, wish.key)
    if booking and booking.upstream_id is None:
        return Unavailable(dt.datetime.now(dt.UTC), is_doubtful=True)  # sent directly before, and never answered
    if booking and booking.upstream_id:
        seen = await look(booking.upstream_id, booking.code)
        if isinstance(seen, NotFound):
            await asyncio.to_thread(bookings.forget, booking.code)
            booking = None
        elif isinstance(seen, Unavailable):
            return replace(seen, is_doubtful=True)
        elif not isinstance(seen, Found) or not seen.value.is_held:
            return seen
        elif not wish.is_at(seen.value.start):
            await asyncio.to_thread(bookings.forget, booking.code)  # another time was chosen since; that hold runs out
            booking = None
    result = await client("qmatic").tell("book", lambda send: _make(send, wish, booking))
    if isinstance(result, Unavailable):
        return await _after_trouble(wish, result)
    if not isinstance(result, Found) and (left := await asyncio.to_thread(bookings.begun, wish.key)):
        await asyncio.to_thread(bookings.forget, left.code)
    return result


async def _after_trouble(wish: Wish, trouble: Unavailable[Appointment]) -> Result[Appointment]:
    """What the row and the upstream know: without a row nothing but a hold was asked for, and a hold runs out."""
    booking = await asyncio.to_thread(bookings.begun, wish.key)
    if booking is None:
        return replace(trouble, is_doubtful=False)
    if booking.upstream_id is None:
        if not trouble.is_doubtful:
            await asyncio.to_thread(bookings.forget, booking.code)
        return trouble
    if not trouble.is_doubtful:
        return trouble
    seen = await look(booking.upstream_id, booking.code)
    if isinstance(seen, Found) and not seen.value.is_held:
        return seen
    if isinstance(seen, NotFound):
        await asyncio.to_thread(bookings.forget, booking.code)
        return replace(trouble, is_doubtful=False)
    return trouble


async def _make(send: Send, wish: Wish, booking: Booking | None) -> Appointment:
    async with asyncio.timeout(CHANGE_SECONDS):
        booking = booking or await _reserve(send, wish)
        if booking and (made := await _confirm(send, wish, booking)):
            return made
        return await _book_directly(send, wish, booking)


async def _reserve(send: Send, wish: Wish) -> Booking | None:
    """Hold the time and write down its id; None when the server knows no holds."""
    try:
        reply = await send("POST", f"{wish.path}/reserve;numberOfCustomers={wish.people}", json=wish.what)
    except Missing:
        return None
    held = text(_answer(reply).get("publicId"), 80)
    if not held:
        raise Malformed
    return await asyncio.to_thread(bookings.begin, wish.key, held, wish.conversation)


async def _confirm(send: Send, wish: Wish, booking: Booking) -> Appointment | None:
    """The hold made an appointment; None when it ran out."""
    path = f"{ROOT}/v2/branches/appointments/{quoted(booking.upstream_id or '')}/confirm"
    try:
        return _made(await send("POST", path, json=wish.who), booking.code)
    except Missing:
        return None
    except Refused as refused:
        if refused.reason == HOLD_RAN_OUT:
            return None
        raise


async def _book_directly(send: Send, wish: Wish, booking: Booking | None) -> Appointment:
    """Book without a hold. The row says first that something was sent whose id is not known."""
    if booking:
        await asyncio.to_thread(bookings.point, booking.code, None)
    else:
        booking = await asyncio.to_thread(bookings.begin, wish.key, None, wish.conversation)
    made = _made(await send("POST", f"{wish.path}/book", json=wish.who | wish.what), booking.code)
    try:
        await asyncio.to_thread(bookings.point, booking.code, made.id)
    except SQLAlchemyError as error:
        log.warning("bookings_not_kept", exc_info=error)
        return replace(made, number=made.id)  # long, but it is accepted
    return made


def _made(reply: Reply, number: str) -> Appointment:
    """The appointment in the answer to a change; one that can't be read says nothing about whether it was made."""
    try:
        return appointment(_answer(reply), number)
    except (Malformed, LookupError, TypeError, ValueError, AttributeError):
        raise Doubtful("malformed") from None


def _answer(reply: Reply) -> Row:
    if reply.status in (400, 422):
        raise Refused("bad_request")
    return row(reply.json())
