"""Reads of one conversation: its messages in order, what still waits for an answer, and which choices were offered."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.conversations import Conversation
from channels.turns import State
from channels.web.presentation import assistant_message, resident_message
from channels.web.reader_language import by_tag
from core.database import reading, writing
from core.sensitive import masked
from core.tables import feedback, inbox, now, outbox

GREETING_KEY = "greeting"
"""Client key of the turn that makes the greeting; nobody wrote it, so it is not shown."""

MOST_AT_ONCE = 200
LARGEST_SEQ = 2**31 - 1

PAYLOAD = re.compile(r"([1-9]\d{0,8})\.([1-9]\d{0,2})")


@dataclass(frozen=True)
class Offered:
    title: str
    intent: str


def messages_after(conversation: Conversation, seq: int) -> list[dict[str, Any]]:
    """Public messages with a greater seq, in order, at most MOST_AT_ONCE of them."""
    with reading() as connection:
        asked = connection.execute(
            select(inbox.c.id, inbox.c.seq, inbox.c.client_key, inbox.c.text, inbox.c.received_at).where(
                inbox.c.conversation_id == conversation.id, inbox.c.seq > seq, inbox.c.client_key != GREETING_KEY
            )
        ).all()
        answers = connection.execute(
            select(outbox.c.inbox_id, outbox.c.message)
            .where(outbox.c.conversation_id == conversation.id, outbox.c.seq > seq)
            .order_by(outbox.c.seq)
        ).all()
        rated = _ratings(connection, conversation.id)
    first_answer: dict[int, dict[str, Any]] = {}
    last_seq: dict[int, int] = {}
    for row in answers:
        first_answer.setdefault(row.inbox_id, row.message)
        last_seq[row.inbox_id] = row.message["seq"]
    found = [
        assistant_message(
            row.message,
            conversation.language,
            rated=rated.get(row.message["seq"]),
            is_last=last_seq[row.inbox_id] == row.message["seq"],
        )
        for row in answers
    ]
    found += [
        resident_message(
            row.seq,
            row.client_key,
            row.text,
            by_tag(first_answer.get(row.id, {}).get("lang") or conversation.language).tag,
            _stamp(row.received_at),
        )
        for row in asked
    ]
    return sorted(found, key=lambda message: int(message["seq"]))[:MOST_AT_ONCE]


def answers(stored: list[dict[str, Any]], conversation: Conversation) -> list[dict[str, Any]]:
    """The public form of one turn's answers."""
    with reading() as connection:
        rated = _ratings(connection, conversation.id)
    return [
        assistant_message(
            message, conversation.language, rated=rated.get(message["seq"]), is_last=message is stored[-1]
        )
        for message in stored
    ]


def unanswered(conversation_id: str) -> list[str]:
    """Texts that were accepted and wait for their answers, oldest first."""
    with reading() as connection:
        return list(
            connection.execute(
                select(inbox.c.text)
                .where(
                    inbox.c.conversation_id == conversation_id,
                    inbox.c.state.in_([State.ACCEPTED, State.WORKING]),
                    inbox.c.client_key != GREETING_KEY,
                )
                .order_by(inbox.c.id)
            ).scalars()
        )


def offered_choice(conversation_id: str, payload: str) -> Offered | None:
    """What stands behind a payload `<seq>.<n>`; None when this conversation was never offered it."""
    match = PAYLOAD.fullmatch(payload)
    if not match:
        return None
    seq, place = int(match[1]), int(match[2])
    with reading() as connection:
        message = connection.execute(
            select(outbox.c.message).where(outbox.c.conversation_id == conversation_id, outbox.c.seq == seq)
        ).scalar_one_or_none()
    choices = (message or {}).get("choices") or []
    return Offered(choices[place - 1]["title"], choices[place - 1]["intent"]) if place <= len(choices) else None


def rate(conversation_id: str, seq: int, *, helpful: bool, comment: str | None) -> bool:
    """Keep the feedback on an answer; the last word counts. False when there is no such answer."""
    with writing() as connection:
        known = connection.execute(
            select(outbox.c.id).where(outbox.c.conversation_id == conversation_id, outbox.c.seq == seq)
        ).one_or_none()
        if known is None:
            return False
        here = (feedback.c.conversation_id == conversation_id) & (feedback.c.seq == seq)
        values: dict[str, Any] = {"helpful": int(helpful), "at": now()}
        if comment:
            values["comment"] = masked(comment).text
        if connection.execute(update(feedback).where(here).values(values)).rowcount:
            return True
        try:
            with connection.begin_nested():
                connection.execute(insert(feedback).values(conversation_id=conversation_id, seq=seq, **values))
        except IntegrityError:  # the same thumb twice at the same moment
            connection.execute(update(feedback).where(here).values(values))
        return True


def comment_missing(conversation_id: str) -> int | None:
    """The answer that was last called unhelpful without a comment."""
    with reading() as connection:
        row = connection.execute(
            select(feedback.c.seq, feedback.c.helpful, feedback.c.comment)
            .where(feedback.c.conversation_id == conversation_id)
            .order_by(feedback.c.at.desc())
            .limit(1)
        ).one_or_none()
    return int(row.seq) if row and not row.helpful and not row.comment else None


def _ratings(connection: Any, conversation_id: str) -> dict[int, bool]:
    rows = connection.execute(
        select(feedback.c.seq, feedback.c.helpful).where(feedback.c.conversation_id == conversation_id)
    )
    return {row.seq: bool(row.helpful) for row in rows}


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
