"""The tables. Rows are written and read with SQLAlchemy Core, each noun by the one module that owns it."""

import datetime as dt

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[dt.datetime]):
    """A timezone-aware moment, UTC inside; SQLite itself would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# SQLite counts up by itself only in a column that is exactly INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(8), nullable=False),
    Column("language", String(8)),
    Column("next_seq", Integer, nullable=False, default=1),
    Column("number_cipher", LargeBinary),  # text messages only: the encrypted phone number
    Column("created_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("client_key", String(64), nullable=False),  # the browser's UUID, or Twilio's MessageSid
    Column("retry_token", String(64)),  # Twilio's I-Twilio-Idempotency-Token
    Column("text", Text, nullable=False),
    Column("choice", String(200)),  # intent of a chosen button, as Rasa takes it
    Column("state", String(8), nullable=False),  # turns.State
    Column("claim", String(32)),  # whoever works on the row
    Column("claimed_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("seq", Integer),  # place in the conversation, given together with the answers
    Column("received_at", Moment, nullable=False),
    Column("answered_at", Moment),
    UniqueConstraint("conversation_id", "client_key"),
    Index(None, "state", "claimed_at"),
    Index(None, "conversation_id", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id")),
    Column("seq", Integer, nullable=False),
    Column("message", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("delivery", String(12)),  # text messages only, on the first row of a turn: delivery.Delivery
    Column("sid", String(34)),
    Column("segments", Integer),
    Column("status", String(24)),  # Twilio's own word, applied monotonically
    Column("error_code", Integer),
    Column("sent_at", Moment),  # when it was handed over, or the try began
    Column("tries", Integer, nullable=False, default=0, server_default="0"),  # sends that Twilio put off
    Column("not_before", Moment),  # Twilio asked to wait until then
    UniqueConstraint("conversation_id", "seq"),
    Index(None, "inbox_id"),
    Index(None, "delivery"),
    Index(None, "sid"),
)

delivery_report = Table(
    "delivery_report",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("sid", String(34), nullable=False),
    Column("status", String(24), nullable=False),
    Column("error_code", Integer),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("sid", "status"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("conversation_id", String(64), primary_key=True),  # keyed hash of the number, as in conversation
    Column("reason", String(16), nullable=False),
    Column("since", Moment, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("helpful", Integer, nullable=False),
    Column("comment", Text),
    Column("at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
)

tracker_event = Table(
    "tracker_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("sender_id", String(64), nullable=False),
    Column("position", Integer, nullable=False),  # 0, 1, 2 … within the conversation
    Column("session", Integer, nullable=False),  # 0, 1, 2 …: only the last one is read back
    Column("type", String(32), nullable=False),
    Column("timestamp", Moment, nullable=False),
    Column("event", JSON, nullable=False),
    UniqueConstraint("sender_id", "position"),
    Index(None, "sender_id", "session"),
)

topic_switch = Table(
    "topic_switch",
    metadata,
    Column("topic", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
