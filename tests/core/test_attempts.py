"""Five wrong tries within an hour close a lookup for a day."""

import datetime as dt

import pytest
import time_machine
from sqlalchemy import insert, select

from core import attempts
from core.database import reading, writing
from core.tables import attempt, conversation, now

pytestmark = pytest.mark.usefixtures("empty")

KIND = "credential"
ME = ("conversation web-1",)


def fail(times: int, who: tuple[str, ...] = ME, minutes_apart: float = 1) -> None:
    start = now()
    for number in range(times):
        with time_machine.travel(start + dt.timedelta(minutes=minutes_apart * (number - times)), tick=False):
            attempts.failed(KIND, who)


def locked(who: tuple[str, ...] = ME, hours_later: float = 0) -> bool:
    with time_machine.travel(now() + dt.timedelta(hours=hours_later), tick=False):
        return attempts.is_locked(KIND, who)


def test_four_wrong_tries_lock_nothing_and_the_fifth_locks() -> None:
    fail(4)
    assert not locked()
    fail(1)
    assert locked()


def test_a_lock_is_over_after_a_day() -> None:
    fail(5)
    assert locked(hours_later=23.9)
    assert not locked(hours_later=24.1)


def test_five_wrong_tries_spread_over_more_than_an_hour_lock_nothing() -> None:
    fail(5, minutes_apart=16)
    assert not locked()


def test_another_lookup_and_another_person_stay_open() -> None:
    fail(5)
    assert not attempts.is_locked("voter_registration", ME)
    assert not locked(("conversation web-2",))


def test_whoever_opens_conversation_after_conversation_is_locked_by_the_address() -> None:
    for number in range(5):
        fail(1, (f"conversation web-{number}", "origin a"))
    assert locked(("conversation web-9", "origin a"))
    assert not locked(("conversation web-9", "origin b"))


def test_a_thing_that_many_guess_at_is_locked_for_all() -> None:
    for number in range(5):
        fail(1, (f"conversation web-{number}", "thing LA-1001012"))
    assert locked(("conversation web-9", "thing LA-1001012"))


def test_a_conversation_brings_the_address_it_was_opened_from() -> None:
    with writing() as connection:
        connection.execute(
            insert(conversation).values(
                id="web-1", channel="web", next_seq=1, created_at=now(), last_at=now(), origin="abc"
            )
        )
    assert attempts.who("web-1", "LA-1001012") == ("conversation web-1", "origin abc", "thing LA-1001012")
    assert attempts.who("sms-unknown") == ("conversation sms-unknown",)


def test_nothing_is_stored_in_clear_and_nothing_longer_than_it_counts() -> None:
    with time_machine.travel(now() - dt.timedelta(days=2), tick=False):
        attempts.failed(KIND, ("thing LA-1001012",))
    attempts.failed(KIND, ("thing LA-1001020",))
    with reading() as connection:
        (row,) = connection.execute(select(attempt)).all()
    assert "1001020" not in str(row)
