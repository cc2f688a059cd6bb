"""The log of personal lookups: who asked for what kind of record, why, when, and how it ended. Never a value.

Connecticut keeps a record of each disclosure of personal data for five years (CGS 4-193(c)), longer than transcripts.
Rows are only added. Each holds the SHA-256 of itself and of the row before it, so that anybody with an export can check
the chain; the chain's ends stand in `disclosure_chain` under a keyed hash, so that nobody without the secret key can
write the chain anew or cut its end off. Rows expire from the start only, and the chain then begins at the hash of the
last one that went.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.database import reading, writing
from core.privacy import derived_key, keyed_hash
from core.settings import settings
from core.tables import disclosure, disclosure_chain, now

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Kinds, topics and outcomes are names out of the code; with a space or a capital letter a value would slip in."""
LONGEST_OUTCOME = 24
START = "0" * 64
"""Stands for the row before the first."""
AT_ONCE = 1000
DAYS_OF_A_YEAR = 366


@dataclass(frozen=True)
class Disclosure:
    place: int
    """1, 2, 3 … without a gap."""
    at: str
    """ISO 8601, UTC."""
    conversation: str
    """Keyed hash of the conversation's id (`conversation_key`)."""
    kind: str
    """What was looked up: `voter_registration`, `credential` …"""
    topic: str
    """Why: the topic that the resident asked about."""
    outcome: str
    """`found`, `not_found`, `unavailable`, `refused` …"""
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    count: int
    """Rows that are in order, up to the first that is not."""
    broken: int | None
    """Place of the first row that was changed, removed or put in; None when all is well."""
    what: str
    """One sentence."""
    last_hash: str


@dataclass(frozen=True)
class _Chain:
    first_place: int
    first_previous: str
    last_place: int
    last_hash: str

    @property
    def seal(self) -> str:
        written = json.dumps(asdict(self), sort_keys=True).encode()
        return hmac.new(derived_key("disclosure chain"), written, hashlib.sha256).hexdigest()


def record(conversation_id: str, kind: str, topic: str, outcome: str) -> int:
    """Add a row and return its place; call it before the resident is told what was found.

    Raises ValueError when a name does not look like one.
    """
    if not all(WORD.fullmatch(word) for word in (kind, topic, outcome)) or len(outcome) > LONGEST_OUTCOME:
        raise ValueError("kind, topic and outcome of a disclosure are names such as voter_registration, not values")
    with writing() as connection:
        chain = _locked(connection) or _begun(connection)
        row: dict[str, Any] = {
            "place": chain.last_place + 1,
            "at": now(),
            "conversation": conversation_key(conversation_id),
            "kind": kind,
            "topic": topic,
            "outcome": outcome,
            "previous": chain.last_hash,
        }
        row["hash"] = _hash_of(row)
        connection.execute(insert(disclosure).values(**row))
        _store(connection, _Chain(chain.first_place, chain.first_previous, row["place"], row["hash"]))
    return chain.last_place + 1


def conversation_key(conversation_id: str) -> str:
    """What stands for a conversation in the log: the same conversation always gives the same."""
    return keyed_hash("disclosure conversation", conversation_id)


def all_rows() -> Iterator[Disclosure]:
    """The whole log, oldest first."""
    last: int | None = None
    while batch := _after(last):
        yield from batch
        last = batch[-1].place


def verify() -> Verdict:
    """Read the whole chain and name the first row that does not fit."""
    found = _ends()
    chain, is_sealed = found or (_Chain(1, START, 0, START), True)
    if not is_sealed:
        return Verdict(0, chain.first_place, "the ends of the chain were changed, or the secret key was", START)
    place, previous = chain.first_place, chain.first_previous
    for row in all_rows():
        if row.place > chain.last_place and row.place <= (_ends() or (chain, True))[0].last_place:
            break  # written while this reads
        problem = _problem(row, place, previous) or ("was put in at the end" if place > chain.last_place else "")
        if problem:
            return Verdict(place - chain.first_place, place, f"row {place} {problem}", previous)
        place, previous = place + 1, row.hash
    count = place - chain.first_place
    if place <= chain.last_place:
        return Verdict(count, place, f"row {place} and all after it were removed", previous)
    if previous != chain.last_hash:
        return Verdict(count - 1, place - 1, f"row {place - 1} was changed together with its hash", previous)
    return Verdict(count, None, f"{count} rows are in order", previous)


