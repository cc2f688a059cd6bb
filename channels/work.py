"""What the worker does with a row of the inbox: answer it and, for a text message, send the answer."""

from enum import StrEnum

from sqlalchemy import select

from channels import turns
from channels.sms import delivery, suppression
from core.database import reading
from core.tables import inbox

SECONDS = 45.0
"""For one turn; longer than Rasa takes at most."""


class Outcome(StrEnum):
    DONE = "done"
    HELD = "held"
    """Another process works on the conversation."""
    LEFT = "left"
    """Rasa could not answer; the sweep tries again later."""


def answer_and_send(inbox_id: int) -> Outcome:
    """Answer the open rows of the conversation up to this one, in order, and send each answer."""
    while (first := turns.oldest_open(inbox_id)) is not None:
        if _is_suppressed(first):
            ended = turns.end_silently(first)
        else:
            try:
                ended = turns.try_once(first, SECONDS)
            except turns.StillWorking:
                return Outcome.LEFT
        if not ended:
            return Outcome.HELD
        delivery.send(first)
    delivery.send(inbox_id)
    return Outcome.DONE


def _is_suppressed(inbox_id: int) -> bool:
    with reading() as connection:
        key = connection.execute(select(inbox.c.conversation_id).where(inbox.c.id == inbox_id)).scalar_one()
        return suppression.reason_of(connection, key) is not None
