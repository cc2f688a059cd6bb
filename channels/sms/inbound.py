"""An incoming text: read, stored once, and answered at once where Rasa has nothing to say (STOP, HELP, pictures)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from werkzeug.datastructures import Headers

from channels import answers, conversations, turns
from channels.sms import choices, keywords, suppression
from channels.sms.keywords import Kind
from channels.sms.suppression import Reason
from core import jurisdiction, subscriptions
from core.logs import logger
from core.settings import settings
from core.tables import conversation, inbox, now

log = logger("sms.inbound")

LONGEST = 1600
"""Characters; more than Twilio itself passes on."""
SID = re.compile(r"[A-Za-z0-9]{1,34}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
EMERGENCY = "911"


@dataclass(frozen=True)
class Inbound:
    sid: str
    number: str
    body: str
    has_media: bool
    handled: Kind | None
    """What Twilio took the message for and has replied to itself (Advanced Opt-Out)."""
    retry_token: str | None


@dataclass(frozen=True)
class Received:
    inbox_id: int
    is_repeat: bool
    """Twilio asks the same request again, because it did not get our answer."""


def read(form: Mapping[str, str], headers: Headers) -> Inbound | None:
    """The parts of a webhook that matter; None when it is not a text from a phone number."""
    sid, number = form.get("MessageSid", ""), form.get("From", "")
    if not SID.fullmatch(sid) or not NUMBER.fullmatch(number):
        return None
    media, opt_out = form.get("NumMedia", "0"), form.get("OptOutType", "").lower()
    return Inbound(
        sid,
        number,
        clean(form.get("Body", "")),
        has_media=media.isdigit() and int(media) > 0,
        handled=Kind(opt_out) if opt_out in list(Kind) else None,
        retry_token=headers.get("I-Twilio-Idempotency-Token", "")[:64] or None,
    )


def clean(text: str) -> str:
    """Without control characters, which PostgreSQL and phones cannot hold; empty when nothing can be seen."""
    kept = "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    ).strip()
    return kept if any(unicodedata.category(character) != "Cf" for character in kept) else ""


def receive(connection: Connection, message: Inbound) -> Received:
    """Store a text once; its turn is over at once when it is not for Rasa. Acknowledge after the commit."""
    key = conversations.open_sms(connection, message.number)
    text = message.body[:LONGEST]
    choice = choices.chosen(connection, key, text)
    accepted = turns.accept(connection, key, message.sid, text, choice, message.retry_token)
    if accepted.is_duplicate:
        token = connection.execute(select(inbox.c.retry_token).where(inbox.c.id == accepted.inbox_id)).scalar_one()
        return Received(accepted.inbox_id, is_repeat=token is not None and token == message.retry_token)
    said = _without_rasa(connection, key, message)
    if said is not None:
        ending = answers.Ending(accepted.inbox_id, key, "sms", turns.State.ANSWERED, claim=None)
        answers.store(connection, ending, said)
    return Received(accepted.inbox_id, is_repeat=False)


def _without_rasa(connection: Connection, key: str, message: Inbound) -> list[dict[str, Any]] | None:
    """The answers to a text that Rasa must not see, none for silence; None when it is for Rasa."""
    reason = suppression.reason_of(connection, key)
    word = keywords.match(message.body, is_stopped=reason is Reason.STOP)
    kind = message.handled or (word.kind if word else None)
    language = _language(connection, key, word.language if word else None)
    if kind is Kind.STOP:
        suppression.add(connection, key, Reason.STOP)
        subscriptions.stop(connection, key)
        log.info("stopped", conversation=key)
        return []
    if kind is Kind.START or reason in (Reason.BLOCKED, Reason.BAD_NUMBER):
        suppression.lift(connection, key)
    elif reason is Reason.STOP:
        return []
    if keywords.is_yes(message.body) and _confirms(connection, key):
        return [answers.own("notices_on", language)]
    if message.handled:
        return []  # Twilio's own text has gone out
    if kind is Kind.START:
        return [answers.own("welcome", language, state=_state())]
    if kind is Kind.HELP:
        return [answers.own("help", language, state=_state(), phone=answers.agency_phone(), emergency=EMERGENCY)]
    if _too_many(connection, key):
        log.warning("too_many_texts", conversation=key)
        return []  # two machines that answer each other would never stop
    if not message.body:
        return [answers.own("media" if message.has_media else "empty", language)]
    if len(message.body) > LONGEST:
        return [answers.own("too_long", language)]
    return None


def _confirms(connection: Connection, key: str) -> bool:
    """Whether a yes is the one to the question about notices, and not to one that was asked after it."""
    if choices.are_open(connection, key):
        return False
    found = subscriptions.confirm(connection, key)
    if found:
        log.info("notices_confirmed", conversation=key)
    return found is not None


def _language(connection: Connection, key: str, of_word: str | None) -> str:
    """The conversation's language; in a new conversation the word's, if it is offered."""
    known: str | None = connection.execute(select(conversation.c.language).where(conversation.c.id == key)).scalar_one()
    return known or (of_word if of_word in settings().language_list else None) or "en"


def _state() -> str:
    return str(jurisdiction.profile()["name"])


def _too_many(connection: Connection, key: str) -> bool:
    recent = connection.execute(
        select(func.count())
        .select_from(inbox)
        .where(inbox.c.conversation_id == key, inbox.c.received_at > now() - dt.timedelta(minutes=1))
    ).scalar_one()
    return recent > settings().messages_per_minute
