"""Notices by text message: who has asked for them, of what, and when to look again.

Nobody gets one without having said yes twice: on the phone itself by asking and by a yes, from the web by asking and by
a YES from that phone (`confirm`), for which one text asks it. What is due is claimed, looked at and settled; `settle`
runs in the transaction that stores the text, so that a process that dies in between has told nothing and noted nothing.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from core import quiet_hours
from core.database import reading, writing
from core.privacy import decrypt, encrypt, number_id
from core.settings import settings
from core.tables import now, subscription

LEASE = dt.timedelta(minutes=2)
"""How long a look may take; then somebody else may have it."""
PENDING_FOR = dt.timedelta(hours=24)
KEPT_FOR = dt.timedelta(days=30)
"""What is over is kept, without what it was about, to see how often it happens."""
MOST = 5
"""At one phone: as many as one text can list."""
LONGEST_WAIT = dt.timedelta(hours=1)
AT_ONCE = 100


class Kind(StrEnum):
    REQUEST = "request"
    DEADLINE = "deadline"


LASTS = {Kind.REQUEST: dt.timedelta(days=180), Kind.DEADLINE: dt.timedelta(days=400)}
"""A request that nobody closes is not followed for ever."""


class State(StrEnum):
    PENDING = "pending"
    """Asked for from the web; the phone has not said yes."""
    ACTIVE = "active"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to be told."""

    kind: Kind
    reference: str
    """Number of the request, or id of the election (core/reminders.py)."""
    language: str
    status: str | None
    """What there is to be told now, so that only what comes after it is told."""


@dataclass(frozen=True)
class Subscription:
    id: int
    kind: Kind
    reference: str
    conversation_id: str
    """Of the phone (core.privacy.number_id)."""
    number: str | None
    """E.164, until the first text to it is written."""
    language: str
    state: State
    last_status: str | None
    ends_at: dt.datetime
    attempts: int
    claim: str | None

    @property
    def is_over(self) -> bool:
        return self.ends_at <= now()


@dataclass(frozen=True)
class Outcome:
    """What a look has found."""

    status: str | None
    """What has been told by now."""
    is_over: bool = False
    next_at: dt.datetime | None = None
    """When to look again, where that is known."""


def begin(conversation_id: str, wanted: Wanted) -> bool:
    """Notices for the phone whose conversation this is; it has said yes. False when it has too many already."""
    with writing() as connection:
        if _same(connection, conversation_id, State.ACTIVE, wanted):
            return True
        if _count(connection, conversation_id) >= MOST:
            return False
        row = _row(conversation_id, wanted) | {
            "state": State.ACTIVE,
            "confirmed_at": now(),
            "next_at": _next_look(None),
            "ends_at": now() + LASTS[wanted.kind],
        }
        connection.execute(insert(subscription).values(**row))
    return True


def ask(number: str, wanted: Wanted) -> bool:
    """Have the phone of that number (E.164) asked whether it wants notices. False when no text is needed for it.

    A phone is asked one thing at a time: what was asked before and has had no answer is dropped.
    """
    key = number_id(number)
    with writing() as connection:
        if _same(connection, key, State.PENDING, wanted) or _count(connection, key) >= MOST:
            return False
        connection.execute(delete(subscription).where(_of(key), subscription.c.state == State.PENDING))
        row = _row(key, wanted) | {
            "state": State.PENDING,
            "number_cipher": encrypt(number),
            "next_at": quiet_hours.after(now()),
            "ends_at": quiet_hours.after(now()) + PENDING_FOR,
        }
        connection.execute(insert(subscription).values(**row))
    return True


