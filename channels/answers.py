"""The answers of a turn: stored together with the end of the turn, from Rasa or, where Rasa is not asked, from here."""

from dataclasses import dataclass
from typing import Any

import phonenumbers
from sqlalchemy import Connection, insert, or_, select, update

from channels import words_sms
from core import erasure, jurisdiction
from core.catalogs import translate
from core.database import reading
from core.languages import Language, language
from core.tables import conversation, inbox, now, outbox


class LostClaim(Exception):
    """Somebody else took the row over, or has answered it; nothing was stored."""


@dataclass(frozen=True)
class Ending:
    """How a row of the inbox ends."""

    inbox_id: int
    conversation_id: str
    channel: str
    state: str
    """turns.State: answered or failed."""
    claim: str | None
    """Whose row it is; None for a row that nobody has claimed yet."""
    language: str | None = None
    """The conversation's language after the turn; None leaves it."""


def store(connection: Connection, ending: Ending, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commit the answers and the row's end together, in the caller's transaction; returns the answers with `seq`.

    Raises LostClaim when the row is not the caller's any more; let it roll the transaction back.
    """
    size = 1 + len(messages)
    changes: dict[str, Any] = {
        "next_seq": conversation.c.next_seq + size,
        "last_at": now(),
        "erase_at": now() + erasure.session_length(),
    }
    if ending.language:
        changes["language"] = ending.language
    spoken_in = connection.execute(
        update(conversation)
        .where(conversation.c.id == ending.conversation_id)
        .values(**changes)
        .returning(conversation.c.next_seq, conversation.c.erase_through)
    ).one()
    first: int = spoken_in.next_seq - size
    free = inbox.c.claim == ending.claim if ending.claim else inbox.c.claim.is_(None)
    mine = connection.execute(
        update(inbox)
        .where(inbox.c.id == ending.inbox_id, free, or_(inbox.c.state == "accepted", inbox.c.state == "working"))
        .values(state=ending.state, answered_at=now(), seq=first)
        .returning(inbox.c.id)
    ).one_or_none()
    if mine is None:
        raise LostClaim
    placed = [
        {**message, "seq": first + place, "at": now().isoformat(timespec="seconds")}
        for place, message in enumerate(messages, start=1)
    ]
    if placed:
        connection.execute(insert(outbox), [_row(ending, message, first) for message in placed])
    if spoken_in.erase_through is not None:
        erasure.finish_turn(connection, ending.conversation_id, ending.inbox_id, spoken_in.erase_through)
    return placed


def _row(ending: Ending, message: dict[str, Any], first: int) -> dict[str, Any]:
    # A turn is one text message: its first row carries the delivery for all of them.
    carries = ending.channel == "sms" and message["seq"] == first + 1
    return {
        "conversation_id": ending.conversation_id,
        "inbox_id": ending.inbox_id,
        "seq": message["seq"],
        "message": message,
        "created_at": now(),
        "delivery": "new" if carries else None,
    }


def of(inbox_id: int) -> list[dict[str, Any]]:
    """The stored answers of a row of the inbox, in order."""
    with reading() as connection:
        rows = connection.execute(select(outbox.c.message).where(outbox.c.inbox_id == inbox_id).order_by(outbox.c.seq))
        return list(rows.scalars())


def own(name: str, code: str | None, with_link: bool = False, **values: str) -> dict[str, Any]:
    """A message from `words_sms` in the shape of Rasa's messages: in the language, or in English when untranslated."""
    wanted: Language = language(code)
    said = words_sms.say(name, wanted, **values)
    agency_page = jurisdiction.pages().get(jurisdiction.agency_for(None).page) if with_link else None
    return {
        "text": said.text,
        "lang": said.language.tag,
        "dir": said.language.direction,
        "answer": f"own_{name}",
        "topic": None,
        "choices": [],
        "links": [{"title": _page_title(agency_page, said.language), "url": agency_page.url}] if agency_page else [],
        "sources": [],
        "reviewed": said.reviewed,
        "english": None if said.language.code == "en" else words_sms.ENGLISH[name].format(**values),
    }


def _page_title(page: jurisdiction.Page, into: Language) -> str:
    found = translate("responses", "page", page.title, into)
    return found.text if found else page.title


def apology(code: str | None) -> dict[str, Any]:
    """What a resident reads when Nutmeg could not answer: sorry, and a person's phone number and page."""
    return own("apology", code, with_link=True, phone=agency_phone())


def agency_phone() -> str:
    """The general agency's number as people of the country write it."""
    given = jurisdiction.agency_for(None).phone
    try:
        number = phonenumbers.parse(given, "US")
    except phonenumbers.NumberParseException:
        return given
    if not phonenumbers.is_possible_number(number):
        return given  # 2-1-1 and its like
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
