"""Notices that residents have asked for: two yeses, one look at a time, and nothing left when they end."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core import erasure, quiet_hours, reminders, subscriptions
from core.database import reading, writing
from core.elections import elections
from core.privacy import number_id
from core.subscriptions import Kind, Outcome, State, Wanted
from core.tables import subscription

NUMBER = "+18605550147"
MORNING = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)  # 10:00 in Connecticut
REQUEST = Wanted(Kind.REQUEST, "24-000123", "en", "utter_word_case_progress")
OTHER = Wanted(Kind.REQUEST, "24-000101", "en", "utter_word_case_received")


@pytest.fixture(autouse=True)
def clock(empty: str) -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


def rows() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(subscription).order_by(subscription.c.id)))


def one_due() -> subscriptions.Subscription:
    (found,) = subscriptions.due()
    claimed = subscriptions.claim(found)
    assert claimed
    return claimed


def settle(claimed: subscriptions.Subscription, found: Outcome) -> bool:
    with writing() as connection:
        return subscriptions.settle(connection, claimed, found)


def confirm(key: str) -> subscriptions.Subscription | None:
    with writing() as connection:
        return subscriptions.confirm(connection, key)


def asked() -> str:
    """A phone that the web has asked for and that has got its text; its conversation."""
    assert subscriptions.ask(NUMBER, REQUEST)
    assert settle(one_due(), Outcome(REQUEST.status))
    return number_id(NUMBER)


def test_a_phone_that_asks_and_says_yes_is_looked_after(clock) -> None:
    assert subscriptions.begin("sms-1", REQUEST)
    assert subscriptions.due() == []
    clock.shift(dt.timedelta(minutes=15))
    claimed = one_due()
    assert (claimed.reference, claimed.last_status, claimed.state) == ("24-000123", REQUEST.status, State.ACTIVE)


def test_asking_twice_for_the_same_is_asking_once() -> None:
    assert subscriptions.begin("sms-1", REQUEST)
    assert subscriptions.begin("sms-1", REQUEST)
    assert len(subscriptions.active("sms-1")) == 1


def test_one_phone_follows_five_things_at_most() -> None:
    wanted = [Wanted(Kind.REQUEST, f"24-{number:06d}", "en", None) for number in range(6)]
    assert [subscriptions.begin("sms-1", one) for one in wanted] == [True] * 5 + [False]


def test_neither_the_request_nor_the_phone_can_be_read_in_the_table() -> None:
    subscriptions.ask(NUMBER, REQUEST)
    assert NUMBER[2:] not in repr(rows())
    assert "000123" not in repr(rows())


def test_a_phone_named_on_the_web_gets_nothing_before_its_yes(clock) -> None:
    key = asked()
    assert subscriptions.active(key) == []
    clock.shift(dt.timedelta(hours=2))
    assert subscriptions.due() == []
    assert confirm(key)
    assert [one.reference for one in subscriptions.active(key)] == ["24-000123"]
    assert len(subscriptions.due()) == 1


def test_a_yes_before_the_question_has_gone_out_confirms_nothing() -> None:
    subscriptions.ask(NUMBER, REQUEST)
    assert confirm(number_id(NUMBER)) is None


def test_a_yes_after_a_day_confirms_nothing_and_the_question_is_forgotten(clock) -> None:
    key = asked()
    clock.shift(dt.timedelta(hours=24, seconds=1))
    assert confirm(key) is None
    assert subscriptions.tidy() == 1
    assert rows() == []


def test_the_number_is_gone_once_the_question_has_gone_out() -> None:
    asked()
    assert [row.number_cipher for row in rows()] == [None]


def test_a_phone_is_asked_one_thing_at_a_time() -> None:
    key = asked()
    assert not subscriptions.ask(NUMBER, REQUEST)
    assert subscriptions.ask(NUMBER, OTHER)
    assert confirm(key) is None
    settle(one_due(), Outcome(OTHER.status))
    confirmed = confirm(key)
    assert confirmed
    assert confirmed.reference == "24-000101"


def test_a_yes_to_what_the_phone_follows_already_leaves_one() -> None:
    key = asked()
    subscriptions.begin(key, REQUEST)
    assert confirm(key)
    assert len(subscriptions.active(key)) == 1


def test_only_one_of_two_workers_gets_it(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    clock.shift(dt.timedelta(minutes=15))
    (found,) = subscriptions.due()
    assert subscriptions.claim(found)
    assert subscriptions.claim(found) is None


def test_a_worker_that_died_is_followed_by_another_and_can_settle_nothing_more(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    clock.shift(dt.timedelta(minutes=15))
    dead = one_due()
    clock.shift(subscriptions.LEASE + dt.timedelta(seconds=1))
    alive = one_due()
    assert settle(alive, Outcome("utter_word_case_done"))
    assert not settle(dead, Outcome("utter_word_case_review"))
    assert [row.last_status for row in rows()] == ["utter_word_case_done"]


def test_what_fails_is_tried_later_and_later(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    clock.shift(dt.timedelta(minutes=15))
    waits = []
    for _ in range(4):
        subscriptions.put_off(one_due())
        waits.append((rows()[0].next_at - dt.datetime.now(dt.UTC)).total_seconds() / 60)
        clock.shift(dt.timedelta(minutes=waits[-1]))
    assert waits == [2, 4, 8, 16]


def test_what_is_over_holds_nothing_any_more_and_goes_after_a_month(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    clock.shift(dt.timedelta(minutes=15))
    settle(one_due(), Outcome("utter_word_case_done", is_over=True))
    (row,) = rows()
    assert (row.state, row.reference_cipher, row.next_at) == (State.DONE, None, None)
    assert subscriptions.tidy() == 0
    clock.shift(dt.timedelta(days=31))
    assert subscriptions.tidy() == 1


def test_stop_ends_one_or_all() -> None:
    for wanted in (REQUEST, OTHER):
        subscriptions.begin("sms-1", wanted)
    first, _ = subscriptions.active("sms-1")
    with writing() as connection:
        assert subscriptions.stop(connection, "sms-2") == 0
        assert subscriptions.stop(connection, "sms-1", first.id) == 1
        assert subscriptions.stop(connection, "sms-1") == 1
    assert subscriptions.active("sms-1") == []


def test_stop_in_the_middle_of_a_look_leaves_nothing_to_tell(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    clock.shift(dt.timedelta(minutes=15))
    claimed = one_due()
    with writing() as connection:
        subscriptions.stop(connection, "sms-1")
    assert not settle(claimed, Outcome("utter_word_case_done"))


def test_delete_my_data_takes_them_along() -> None:
    subscriptions.begin("sms-1", REQUEST)
    subscriptions.begin("sms-2", REQUEST)
    erasure.delete_conversation("sms-1")
    assert [row.conversation_id for row in rows()] == ["sms-2"]


@pytest.mark.parametrize(
    ("at", "goes_out"),
    [
        ("2026-11-24T07:59:59-05:00", "2026-11-24T08:00:00-05:00"),
        ("2026-11-24T08:00:00-05:00", "2026-11-24T08:00:00-05:00"),
        ("2026-11-24T19:59:59-05:00", "2026-11-24T19:59:59-05:00"),
        ("2026-11-24T20:00:00-05:00", "2026-11-25T08:00:00-05:00"),
        ("2026-10-31T23:00:00-04:00", "2026-11-01T08:00:00-05:00"),  # the clock goes back in that night
    ],
)
def test_the_quiet_hours_last_from_eight_to_eight(at: str, goes_out: str) -> None:
    moment = dt.datetime.fromisoformat(at)
    assert quiet_hours.after(moment) == dt.datetime.fromisoformat(goes_out)
    assert quiet_hours.are_on(moment) is (at != goes_out)


def test_at_night_nothing_is_due(clock) -> None:
    subscriptions.begin("sms-1", REQUEST)
    subscriptions.ask(NUMBER, REQUEST)
    clock.move_to(dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC))
    assert subscriptions.due() == []
    clock.move_to(dt.datetime(2026, 11, 25, 13, tzinfo=dt.UTC))
    assert len(subscriptions.due()) == 2


def test_an_election_is_reminded_of_a_week_and_a_day_before_each_day() -> None:
    (election,) = elections(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    named = [(one.name, f"{one.at:%m-%d %H}") for one in reminders.reminders(election)]
    assert named == [
        ("register-7", "10-09 14"),
        ("register-1", "10-15 14"),
        ("vote-7", "10-27 14"),
        ("vote-1", "11-02 15"),
    ]
    assert reminders.election_of(reminders.id_of(election)) == election


def test_an_election_whose_reminders_are_past_is_not_offered() -> None:
    day_before = dt.datetime(2026, 11, 2, 20, tzinfo=dt.UTC)
    found = reminders.next_election(day_before)
    assert found
    assert found.kind == "municipal_election"
