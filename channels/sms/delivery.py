"""The outbox: each turn goes out as one text, once.

The state stands on the first row of the turn and every step is one conditional update, so two processes can never
both send: `new → twiml` (in the webhook's own answer) or `new → sending → sent | unknown | failed`, or `suppressed`.
A row left in `sending` became `unknown` with the crash that left it there, and is never sent again by itself: Twilio
may have taken it, and one answer is better than two.
"""

import datetime as dt
import random
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from channels import conversations, words_sms
from channels.sms import rendering, segments, suppression, twilio_api
from channels.sms.errors import Action, on_sending
from channels.sms.suppression import Reason
from channels.sms.twilio_api import MaybeSent, NotSent, Sent
from core import quiet_hours
from core.database import reading, writing
from core.languages import LANGUAGES
from core.logs import logger
from core.settings import settings
from core.tables import now, outbox

log = logger("sms.delivery")

TOO_LATE = dt.timedelta(hours=24)
LONGEST_WAIT_SECONDS = 300.0
REASONS = {Action.SUPPRESS: Reason.STOP, Action.BLOCKED: Reason.BLOCKED, Action.BAD_NUMBER: Reason.BAD_NUMBER}
stopped = threading.Event()
"""Set when Twilio refuses our credentials: this process sends nothing more until it is started anew."""


class Delivery(StrEnum):
    NEW = "new"
    TWIML = "twiml"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Text:
    outbox_id: int
    conversation_id: str
    body: str
    segments: int

    @property
    def status_address(self) -> str:
        """Where Twilio reports on this text; the number in it finds the row while the text's sid is unknown."""
        return f"{settings().public_base}/sms/status?outbox={self.outbox_id}"


def take_for_twiml(inbox_id: int) -> Text | None:
    """The text of an answered turn, for the webhook's own answer; None when it goes or went another way."""
    return _take(inbox_id, Delivery.TWIML)


def given_as_twiml(inbox_id: int) -> Text | None:
    """The text that a webhook was answered with before, for Twilio's repeat of the same request."""
    with reading() as connection:
        row = connection.execute(
            select(outbox.c.id, outbox.c.conversation_id).where(
                outbox.c.inbox_id == inbox_id, outbox.c.delivery == Delivery.TWIML
            )
        ).one_or_none()
        return _text(connection, row.id, row.conversation_id, inbox_id) if row else None


def send(inbox_id: int) -> None:
    """Send an answered turn through the REST API, unless it goes or went out already."""
    if stopped.is_set():
        return
    text = _take(inbox_id, Delivery.SENDING)
    if text is None:
        return
    with reading() as connection:
        number = conversations.number_of(connection, text.conversation_id)
    result = twilio_api.send(number, text.body, text.status_address)
    with writing() as connection:
        _finish(connection, text, result)


def unsent() -> list[int]:
    """Rows of the inbox whose text is due: left behind by a web process, or put off until now; oldest first."""
    left = and_(
        outbox.c.tries == 0,
        outbox.c.created_at < now() - dt.timedelta(seconds=settings().pickup_seconds),
        or_(outbox.c.not_before.is_(None), outbox.c.not_before < now()),
    )
    put_off = and_(outbox.c.tries > 0, outbox.c.not_before < now())
    with reading() as connection:
        return list(
            connection.execute(
                select(outbox.c.inbox_id)
                .where(outbox.c.delivery == Delivery.NEW, or_(left, put_off))
                .order_by(outbox.c.id)
                .limit(500)
            ).scalars()
        )


def mark_lost() -> int:
    """Texts whose sender died between request and answer become `unknown`; returns how many."""
    longest = dt.timedelta(seconds=max(settings().pickup_seconds, 2 * twilio_api.SECONDS))
    with writing() as connection:
        lost = connection.execute(
            update(outbox)
            .where(outbox.c.delivery == Delivery.SENDING, outbox.c.sent_at < now() - longest)
            .values(delivery=Delivery.UNKNOWN)
            .returning(outbox.c.id)
        ).scalars()
        ids = list(lost)
    for outbox_id in ids:
        log.error("text_unknown", outbox=outbox_id, reason="its sender died")
    return len(ids)


