"""Delivery reports: Twilio's status callbacks, which come late, twice and in any order."""

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from channels.sms import suppression
from channels.sms.delivery import REASONS, Delivery
from channels.sms.errors import on_report
from core.logs import logger
from core.tables import delivery_report, now, outbox

log = logger("sms.reports")

RANK = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3, "partially_delivered": 4,
    "delivered": 5, "undelivered": 5, "failed": 5, "canceled": 5, "read": 6,
}  # fmt: skip


def apply(connection: Connection, sid: str, status: str, error_code: int | None, outbox_id: int | None) -> None:
    """Keep a report and, when it says more than what is known, apply it to its text.

    `outbox_id` finds the text while its sid is unknown: sent in a webhook's answer, or its answer was lost. A report
    on an unknown text and an unknown word are kept and applied to nothing.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    is_new = connection.execute(
        dialect.insert(delivery_report)
        .values(sid=sid, status=status, error_code=error_code, received_at=now())
        .on_conflict_do_nothing()
        .returning(delivery_report.c.id)
    ).one_or_none()
    text = _find(connection, sid, outbox_id)
    if is_new is None or text is None:
        return
    changes: dict[str, object] = {"sid": sid}
    if text.delivery in (Delivery.SENDING, Delivery.UNKNOWN):
        changes["delivery"] = Delivery.SENT
    if status in RANK and RANK[status] > RANK.get(text.status, -1):
        changes["status"] = status
    if error_code:
        changes["error_code"] = error_code
    connection.execute(update(outbox).where(outbox.c.id == text.id).values(**changes))
    if error_code:
        _follow(connection, text, error_code)


def _find(connection: Connection, sid: str, outbox_id: int | None) -> Row[tuple[int, str, str, str]] | None:
    wanted = select(outbox.c.id, outbox.c.conversation_id, outbox.c.delivery, outbox.c.status).with_for_update()
    known = connection.execute(wanted.where(outbox.c.sid == sid)).one_or_none()
    if known or outbox_id is None:
        return known
    return connection.execute(
        wanted.where(outbox.c.id == outbox_id, outbox.c.sid.is_(None), outbox.c.delivery.is_not(None))
    ).one_or_none()


def _follow(connection: Connection, text: Row[tuple[int, str, str, str]], error_code: int) -> None:
    rule = on_report(error_code)
    report = log.error if rule and rule.alert else log.warning
    report("text_not_delivered", outbox=text.id, code=error_code)
    reason = REASONS.get(rule.action) if rule else None
    if reason:
        suppression.add(connection, text.conversation_id, reason)
