"""Numbered choices and what a resident may answer."""

import datetime as dt

import pytest
import time_machine

from tests.channels.sms.sms_app import message

CHOICES = [{"title": "Renew a license", "intent": "/dmv_license_renew"}, {"title": "¿Dónde?", "intent": "/where"}]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("1", "/dmv_license_renew"),
        (" 2. ", "/where"),
        ("2)", "/where"),
        ("#1", "/dmv_license_renew"),
        ("１", "/dmv_license_renew"),
        ("٢", "/where"),
        ("renew a LICENSE!", "/dmv_license_renew"),
        ("donde", "/where"),
        ("3", None),
        ("0", None),
        ("12", None),
        ("renew", None),
        ("", None),
    ],
)
def test_an_answer_to_choices(app, answered, resident, inbox_of, text: str, choice: str | None) -> None:
    answered(resident, message("Did you mean:", choices=CHOICES))
    app.text(resident, text)
    assert inbox_of(resident)[-1].choice == choice


def test_numbers_run_through_the_messages_of_a_turn(app, answered, resident, inbox_of) -> None:
    answered(resident, message("One:", choices=CHOICES[:1]), message("Two:", choices=CHOICES[1:]))
    app.text(resident, "2")
    assert inbox_of(resident)[-1].choice == "/where"


def test_the_last_choices_count(app, answered, resident, inbox_of) -> None:
    answered(resident, message("Old:", choices=CHOICES))
    answered(resident, message("New:", choices=CHOICES[1:]))
    app.text(resident, "1")
    assert inbox_of(resident)[-1].choice == "/where"
    app.text(resident, "2")
    assert inbox_of(resident)[-1].choice is None


def test_choices_are_forgotten_after_a_day(app, answered, resident, inbox_of) -> None:
    answered(resident, message("Old:", choices=CHOICES))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25), tick=True):
        app.text(resident, "1")
    assert inbox_of(resident)[-1].choice is None


def test_choices_of_another_number_are_not_ours(app, answered, resident, inbox_of) -> None:
    answered("+12035559999", message("Yours:", choices=CHOICES))
    app.text(resident, "1")
    assert inbox_of(resident)[-1].choice is None
