"""Notices: texts that a resident has asked for beforehand, because something that they follow has changed.

One look at a subscription is: claim it, ask Rasa what is to be told, and store the text together with what was found. A
worker that dies before the last step has done nothing, and the claim runs out; after it, the text is in the outbox like
any other.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select, update

from channels import answers, conversations, rasa_client, turns
from channels.rasa_client import RasaUnavailable
from channels.sms import delivery, suppression
from core import subscriptions
from core.database import reading, writing
from core.logs import logger
from core.subscriptions import Outcome, Subscription
from core.tables import conversation, outbox

log = logger("sms.notices")

SECONDS = 20.0
"""For one look."""


def check(subscription_id: int) -> None:
    """Look at a subscription that is due, and send what is to be told."""
    claimed = subscriptions.claim(subscription_id)
    if claimed is None:
        return
    with reading() as connection:
        silenced = suppression.reason_of(connection, claimed.conversation_id)
        language = _language(connection, claimed)
    if silenced:
        with writing() as connection:
            subscriptions.stop(connection, claimed.conversation_id)
        return
    try:
        told = rasa_client.notice(claimed.id, language, SECONDS)
    except RasaUnavailable as error:
        log.warning("notice_not_made", conversation=claimed.conversation_id, reason=str(error))
        subscriptions.put_off(claimed)
        return
    if told.found is None:
        subscriptions.put_off(claimed)
        return
    inbox_id = _store(claimed, told.messages, _outcome(told.found), language)
    if inbox_id is not None:
        log.info("notice_told", conversation=claimed.conversation_id, inbox=inbox_id)
        delivery.send(inbox_id)


def _store(claimed: Subscription, messages: list[dict[str, Any]], found: Outcome, language: str) -> int | None:
    """The row of the inbox that the text hangs on, as every text does; None when there is no text."""
    with writing() as connection:
        if not subscriptions.settle(connection, claimed, found) or not messages:
            return None
        if claimed.number:
            conversations.open_sms(connection, claimed.number)
        key = claimed.conversation_id
        accepted = turns.accept(connection, key, f"notice-{claimed.id}-{claimed.claim}", "")
        ending = answers.Ending(accepted.inbox_id, key, "sms", turns.State.ANSWERED, claim=None, language=language)
        answers.store(connection, ending, messages)
        connection.execute(update(outbox).where(outbox.c.inbox_id == accepted.inbox_id).values(is_unasked=True))
    return accepted.inbox_id


def _outcome(found: dict[str, Any]) -> Outcome:
    next_at = found["next_at"]
    return Outcome(found["status"], found["is_over"], dt.datetime.fromisoformat(next_at) if next_at else None)


def _language(connection: Connection, claimed: Subscription) -> str:
    """What the phone's conversation is held in now, or was when it asked."""
    spoken = connection.execute(
        select(conversation.c.language).where(conversation.c.id == claimed.conversation_id)
    ).scalar_one_or_none()
    return spoken or claimed.language
