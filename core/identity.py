"""Sign-in before a look-up about a person, for the kinds of look-ups in the setting `identity_required`.

The chat gives a link. Its secret part is 128 random bits, of which only the keyed hash is stored; it belongs to one
conversation, works once, and for ten minutes. Whoever has signed in with it (`channels/web/identity.py`) may use that
kind of look-up in that conversation for another ten minutes, for records that are their own: the name and date of birth
that the sign-in told are kept encrypted for that long. So is what the flow had asked already, so that the look-up goes
on without asking it again.
"""

import datetime as dt
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from core.database import reading, writing
from core.privacy import decrypt, encrypt, keyed_hash
from core.settings import settings
from core.tables import identity_request, now

PATH = "/chat/identity/"
LIVES = dt.timedelta(minutes=10)
"""A link until it is followed, the sign-in itself, and what it opens: each of them that long."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Request:
    """A look-up that waits for a sign-in."""

    id: str
    conversation_id: str
    kind: str
    topic: str


@dataclass(frozen=True)
class Claims:
    """What the sign-in service says of a person."""

    subject: str = field(repr=False)
    """The service's own id of the person; only its keyed hash is stored."""
    birth_date: dt.date = field(repr=False)
    name: str = field(repr=False)
    """Last name, or the whole name where no more is told; empty where none is."""


def is_required(kind: str) -> bool:
    return kind in settings().identity_list


def is_used() -> bool:
    """Whether any look-up needs a sign-in here."""
    return bool(settings().identity_list)


def begin(conversation_id: str, kind: str, topic: str, held: Mapping[str, Any]) -> str:
    """Address of a new link; an earlier one of the same look-up stops working. `held` are the slots to go on with."""
    token = secrets.token_urlsafe(16)
    same = and_(
        identity_request.c.conversation_id == conversation_id,
        identity_request.c.kind == kind,
        identity_request.c.verified_until.is_(None),
    )
    with writing() as connection:
        connection.execute(delete(identity_request).where(or_(same, _is_over())))
        connection.execute(
            identity_request.insert().values(
                id=_id(token),
                conversation_id=conversation_id,
                kind=kind,
                topic=topic,
                held_cipher=encrypt(json.dumps(dict(held))),
                created_at=now(),
            )
        )
    return f"{settings().public_base}{PATH}{token}"


def look(token: str) -> Request | None:
    """The look-up behind a link that still works. The link may be read with something after it, as in `….`."""
    read = TOKEN.match(token)
    if read is None:
        return None
    with reading() as connection:
        row = connection.execute(select(*_REQUEST).where(_is_open(_id(read[0])))).one_or_none()
    return Request(*row) if row else None


def take(token: str) -> Request | None:
    """The same, once: of two that follow a link, one gets None."""
    read = TOKEN.match(token)
    if read is None:
        return None
    with writing() as connection:
        row = connection.execute(
            update(identity_request).where(_is_open(_id(read[0]))).values(used_at=now()).returning(*_REQUEST)
        ).one_or_none()
    return Request(*row) if row else None


def complete(connection: Connection, request_id: str, claims: Claims) -> Request | None:
    """Note that somebody has signed in with a link that was taken, in the caller's write transaction.

    None when it took too long, was done already, or the resident has deleted the conversation meanwhile.
    """
    told = {"birth_date": claims.birth_date.isoformat(), "name": claims.name}
    row = connection.execute(
        update(identity_request)
        .where(
            identity_request.c.id == request_id,
            identity_request.c.used_at > now() - LIVES,
            identity_request.c.verified_until.is_(None),
        )
        .values(
            verified_until=now() + LIVES,
            subject=keyed_hash("identity subject", f"{settings().oidc_issuer} {claims.subject}"),
            claims_cipher=encrypt(json.dumps(told)),
        )
        .returning(*_REQUEST)
    ).one_or_none()
    return Request(*row) if row else None


def verified(conversation_id: str, kind: str) -> Claims | None:
    """Who signed in for this kind of look-up in this conversation, less than ten minutes ago."""
    with reading() as connection:
        row = connection.execute(
            select(identity_request.c.subject, identity_request.c.claims_cipher)
            .where(
                identity_request.c.conversation_id == conversation_id,
                identity_request.c.kind == kind,
                identity_request.c.verified_until > now(),
            )
            .order_by(identity_request.c.verified_until.desc())
            .limit(1)
        ).one_or_none()
    if row is None:
        return None
    told = json.loads(decrypt(row.claims_cipher))
    return Claims(row.subject, dt.date.fromisoformat(told["birth_date"]), told["name"])


def held(conversation_id: str, topic: str) -> dict[str, Any]:
    """The slots that a look-up was interrupted with, once, and only after the sign-in; else nothing."""
    waits = and_(
        identity_request.c.conversation_id == conversation_id,
        identity_request.c.topic == topic,
        identity_request.c.verified_until > now(),
        identity_request.c.held_cipher.is_not(None),
    )
    with reading() as connection:
        row = connection.execute(
            select(identity_request.c.id, identity_request.c.held_cipher)
            .where(waits)
            .order_by(identity_request.c.verified_until.desc())
        ).first()
    if row is None:
        return {}
    with writing() as connection:
        taken = connection.execute(
            update(identity_request).where(waits, identity_request.c.id == row.id).values(held_cipher=None)
        ).rowcount
    slots: dict[str, Any] = json.loads(decrypt(row.held_cipher)) if taken else {}
    return slots


def forget_expired() -> int:
    """Delete what opens nothing any more; returns how many rows."""
    with reading() as connection:
        if not connection.execute(select(exists().where(_is_over()))).scalar_one():
            return 0  # looked at every few seconds: no write lock for nothing
    with writing() as connection:
        return connection.execute(delete(identity_request).where(_is_over())).rowcount


_REQUEST = (
    identity_request.c.id,
    identity_request.c.conversation_id,
    identity_request.c.kind,
    identity_request.c.topic,
)


def _id(token: str) -> str:
    return keyed_hash("identity link", token)


def _is_open(request_id: str) -> ColumnElement[bool]:
    return and_(
        identity_request.c.id == request_id,
        identity_request.c.used_at.is_(None),
        identity_request.c.created_at > now() - LIVES,
    )


def _is_over() -> ColumnElement[bool]:
    unverified = and_(identity_request.c.verified_until.is_(None), identity_request.c.created_at < now() - 2 * LIVES)
    return or_(unverified, identity_request.c.verified_until < now())
