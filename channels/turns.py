"""A turn: one message of a resident and its answers, stored so that a crash anywhere loses nothing and repeats nothing.

The road of a row of the inbox: `accept` commits it; `run` claims it (one at a time per conversation, in order of
arrival), asks Rasa with the row's id as message id, and commits the answers to the outbox together with the row's new
state. A process that dies in between leaves a claim that grows stale; whoever claims the row next asks Rasa *again*,
and Rasa repeats the answers of a message id it has already run instead of running it twice. A row that cannot be
answered ends as FAILED with an apology, so that nobody is left without a reply.
"""

import datetime as dt
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from channels import answers, rasa_client
from channels.rasa_client import RasaUnavailable
from core.database import reading, writing
from core.logs import logger
from core.sensitive import masked
from core.settings import settings
from core.tables import conversation, inbox, now

log = logger("turns")

POLL_SECONDS = 0.05
EARLIER = inbox.alias("earlier")


class State(StrEnum):
    ACCEPTED = "accepted"
    WORKING = "working"
    ANSWERED = "answered"
    FAILED = "failed"


MOST_ATTEMPTS = 5
# A row that was given back is tried again after this part of `pickup_seconds`, by its number of attempts.
NEXT_TRY = {0: 1 / 30, 1: 1 / 30, 2: 1 / 8, 3: 1 / 2}


@dataclass(frozen=True)
class Accepted:
    inbox_id: int
    is_duplicate: bool


@dataclass(frozen=True)
class Turn:
    """A claimed row of the inbox, with what Rasa needs to know of its conversation."""

    inbox_id: int
    conversation_id: str
    text: str
    choice: str | None
    channel: str
    language: str | None
    attempts: int
    claim: str
    received_at: dt.datetime


class StillWorking(Exception):
    """The turn is not answered yet: Rasa is away or slow, or an earlier message of the conversation is first."""


