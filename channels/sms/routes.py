"""Twilio's two webhooks. A request without Twilio's signature gets 403 and nothing else happens."""

import time

from flask import Blueprint, Response, abort, request
from twilio.twiml.messaging_response import MessagingResponse

from channels import turns, wake
from channels.sms import delivery, inbound, reports
from channels.sms.signature import is_genuine
from core.database import writing
from core.logs import logger
from core.settings import settings

log = logger("sms.routes")
sms = Blueprint("sms", __name__, url_prefix="/sms")

# 100,000 characters of four bytes, each byte written as %XX.
LARGEST_BODY = 2 * 1024 * 1024


@sms.before_request
def _only_twilio() -> None:
    request.max_content_length = LARGEST_BODY
    request.max_form_memory_size = LARGEST_BODY
    if not is_genuine(request) or request.form.get("AccountSid") != settings().twilio_account_sid:
        log.warning("webhook_refused")
        abort(403)


@sms.post("/inbound")
def receive() -> Response:
    """Answer a text: in TwiML when the answer is ready in time, else an empty response and the worker sends it."""
    until = time.monotonic() + settings().sms_reply_seconds
    message = inbound.read(request.form, request.headers)
    if message is None:
        abort(400)
    with writing() as connection:
        received = inbound.receive(connection, message)
    return _twiml(_text(received, until))


@sms.post("/status")
def status() -> Response:
    """Keep a delivery report."""
    sid, word = request.form.get("MessageSid", ""), request.form.get("MessageStatus", "").strip().lower()
    if not inbound.SID.fullmatch(sid) or not word or len(word) > 24:
        abort(400)
    error_code, outbox_id = _number(request.form.get("ErrorCode")), _number(request.args.get("outbox"))
    with writing() as connection:
        reports.apply(connection, sid, word, error_code, outbox_id)
    return Response(status=204)


def _text(received: inbound.Received, until: float) -> delivery.Text | None:
    try:
        turns.run(received.inbox_id, max(0.0, until - time.monotonic()))
    except turns.StillWorking:
        wake.up(received.inbox_id)
        return None
    text = delivery.take_for_twiml(received.inbox_id)
    return delivery.given_as_twiml(received.inbox_id) if text is None and received.is_repeat else text


def _twiml(text: delivery.Text | None) -> Response:
    response = MessagingResponse()
    if text:
        response.message(text.body, status_callback=text.status_address)
    return Response(str(response), content_type="text/xml; charset=utf-8")


def _number(given: str | None) -> int | None:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 10 else None