def expire(today: dt.datetime | None = None) -> int:
    """Remove rows older than the setting `disclosure_years` from the start of the chain; returns how many."""
    oldest = (today or now()) - dt.timedelta(days=DAYS_OF_A_YEAR * settings().disclosure_years)
    with reading() as connection:
        first = connection.execute(select(disclosure.c.at).order_by(disclosure.c.place).limit(1)).scalar_one_or_none()
    if first is None or first >= oldest:
        return 0
    with writing() as connection:
        chain = _locked(connection)
        if chain is None:
            return 0
        first_kept = connection.execute(
            select(func.min(disclosure.c.place)).where(disclosure.c.at >= oldest)
        ).scalar_one() or (chain.last_place + 1)
        if first_kept <= chain.first_place:
            return 0
        anchor = connection.execute(select(disclosure.c.hash).where(disclosure.c.place == first_kept - 1)).scalar_one()
        connection.execute(delete(disclosure).where(disclosure.c.place < first_kept))
        _store(connection, _Chain(first_kept, anchor, chain.last_place, chain.last_hash))
    return int(first_kept - chain.first_place)


def _ends() -> tuple[_Chain, bool] | None:
    """The chain's ends, and whether their seal is right; None when nothing was ever recorded."""
    with reading() as connection:
        row = connection.execute(select(disclosure_chain)).one_or_none()
    if row is None:
        return None
    chain = _Chain(row.first_place, row.first_previous, row.last_place, row.last_hash)
    return chain, hmac.compare_digest(row.seal, chain.seal)


def _locked(connection: Connection) -> _Chain | None:
    """The chain's ends, locked until the transaction is over: on SQLite it is the only one that writes anyway."""
    row = connection.execute(select(disclosure_chain).with_for_update()).one_or_none()
    return _Chain(row.first_place, row.first_previous, row.last_place, row.last_hash) if row else None


def _begun(connection: Connection) -> _Chain:
    """The ends of a new chain; of two writers that begin it at once, the second finds what the first made."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    chain = _Chain(1, START, 0, START)
    connection.execute(
        dialect.insert(disclosure_chain).values(id=1, **asdict(chain), seal=chain.seal).on_conflict_do_nothing()
    )
    return _locked(connection) or chain


def _store(connection: Connection, chain: _Chain) -> None:
    connection.execute(update(disclosure_chain).values(**asdict(chain), seal=chain.seal))


def _after(place: int | None) -> list[Disclosure]:
    """The next rows, of any place: one that was put in before the first must be seen too."""
    wanted = select(disclosure).order_by(disclosure.c.place).limit(AT_ONCE)
    with reading() as connection:
        rows: Sequence[Row[Any]] = connection.execute(
            wanted if place is None else wanted.where(disclosure.c.place > place)
        ).all()
    return [Disclosure(**{**row._mapping, "at": _stamp(row.at)}) for row in rows]


def _problem(row: Disclosure, place: int, previous: str) -> str:
    if row.place < place:
        return f"has a row {row.place} before it that was put in"
    if row.place > place:
        return "was removed"
    if row.previous != previous:
        return "does not follow the row before it: it was changed or put in"
    return "was changed" if row.hash != _hash_of(asdict(row)) else ""


def _hash_of(row: dict[str, Any]) -> str:
    """SHA-256 of the row as JSON: an array of place, at, conversation, kind, topic, outcome, previous."""
    at = row["at"] if isinstance(row["at"], str) else _stamp(row["at"])
    fields = [row["place"], at, *(row[name] for name in ("conversation", "kind", "topic", "outcome", "previous"))]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
