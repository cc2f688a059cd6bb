"""The tables. Rows are written and read with SQLAlchemy Core, each noun by the one module that owns it."""

import datetime as dt

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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
    false,
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
    Column("origin", String(64)),  # web only: keyed hash of the network address that opened it, for lock-outs
    Column("erase_at", Moment),  # when the session is over and its personal values go; empty when nothing is due
    Column("erased_to", Integer, nullable=False, default=0, server_default="0"),  # tracker events before it are done
    Column("erase_through", BigInteger),  # "delete my data" came with this row of the inbox and is not finished
    Index(None, "erase_at"),
    Index(None, "erase_through"),
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
    Column("not_before", Moment),  # Twilio asked to wait until then, or it is night
    Column("is_unasked", Boolean, nullable=False, default=False, server_default=false()),  # no answer: not at night
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

booking = Table(
    "booking",
    metadata,
    Column("code", String(9), primary_key=True),  # what the resident was given: core/bookings.py
    Column("key_hash", String(64), nullable=False),  # of the flow's idempotency key
    Column("conversation_id", String(64)),  # for "delete my data"; not every conversation has a row of its own
    Column("upstream_cipher", LargeBinary),  # the appointment's own id; null while it is not known
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("key_hash"),
    Index(None, "conversation_id"),
)

disclosure = Table(
    "disclosure",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
    Column("at", Moment, nullable=False),
    Column("conversation", String(32), nullable=False),  # keyed hash of the conversation's id
    Column("kind", String(40), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

disclosure_chain = Table(
    "disclosure_chain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row: its lock puts the writers in order
    Column("first_place", BigInteger, nullable=False),
    Column("first_previous", String(64), nullable=False),  # hash of the last row that has expired
    Column("last_place", BigInteger, nullable=False),
    Column("last_hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),  # keyed hash of the four above
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(32), nullable=False),  # keyed hash of who tried, or of what was looked up
    Column("at", Moment, nullable=False),
    Index(None, "key", "kind", "at"),
    Index(None, "at"),
)

filing = Table(
    "filing",
    metadata,
    Column("key", String(32), primary_key=True),  # of the flow that files
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("state", String(8), nullable=False),  # filings.State
    Column("receipt", String(80)),  # the upstream's number of what was filed
    Column("at", Moment, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),  # subscriptions.Kind
    Column("reference_cipher", LargeBinary),  # number of the request, or id of the election; null once it is over
    Column("conversation_id", String(64), nullable=False),  # of the phone; it may have no row of its own yet
    Column("number_cipher", LargeBinary),  # the phone number, until the first text to it is written
    Column("language", String(8), nullable=False),
    Column("state", String(8), nullable=False),  # subscriptions.State
    Column("last_status", String(64)),  # what was told last: a word for the status, or the name of a reminder
    Column("asked_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("next_at", Moment),  # when it is looked at next; empty when there is nothing to do
    Column("ends_at", Moment, nullable=False),  # of one not confirmed: when it lapses; of one that is over: since when
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),  # looks in a row that failed
    Column("claim", String(32)),  # whoever looks now
    Index(None, "conversation_id"),
    Index(None, "next_at"),
    Index(None, "ends_at"),
)

identity_request = Table(
    "identity_request",
    metadata,
    Column("id", String(32), primary_key=True),  # keyed hash of the link's secret part
    Column("conversation_id", String(64), nullable=False),
    Column("kind", String(40), nullable=False),  # of the look-up, as in disclosure
    Column("topic", String(64), nullable=False),
    Column("held_cipher", LargeBinary),  # what the flow had asked already; null once it has gone on with it
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),  # when the link was followed to the sign-in
    Column("verified_until", Moment),
    Column("subject", String(32)),  # keyed hash of who signed in
    Column("claims_cipher", LargeBinary),  # what the sign-in told: name, date of birth
    Index(None, "conversation_id"),
    Index(None, "created_at"),
)
