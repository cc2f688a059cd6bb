"""Numbers that get no text: their owner said STOP, or a carrier said so. Kept by the number's keyed hash."""

from enum import StrEnum

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.tables import now, suppression


class Reason(StrEnum):
    STOP = "stop"
    """Said to us, or to Twilio (error 21610). Only START ends it."""
    BLOCKED = "blocked"
    """Their carrier blocks us; they write again when they want us again."""
    BAD_NUMBER = "bad_number"
    """Not a number that takes texts; a text from it proves otherwise."""


def reason_of(connection: Connection, conversation_id: str) -> Reason | None:
    found = connection.execute(
        select(suppression.c.reason).where(suppression.c.conversation_id == conversation_id)
    ).scalar_one_or_none()
    return Reason(found) if found else None


def add(connection: Connection, conversation_id: str, reason: Reason) -> None:
    """Suppress a number; STOP outweighs the other reasons."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(suppression).values(conversation_id=conversation_id, reason=reason, since=now())
    if reason is Reason.STOP:
        adding = adding.on_conflict_do_update(index_elements=["conversation_id"], set_={"reason": reason})
    else:
        adding = adding.on_conflict_do_nothing()
    connection.execute(adding)


def lift(connection: Connection, conversation_id: str) -> None:
    connection.execute(delete(suppression).where(suppression.c.conversation_id == conversation_id))