def accept(
    connection: Connection,
    conversation_id: str,
    client_key: str,
    text: str,
    choice: str | None = None,
    retry_token: str | None = None,
) -> Accepted:
    """Store a message once. The same client key again gives the same row and is marked a duplicate.

    Social Security, card and license numbers are masked here, before anything is stored (core/sensitive.py).

    Runs in the caller's write transaction; acknowledge the message only after that has committed.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = connection.execute(
        dialect.insert(inbox)
        .values(
            conversation_id=conversation_id,
            client_key=client_key,
            retry_token=retry_token,
            text=masked(text).text,
            choice=choice,
            state=State.ACCEPTED,
            attempts=0,
            received_at=now(),
        )
        .on_conflict_do_nothing(index_elements=["conversation_id", "client_key"])
        .returning(inbox.c.id)
    ).scalar_one_or_none()
    if made is not None:
        return Accepted(made, is_duplicate=False)
    known = select(inbox.c.id).where(inbox.c.conversation_id == conversation_id, inbox.c.client_key == client_key)
    return Accepted(connection.execute(known).scalar_one(), is_duplicate=True)


def run(inbox_id: int, seconds: float, claimed: Turn | None = None) -> list[dict[str, Any]]:
    """Answer a row of the inbox within so many seconds and return the answers, each with its `seq`.

    `claimed` is the row's turn when the caller has claimed it in the transaction that accepted it. A row that somebody
    else has answered, or is answering, gives the same answers. Raises StillWorking when the time is over; the row then
    stays for the worker.
    """
    until = time.monotonic() + seconds
    while True:
        turn, claimed = claimed, None
        if turn is None:
            with writing() as connection:
                turn = claim(connection, inbox_id) or _claim_earlier(connection, inbox_id)
        if turn:
            found = _ask_and_store(turn, max(0.1, until - time.monotonic()))
            if turn.inbox_id == inbox_id:
                return found
            continue
        state = state_of(inbox_id)
        if state in (State.ANSWERED, State.FAILED):
            return answers_of(inbox_id)
        if time.monotonic() >= until:
            raise StillWorking
        time.sleep(POLL_SECONDS)


def try_once(inbox_id: int, seconds: float) -> bool:
    """Answer a row if it is free; False when somebody else has it or it is over. Raises StillWorking when it failed."""
    with writing() as connection:
        turn = claim(connection, inbox_id)
    if turn:
        _ask_and_store(turn, seconds)
    return turn is not None


def claim(connection: Connection, inbox_id: int) -> Turn | None:
    """Take a row to work on, if nobody has it and no earlier message of its conversation waits."""
    mine = uuid.uuid4().hex
    waits_behind = exists().where(
        EARLIER.c.conversation_id == inbox.c.conversation_id,
        EARLIER.c.id < inbox.c.id,
        _is_open(EARLIER.c.state),
    )
    free = or_(
        inbox.c.state == State.ACCEPTED,
        and_(inbox.c.state == State.WORKING, inbox.c.claimed_at < _ago(1)),
    )
    row = connection.execute(
        update(inbox)
        .where(inbox.c.id == inbox_id, free, ~waits_behind)
        .values(state=State.WORKING, claim=mine, claimed_at=now(), attempts=inbox.c.attempts + 1)
        .returning(inbox.c.conversation_id, inbox.c.text, inbox.c.choice, inbox.c.attempts, inbox.c.received_at)
    ).one_or_none()
    if row is None:
        return None
    known = connection.execute(
        select(conversation.c.channel, conversation.c.language).where(conversation.c.id == row.conversation_id)
    ).one()
    return Turn(
        inbox_id,
        row.conversation_id,
        row.text,
        row.choice,
        known.channel,
        known.language,
        row.attempts,
        mine,
        row.received_at,
    )


def _is_open(state: Any) -> ColumnElement[bool]:
    """Neither answered nor failed; spelt out, because SQLAlchemy compiles an IN anew for each call."""
    return or_(state == State.ACCEPTED, state == State.WORKING)


def _claim_earlier(connection: Connection, inbox_id: int) -> Turn | None:
    """Take the oldest unanswered message of the same conversation: this one is not answered before it."""
    first = connection.execute(
        select(EARLIER.c.id)
        .join(inbox, and_(inbox.c.conversation_id == EARLIER.c.conversation_id, EARLIER.c.id < inbox.c.id))
        .where(inbox.c.id == inbox_id, _is_open(EARLIER.c.state))
        .order_by(EARLIER.c.id)
        .limit(1)
    ).scalar_one_or_none()
    return claim(connection, first) if first is not None else None


def _ask_and_store(turn: Turn, seconds: float) -> list[dict[str, Any]]:
    try:
        reply = rasa_client.ask(
            conversation=turn.conversation_id,
            message_id=str(turn.inbox_id),
            text=turn.text,
            choice=turn.choice,
            channel=turn.channel,
            language=turn.language,
            again=turn.attempts > 1,
            timeout=seconds,
        )
    except RasaUnavailable as error:
        log.warning("turn_not_answered", conversation=turn.conversation_id, inbox=turn.inbox_id, reason=str(error))
        return _give_back(turn, reached=error.reached)
    ending = _ending(turn, State.ANSWERED, reply.language)
    try:
        with writing() as connection:
            return answers.store(connection, ending, reply.messages)
    except answers.LostClaim:
        return answers.of(turn.inbox_id)


def _give_back(turn: Turn, reached: bool) -> list[dict[str, Any]]:
    """Leave the row to the next try, or end it with an apology. Raises StillWorking when it was left.

    A try that never reached Rasa says nothing about the message and is not counted; time alone ends those.
    """
    too_old = turn.received_at < now() - dt.timedelta(seconds=settings().give_up_seconds)
    if (reached and turn.attempts >= MOST_ATTEMPTS) or too_old:
        try:
            with writing() as connection:
                return answers.store(connection, _ending(turn, State.FAILED), [answers.apology(turn.language)])
        except answers.LostClaim:
            return answers.of(turn.inbox_id)
    with writing() as connection:
        connection.execute(
            update(inbox)
            .where(inbox.c.id == turn.inbox_id, inbox.c.claim == turn.claim, inbox.c.state == State.WORKING)
            .values(state=State.ACCEPTED, claimed_at=now(), attempts=turn.attempts - (0 if reached else 1))
        )
    raise StillWorking


def end_silently(inbox_id: int) -> bool:
    """End a free row without asking Rasa and without an answer: its resident has said STOP meanwhile."""
    with writing() as connection:
        turn = claim(connection, inbox_id)
        if turn:
            answers.store(connection, _ending(turn, State.ANSWERED), [])
    return turn is not None


def _ending(turn: Turn, state: State, language: str | None = None) -> answers.Ending:
    return answers.Ending(turn.inbox_id, turn.conversation_id, turn.channel, state, turn.claim, language)


def state_of(inbox_id: int) -> State:
    with reading() as connection:
        return State(connection.execute(select(inbox.c.state).where(inbox.c.id == inbox_id)).scalar_one())


def answers_of(inbox_id: int) -> list[dict[str, Any]]:
    return answers.of(inbox_id)


def oldest_open(inbox_id: int) -> int | None:
    """The row of the same conversation that the worker must answer next: up to this one, or left by its web process."""
    asked = inbox.alias("asked")
    left = now() - dt.timedelta(seconds=settings().sms_reply_seconds)
    with reading() as connection:
        return connection.execute(
            select(inbox.c.id)
            .join(asked, and_(asked.c.conversation_id == inbox.c.conversation_id, asked.c.id == inbox_id))
            .where(
                inbox.c.state.in_([State.ACCEPTED, State.WORKING]),
                or_(inbox.c.id <= inbox_id, inbox.c.received_at < left),
            )
            .order_by(inbox.c.id)
            .limit(1)
        ).scalar_one_or_none()


def waiting() -> list[int]:
    """Rows that nobody answers: accepted and left, given back, or claimed by somebody who died; oldest first."""
    return _ids(_is_left())


def hopeless() -> list[int]:
    """Those of `waiting` that have waited so long that one more failure ends them with an apology."""
    return _ids(and_(_is_left(), inbox.c.received_at < now() - dt.timedelta(seconds=settings().give_up_seconds)))


def _ids(wanted: ColumnElement[bool]) -> list[int]:
    with reading() as connection:
        return list(connection.execute(select(inbox.c.id).where(wanted).order_by(inbox.c.id).limit(500)).scalars())


def _is_left() -> ColumnElement[bool]:
    never_tried = and_(inbox.c.claimed_at.is_(None), inbox.c.received_at < _ago(1))
    given_back = [
        and_(inbox.c.attempts == attempts, inbox.c.claimed_at < _ago(part)) for attempts, part in NEXT_TRY.items()
    ]
    return or_(
        and_(inbox.c.state == State.ACCEPTED, or_(never_tried, *given_back, inbox.c.claimed_at < _ago(1))),
        and_(inbox.c.state == State.WORKING, inbox.c.claimed_at < _ago(1)),
    )


def _ago(part: float) -> dt.datetime:
    """The moment that part of `pickup_seconds` ago."""
    return now() - dt.timedelta(seconds=settings().pickup_seconds * part)