def _take(inbox_id: int, way: Delivery) -> Text | None:
    with writing() as connection:
        row = connection.execute(
            select(outbox.c.id, outbox.c.conversation_id, outbox.c.is_unasked)
            .where(
                outbox.c.inbox_id == inbox_id,
                outbox.c.delivery == Delivery.NEW,
                or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now()),
            )
            .with_for_update()
        ).one_or_none()
        if row is None:
            return None
        if row.is_unasked and quiet_hours.are_on(now()):
            _set(connection, row.id, not_before=quiet_hours.after(now()))
            return None
        text = _text(connection, row.id, row.conversation_id, inbox_id)
        if suppression.reason_of(connection, row.conversation_id):
            way = Delivery.SUPPRESSED
        elif not text.body:
            way = Delivery.FAILED
        _set(connection, row.id, delivery=way, sent_at=now(), segments=text.segments)
    log.info("text_taken", outbox=text.outbox_id, conversation=text.conversation_id, via=way, segments=text.segments)
    return text if way in (Delivery.TWIML, Delivery.SENDING) else None


def _finish(connection: Connection, text: Text, result: Sent | NotSent | MaybeSent) -> None:
    if isinstance(result, Sent):
        # A report may have been faster than this answer: its status stays.
        status = func.coalesce(outbox.c.status, result.status)
        _set(connection, text.outbox_id, delivery=Delivery.SENT, sid=result.sid, status=status)
        return
    if isinstance(result, MaybeSent):
        connection.execute(
            update(outbox)
            .where(outbox.c.id == text.outbox_id, outbox.c.delivery == Delivery.SENDING)
            .values(delivery=Delivery.UNKNOWN)
        )
        log.error("text_unknown", outbox=text.outbox_id, reason=result.reason)
        return
    rule = on_sending(result.code, result.status) if result.status else None
    report = log.error if rule and rule.alert else log.warning
    report("text_refused", outbox=text.outbox_id, status=result.status, code=result.code)
    if rule is None or rule.action is Action.RETRY:
        _put_off(connection, text, result)
    elif rule.action is Action.STOP:
        stopped.set()
        _set(connection, text.outbox_id, delivery=Delivery.NEW, error_code=result.code)
        log.critical("outbox_stopped", reason="Twilio refuses the account or its token", code=result.code)
    else:
        reason = REASONS.get(rule.action)
        if reason:
            suppression.add(connection, text.conversation_id, reason)
        ending = Delivery.SUPPRESSED if reason else Delivery.FAILED
        _set(connection, text.outbox_id, delivery=ending, error_code=result.code)


def _put_off(connection: Connection, text: Text, result: NotSent) -> None:
    tries, created_at = connection.execute(
        select(outbox.c.tries, outbox.c.created_at).where(outbox.c.id == text.outbox_id)
    ).one()
    if created_at < now() - TOO_LATE:
        _set(connection, text.outbox_id, delivery=Delivery.FAILED, error_code=result.code)
        return
    backing_off = min(LONGEST_WAIT_SECONDS, 2.0 ** (tries + 1)) * random.uniform(0.5, 1.5)  # noqa: S311 (jitter)
    wait = dt.timedelta(seconds=backing_off if result.retry_after is None else result.retry_after)
    _set(
        connection,
        text.outbox_id,
        delivery=Delivery.NEW,
        tries=tries + 1,
        not_before=now() + wait,
        error_code=result.code,
    )


def _set(connection: Connection, outbox_id: int, **changes: Any) -> None:
    connection.execute(update(outbox).where(outbox.c.id == outbox_id).values(**changes))


def _text(connection: Connection, outbox_id: int, conversation_id: str, inbox_id: int) -> Text:
    rows = connection.execute(
        select(outbox.c.seq, outbox.c.message).where(outbox.c.inbox_id == inbox_id).order_by(outbox.c.seq)
    ).all()
    note = _draft_note(connection, conversation_id, rows[0].seq, [row.message for row in rows])
    body = rendering.text_of([row.message for row in rows], note)
    return Text(outbox_id, conversation_id, body, segments.count(body).segments)


def _draft_note(connection: Connection, conversation_id: str, seq: int, messages: list[dict[str, Any]]) -> str | None:
    """A remark for the first answer in a language whose translation no person has checked."""
    unchecked = next((message["lang"] for message in messages if not message.get("reviewed", True)), None)
    language = next((known for known in LANGUAGES.values() if known.tag == unchecked), None)
    if language is None:
        return None
    earlier = connection.execute(
        select(outbox.c.message)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.seq < seq)
        .order_by(outbox.c.seq.desc())
        .limit(100)
    ).scalars()
    if any(message.get("lang") == unchecked and not message.get("reviewed", True) for message in earlier):
        return None
    said = words_sms.say("draft_note", language)
    return said.text if said.language == language else None
