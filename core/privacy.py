"""Keys derived from the secret, the hashes that stand for people, and the ciphers of what is stored about them."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.settings import settings


class KeyMissing(Exception):
    """Stored personal data opens with none of the keys: one was taken out of NUTMEG_DATA_KEYS before `db rekey`."""


class PersonalCipher:
    """Encrypts with the first key; every key decrypts (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> bytes:
        return self._all.encrypt(text.encode())

    def open(self, token: bytes | str) -> str:
        """Raises KeyMissing."""
        try:
            return self._all.decrypt(token).decode()
        except InvalidToken:
            raise KeyMissing("stored personal data opens with none of the keys of NUTMEG_DATA_KEYS") from None

    def is_current(self, token: bytes | str) -> bool:
        """Whether the first key wrote it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True


def derived_key(purpose: str) -> bytes:
    """32 bytes that depend on the secret key and the purpose, so that one leak does not open the other doors."""
    return _derive(settings().secret_key, purpose)


@cache
def _derive(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def keyed_hash(purpose: str, text: str) -> str:
    """32 hexadecimal digits that stand for a text: equal for equal texts of one purpose, and not to be turned back."""
    return hmac.new(derived_key(purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


def number_id(number: str) -> str:
    """The conversation id of a phone number (E.164): the same number always gives the same id, never the reverse."""
    return "sms-" + keyed_hash("phone number id", number)


def new_conversation_id() -> str:
    """128 random bits."""
    return "web-" + secrets.token_hex(16)


def encrypt(text: str) -> bytes:
    return column_cipher().seal(text)


def decrypt(token: bytes) -> str:
    return column_cipher().open(token)


def column_cipher() -> PersonalCipher:
    """Of phone numbers and of other single columns whose name ends in `cipher`."""
    return _cipher(settings().data_key_list, derived_key("phone number column"))


def event_cipher() -> PersonalCipher:
    """Of the events of the tracker store."""
    return _cipher(settings().data_key_list, derived_key("tracker events"))


@cache
def _cipher(keys: tuple[str, ...], derived: bytes) -> PersonalCipher:
    """The derived key comes last: what was stored before there were keys in the settings stays readable."""
    return PersonalCipher([*keys, base64.urlsafe_b64encode(derived)])
