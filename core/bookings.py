"""Appointments made through Nutmeg: the short number a resident was given, and the upstream's own id behind it.

Qmatic names an appointment by 64 hexadecimal digits, which nobody types from a text message. A resident gets a number
such as `NB-7K3M9Q`: five random symbols and a check symbol. The alphabet is Crockford's base 32 (no I, L, O, U) without
Z: 31 symbols, a prime, so that a weighted sum modulo 31 finds every single wrong symbol and every two that changed
places. O, I, L and Z are read as 0, 1, 1 and 2.

A number alone opens nothing: whoever asks must know the last name too. It is not stored here but compared with what the
upstream answers. Ids are encrypted, because an id does open the appointment.

A row is written *before* an appointment is confirmed, under the hash of the flow's idempotency key: after a crash or a
lost answer the same key leads back to the same appointment, and none is made twice.
"""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import Row, delete, select, update

from core.database import reading, writing
from core.privacy import decrypt, derived_key, encrypt
from core.tables import booking, now

PREFIX = "NB"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
RANDOM_SYMBOLS = 5
WEIGHTS = (5, 6, 7, 8, 9)
LOOK_ALIKES = str.maketrans("OILZ", "0112")
NOT_A_SYMBOL = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True)
class Booking:
    code: str = field(repr=False)
    upstream_id: str | None = field(repr=False)
    """None: a booking was sent whose id is not known, because no answer came."""


def new_code() -> str:
    """A number such as `NB-7K3M9Q`; 28 million are possible."""
    body = "".join(secrets.choice(SYMBOLS) for _ in range(RANDOM_SYMBOLS))
    return f"{PREFIX}-{body}{_check_symbol(body)}"


def read_code(typed: str) -> str | None:
    """The number as it is stored, from however it was typed (`nb 7k3m9q`, `7K3M9Q`); None when it can't be one."""
    folded = unicodedata.normalize("NFKC", typed[:40]).upper()
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in folded)
    symbols = NOT_A_SYMBOL.sub("", plain)
    if len(symbols) == len(PREFIX) + RANDOM_SYMBOLS + 1:
        symbols = symbols.removeprefix(PREFIX)
    symbols = symbols.translate(LOOK_ALIKES)
    body, check = symbols[:-1], symbols[-1:]
    if len(body) != RANDOM_SYMBOLS or not set(symbols) <= set(SYMBOLS) or _check_symbol(body) != check:
        return None
    return f"{PREFIX}-{symbols}"


def _check_symbol(body: str) -> str:
    total = sum(weight * SYMBOLS.index(symbol) for weight, symbol in zip(WEIGHTS, body, strict=True))
    return SYMBOLS[-total % len(SYMBOLS)]


def reference(key: str) -> str:
    """What stands for an idempotency key outside this process: keyed, so that nobody can guess back to it."""
    return hmac.new(derived_key("booking key"), key.encode(), hashlib.sha256).hexdigest()


def decoy(code: str) -> str:
    """The id that a number without a row is asked under: nobody has it, and asking takes as long as for a real one."""
    return hmac.new(derived_key("booking decoy"), code.encode(), hashlib.sha256).hexdigest()


def begun(key: str) -> Booking | None:
    """What was begun under this idempotency key."""
    with reading() as connection:
        return _booking(connection.execute(select(booking).where(booking.c.key_hash == reference(key))).first())


def begin(key: str, upstream_id: str | None, conversation: str | None = None) -> Booking:
    """Give a number to an appointment that is about to be made; the earlier one when the key was used before."""
    with writing() as connection:
        known = connection.execute(select(booking).where(booking.c.key_hash == reference(key))).first()
        if earlier := _booking(known):
            return earlier
        code = new_code()
        while connection.execute(select(booking.c.code).where(booking.c.code == code)).first():
            code = new_code()
        connection.execute(
            booking.insert().values(
                code=code,
                key_hash=reference(key),
                conversation_id=conversation,
                upstream_cipher=_cipher(upstream_id),
                created_at=now(),
            )
        )
        return Booking(code, upstream_id)


def point(code: str, upstream_id: str | None) -> None:
    """Let a number stand for another id, or for one that is not known yet."""
    with writing() as connection:
        connection.execute(update(booking).where(booking.c.code == code).values(upstream_cipher=_cipher(upstream_id)))


def upstream_id(code: str) -> str | None:
    """The id behind a number; None when there is no such number or its id is not known."""
    with reading() as connection:
        found = _booking(connection.execute(select(booking).where(booking.c.code == code)).first())
    return found.upstream_id if found else None


def forget(code: str) -> None:
    with writing() as connection:
        connection.execute(delete(booking).where(booking.c.code == code))


def forget_conversation(conversation: str) -> int:
    """How many numbers of a conversation were deleted; the appointments themselves stay at the upstream."""
    with writing() as connection:
        return connection.execute(delete(booking).where(booking.c.conversation_id == conversation)).rowcount


def forget_older(than: dt.timedelta) -> int:
    """Delete numbers given longer ago than that; appointments are made at most some months ahead."""
    with writing() as connection:
        return connection.execute(delete(booking).where(booking.c.created_at < now() - than)).rowcount


def _booking(row: Row[tuple[object, ...]] | None) -> Booking | None:
    if row is None:
        return None
    return Booking(row.code, decrypt(row.upstream_cipher) if row.upstream_cipher else None)


def _cipher(upstream_id: str | None) -> bytes | None:
    return encrypt(upstream_id) if upstream_id is not None else None
