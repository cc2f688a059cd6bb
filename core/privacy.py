"""Keys derived from the secret: the hash that stands for a phone number, the cipher of the column that holds it."""

import base64
import hashlib
import hmac
import secrets
from functools import cache

from cryptography.fernet import Fernet

from core.settings import settings


def derived_key(purpose: str) -> bytes:
    """32 bytes that depend on the secret key and the purpose, so that one leak does not open the other doors."""
    return _derive(settings().secret_key, purpose)


@cache
def _derive(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def number_id(number: str) -> str:
    """The conversation id of a phone number (E.164): the same number always gives the same id, never the reverse."""
    return "sms-" + hmac.new(derived_key("phone number id"), number.encode(), hashlib.sha256).hexdigest()[:32]


def new_conversation_id() -> str:
    """128 random bits."""
    return "web-" + secrets.token_hex(16)


def encrypt(text: str) -> bytes:
    return _cipher().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    return _cipher().decrypt(token).decode()


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key("phone number column")))
