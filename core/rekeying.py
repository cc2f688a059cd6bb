"""Key rotation: what an older key has encrypted, and what is still plain, is encrypted with the newest one.

Rotation has three steps, with the assistant running all the time: put the new key first in `NUTMEG_DATA_KEYS` and start
every process anew; `nutmeg db rekey`; take the old key out (docs/privacy.md).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, Table, select, update

from core.database import reading, writing
from core.privacy import column_cipher
from core.stored_events import is_current, opened, sealed
from core.tables import metadata, tracker_event

AT_ONCE = 500


@dataclass(frozen=True)
class Rekeyed:
    events: int
    columns: int


def rekey() -> Rekeyed:
    """Goes through everything once, in short transactions. Raises core.privacy.KeyMissing; run again it goes on."""
    columns = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                columns += _column(table, column.name)
    return Rekeyed(_events(), columns)


def _events() -> int:
    done, last = 0, 0
    while True:
        with reading() as connection:
            rows = connection.execute(
                select(tracker_event.c.id, tracker_event.c.event)
                .where(tracker_event.c.id > last)
                .order_by(tracker_event.c.id)
                .limit(AT_ONCE)
            ).all()
        if not rows:
            return done
        last = rows[-1].id
        old = {row.id: row.event for row in rows if not is_current(row.event)}
        if not old:
            continue
        with writing() as connection:
            for key, event in old.items():
                # Only if nobody has erased it meanwhile; JSON itself cannot be compared in PostgreSQL.
                now = connection.execute(
                    select(tracker_event.c.event).where(tracker_event.c.id == key).with_for_update()
                ).scalar_one_or_none()
                if now == event:
                    connection.execute(
                        update(tracker_event).where(tracker_event.c.id == key).values(event=sealed(opened(event)))
                    )
                    done += 1


def _column(table: Table, name: str) -> int:
    """A column of tokens of `core.privacy.encrypt`: every binary column of ours is one."""
    cipher, column = column_cipher(), table.c[name]
    keys = list(table.primary_key.columns)
    done = 0
    with reading() as connection:
        rows = connection.execute(select(*keys, column).where(column.is_not(None))).all()
    old: list[tuple[Any, ...]] = [tuple(row) for row in rows if not cipher.is_current(row[-1])]
    for start in range(0, len(old), AT_ONCE):
        with writing() as connection:
            for *key, token in old[start : start + AT_ONCE]:
                here = [part == value for part, value in zip(keys, key, strict=True)]
                written = update(table).where(*here, column == token)
                done += connection.execute(written.values({name: cipher.seal(cipher.open(token))})).rowcount
    return done
