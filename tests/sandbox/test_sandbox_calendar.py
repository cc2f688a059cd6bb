"""The rules against days that are on record."""

import datetime as dt

import pytest

from sandbox.election_calendar import elections, general_election_day
from sandbox.state_calendar import easter, holidays


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)]
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == dt.date(year, month, day)


def test_the_general_election_of_2024_and_its_early_voting() -> None:
    general = elections(dt.date(2024, 11, 1), dt.date(2024, 11, 30))[0]
    assert general.date == general_election_day(2024) == dt.date(2024, 11, 5)
    assert general.registration_deadline == dt.date(2024, 10, 18)
    assert general.early_voting == (dt.date(2024, 10, 21), dt.date(2024, 11, 3))


def test_the_state_primary_of_2024() -> None:
    (primary,) = elections(dt.date(2024, 8, 1), dt.date(2024, 8, 31))
    assert primary.date == dt.date(2024, 8, 13)
    assert primary.early_voting == (dt.date(2024, 8, 5), dt.date(2024, 8, 11))


def test_the_election_is_never_on_the_first_of_november() -> None:
    assert {general_election_day(year).day for year in range(2000, 2100)} == set(range(2, 9))


def test_a_holiday_on_a_sunday_is_kept_on_monday() -> None:
    kept = {closure.reason: closure.day for closure in holidays(2027)}
    assert kept["Independence Day"] == dt.date(2027, 7, 5)
    assert kept["Thanksgiving Day"] == dt.date(2027, 11, 25)
    assert kept["Memorial Day"] == dt.date(2027, 5, 31)
