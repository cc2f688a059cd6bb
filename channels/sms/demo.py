"""A ready-made command that plays Twilio: one signed text to this installation."""

import secrets
import shlex

from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from core.settings import settings

RESIDENT = "+12035550142"
"""A number of the range that is kept for fiction."""


def curl_line(body: str = "how do I renew my license") -> str:
    """A `curl` line that posts this text to `/sms/inbound`, signed with the settings' token.

    Run again it is Twilio's repeat of the same request and gets the same answer.
    """
    address = f"{settings().public_base}/sms/inbound"
    sid = "SM" + secrets.token_hex(16)
    fields = {
        "MessageSid": sid,
        "AccountSid": settings().twilio_account_sid,
        "From": RESIDENT,
        "To": settings().twilio_from,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    signature = RequestValidator(settings().twilio_auth_token).compute_signature(address, fields)
    headers = {SIGNATURE_HEADER: signature, "I-Twilio-Idempotency-Token": sid}
    words = ["curl", "-sS", address]
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    for name, value in fields.items():
        words += ["--data-urlencode", f"{name}={value}"]
    return shlex.join(words)
