"""The log of personal lookups: only added to, in one chain, and any change is found."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import Connection, delete, insert, select, update

from core import disclosures
from core.database import writing
from core.tables import disclosure, disclosure_chain, now

pytestmark = pytest.mark.usefixtures("empty")


def looked_up(times: int = 1, conversation: str = "web-1", outcome: str = "found") -> None:
    for _ in range(times):
        disclosures.record(conversation, "voter_registration", "vote_registration_status", outcome)


def test_an_empty_log_is_in_order() -> None:
    verdict = disclosures.verify()
    assert (verdict.count, verdict.broken) == (0, None)


def test_rows_follow_one_another_and_are_in_order() -> None:
    looked_up(3)
    rows = list(disclosures.all_rows())
    assert [row.place for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    verdict = disclosures.verify()
    assert (verdict.count, verdict.broken, verdict.last_hash) == (3, None, rows[-1].hash)


def test_a_row_says_who_what_why_and_how_it_ended_but_not_the_conversation_itself() -> None:
    looked_up(conversation="sms-0123456789")
    looked_up(conversation="sms-0123456789", outcome="not_found")
    first, second = disclosures.all_rows()
    assert (first.kind, first.topic, first.outcome) == ("voter_registration", "vote_registration_status", "found")
    assert first.conversation == second.conversation == disclosures.conversation_key("sms-0123456789")
    assert "0123456789" not in json.dumps(dataclasses.asdict(first))


def test_anybody_can_check_an_exported_row_without_a_key() -> None:
    looked_up()
    (row,) = disclosures.all_rows()
    said = [row.place, row.at, row.conversation, row.kind, row.topic, row.outcome, row.previous]
    assert hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest() == row.hash


@pytest.mark.parametrize("value", ["Maria Santos", "24-000123", "1980-07-04", "", "x" * 41, "maria@example.org"])
def test_a_value_is_not_taken_for_a_name_and_not_quoted(value: str) -> None:
    for where in range(3):
        words = ["voter_registration", "vote_registration_status", "found"]
        words[where] = value
        with pytest.raises(ValueError, match="names such as") as error:
            disclosures.record("web-1", *words)
        assert not value or value not in str(error.value)
    assert list(disclosures.all_rows()) == []


def _changed(connection: Connection) -> None:
    connection.execute(update(disclosure).where(disclosure.c.place == 3).values(outcome="not_found"))


def _removed(connection: Connection) -> None:
    connection.execute(delete(disclosure).where(disclosure.c.place == 3))


def _first_removed(connection: Connection) -> None:
    connection.execute(delete(disclosure).where(disclosure.c.place == 1))


def _last_removed(connection: Connection) -> None:
    connection.execute(delete(disclosure).where(disclosure.c.place == 5))


def _added_at_the_start(connection: Connection) -> None:
    row = dict(connection.execute(select(disclosure).where(disclosure.c.place == 1)).one()._mapping)
    connection.execute(insert(disclosure).values(**{**row, "place": 0, "hash": "f" * 64}))


def _added_at_the_end(connection: Connection) -> None:
    row = dict(connection.execute(select(disclosure).where(disclosure.c.place == 5)).one()._mapping)
    row |= {"place": 6, "previous": row["hash"]}
    connection.execute(insert(disclosure).values(**{**row, "hash": disclosures._hash_of(row)}))


def _changed_with_its_hash(connection: Connection) -> None:
    """Whoever knows how hashes are made writes row 3 and all after it anew, but cannot make the seal."""
    rows = [dict(row._mapping) for row in connection.execute(select(disclosure).order_by(disclosure.c.place))]
    for row in rows[2:]:
        row["outcome"] = "not_found"
        row["previous"] = rows[row["place"] - 2]["hash"]
        row["hash"] = disclosures._hash_of(row)
        connection.execute(update(disclosure).where(disclosure.c.place == row["place"]).values(**row))


def _end_moved(connection: Connection) -> None:
    connection.execute(delete(disclosure).where(disclosure.c.place == 5))
    last = connection.execute(select(disclosure.c.hash).where(disclosure.c.place == 4)).scalar_one()
    connection.execute(update(disclosure_chain).values(last_place=4, last_hash=last))


def _forgotten(connection: Connection) -> None:
    connection.execute(delete(disclosure_chain))
    connection.execute(delete(disclosure).where(disclosure.c.place < 3))


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (_changed, 3),
        (_removed, 3),
        (_first_removed, 1),
        (_last_removed, 5),
        (_added_at_the_start, 1),
        (_added_at_the_end, 6),
        (_changed_with_its_hash, 5),
        (_end_moved, 1),
        (_forgotten, 1),
    ],
)
def test_every_change_is_found_at_its_first_row(tamper: Callable[[Connection], None], broken: int) -> None:
    looked_up(5)
    with writing() as connection:
        tamper(connection)
    assert disclosures.verify().broken == broken


def test_writers_that_write_at_once_make_one_chain() -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: looked_up(5, f"web-{number}"), range(8)))
    verdict = disclosures.verify()
    assert (verdict.count, verdict.broken) == (40, None)


def test_old_rows_expire_from_the_start_and_the_rest_stays_verifiable() -> None:
    today = now()
    with time_machine.travel(today - dt.timedelta(days=366 * 5 + 1), tick=True):
        looked_up(3)
    with time_machine.travel(today - dt.timedelta(days=365 * 5 - 1), tick=True):
        looked_up(2)
    assert disclosures.expire() == 3
    assert [row.place for row in disclosures.all_rows()] == [4, 5]
    assert disclosures.verify().broken is None
    looked_up()
    assert disclosures.verify().count == 3
    assert disclosures.expire() == 0


def test_a_log_that_has_wholly_expired_goes_on_where_it_was() -> None:
    with time_machine.travel(now() - dt.timedelta(days=4000), tick=True):
        looked_up(2)
    assert disclosures.expire() == 2
    assert disclosures.verify().broken is None
    looked_up()
    assert [row.place for row in disclosures.all_rows()] == [3]
    assert disclosures.verify().broken is None


def test_rows_removed_from_the_start_by_hand_are_missed() -> None:
    looked_up(3)
    disclosures.expire()
    with writing() as connection:
        connection.execute(delete(disclosure).where(disclosure.c.place <= 2))
    assert disclosures.verify().broken == 1
