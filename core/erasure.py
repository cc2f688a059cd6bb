"""Erasing: what is personal goes when a session ends, everything that was said goes when a resident says so.

A session is over after half an hour of silence (`session_config` of the domain). Then the values of personal slots
become null, and the texts of the turns that asked for them, gave them or repeat them become `(erased)`: in the tracker
store, in the inbox and in the outbox. What was asked about, and when, stays.

"Delete my data" comes in the middle of a turn, which is itself not stored yet. `delete_conversation` erases what there
is and notes the row of the inbox that is being answered; `finish_turn`, in the transaction that stores the turn's
answers, erases the turn's own events and question. What still waits to be sent as a text goes once it is sent.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from core import erased_events
from core.database import reading, writing
from core.erased_events import ERASED
from core.jurisdiction import read_yaml
from core.logs import logger
from core.settings import REPOSITORY
from core.stored_events import opened, sealed
from core.tables import conversation, feedback, inbox, metadata, now, outbox, tracker_event

log = logger("erasure")

OWNED = ("booking", "filing", "subscription", "identity_request")
"""Tables whose rows belong to one conversation (`conversation_id`) and go with it."""
MOST_AT_ONCE = 50
NEXT_TRY = dt.timedelta(hours=1)
TO_BE_SENT = ("new", "sending")
"""States of channels.sms.delivery in which a text is still to go out."""
GREETING = "greeting"


@dataclass(frozen=True)
class Deleted:
    """How much was erased."""

    messages: int
    """Questions and answers."""
    bookings: int
    """Numbers of appointments that Nutmeg had noted; the appointments themselves stay with the agency."""


@cache
def session_length() -> dt.timedelta:
    config = read_yaml(REPOSITORY / "domain" / "domain.yml")["session_config"]
    return dt.timedelta(minutes=float(config["session_expiration_time"]))


def delete_conversation(conversation_id: str) -> Deleted:
    """Erase what is stored of a conversation, at once. Lookups stay in the disclosure log, STOP on the stop list."""
    with writing() as connection:
        running = connection.execute(
            select(func.min(inbox.c.id)).where(inbox.c.conversation_id == conversation_id, _is_open(inbox.c.state))
        ).scalar_one()
        last: int = (
            connection.execute(
                select(func.max(inbox.c.id)).where(inbox.c.conversation_id == conversation_id)
            ).scalar_one()
            or 0
        )
        over = running - 1 if running else last
        erased = _erase_messages(connection, conversation_id, over, answers=over)
        _erase_events(connection, conversation_id)
        connection.execute(update(feedback).where(feedback.c.conversation_id == conversation_id).values(comment=None))
        owned = {name: _delete_owned(connection, name, conversation_id) for name in OWNED}
        connection.execute(
            update(conversation).where(conversation.c.id == conversation_id).values(erase_through=running or last)
        )
    log.info("deleted_on_request", conversation=conversation_id, count=erased)
    return Deleted(erased + (running is not None), owned["booking"])


def finish_turn(connection: Connection, conversation_id: str, inbox_id: int, through: int) -> None:
    """Called where a turn ends, when `conversation.erase_through` is set: the turn that asked for it is erased too."""
    if inbox_id == through:
        _erase_messages(connection, conversation_id, through, answers=through - 1)
        _erase_events(connection, conversation_id)


def erase_ended_sessions() -> int:
    """Erase what is due; returns in how many conversations. Several workers may do it at once."""
    done = 0
    for conversation_id in _found(select(conversation.c.id).where(conversation.c.erase_through.is_not(None))):
        done += _safely(_finish_deletion, conversation_id)
    for conversation_id in _found(_ended()):
        done += _safely(_erase_session, conversation_id)
    return done


def _found(wanted: Select[tuple[str]]) -> list[str]:
    with reading() as connection:
        return list(connection.execute(wanted.limit(MOST_AT_ONCE)).scalars())


def _ended() -> Select[tuple[str]]:
    return (
        select(conversation.c.id)
        .where(conversation.c.erase_at < now(), ~_has_open_turn(), ~_has_unsent())
        .order_by(conversation.c.erase_at)
    )


def _safely(erase: Any, conversation_id: str) -> bool:
    """One conversation that cannot be read, for lack of a key, must not keep the others from being erased."""
    try:
        return bool(erase(conversation_id))
    except Exception:
        log.exception("not_erased", conversation=conversation_id)
        with writing() as connection:
            connection.execute(
                update(conversation).where(conversation.c.id == conversation_id).values(erase_at=now() + NEXT_TRY)
            )
        return False


def _erase_session(conversation_id: str) -> bool:
    with writing() as connection:
        row = connection.execute(
            select(conversation.c.erased_to)
            .where(conversation.c.id == conversation_id, conversation.c.erase_at < now(), ~_has_open_turn())
            .with_for_update()
        ).one_or_none()
        if row is None:
            return False  # somebody else did it, or the resident is back
        found = connection.execute(
            select(tracker_event.c.id, tracker_event.c.position, tracker_event.c.event)
            .where(tracker_event.c.sender_id == conversation_id, tracker_event.c.position >= row.erased_to)
            .order_by(tracker_event.c.position)
        ).all()
        rewritten = erased_events.without_personal([opened(one.event) for one in found])
        for place, event in rewritten.changed.items():
            connection.execute(
                update(tracker_event).where(tracker_event.c.id == found[place].id).values(event=sealed(event))
            )
        _mark(connection, inbox.c.id.in_(rewritten.message_ids), conversation_id)
        _mark_answers(connection, outbox.c.inbox_id.in_(rewritten.message_ids), conversation_id)
        connection.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id)
            .values(erase_at=None, erased_to=found[-1].position + 1 if found else row.erased_to)
        )
    if rewritten.changed:
        log.info("session_erased", conversation=conversation_id, count=len(rewritten.changed))
    return True


def _finish_deletion(conversation_id: str) -> bool:
    """The last of it, once nothing of the conversation waits to be answered or sent: the phone number goes too."""
    with writing() as connection:
        through = connection.execute(
            select(conversation.c.erase_through)
            .where(conversation.c.id == conversation_id, ~_has_open_turn(), ~_has_unsent())
            .with_for_update()
        ).scalar_one_or_none()
        if through is None:
            return False
        _erase_messages(connection, conversation_id, through, answers=through - 1)
        connection.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id)
            .values(erase_through=None, number_cipher=None)
        )
    return True


def _erase_messages(connection: Connection, conversation_id: str, through: int, *, answers: int) -> int:
    """Questions up to the row `through` and the answers up to the row `answers`; returns how many there were."""
    asked = _mark(connection, and_(inbox.c.id <= through, inbox.c.client_key != GREETING), conversation_id)
    return asked + _mark_answers(connection, outbox.c.inbox_id <= answers, conversation_id)


def _mark(connection: Connection, which: ColumnElement[bool], conversation_id: str) -> int:
    return connection.execute(
        update(inbox)
        .where(inbox.c.conversation_id == conversation_id, inbox.c.text != ERASED, which)
        .values(text=ERASED, choice=None)
    ).rowcount


def _mark_answers(connection: Connection, which: ColumnElement[bool], conversation_id: str) -> int:
    """Turns whose text still has to go out are left for later."""
    of_turn = outbox.alias("of_turn")
    unsent = exists().where(of_turn.c.inbox_id == outbox.c.inbox_id, of_turn.c.delivery.in_(TO_BE_SENT))
    rows = connection.execute(
        select(outbox.c.id, outbox.c.message).where(outbox.c.conversation_id == conversation_id, which, ~unsent)
    ).all()
    told = [row for row in rows if row.message.get("text") != ERASED]
    for row in told:
        blank: dict[str, Any] = {"text": ERASED, "english": None, "choices": [], "links": [], "sources": []}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(message={**row.message, **blank}))
    return len(told)


def _erase_events(connection: Connection, conversation_id: str) -> None:
    connection.execute(delete(tracker_event).where(tracker_event.c.sender_id == conversation_id))
    connection.execute(update(conversation).where(conversation.c.id == conversation_id).values(erased_to=0))


def _delete_owned(connection: Connection, name: str, conversation_id: str) -> int:
    table = metadata.tables.get(name)
    if table is None:
        return 0
    return connection.execute(delete(table).where(table.c.conversation_id == conversation_id)).rowcount


def _is_open(state: Any) -> ColumnElement[bool]:
    """channels.turns.State: neither answered nor failed."""
    return or_(state == "accepted", state == "working")


def _has_open_turn() -> ColumnElement[bool]:
    return exists().where(inbox.c.conversation_id == conversation.c.id, _is_open(inbox.c.state))


def _has_unsent() -> ColumnElement[bool]:
    return exists().where(outbox.c.conversation_id == conversation.c.id, outbox.c.delivery.in_(TO_BE_SENT))
