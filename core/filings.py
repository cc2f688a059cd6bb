"""What has been filed or booked, each once: the idempotency of flows whose upstream has no key of its own.

A flow gets its key when it begins. `begin` claims the key before the upstream is called; a second try with the same key
(a repeated turn, a crash in between) finds what the first one did.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from core.database import reading, writing
from core.tables import filing, now


class State(StrEnum):
    BEGUN = "begun"
    """The upstream may have been called; nobody knows how it ended."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Filing:
    state: State
    receipt: str | None
    """The upstream's own number of what was filed."""
    at: dt.datetime


def begin(key: str, kind: str, conversation_id: str) -> Filing | None:
    """Claim a key. None: it is ours, go on. A filing: it was begun before, and this is how far it came."""
    try:
        with writing() as connection:
            connection.execute(
                insert(filing).values(key=key, conversation_id=conversation_id, kind=kind, state=State.BEGUN, at=now())
            )
    except IntegrityError:
        found = find(key)
        if found and found.state is State.FAILED and _claim_again(key):
            return None
        return found
    return None


def finish(key: str, receipt: str) -> None:
    with writing() as connection:
        connection.execute(update(filing).where(filing.c.key == key).values(state=State.DONE, receipt=receipt))


def fail(key: str) -> None:
    """The upstream has certainly not done it; the same key may be tried again."""
    with writing() as connection:
        connection.execute(update(filing).where(filing.c.key == key).values(state=State.FAILED))


def find(key: str) -> Filing | None:
    with reading() as connection:
        row = connection.execute(
            select(filing.c.state, filing.c.receipt, filing.c.at).where(filing.c.key == key)
        ).one_or_none()
    return Filing(State(row.state), row.receipt, row.at) if row else None


def _claim_again(key: str) -> bool:
    with writing() as connection:
        again = connection.execute(
            update(filing)
            .where(filing.c.key == key, filing.c.state == State.FAILED)
            .values(state=State.BEGUN, at=now())
            .returning(filing.c.key)
        )
        return again.first() is not None
