"""Numbered choices: how they are written in a text, and which one a resident's answer means."""

import datetime as dt
import unicodedata
from typing import Any

from sqlalchemy import Connection, select

from core.tables import now, outbox

VALID = dt.timedelta(hours=24)
AROUND_A_DIGIT = " \t\n.:)(#"


def lines(offered: list[dict[str, Any]]) -> list[str]:
    return [f"{place} {choice['title']}" for place, choice in enumerate(offered, start=1)]


def offered_in(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices of one turn, numbered through all its messages."""
    return [choice for message in messages for choice in message.get("choices") or []]


def chosen(connection: Connection, conversation_id: str, text: str) -> str | None:
    """The intent that a bare number or a title stands for among the last choices offered; None for any other text."""
    if len(text) > 200:
        return None
    number, words = _number(text), folded(text)
    for choices in _last_offered(connection, conversation_id):
        if number is not None:
            return choices[number - 1]["intent"] if 1 <= number <= len(choices) else None
        for choice in choices:
            if words and folded(choice["title"]) == words:
                return str(choice["intent"])
    return None


def are_open(connection: Connection, conversation_id: str) -> bool:
    """Whether the last thing that was said offers choices, so that it waits for one of them."""
    last = connection.execute(
        select(outbox.c.message)
        .where(outbox.c.conversation_id == conversation_id)
        .order_by(outbox.c.seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    return bool(last and last.get("choices"))


def _last_offered(connection: Connection, conversation_id: str) -> list[list[dict[str, Any]]]:
    """The choices of the last turn that had some, in a list; empty when there are none or they are too old."""
    rows = connection.execute(
        select(outbox.c.inbox_id, outbox.c.message)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.created_at > now() - VALID)
        .order_by(outbox.c.seq.desc())
        .limit(50)
    ).all()
    turn = next((row.inbox_id for row in rows if row.message.get("choices")), None)
    if turn is None:
        return []
    return [offered_in([row.message for row in reversed(rows) if row.inbox_id == turn])]


def _number(text: str) -> int | None:
    """A number of one digit in any script, with or without a dot, bracket or `#` around it."""
    bare = text.strip(AROUND_A_DIGIT)
    return unicodedata.digit(bare, None) if len(bare) == 1 else None


def folded(text: str) -> str:
    """Small letters without accents, punctuation and double spaces, for comparing titles."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", text.casefold())
        if character.isalnum() or character.isspace() or unicodedata.category(character) == "Mc"
    )
    return " ".join(plain.split())
