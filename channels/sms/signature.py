"""Twilio's signature on a webhook, checked before anything else is read.

Rules and published vectors: Twilio's "Webhooks security" page. The address that is signed is the public one, which
only the settings know: a proxy in front changes scheme, host and port.
"""

from flask import Request
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from core.settings import settings


def is_genuine(request: Request) -> bool:
    """Whether Twilio signed this request with our auth token."""
    given = request.headers.get(SIGNATURE_HEADER)
    token = settings().twilio_auth_token
    if not given or not token:
        return False
    signing = request.headers.get(SIGNATURE_SETTINGS_HEADER, "")
    if _names_a_key(signing):
        return False  # a shared key of Twilio's beta; none is configured
    body = request.get_data(as_text=True) if request.is_json else request.form
    algorithm = get_signature_algorithm(signing)
    return bool(RequestValidator(token).validate(public_address(request), body, given, algorithm))


def public_address(request: Request) -> str:
    """The address that Twilio called and signed."""
    query = request.query_string.decode("ascii", "replace")
    return settings().public_base + request.path + (f"?{query}" if query else "")


def _names_a_key(signing: str) -> bool:
    return any(part.partition("=")[0].strip() == "key" for part in signing.split(","))
