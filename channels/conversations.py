"""Conversations: who may speak in them and in which language they are held."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.database import reading, writing
from core.privacy import decrypt, derived_key, encrypt, new_conversation_id, number_id
from core.tables import conversation, now


@dataclass(frozen=True)
class Conversation:
    id: str
    channel: str
    language: str | None


def open_web(language: str | None, origin: str | None = None) -> Conversation:
    """A new conversation; `origin` is the keyed hash of the network address it is opened from (core/attempts.py)."""
    made = Conversation(new_conversation_id(), "web", language)
    with writing() as connection:
        connection.execute(
            insert(conversation).values(
                id=made.id,
                channel="web",
                language=language,
                next_seq=1,
                created_at=now(),
                last_at=now(),
                origin=origin,
            )
        )
    return made


def open_sms(connection: Connection, number: str) -> str:
    """The conversation id of a phone number; makes the conversation when it is the number's first message.

    Or its first after "delete my data", which takes the number away (core/erasure.py): the row is written in any case,
    so that a deletion that is just being finished is waited for.
    """
    key = number_id(number)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = dialect.insert(conversation).values(
        id=key, channel="sms", next_seq=1, number_cipher=encrypt(number), created_at=now(), last_at=now()
    )
    kept = func.coalesce(conversation.c.number_cipher, made.excluded.number_cipher)
    connection.execute(made.on_conflict_do_update(index_elements=["id"], set_={"number_cipher": kept}))
    return key


def number_of(connection: Connection, conversation_id: str) -> str:
    """The phone number (E.164) behind a conversation by text message; only for sending to it."""
    cipher = connection.execute(
        select(conversation.c.number_cipher).where(conversation.c.id == conversation_id)
    ).scalar_one()
    return decrypt(cipher)


def find(conversation_id: str) -> Conversation | None:
    with reading() as connection:
        row = connection.execute(
            select(conversation.c.id, conversation.c.channel, conversation.c.language).where(
                conversation.c.id == conversation_id
            )
        ).one_or_none()
    return Conversation(*row) if row else None


def set_language(conversation_id: str, language: str) -> None:
    with writing() as connection:
        connection.execute(update(conversation).where(conversation.c.id == conversation_id).values(language=language))


def token_for(conversation_id: str) -> str:
    """The bearer token that lets a browser speak in this conversation."""
    return _signer().dumps(conversation_id)


def access(token: str) -> Conversation | None:
    """The only road from a browser to a conversation: its signed token."""
    try:
        conversation_id = _signer().loads(token)
    except BadSignature:
        return None
    return find(conversation_id) if isinstance(conversation_id, str) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(derived_key("conversation token"), salt="web")