def confirm(connection: Connection, conversation_id: str) -> Subscription | None:
    """The phone says yes to what it was asked; None when there is no question that it could answer."""
    asked = [subscription.c.state == State.PENDING, subscription.c.next_at.is_(None), subscription.c.ends_at > now()]
    row = connection.execute(
        select(subscription).where(_of(conversation_id), *asked).order_by(subscription.c.id).limit(1).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    found = _read(row)
    same = _same(connection, conversation_id, State.ACTIVE, found)
    if same:
        connection.execute(delete(subscription).where(subscription.c.id == same))
    connection.execute(
        update(subscription)
        .where(subscription.c.id == found.id)
        .values(
            state=State.ACTIVE,
            confirmed_at=now(),
            next_at=quiet_hours.after(now()),
            ends_at=now() + LASTS[found.kind],
        )
    )
    return found


def active(conversation_id: str) -> list[Subscription]:
    """What a phone gets notices of, oldest first."""
    with reading() as connection:
        wanted = select(subscription).where(_of(conversation_id), subscription.c.state == State.ACTIVE)
        return [_read(row) for row in connection.execute(wanted.order_by(subscription.c.id))]


def find(subscription_id: int) -> Subscription | None:
    """One that is not over."""
    with reading() as connection:
        row = connection.execute(
            select(subscription).where(subscription.c.id == subscription_id, _is_alive())
        ).one_or_none()
    return _read(row) if row else None


def stop(connection: Connection, conversation_id: str, subscription_id: int | None = None) -> int:
    """Stop one, or all there are; returns how many were stopped."""
    one = [] if subscription_id is None else [subscription.c.id == subscription_id]
    stopping = update(subscription).where(_of(conversation_id), _is_alive(), *one)
    return connection.execute(stopping.values(**_ended(State.STOPPED))).rowcount


def due() -> list[int]:
    """What is to be looked at, oldest first; nothing in the quiet hours."""
    if quiet_hours.are_on(now()):
        return []
    with reading() as connection:
        wanted = select(subscription.c.id).where(subscription.c.next_at <= now(), _is_alive())
        return list(connection.execute(wanted.order_by(subscription.c.next_at).limit(AT_ONCE)).scalars())


def claim(subscription_id: int) -> Subscription | None:
    """Take what is due to look at it; None when somebody else has it, or it is over."""
    with writing() as connection:
        row = connection.execute(
            update(subscription)
            .where(subscription.c.id == subscription_id, subscription.c.next_at <= now(), _is_alive())
            .values(next_at=now() + LEASE, claim=uuid.uuid4().hex, attempts=subscription.c.attempts + 1)
            .returning(subscription)
        ).one_or_none()
    return _read(row) if row else None


def settle(connection: Connection, claimed: Subscription, found: Outcome) -> bool:
    """Note what was found, in the transaction that stores its text. False when it is not the caller's any more."""
    changes: dict[str, Any] = {"claim": None, "attempts": 0, "last_status": found.status}
    if found.is_over:
        changes |= _ended(State.DONE)
    elif claimed.state is State.PENDING:
        changes |= {"next_at": None, "ends_at": now() + PENDING_FOR, "number_cipher": None}
    else:
        changes |= {"next_at": _next_look(found.next_at)}
    mine = update(subscription).where(
        subscription.c.id == claimed.id, subscription.c.claim == claimed.claim, subscription.c.state == claimed.state
    )
    return connection.execute(mine.values(**changes)).rowcount == 1


def put_off(claimed: Subscription) -> None:
    """The look failed: again later, longer each time."""
    wait = min(LONGEST_WAIT, dt.timedelta(minutes=2 ** min(claimed.attempts, 6)))
    with writing() as connection:
        connection.execute(
            update(subscription)
            .where(subscription.c.id == claimed.id, subscription.c.claim == claimed.claim, _is_alive())
            .values(next_at=now() + wait, claim=None)
        )


def tidy() -> int:
    """Remove what was never confirmed, and what has long been over; returns how many."""
    old = or_(
        and_(subscription.c.state == State.PENDING, subscription.c.ends_at < now()),
        and_(~_is_alive(), subscription.c.ends_at < now() - KEPT_FOR),
    )
    with reading() as connection:
        if connection.execute(select(subscription.c.id).where(old).limit(1)).first() is None:
            return 0
    with writing() as connection:
        return connection.execute(delete(subscription).where(old)).rowcount


def _row(conversation_id: str, wanted: Wanted) -> dict[str, Any]:
    return {
        "kind": wanted.kind,
        "reference_cipher": encrypt(wanted.reference),
        "conversation_id": conversation_id,
        "language": wanted.language,
        "last_status": wanted.status,
        "asked_at": now(),
    }


def _ended(state: State) -> dict[str, Any]:
    return {"state": state, "reference_cipher": None, "number_cipher": None, "next_at": None, "ends_at": now()}


def _next_look(at: dt.datetime | None) -> dt.datetime:
    return quiet_hours.after(at or now() + dt.timedelta(minutes=settings().notify_minutes))


def _same(connection: Connection, conversation_id: str, state: State, wanted: Wanted | Subscription) -> int | None:
    """The subscription of a phone to the same thing. What it is about is encrypted, and never twice alike."""
    rows = connection.execute(
        select(subscription).where(
            _of(conversation_id),
            subscription.c.state == state,
            subscription.c.kind == wanted.kind,
            subscription.c.ends_at > now(),
        )
    )
    return next((row.id for row in rows if decrypt(row.reference_cipher) == wanted.reference), None)


def _count(connection: Connection, conversation_id: str) -> int:
    counted = select(func.count()).where(_of(conversation_id), subscription.c.state == State.ACTIVE)
    return int(connection.execute(counted).scalar_one())


def _of(conversation_id: str) -> ColumnElement[bool]:
    return subscription.c.conversation_id == conversation_id


def _is_alive() -> ColumnElement[bool]:
    return or_(subscription.c.state == State.PENDING, subscription.c.state == State.ACTIVE)


def _read(row: Row[Any]) -> Subscription:
    return Subscription(
        row.id,
        Kind(row.kind),
        decrypt(row.reference_cipher),
        row.conversation_id,
        decrypt(row.number_cipher) if row.number_cipher else None,
        row.language,
        State(row.state),
        row.last_status,
        row.ends_at,
        row.attempts,
        row.claim,
    )
